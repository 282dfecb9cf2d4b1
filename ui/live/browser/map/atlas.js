// The real pictures of a map's points, small: bytes that become canvases when they are looked at.

import { make } from "../base/dom.js";

const KEPT = 3000;

export class Atlas {
  /** pictures: bytes of [n, channels, height, width]. */
  constructor(pictures) {
    [this.count, this.channels, this.height, this.width] = pictures.shape;
    this.pictures = pictures;
    this.canvases = new Map();
  }

  /** A picture on a canvas of its size. */
  canvas(i) {
    let canvas = this.canvases.get(i);
    if (canvas) return canvas;
    canvas = make("canvas", "", { width: this.width, height: this.height });
    const context = canvas.getContext("2d");
    const image = context.createImageData(this.width, this.height);
    const area = this.width * this.height;
    const start = i * this.channels * area;
    for (let p = 0, at = 0; p < area; p++, at += 4) {
      for (let c = 0; c < 3; c++) image.data[at + c] = this.pictures[start + (this.channels === 3 ? c * area : 0) + p];
      image.data[at + 3] = 255;
    }
    context.putImageData(image, 0, 0);
    if (this.canvases.size >= KEPT) this.canvases.clear();
    this.canvases.set(i, canvas);
    return canvas;
  }

  /** Draw a picture into a canvas of an element; an empty one for none. */
  draw(canvas, i) {
    Object.assign(canvas, { width: this.width, height: this.height });
    if (i !== undefined) canvas.getContext("2d").drawImage(this.canvas(i), 0, 0);
  }
}
