// Many points on a canvas, written straight into its pixels: 60,000 discs take some milliseconds,
// in every browser alike, where drawing commands would take a hundred.

const EDGE = 24; // pixels round the canvas that discs may reach into, so that none needs clipping
const LAYERS = 64;

export class Cloud {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false });
  }

  /** Pixels across and down. */
  resize(width, height) {
    if (this.canvas.width === width && this.canvas.height === height && this.image) return;
    Object.assign(this.canvas, { width, height });
    this.image = new ImageData(width + 2 * EDGE, height + 2 * EDGE);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }

  /**
   * Draw discs. plane: [x, y, ...]; colours: packed by `packed`; shown: 0 or 1 a point; order: which
   * comes first, or null; camera.size is in pixels of the canvas.
   */
  draw({ plane, colours, shown, order, camera, radius, background }) {
    const { pixels } = this;
    const { width, height } = this.image;
    pixels.fill(background);
    const disc = stamp(Math.min(radius, EDGE - 1), width);
    const [scale, [wide, high]] = [camera.scale, camera.size];
    const left = wide / 2 - camera.x * scale + EDGE;
    const top = high / 2 + camera.y * scale + EDGE;
    const [right, bottom] = [width - EDGE, height - EDGE];
    const count = plane.length / 2;
    for (let k = 0; k < count; k++) {
      const i = order ? order[k] : k;
      if (!shown[i]) continue;
      const x = (left + plane[2 * i] * scale + 0.5) | 0;
      const y = (top - plane[2 * i + 1] * scale + 0.5) | 0;
      if (!(x >= EDGE / 2 && y >= EDGE / 2 && x < right + EDGE / 2 && y < bottom + EDGE / 2)) continue;
      blend(pixels, y * width + x, disc, colours[i]);
    }
    this.context.putImageData(this.image, -EDGE, -EDGE);
  }
}

function blend(pixels, at, { inner, rim, alphas }, colour) {
  for (let s = 0; s < inner.length; s++) pixels[at + inner[s]] = colour;
  for (let s = 0; s < rim.length; s++) {
    const below = pixels[at + rim[s]];
    const a = alphas[s];
    const rest = 256 - a;
    const redBlue = ((((colour & 0xff00ff) * a) >>> 8) + (((below & 0xff00ff) * rest) >>> 8)) & 0xff00ff;
    const green = ((((colour >>> 8) & 0xff) * a + ((below >>> 8) & 0xff) * rest) >>> 8) & 0xff;
    pixels[at + rim[s]] = 0xff000000 | (green << 8) | redBlue;
  }
}

const stamps = new Map();

/** Where a disc covers pixels whole, and where in part and by how much. */
function stamp(radius, width) {
  const key = `${radius} ${width}`;
  if (stamps.has(key)) return stamps.get(key);
  const [inner, rim, alphas] = [[], [], []];
  const reach = Math.ceil(radius);
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const cover = Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(dx, dy)));
      if (cover > 0.98) inner.push(dy * width + dx);
      else if (cover > 0.02) {
        rim.push(dy * width + dx);
        alphas.push(Math.round(256 * cover));
      }
    }
  }
  if (stamps.size > 64) stamps.clear();
  const made = { inner: Int32Array.from(inner), rim: Int32Array.from(rim), alphas: Int32Array.from(alphas) };
  stamps.set(key, made);
  return made;
}

/** The points from the farthest to the nearest, roughly. */
export function backToFront(depth, order) {
  let [low, high] = [Infinity, -Infinity];
  for (const d of depth) [low, high] = [Math.min(low, d), Math.max(high, d)];
  const layer = (d) => Math.min(LAYERS - 1, Math.floor(((high - d) / (high - low || 1)) * LAYERS));
  const starts = new Uint32Array(LAYERS + 1);
  for (const d of depth) starts[layer(d) + 1]++;
  for (let i = 0; i < LAYERS; i++) starts[i + 1] += starts[i];
  for (let i = 0; i < depth.length; i++) order[starts[layer(depth[i])]++] = i;
  return order;
}

/** A colour as a canvas's bytes lie in memory. rgb: 0 to 255 each. */
export function packed([red, green, blue]) {
  return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
}
