// What is drawn over the points of a map: pictures where it is zoomed in, the current code, the code
// under the pointer with its posterior, a lasso, and a group.

const FEW = 350; // points in sight that become pictures
const SIGMAS = 2; // of a posterior's ellipse

export class Overlay {
  constructor(canvas) {
    Object.assign(this, { canvas, context: canvas.getContext("2d"), ink: "#888", group: new Set(), image: null, lasso: null });
  }

  /** Which points are in sight. */
  measure({ camera, points, tint }) {
    const [width, height] = camera.size;
    const [[left, top], [right, bottom]] = [camera.box([0, 0]), camera.box([width, height])];
    this.seen = [];
    for (let i = 0; i < tint.shown.length && this.seen.length <= FEW; i++) {
      const [x, y] = points.at(i);
      if (tint.shown[i] && x >= left && x <= right && y >= bottom && y <= top) this.seen.push(i);
    }
  }

  draw(map) {
    const { canvas, context } = this;
    const { camera } = map;
    const ratio = devicePixelRatio;
    const [width, height] = camera.size;
    Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    context.scale(ratio, ratio);
    this.at = (i) => camera.pixels(map.points.at(i));
    if (map.atlas && this.seen?.length <= FEW) this.pictures(map);
    if (this.image !== null) this.ring(this.at(this.image), 12, 3);
    if (map.points.way && map.points.dims === 2) this.current(map);
    if (map.here) this.pointed(map);
    if (this.lasso) this.line(this.lasso);
  }

  pictures({ atlas, camera, tint }) {
    const { context } = this;
    const [width, height] = camera.size;
    const side = Math.min(64, Math.max(18, 0.55 * Math.sqrt((width * height) / Math.max(1, this.seen.length))));
    context.imageSmoothingEnabled = false;
    for (const i of this.seen) {
      if (i >= atlas.count) continue;
      const [x, y] = this.at(i);
      const [left, top] = [Math.round(x - side / 2), Math.round(y - side / 2)];
      context.fillStyle = tint.css(i);
      context.fillRect(left - 2, top - 2, side + 4, side + 4);
      context.drawImage(atlas.canvas(i), left, top, side, side);
    }
  }

  /** Where the current code is. */
  current({ points, z, camera, codes }) {
    if (z.length !== codes.dim) return;
    const spot = points.inBox(points.way.place(z));
    this.ring(camera.pixels(spot), 7, 3, "#ffffff");
    this.ring(camera.pixels(spot), 9, 2, "#0b6b8a");
  }

  /** The nearest point, and where its posterior puts 86 % of its codes, if the map is linear. */
  pointed({ here, points, codes, camera, tint }) {
    const { way, half } = points;
    const [x, y] = this.at(here.i);
    this.ring([x, y], 5, 2);
    if (!way || !codes.logvar || !here.spot) return;
    const { dim } = codes;
    const [a, b, c] = way.covariance(codes.logvar.subarray(here.i * dim, (here.i + 1) * dim));
    const [mid, off] = [(a + c) / 2, Math.hypot((a - c) / 2, b)];
    const long = (value) => (SIGMAS * Math.sqrt(Math.max(0, value)) * camera.scale) / half;
    const { context } = this;
    context.beginPath();
    context.ellipse(x, y, long(mid + off), long(mid - off), -0.5 * Math.atan2(2 * b, a - c), 0, 2 * Math.PI);
    context.fillStyle = tint.css(here.i);
    context.globalAlpha = 0.25;
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = this.ink;
    context.lineWidth = 1.5;
    context.stroke();
  }

  ring([x, y], radius, width, colour = this.ink) {
    const { context } = this;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke();
  }

  line(pixels) {
    const { context } = this;
    context.beginPath();
    for (const pixel of pixels) context.lineTo(...pixel);
    context.closePath();
    context.setLineDash([6, 4]);
    context.strokeStyle = this.ink;
    context.lineWidth = 2;
    context.stroke();
    context.setLineDash([]);
  }

  /** Points and what is over them, on one canvas. */
  over(cloud) {
    const both = document.createElement("canvas");
    Object.assign(both, { width: cloud.width, height: cloud.height });
    const context = both.getContext("2d");
    context.drawImage(cloud, 0, 0);
    context.drawImage(this.canvas, 0, 0, cloud.width, cloud.height);
    return both;
  }
}
