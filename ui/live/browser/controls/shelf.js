// Pictures of the data to take one from.

import { unpack } from "../engine/arrays.js";
import { fetchBlob } from "../engine/blob.js";
import { Tiles } from "./tiles.js";

const COLUMNS = 15;

export class Shelf {
  /** `taken(pixels, shape, label)` is called with the picture that a hand picks. */
  constructor(element, taken) {
    this.element = element;
    this.tiles = new Tiles(element.querySelector(".tiles"), (i) => {
      this.tiles.mark(i);
      taken(this.at(i), this.shape, this.labels[i]);
    });
  }

  /** {digest, labels, names}: what to show; nothing hides it. */
  async lay(shelf) {
    this.element.hidden = !shelf;
    if (!shelf || shelf.digest === this.digest) return;
    this.digest = shelf.digest;
    let found;
    try {
      found = unpack(await fetchBlob("points", shelf.digest));
    } catch {
      this.digest = null; // so that the next attempt asks again
      return;
    }
    if (shelf.digest !== this.digest) return;
    const [count, ...shape] = found.pictures.shape;
    Object.assign(this, { pictures: found.pictures, shape, labels: shelf.labels });
    this.tiles.lay(count, COLUMNS, (i) => shelf.names[i]);
    this.tiles.mark(-1);
    for (let i = 0; i < count; i++) this.tiles.put(i, this.at(i), shape);
  }

  /** A picture in [0, 1]. */
  at(i) {
    const size = this.shape.reduce((product, side) => product * side, 1);
    return Float32Array.from(this.pictures.subarray(i * size, (i + 1) * size), (value) => value / 255);
  }
}
