// An image on a canvas of exactly its size; the style sheet enlarges it, every pixel a square.

export class Picture {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
  }

  /** Show values in [0, 1] of [channels, height, width]. */
  show(values, [channels, height, width]) {
    const { canvas, context } = this;
    if (!this.image || canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
      this.image = context.createImageData(width, height);
    }
    fill(this.image.data, values, channels);
    context.putImageData(this.image, 0, 0);
  }
}

/** Write values in [0, 1], channel after channel, as the bytes of a canvas. */
export function fill(data, values, channels) {
  const area = data.length / 4;
  const [green, blue] = channels === 3 ? [area, 2 * area] : [0, 0];
  for (let i = 0, at = 0; i < area; i++, at += 4) {
    data[at] = 255 * values[i]; // a clamped array rounds by itself
    data[at + 1] = 255 * values[green + i];
    data[at + 2] = 255 * values[blue + i];
    data[at + 3] = 255;
  }
}
