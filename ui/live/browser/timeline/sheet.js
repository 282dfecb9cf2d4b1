// Pictures in rows on one canvas: what changes on it changes in place.

import { fill } from "../base/picture.js";

const GAP = 2; // pixels between two pictures

export class Sheet {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
  }

  /** Make room for so many pictures of [channels, height, width] in a row, and rows. */
  lay(columns, rows, [channels, height, width]) {
    const size = [columns * (width + GAP) - GAP, rows * (height + GAP) - GAP];
    if (this.canvas.width !== size[0] || this.canvas.height !== size[1])
      Object.assign(this.canvas, { width: size[0], height: size[1] });
    if (this.tile?.width !== width || this.tile.height !== height) this.tile = new ImageData(width, height);
    this.channels = channels;
  }

  /** Show values in [0, 1] at a place. */
  put(column, row, values) {
    fill(this.tile.data, values, this.channels);
    const { width, height } = this.tile;
    this.context.putImageData(this.tile, column * (width + GAP), row * (height + GAP));
  }
}
