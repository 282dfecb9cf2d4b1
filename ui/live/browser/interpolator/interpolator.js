// The interpolator: a picture on its way between others.
//
// `data` from Python: what ui/live/described.py says, and {images: {digest, labels} or null, note, across,
// picture: {pixels, label} or null, z, label, fields, revision}. label and fields are taken when the revision is another one.
// State for Python: `seen` {model, revision, z, label, fields} when the hand rests, `problem` in words,
// `shown` as soon as there is a picture.
// Trigger: `open` {model, z, label}, a code to be looked at in Explore.

import { Element, shown } from "../base/element.js";
import { gif } from "../base/gif.js";
import { fill, Picture } from "../base/picture.js";
import { Rest } from "../base/rest.js";
import { png, save } from "../base/save.js";
import { Shuttle } from "../base/shuttle.js";
import { Spare } from "../base/spare.js";
import { Labels } from "../controls/labels.js";
import { pad } from "../controls/pad.js";
import { Pills } from "../controls/pills.js";
import { Plane } from "../controls/plane.js";
import { within } from "../controls/scale.js";
import { Tiles } from "../controls/tiles.js";
import { unpack } from "../engine/arrays.js";
import { fetchBlob } from "../engine/blob.js";
import { fetched } from "../engine/fetched.js";
import { Cards } from "./cards.js";
import { codeItem, Corner } from "./corners.js";
import { Field } from "./field.js";
import { straight, spherical } from "./paths.js";
import { WAYS } from "./ways.js";

const CURVES = [straight, spherical];
const USUAL = [3, 8, 0, 5]; // the pictures of the data that stand in the corners at first
const FIELD = 9; // pictures along an edge of the square
const STRIP = 11; // pictures along a way
const FRAMES = 48; // of an animation
const DELAY = 80; // ms a frame
const LARGE = 224; // pixels that a saved animation is wide, or a little more
const SHARPEST = 4; // pixels of a saved PNG for each of a picture
const CLOSE = 0.02; // of the map: points of a path that are nearer to each other are one

class Interpolator extends Element {
  constructor(root) {
    super(root);
    const { find } = this;
    const changed = () => this.changed();
    this.place = [0.5];
    this.points = []; // of the path on the map
    this.rest = new Rest(find(".interpolator"), () => this.report(), () => this.update(this.component));
    this.picture = new Picture(find("canvas.picture"));
    this.strip = new Tiles(find(".strip"), (i) => this.go([this.stripAt(i)]));
    this.tray = new Tiles(find(".tray"), (i) => this.choose(`d${i}`));
    this.field = new Field(find(".field"), FIELD);
    this.plane = new Plane(find(".map"), (point) => this.draw(point));
    this.spare = new Spare(() => this.decodePlane(), () => this.decodeField());
    this.shuttle = new Shuttle(find(".play"), {
      move: (part) => this.go(this.way.round(part)),
      ended: () => this.rest.changed(),
    });
    this.ways = new Pills(find(".ways"), "Way", () => this.arrange(this.way.begin));
    this.curves = new Pills(find(".curves"), "Curve", changed);
    this.curves.lay(["Straight", "Spherical"]);
    this.labels = new Labels(find(".labels"), () => this.label());
    this.cards = new Cards(find(".corners"), () => this.select());
    this.listen();
  }

  listen() {
    const { find } = this;
    const [across, down] = find(".stage").querySelectorAll(".scrub input");
    this.sliders = [across, down];
    across.oninput = down.oninput = () => {
      this.shuttle.pause();
      this.go(this.way.begin.map((_, i) => this.sliders[i].valueAsNumber));
    };
    const drag = ([right, up]) => {
      this.shuttle.pause();
      this.go([within(right, 0, 1), within(1 - up, 0, 1)]);
    };
    pad(find(".square"), { press: drag, drag });
    // Before the plane hears of it: what a hand draws begins where it is put down.
    find(".plane").addEventListener("pointerdown", () => (this.points = []), { capture: true });
    find(".random").onclick = () => this.choose(`p${1 + Math.floor(1e6 * Math.random())}`);
    find(".code").onclick = () => this.choose(codeItem(this.data.z));
    find(".mine").onclick = () => this.choose("o");
    find(".explore").onclick = () => this.open();
    find(".animation").onclick = () => this.animate();
    find(".still").onclick = async () => save("pictures.png", await png(this.sheet(), SHARPEST), "image/png");
  }

  // --- what Python says ---------------------------------------------------------------------------

  update(component) {
    super.update(component);
    const { data } = component;
    if (this.data && this.data.model !== data.model && this.rest.held) return;
    const known = this.data;
    const other = known?.model !== data.model;
    this.data = data;
    if (other || known.revision !== data.revision) this.take(data, other);
    if (known?.decoder !== data.decoder || !this.network) this.load(data.decoder);
    if (known?.encoder !== data.encoder) this.seek();
    this.offer(data);
  }

  take({ fields, classes, across }, other) {
    const titles = WAYS.filter(({ name }) => name !== "map" || across.length);
    if (other) {
      this.points = [];
      this.ways.lay(titles.map(({ title }) => title));
      this.labels.lay(classes);
      this.plane.lay(across);
    }
    const words = (fields.corners ?? "").split(",");
    this.corners = Array.from({ length: 4 }, (_, i) => new Corner(words[i] ?? "", USUAL[i]));
    this.ways.place(Math.max(0, titles.findIndex(({ name }) => name === fields.way)));
    this.curves.place(fields.curve === "spherical" ? 1 : 0);
    const at = (fields.at ?? "").split(",").map(Number);
    this.arrange(this.way.begin.map((usual, i) => (fields.at && Number.isFinite(at[i]) ? at[i] : usual)));
    this.rest.forget();
    if (this.told.seen) this.tell("seen", null);
    this.seek();
  }

  load(digest) {
    this.fetch(fetched(digest), (network) => {
      this.network = network;
      this.invalidate();
    });
  }

  /** Pictures that can be put into a corner. */
  async offer({ images, note, picture }) {
    if (this.rest.held) return; // until it lets go
    this.find(".mine").hidden = !picture;
    this.find(".note").textContent = note;
    const digest = images?.digest ?? null;
    if (digest === this.offered) return;
    this.offered = digest;
    this.images = null;
    if (digest) {
      const found = await fetchBlob("points", digest).then(unpack).catch(() => null);
      if (digest !== this.offered || !found) return;
      const { pixels } = found;
      const size = pixels.length / images.labels.length;
      this.images = (i) => Float32Array.from(pixels.subarray(i * size, (i + 1) * size), (value) => value / 255);
    }
    this.tray.lay(digest ? images.labels.length : 0, 10, (i) => `Picture ${i + 1} of the data`);
    if (digest) images.labels.forEach((_, i) => this.tray.put(i, this.images(i), this.data.shape));
    this.seek();
  }

  get way() {
    return WAYS[this.ways.picked];
  }

  // --- corners ------------------------------------------------------------------------------------

  /** Find the codes of the corners. */
  async seek() {
    const { data, corners } = this;
    const source = { data, images: this.images, labels: data.images?.labels };
    try {
      await Promise.all(corners.map((corner) => corner.find(source)));
    } catch {
      return; // the model cannot be fetched, which load() says
    }
    if (data.encoder !== this.data.encoder || corners !== this.corners) return; // sought again since
    this.select();
    this.invalidate();
  }

  /** Put something into the chosen corner. */
  choose(item) {
    const corner = this.corners[this.cards.picked];
    const several = this.find(".several input").checked;
    corner.items = several ? [...corner.items, item] : [item];
    if (!several) corner.label = null;
    this.rest.changed();
    this.seek();
  }

  /** The label of the chosen corner was picked. */
  label() {
    this.corners[this.cards.picked].label = this.labels.label;
    this.rest.changed();
    this.seek();
  }

  /** Another corner is chosen, or stands for something else. */
  select() {
    const corner = this.corners[this.cards.picked];
    if (corner.y?.length) this.labels.place(corner.y.indexOf(1));
    this.labels.element.querySelector("legend").textContent = `${"ABCD"[this.cards.picked]} is a`;
  }

  // --- the way ------------------------------------------------------------------------------------

  /** Show what the way needs, and stand at a place. */
  arrange(place) {
    const { way, find } = this;
    const four = way.name === "four";
    const map = way.name === "map";
    this.shuttle.pause();
    find(".hint").textContent = way.hint;
    find(".curves").hidden = !way.curved;
    find(".square").hidden = !four;
    find(".map").hidden = !map;
    find(".strip").hidden = four;
    find(".scrub.down").hidden = !four;
    find(".corners").hidden = find(".sources").hidden = find(".tray").hidden = find(".note").hidden = map;
    const ends = { two: "AB", four: "AB", sum: ["\u22121", "2"], map: ["start", "end"] }[way.name];
    find(".scrub .from").textContent = ends[0];
    find(".scrub .to").textContent = ends[1];
    Object.assign(this.sliders[0], { min: way.low, max: way.high });
    if (!map) this.cards.lay([...way.letters]);
    if (!four) this.strip.lay(STRIP, STRIP, (i) => `${Math.round((100 * i) / (STRIP - 1))} % of the way`);
    this.go(place);
  }

  go(place) {
    this.place = place.map((value) => within(value, this.way.low, this.way.high));
    this.changed();
  }

  /** A hand draws on the map. */
  draw(point) {
    this.shuttle.pause();
    const last = this.points.at(-1);
    const far = !last || Math.hypot(point[0] - last[0], point[1] - last[1]) > CLOSE * this.data.reach;
    if (far) this.points.push(point);
    this.go([this.points.length > 1 ? 1 : 0]);
  }

  /** What plays is told once it is paused. */
  changed() {
    if (!this.shuttle.playing) this.rest.changed();
    this.invalidate();
  }

  stripAt(i) {
    return this.way.low + ((this.way.high - this.way.low) * i) / (STRIP - 1);
  }

  /** Write what is decoded at a place. */
  write(place, { z, y }) {
    const found = this.at(place);
    z.set(found.z);
    y?.set(found.y);
  }

  at(place) {
    return this.way.at(this.corners, place, CURVES[this.curves.picked], this.points);
  }

  get ready() {
    const { network, corners, data } = this;
    return network?.inputs.z.length === data.dim && corners.every(({ z }) => z?.length === data.dim);
  }

  paint() {
    const { way, place, sliders } = this;
    place.forEach((value, i) => {
      sliders[i].value = value;
      sliders[i].style.setProperty("--at", `${(100 * (value - way.low)) / (way.high - way.low)}%`);
    });
    if (!this.ready) return;
    const { network } = this;
    this.write(place, network.inputs);
    network.run();
    this.picture.show(network.outputs.mean, network.shape);
    this.tell("shown", true); // what takes long may begin
    const what = this.describe();
    if (what !== this.drawn) this.redraw(what);
    if (way.name === "four") this.mark();
    else this.strip.mark(Math.round((STRIP - 1) * ((place[0] - way.low) / (way.high - way.low))));
    if (way.name === "map") this.plane.place(this.at(place).z);
  }

  /** What all pictures but the one at the place depend on. */
  describe() {
    const { data, way, curves, corners, points } = this;
    const codes = corners.map(({ z, y }) => [...z, ...y]);
    return JSON.stringify([data.decoder, way.name, curves.picked, codes, points]);
  }

  /** Decode the corners, and the pictures along the way. */
  redraw(what) {
    const { way, network } = this;
    this.drawn = what;
    const [low, high] = [way.low, way.high];
    if (way.name !== "map") {
      this.cards.show(network, this.corners);
    }
    if (way.name !== "four") {
      this.strip.show(network, (i, inputs) => this.write([low + ((high - low) * i) / (STRIP - 1)], inputs));
    }
    if (way.name === "map") {
      this.plane.follow(JSON.stringify([this.data.decoder, this.data.across, [...this.corners[0].y]]));
      this.find(".trail polyline").setAttribute("points", this.points.map((point) => this.plane.shares(point).join()).join(" "));
    } else this.field.follow(what);
    this.spare.wake(true);
  }

  decodePlane() {
    const { way, network } = this;
    return this.ready && way.name === "map" && this.plane.step(network, (y) => y?.set(this.corners[0].y));
  }

  decodeField() {
    const { way, network } = this;
    return this.ready && way.name === "four" && this.field.step(network, (place, inputs) => this.write(place, inputs));
  }

  /** The point in the square: a picture's middle stands for its place. */
  mark() {
    const spot = this.find(".square .spot");
    const share = (value) => `${(100 * (value * (FIELD - 1) + 0.5)) / FIELD}%`;
    spot.style.left = share(this.place[0]);
    spot.style.top = share(this.place[1]);
  }

  // --- what is taken home -------------------------------------------------------------------------

  sheet() {
    return this.way.name === "four" ? this.field.canvas : this.strip.sheet();
  }

  /** The way as an animation: there and back, or along the edges. */
  animate() {
    if (!this.ready) return;
    const { network } = this;
    const [channels, height, width] = network.shape;
    const frames = Array.from({ length: FRAMES }, (_, i) => {
      this.write(this.way.round(i / FRAMES), network.inputs);
      network.run();
      const bytes = new Uint8ClampedArray(4 * height * width);
      fill(bytes, network.outputs.mean, channels);
      return bytes;
    });
    save("way.gif", gif(frames, width, height, DELAY, Math.ceil(LARGE / width)), "image/gif");
  }

  // --- what Python hears --------------------------------------------------------------------------

  report() {
    const { data, way, curves, place } = this;
    const used = this.corners.slice(0, way.letters.length).map(({ word }) => word);
    const fields = {
      way: way.name === "two" ? "" : way.name,
      curve: curves.picked ? "spherical" : "",
      corners: way.name === "map" ? "" : used.join(),
      at: place.join() === way.begin.join() ? "" : place.map((value) => value.toFixed(2)).join(),
    };
    const label = this.labels.label;
    this.tell("seen", { model: data.model, revision: data.revision, z: data.z, label, fields });
  }

  open() {
    if (!this.ready) return;
    this.report(); // so that the way back leads here
    const { z, y } = this.at(this.place);
    const label = y.length ? y.indexOf(Math.max(...y)) : null;
    this.component.setTriggerValue("open", { model: this.data.model, z: Array.from(z), label });
  }

  end() {
    super.end();
    this.rest.end();
    this.shuttle.end();
    this.spare.end();
    this.strip.end();
  }
}

export default shown(Interpolator);
