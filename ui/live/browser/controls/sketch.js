// A pad to draw on with mouse, finger or pen, and the drawing as a model's data would have it.
//
//   const sketch = new Sketch(canvas, () => ...);   // called at every change that a hand makes
//   sketch.pixels(shape, framing)                   // values in [0, 1] of [channels, height, width]
//
// `framing` is how the data frames its ink, {fill, centre}: the ink's larger side as a share of the
// picture, and "mass" or "box" for what lies in the middle; null takes the drawing as it stands.
// vae/data/prepare.py does the same with photographs.

import { fill } from "../base/picture.js";
import { areas } from "../base/resample.js";

export const DIGITS = { fill: 20 / 28, centre: "mass" }; // as MNIST was made
const SIDE = 280; // pixels of the pad, whatever its size on the screen
const INK = 8; // of 255: what is fainter is not looked at when the ink is framed
const STEPS_BACK = 30;
const PEN_ERASER = 32; // in PointerEvent.buttons
const WIDER = 2; // an eraser than a pen

export class Sketch {
  constructor(canvas, changed) {
    canvas.width = canvas.height = SIDE;
    canvas.tabIndex = 0;
    canvas.style.touchAction = "none"; // a finger draws and does not scroll
    this.canvas = canvas;
    this.changed = changed;
    this.context = canvas.getContext("2d", { willReadFrequently: true });
    this.context.lineCap = this.context.lineJoin = "round";
    /** Width of the pen as a share of the pad. */
    this.width = 0.09;
    this.erasing = false;
    this.frame = null; // where the pad was when the stroke began
    this.stroke = null; // {id, x, y, mx, my}: who draws, the last point, the last middle between two
    this.given = null; // what was loaded, as long as no hand has changed it
    this.past = [];
    this.wipe();
    canvas.onpointerdown = (event) => this.begin(event);
    canvas.onpointermove = (event) => this.follow(event);
    for (const end of ["onpointerup", "onpointercancel", "onlostpointercapture"]) {
      canvas[end] = (event) => this.finish(event);
    }
    canvas.onkeydown = (event) => this.press(event);
  }

  // --- what others ask for ------------------------------------------------------------------------

  /** Whether nothing is drawn. */
  get empty() {
    return this.given ? this.given.pixels.every((value) => value === 0) : this.ink() === null;
  }

  /** The drawing in [0, 1], channel after channel; what was loaded comes back as it was. */
  pixels(shape, framing = DIGITS) {
    if (this.given && this.given.shape.join() === shape.join()) return this.given.pixels.slice();
    const [channels, height, width] = shape;
    const { data } = this.image();
    const out = new Float32Array(channels * height * width);
    const box = framing ? this.ink(data) : { left: 0, top: 0, width: SIDE, height: SIDE };
    if (!box) return out;
    const size = framing ? fitted(box, framing.fill * Math.min(width, height)) : { width, height };
    for (let channel = 0; channel < channels; channel++) {
      const small = areas(data, SIDE, channel, box, size);
      const place = framing ? placed(small, size, framing.centre, { width, height }) : { left: 0, top: 0 };
      for (let row = 0; row < size.height; row++) {
        const from = row * size.width;
        out.set(small.subarray(from, from + size.width), (channel * height + place.top + row) * width + place.left);
      }
    }
    return out;
  }

  /** Show a picture, to be drawn on further; nobody is told. */
  load(pixels, shape) {
    const [channels, height, width] = shape;
    const small = new OffscreenCanvas(width, height);
    const context = small.getContext("2d");
    const image = context.createImageData(width, height);
    fill(image.data, pixels, channels);
    context.putImageData(image, 0, 0);
    this.past = [];
    this.context.imageSmoothingEnabled = false;
    this.context.drawImage(small, 0, 0, SIDE, SIDE);
    this.given = { pixels: Float32Array.from(pixels), shape };
  }

  /** An empty pad; can be undone. */
  clear() {
    this.remember();
    this.wipe();
    this.changed();
  }

  /** Take the last stroke, or whatever was done last, back. */
  undo() {
    const last = this.past.pop();
    if (!last) return;
    this.context.putImageData(last.image, 0, 0);
    this.given = last.given;
    this.changed();
  }

  // --- the hand -----------------------------------------------------------------------------------

  begin(event) {
    if (this.stroke || (event.pointerType === "mouse" && event.button !== 0)) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.remember();
    this.given = null;
    this.frame = this.canvas.getBoundingClientRect(); // asked once: at every move it would lay out the page
    const { x, y } = this.at(event);
    this.stroke = { id: event.pointerId, x, y, mx: x, my: y };
    this.line(event, x, y); // a dot
    this.changed();
  }

  follow(event) {
    if (this.stroke?.id !== event.pointerId) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) {
      const { x, y } = this.at(each);
      this.line(event, x, y);
    }
    this.changed();
  }

  finish(event) {
    if (this.stroke?.id !== event.pointerId) return;
    const { mx, my, x, y } = this.stroke;
    this.draw(event, () => {
      this.context.moveTo(mx, my);
      this.context.lineTo(x, y);
    });
    this.stroke = null;
    this.changed();
  }

  press(event) {
    if (event.key === "z" && (event.ctrlKey || event.metaKey)) this.undo();
    else if (event.key === "Delete" || event.key === "Backspace") this.clear();
    else return;
    event.preventDefault();
  }

  /** From the middle of the last two points to the middle of the next two: no corners. */
  line(event, x, y) {
    const { stroke } = this;
    const [mx, my] = [(stroke.x + x) / 2, (stroke.y + y) / 2];
    this.draw(event, () => {
      this.context.moveTo(stroke.mx, stroke.my);
      this.context.quadraticCurveTo(stroke.x, stroke.y, mx, my);
    });
    Object.assign(stroke, { x, y, mx, my });
  }

  draw(event, path) {
    const erases = this.erasing || (event.buttons & PEN_ERASER) !== 0;
    this.context.strokeStyle = erases ? "black" : "white";
    this.context.lineWidth = this.width * SIDE * (erases ? WIDER : 1);
    this.context.beginPath();
    path();
    this.context.stroke();
  }

  /** Where an event is, in pixels of the pad. */
  at({ clientX, clientY }) {
    const { left, top, width, height } = this.frame;
    return { x: ((clientX - left) / width) * SIDE, y: ((clientY - top) / height) * SIDE };
  }

  // --- the ink ------------------------------------------------------------------------------------

  image() {
    return this.context.getImageData(0, 0, SIDE, SIDE);
  }

  wipe() {
    this.given = null;
    this.context.fillStyle = "black";
    this.context.fillRect(0, 0, SIDE, SIDE);
  }

  remember() {
    this.past.push({ image: this.image(), given: this.given });
    if (this.past.length > STEPS_BACK) this.past.shift();
  }

  /** The smallest box that holds all ink; null where there is none. */
  ink(data = this.image().data) {
    let [left, top, right, bottom] = [SIDE, SIDE, -1, -1];
    for (let y = 0, i = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++, i += 4) {
        if (data[i] < INK) continue;
        if (x < left) left = x;
        if (x > right) right = x;
        if (top === SIDE) top = y;
        bottom = y;
      }
    }
    return right < 0 ? null : { left, top, width: right + 1 - left, height: bottom + 1 - top };
  }
}

/** The size of a box once its larger side is `side`. */
function fitted(box, side) {
  const scale = side / Math.max(box.width, box.height);
  const scaled = (length) => Math.max(1, Math.round(length * scale));
  return { width: scaled(box.width), height: scaled(box.height) };
}

/** Where ink of a size goes in a picture: its mass, or its box, in the middle, on whole pixels. */
function placed(ink, size, centre, picture) {
  let [right, down, mass] = [0, 0, 0];
  for (let i = 0; i < ink.length; i++) {
    right += ink[i] * ((i % size.width) + 0.5);
    down += ink[i] * (Math.floor(i / size.width) + 0.5);
    mass += ink[i];
  }
  // MNIST's mass lies in the middle of pixel 14 of 28, half a pixel after the picture's middle.
  const free = (side, length, at) =>
    Math.min(side - length, Math.max(0, Math.round(centre === "mass" ? (side + 1) / 2 - at : (side - length) / 2)));
  return {
    left: free(picture.width, size.width, right / mass),
    top: free(picture.height, size.height, down / mass),
  };
}
