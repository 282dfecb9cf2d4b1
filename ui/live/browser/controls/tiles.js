// Many pictures, each a button: decoded in slices of time, so that the hand is never kept waiting.

import { make } from "../base/dom.js";
import { Picture } from "../base/picture.js";

const SLICE = 9; // ms of decoding a frame
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Tiles {
  /** `pressed(i)` is called when a picture is clicked, or Enter pressed on it. */
  constructor(element, pressed) {
    this.element = element;
    this.pressed = pressed;
    this.tiles = [];
    this.due = new Set();
    element.onkeydown = (event) => this.press(event);
  }

  /** Make room. names(i): what the picture is, for those who cannot see it, and as a hint. */
  lay(count, columns, names) {
    this.columns = columns;
    this.element.style.setProperty("--columns", columns);
    while (this.tiles.length > count) this.tiles.pop().button.remove();
    while (this.tiles.length < count) this.tiles.push(this.tile(this.tiles.length));
    this.tiles.forEach(({ button }, i) => {
      button.title = names(i);
      button.ariaLabel = names(i);
    });
    for (const i of this.due) if (i >= count) this.due.delete(i);
    this.reachable ??= 0;
    this.reach(Math.min(this.reachable, count - 1));
  }

  tile(i) {
    const canvas = make("canvas", "", { width: 1, height: 1 });
    const button = make("button", "tile", { type: "button", tabIndex: -1 }, canvas);
    button.onclick = () => this.pressed(i);
    button.onfocus = () => this.reach(i);
    this.element.append(button);
    return { button, picture: new Picture(canvas) };
  }

  /** The one that Tab leads to; arrows lead to the others. */
  reach(i) {
    if (this.tiles[this.reachable]) this.tiles[this.reachable].button.tabIndex = -1;
    this.reachable = Math.max(0, i);
    if (this.tiles[this.reachable]) this.tiles[this.reachable].button.tabIndex = 0;
  }

  press(event) {
    const [across, down] = KEYS[event.key] ?? [0, 0];
    const next = this.reachable + across + down * this.columns;
    if (!KEYS[event.key] || !this.tiles[next]) return;
    event.preventDefault();
    this.tiles[next].button.focus();
  }

  /** Point out one picture, or none. */
  mark(i) {
    if (i === this.marked) return;
    this.tiles[this.marked]?.button.classList.remove("marked");
    this.tiles[i]?.button.classList.add("marked");
    this.marked = i;
  }

  /** Decode pictures anew, all or those of an index. prepare(i, inputs) writes what picture i is of. */
  show(network, prepare, which = this.tiles.keys()) {
    this.network = network;
    this.prepare = prepare;
    // What was asked for and not drawn yet keeps its turn: under a slow decoder all get theirs.
    for (const i of which) this.due.add(i);
    cancelAnimationFrame(this.frame);
    this.work();
  }

  work() {
    const { network } = this;
    const end = performance.now() + SLICE;
    for (const i of this.due) {
      this.due.delete(i);
      this.prepare(i, network.inputs);
      network.run();
      this.put(i, network.outputs.mean, network.shape);
      if (performance.now() > end) break;
    }
    if (this.due.size) this.frame = requestAnimationFrame(() => this.work());
  }

  /** Show values in [0, 1] in a place. */
  put(i, values, shape) {
    this.tiles[i].picture.show(values, shape);
  }

  /** All pictures on one canvas, a line of their own colour's absence between them. */
  sheet(gap = 1) {
    const [width, height] = [this.canvas(0).width + gap, this.canvas(0).height + gap];
    const rows = Math.ceil(this.tiles.length / this.columns);
    const sheet = make("canvas", "", { width: this.columns * width - gap, height: rows * height - gap });
    const context = sheet.getContext("2d");
    this.tiles.forEach((_, i) =>
      context.drawImage(this.canvas(i), (i % this.columns) * width, Math.floor(i / this.columns) * height));
    return sheet;
  }

  canvas(i) {
    return this.tiles[i].picture.canvas;
  }

  end() {
    cancelAnimationFrame(this.frame);
  }
}
