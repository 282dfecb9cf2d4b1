// One of two models: its picture, its plane where it has one, and pictures from its prior.

import { make, written } from "../base/dom.js";
import { Picture } from "../base/picture.js";
import { Plane } from "../controls/plane.js";
import { Tiles } from "../controls/tiles.js";
import { drawn, warmed } from "../engine/prior.js";

const SAMPLES = 20;
const COLUMNS = 10;
const DOT = 2.5; // pixels of the screen
const SHARP = 2; // pixels of the canvas for each of the screen

export class Pane {
  /** `moved(z)` is called when a hand moves the code here. */
  constructor(root, moved) {
    this.root = root;
    this.canvas = make("canvas", "picture", { width: 1, height: 1, role: "img", ariaLabel: "What is decoded from the code" });
    this.about = make("p", "about");
    this.dots = make("canvas", "dots", { width: 1, height: 1, ariaHidden: "true" });
    const all = make("canvas", "", { width: 1, height: 1, role: "img", ariaLabel: "All codes" });
    this.map = make("figure", "map", {},
      make("div", "plane", {}, all, this.dots, make("i", "spot")), make("figcaption"));
    this.tiles = new Tiles(make("div", "samples tiles"), (i) => this.codes[i] && moved(this.codes[i]));
    this.tiles.element.setAttribute("role", "group");
    root.append(this.canvas, this.about, this.map, this.tiles.element);
    this.shown = new Picture(this.canvas);
    this.plane = new Plane(this.map, moved);
    this.tiles.lay(SAMPLES, COLUMNS, (i) => `Sample ${i + 1} of the prior: show it in both`);
    this.z = new Float32Array(0);
    this.codes = [];
    this.points = [];
    this.waiting = 0; // real pictures to encode
  }

  /** Another model. */
  lay(side, network, encoder, palette) {
    Object.assign(this, { side, network, encoder, palette, label: 0, points: [], waiting: 0 });
    this.z = new Float32Array(side.dim);
    this.plane.lay(side.map);
    this.plane.shown = null;
    const [, height, width] = side.shape;
    this.canvas.style.aspectRatio = `${width} / ${height}`;
    this.tiles.element.ariaLabel = `Pictures decoded from codes of the prior of ${side.name}`;
    const prior = side.plain ? "codes drawn as far as real ones lie" : "codes drawn from the prior";
    this.map.querySelector("figcaption").textContent = `Dots: codes of real pictures. Crosses: ${prior}.`;
  }

  /** No model. */
  clear() {
    Object.assign(this, { side: undefined, network: undefined, encoder: undefined, codes: [], points: [], waiting: 0 });
  }

  /** Put the code somewhere. */
  place(z) {
    this.z.set(z.length === this.z.length ? z : this.z);
  }

  /** Encode a picture, and put the code there; pictures of another size leave it alone. */
  lookAt(pixels, label) {
    const { encoder, side } = this;
    if (!encoder || encoder.inputs.x.length !== pixels.length) return;
    this.label = Math.min(label, Math.max(0, side.classes - 1));
    encoder.inputs.x.set(pixels);
    encoder.inputs.y?.fill(0).fill(1, this.label, this.label + 1);
    encoder.run();
    this.z.set(encoder.outputs.mu);
  }

  /** What the code decodes to. */
  picture() {
    const { network } = this;
    network.inputs.z.set(this.z);
    this.write(network.inputs.y);
    network.run();
    return network.outputs.mean;
  }

  write(y) {
    y?.fill(0).fill(1, this.label, this.label + 1);
  }

  paint() {
    if (!this.network) return;
    this.shown.show(this.picture(), this.network.shape);
    const { z, side } = this;
    const few = Array.from(z.slice(0, 2), (value) => written(value)).join(", ");
    this.about.textContent = side.dim === 2 ? `z = (${few})` : `${side.dim} units; |z| = ${written(Math.hypot(...z), 1)}`;
    this.canvas.ariaLabel = `What ${side.name} decodes from its code`;
    this.plane.place(z);
    this.plane.follow(`${side.decoder} ${side.classes ? this.label : ""} ${side.map}`);
  }

  // --- codes of the prior, and of real pictures -----------------------------------------------------

  async sample(random) {
    if (!this.side) return;
    const { side, network } = this;
    const codes = [];
    for (let i = 0; i < SAMPLES; i++) {
      const code = await drawn(side.dim, side.prior, random).catch(() => null);
      if (!code) return; // cannot be fetched, as the model that it belongs to
      codes.push(warmed(code, 1));
    }
    if (side !== this.side) return;
    this.codes = codes;
    this.tiles.show(network, (i, inputs) => {
      inputs.z.set(codes[i]);
      this.write(inputs.y);
    });
    this.scatter();
  }

  /** Real pictures whose codes are to be shown on the plane. */
  take(count, at, labels) {
    this.points = [];
    this.waiting = this.side?.map.length ? count : 0;
    this.next = (i) => ({ pixels: at(i), label: labels.length ? labels[i] : 0 });
  }

  /** Decode a piece of the plane; false where there is none left. */
  draw() {
    return Boolean(this.network && this.plane.shown) && this.plane.step(this.network, (y) => this.write(y));
  }

  /** Encode the next real picture; false where all are. */
  encode() {
    if (this.points.length >= this.waiting) return false;
    const { pixels, label } = this.next(this.points.length);
    const { encoder, side } = this;
    if (encoder.inputs.x.length !== pixels.length) return Boolean((this.waiting = 0));
    encoder.inputs.x.set(pixels);
    encoder.inputs.y?.fill(0).fill(1, Math.min(label, side.classes - 1), Math.min(label, side.classes - 1) + 1);
    encoder.run();
    const [right, up] = encoder.outputs.mu;
    this.points.push({ right, up, label });
    if (this.points.length % 50 === 0 || this.points.length === this.waiting) this.scatter();
    return true;
  }

  /** Dots and crosses on the plane. */
  scatter() {
    const { dots, side } = this;
    if (!side?.map.length || !dots.clientWidth) return;
    dots.width = dots.height = SHARP * dots.clientWidth;
    const pen = dots.getContext("2d");
    const place = (code) => this.plane.shares(code).map((share) => dots.width * share);
    for (const { right, up, label } of this.points) {
      pen.fillStyle = this.palette[label % this.palette.length];
      pen.beginPath();
      pen.arc(...place([right, up]), DOT * SHARP, 0, 2 * Math.PI);
      pen.fill();
    }
    for (const code of this.codes) cross(pen, ...place(code));
  }

  end() {
    this.tiles.end();
  }
}

/** A white cross with a dark edge, seen on any ground. */
function cross(pen, x, y) {
  const arm = 5 * SHARP;
  for (const [colour, width] of [["black", 4 * SHARP], ["white", 1.5 * SHARP]]) {
    Object.assign(pen, { strokeStyle: colour, lineWidth: width, lineCap: "round" });
    pen.beginPath();
    pen.moveTo(x - arm, y - arm);
    pen.lineTo(x + arm, y + arm);
    pen.moveTo(x - arm, y + arm);
    pen.lineTo(x + arm, y - arm);
    pen.stroke();
  }
}
