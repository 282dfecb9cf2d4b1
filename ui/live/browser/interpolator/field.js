// A square of pictures, each decoded from where it lies in the square.

import { fill } from "../base/picture.js";

export class Field {
  constructor(canvas, side) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.side = side;
    this.at = side ** 2;
  }

  /** Decode all pictures anew where `what` is another than at the last time. */
  follow(what) {
    if (what === this.shown) return;
    this.shown = what;
    this.at = 0;
  }

  /** Decode the next picture; false where all are. write(place, inputs): what is decoded at a place. */
  step(network, write) {
    const { side, at } = this;
    if (at >= side ** 2) return false;
    const [channels, height, width] = network.shape;
    if (this.canvas.width !== side * width || this.canvas.height !== side * height) {
      Object.assign(this.canvas, { width: side * width, height: side * height });
      this.tile = null;
    }
    this.tile ??= this.context.createImageData(width, height);
    const [column, row] = [at % side, Math.floor(at / side)];
    write([column / (side - 1), row / (side - 1)], network.inputs);
    network.run();
    fill(this.tile.data, network.outputs.mean, channels);
    this.context.putImageData(this.tile, column * width, row * height);
    this.at++;
    return true;
  }
}
