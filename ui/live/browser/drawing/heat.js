// A density over a plane of codes: the more, the more ink; and the ellipses of a Gaussian.

import { written } from "../base/dom.js";

const PIXELS = 480;
const DEVIATIONS = [1, 2];

export class Heat {
  /** `element` holds a canvas and an axis; `ink` is red, green and blue. */
  constructor(element, ink, name) {
    this.canvas = element.querySelector("canvas");
    this.axis = element.querySelector(".axis");
    this.context = this.canvas.getContext("2d");
    this.small = document.createElement("canvas");
    Object.assign(this, { ink, name });
  }

  /** shares of the peak [side side], rows upwards; box: [left, right, low, high]. */
  show(shares, side, box) {
    if (this.canvas.width !== PIXELS) this.canvas.width = this.canvas.height = PIXELS;
    Object.assign(this.small, { width: side, height: side });
    const context = this.small.getContext("2d");
    const image = context.createImageData(side, side);
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        const at = 4 * ((side - 1 - row) * side + column);
        image.data.set(this.ink, at);
        image.data[at + 3] = 255 * shares[row * side + column];
      }
    }
    context.putImageData(image, 0, 0);
    this.context.clearRect(0, 0, PIXELS, PIXELS);
    this.context.drawImage(this.small, 0, 0, PIXELS, PIXELS);
    this.box = box;
    const [left, right, low, high] = box.map((edge) => written(edge));
    this.axis.textContent = `unit 0: ${left} to ${right}, unit 1 upwards: ${low} to ${high}`;
    this.canvas.ariaLabel = `${this.name}, from ${left} to ${right} of unit 0 and ${low} to ${high} of unit 1`;
  }

  /** One and two deviations of a Gaussian with this covariance, row after row. */
  ellipses({ mu, covariance }, colour) {
    const { context } = this;
    const [left, right, low, high] = this.box;
    const [a, b, , d] = covariance;
    const below = b / Math.sqrt(a); // Cholesky
    const last = Math.sqrt(Math.max(0, d - below * below));
    context.strokeStyle = colour;
    context.lineWidth = 3;
    for (const size of DEVIATIONS) {
      context.beginPath();
      for (let i = 0; i <= 72; i++) {
        const [cos, sin] = [size * Math.cos((i * Math.PI) / 36), size * Math.sin((i * Math.PI) / 36)];
        const x = ((mu[0] + Math.sqrt(a) * cos - left) / (right - left)) * PIXELS;
        const y = ((high - mu[1] - below * cos - last * sin) / (high - low)) * PIXELS;
        if (i === 0) context.moveTo(x, y);
        else context.lineTo(x, y);
      }
      context.stroke();
    }
  }
}
