// The codes of held-out pictures on a plane, and the picture of the place that is pointed at.

import { written } from "../base/dom.js";
import { Picture } from "../base/picture.js";
import { Cloud, packed } from "../map/cloud.js";
import { rgb } from "../map/tint.js";

const SIDE = 480; // pixels of the canvas
const RADIUS = 4.5;
const SHARE = 0.98; // of the points that the frame is to hold
const MARGIN = 1.15;
const EASE = 0.2; // of the way to another frame, a moment

export class Scatter {
  /** moved(): the place that is pointed at is another one. */
  constructor(figure, moved) {
    this.figure = figure;
    [this.canvas, this.picture] = figure.querySelectorAll("canvas");
    this.cloud = new Cloud(this.canvas);
    this.decoded = new Picture(this.picture);
    this.at = null;
    this.canvas.onpointermove = ({ offsetX, offsetY }) => {
      this.at = [offsetX / this.canvas.clientWidth, offsetY / this.canvas.clientHeight];
      moved();
    };
    this.canvas.onpointerleave = () => {
      this.at = null;
      moved();
    };
    this.canvas.onkeydown = (event) => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!step) return;
      event.preventDefault();
      const [x, y] = this.at ?? [0.5, 0.5];
      this.at = [x + 0.02 * step[0], y + 0.02 * step[1]].map((share) => Math.min(1, Math.max(0, share)));
      moved();
    };
    this.canvas.onblur = this.canvas.onpointerleave;
  }

  /** labels: of the points, -1 for none. */
  lay(labels, palette) {
    this.colours = Uint32Array.from(labels, (label) => packed(rgb(palette[Math.max(0, label) % palette.length])));
    this.shown = new Uint8Array(labels.length).fill(1);
  }

  /** Draw the codes [x, y, ...] of a moment. all: of every moment known, by which the frame is chosen. */
  draw(mu, background) {
    this.frame(mu);
    this.cloud.resize(SIDE, SIDE);
    const [red, green, blue] = background;
    this.cloud.draw({
      plane: mu, colours: this.colours, shown: this.shown, order: null, camera: this.camera, radius: RADIUS,
      background: packed([red, green, blue]),
    });
    this.canvas.ariaLabel = `${mu.length / 2} held-out pictures by their two latent units`;
  }

  /** What is in sight: most of the points, round the origin. It grows at once and shrinks slowly. */
  frame(mu) {
    const sizes = Float32Array.from(mu, Math.abs).sort();
    const wanted = Math.max(1, MARGIN * sizes[Math.floor(SHARE * (sizes.length - 1))]);
    const reach = this.reach ?? wanted;
    this.reach = wanted > reach ? wanted : reach + EASE * (wanted - reach);
    this.camera = { x: 0, y: 0, scale: SIDE / 2 / this.reach, size: [SIDE, SIDE] };
  }

  /** Decode the place that is pointed at, beside the pointer. prepare: writes the label. */
  decode(network, prepare) {
    this.picture.hidden = !this.at || !this.camera;
    if (this.picture.hidden) return;
    const [x, y] = this.at;
    const z = [(2 * x - 1) * this.reach, (1 - 2 * y) * this.reach];
    network.inputs.z.set(z);
    prepare(network.inputs.y);
    network.run();
    this.decoded.show(network.outputs.mean, network.shape);
    Object.assign(this.picture.style, {
      [x < 0.5 ? "left" : "right"]: `calc(${100 * (x < 0.5 ? x : 1 - x)}% + 0.8rem)`, [x < 0.5 ? "right" : "left"]: "",
      [y < 0.5 ? "top" : "bottom"]: `calc(${100 * (y < 0.5 ? y : 1 - y)}% + 0.8rem)`, [y < 0.5 ? "bottom" : "top"]: "",
    });
    this.canvas.title = `unit 0 ${written(z[0])}, unit 1 ${written(z[1])}`;
  }
}
