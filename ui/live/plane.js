// All of a two-dimensional code in one picture, and a point where the hand is in it.

import { written } from "./dom.js";
import { fill } from "./picture.js";

const SLICE = 6; // ms of decoding at a time, so that the sliders stay quick

export class Plane {
  constructor(element) {
    this.element = element;
    this.canvas = element.querySelector("canvas");
    this.context = this.canvas.getContext("2d");
    this.spot = element.querySelector(".spot");
  }

  /** Where the pictures' codes stand along each unit; nowhere for a code of other dimensions. */
  lay(across) {
    this.across = across;
    this.element.hidden = across.length === 0;
  }

  /** The point of a code. */
  place([right, up]) {
    if (this.element.hidden) return;
    this.spot.style.left = `${100 * share(this.across, right)}%`;
    this.spot.style.top = `${100 * (1 - share(this.across, up))}%`;
    this.canvas.ariaLabel = `All codes; the point is at unit 0 ${written(right)}, unit 1 ${written(up)}`;
  }

  /** Decode all pictures where `what` is another than at the last time. prepare: writes the label. */
  show(network, what, prepare) {
    if (this.element.hidden || what === this.shown) return;
    this.shown = what;
    clearTimeout(this.timer);
    const { across } = this;
    const [channels, height, width] = network.shape;
    const tile = this.context.createImageData(width, height);
    let at = 0;
    const work = () => {
      if (at === 0) Object.assign(this.canvas, { width: across.length * width, height: across.length * height });
      for (const end = performance.now() + SLICE; performance.now() < end; at++) {
        if (at === across.length ** 2) return;
        const [column, row] = [at % across.length, Math.floor(at / across.length)];
        network.inputs.z.set([across[column], across[across.length - 1 - row]]);
        prepare(network.inputs.y);
        network.run();
        fill(tile.data, network.outputs.mean, channels);
        this.context.putImageData(tile, column * width, row * height);
      }
      this.timer = setTimeout(work);
    };
    this.timer = setTimeout(work); // the picture comes first
  }

  end() {
    clearTimeout(this.timer);
  }
}

/** What part of the way along the pictures a value is, from 0 to 1; between two, in proportion. */
function share(across, value) {
  const n = across.length;
  let i = 0;
  while (i < n - 2 && across[i + 1] < value) i++;
  const place = i + (value - across[i]) / (across[i + 1] - across[i]);
  return Math.min(1, Math.max(0, (place + 0.5) / n));
}
