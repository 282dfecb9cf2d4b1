// All of a two-dimensional code in one picture, and a point where the hand is in it.

import { written } from "../base/dom.js";
import { fill } from "../base/picture.js";
import { pad } from "./pad.js";
import { within } from "./scale.js";

export class Plane {
  /** moved([right, up]): a hand puts the point at a code. */
  constructor(element, moved) {
    this.element = element;
    this.canvas = element.querySelector("canvas");
    this.context = this.canvas.getContext("2d");
    this.spot = element.querySelector(".spot");
    this.at = Infinity; // the next picture: none before somebody asks for them
    this.across = []; // nowhere, until a model is there
    const go = (at) => this.across.length && moved(at.map((share) => valueAt(this.across, share)));
    pad(element.querySelector(".plane"), { press: go, drag: go });
  }

  /** Where the pictures' codes stand along each unit; nowhere for a code of other dimensions. */
  lay(across) {
    this.across = across;
    this.element.hidden = across.length === 0;
  }

  /** The point of a code. */
  place([right, up]) {
    if (this.element.hidden) return;
    const [x, y] = this.shares([right, up]);
    this.spot.style.left = `${100 * x}%`;
    this.spot.style.top = `${100 * y}%`;
    this.canvas.ariaLabel = `All codes; the point is at unit 0 ${written(right)}, unit 1 ${written(up)}`;
  }

  /** Where a code lies on the canvas, as shares of it from the left and from above. */
  shares([right, up]) {
    return [shareOf(this.across, right), 1 - shareOf(this.across, up)];
  }

  /** Decode all pictures anew where `what` is another than at the last time. */
  follow(what) {
    if (this.element.hidden || what === this.shown) return;
    this.shown = what;
    this.at = 0;
  }

  /** Decode the next picture; false where all are. prepare: writes the label. */
  step(network, prepare) {
    const { across, at } = this;
    if (this.element.hidden || at >= across.length ** 2) return false;
    const [channels, height, width] = network.shape;
    if (at === 0) {
      Object.assign(this.canvas, { width: across.length * width, height: across.length * height });
      this.tile = this.context.createImageData(width, height);
    }
    const [column, row] = [at % across.length, Math.floor(at / across.length)];
    network.inputs.z.set([across[column], across[across.length - 1 - row]]);
    prepare(network.inputs.y);
    network.run();
    fill(this.tile.data, network.outputs.mean, channels);
    this.context.putImageData(this.tile, column * width, row * height);
    this.at++;
    return true;
  }
}

/** What part of the way along the pictures a value is, from 0 to 1; between two, in proportion. */
function shareOf(across, value) {
  const n = across.length;
  let i = 0;
  while (i < n - 2 && across[i + 1] < value) i++;
  const place = i + (value - across[i]) / (across[i + 1] - across[i]);
  return within((place + 0.5) / n, 0, 1);
}

/** The value at a part of the way. */
function valueAt(across, share) {
  const place = within(share, 0, 1) * across.length - 0.5;
  const i = within(Math.floor(place), 0, across.length - 2);
  return across[i] + (place - i) * (across[i + 1] - across[i]);
}
