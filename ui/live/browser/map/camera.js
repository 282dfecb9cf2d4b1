// Where on a canvas the places of a map are: panned, zoomed, and turned where there are three dimensions.
//
// Places are taken into a box from -1 to 1 first, the same for all axes, so that a view stays what it
// is while a map forms and grows.

const MARGIN = 1.06;
const MOST = 400; // times the whole map

export class Camera {
  constructor() {
    this.size = [1, 1];
    this.reset();
  }

  reset() {
    this.set({ x: 0, y: 0, zoom: 1, yaw: 0.5, pitch: 0.35 });
  }

  /** What a bookmark holds. */
  get view() {
    const { x, y, zoom, yaw, pitch } = this;
    return { x, y, zoom, yaw, pitch };
  }

  set({ x, y, zoom, yaw, pitch }) {
    Object.assign(this, { x, y, zoom: Math.min(MOST, Math.max(0.5, zoom)), yaw, pitch });
  }

  /** Pixels a unit of the box. */
  get scale() {
    return (Math.min(...this.size) / 2 / MARGIN) * this.zoom;
  }

  /** From pixels to the box's plane. */
  box([px, py]) {
    const [width, height] = this.size;
    return [this.x + (px - width / 2) / this.scale, this.y - (py - height / 2) / this.scale];
  }

  /** From the box's plane to pixels. */
  pixels([x, y]) {
    const [width, height] = this.size;
    return [width / 2 + (x - this.x) * this.scale, height / 2 - (y - this.y) * this.scale];
  }

  pan(right, down) {
    this.x -= right / this.scale;
    this.y += down / this.scale;
  }

  turn(right, down) {
    this.yaw += right / 150;
    this.pitch = Math.min(1.55, Math.max(-1.55, this.pitch + down / 150));
  }

  /** Zoom by a factor; what is at a pixel stays there. */
  zoomAt(pixel, factor) {
    const [x, y] = this.box(pixel);
    const before = this.zoom;
    this.set({ ...this.view, zoom: this.zoom * factor });
    const share = before / this.zoom;
    this.x = x + (this.x - x) * share;
    this.y = y + (this.y - y) * share;
  }

  /** Show a part of the box's plane. */
  show([left, bottom, right, top]) {
    const [width, height] = this.size;
    const whole = Math.min(width, height) / MARGIN / 2;
    const zoom = Math.min(width / (right - left), height / (top - bottom)) / whole / 1.2;
    this.set({ ...this.view, x: (left + right) / 2, y: (bottom + top) / 2, zoom });
  }

  /** From the box to its plane as it is seen: as it is, or turned. to: [x, y, ...] of n places. */
  project(places, dims, to, depth) {
    if (dims === 2) return to.set(places);
    const [cy, sy, cp, sp] = [Math.cos(this.yaw), Math.sin(this.yaw), Math.cos(this.pitch), Math.sin(this.pitch)];
    for (let i = 0, a = 0, b = 0; a < places.length; i++, a += 3, b += 2) {
      const [x, y, z] = [places[a], places[a + 1], places[a + 2]];
      const back = cy * z - sy * x;
      to[b] = cy * x + sy * z;
      to[b + 1] = cp * y - sp * back;
      depth[i] = sp * y + cp * back;
    }
    return to;
  }

  /** The way back in three dimensions: the place that is seen at a spot of the plane, so deep. */
  place([x, y], depth) {
    const [cy, sy, cp, sp] = [Math.cos(this.yaw), Math.sin(this.yaw), Math.cos(this.pitch), Math.sin(this.pitch)];
    const back = cp * depth - sp * y;
    return [cy * x - sy * back, cp * y + sp * depth, sy * x + cy * back];
  }
}
