// Points of a plane in square cells, so that those near a place are found at once.

const A_CELL = 3; // points, on average

export class Cells {
  /** plane: [x, y, ...]; shown: 0 or 1 a point. */
  constructor(plane, shown) {
    this.plane = plane;
    const among = [];
    let [left, bottom, right, top] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = 0; i < shown.length; i++) {
      if (!shown[i]) continue;
      among.push(i);
      left = Math.min(left, plane[2 * i]);
      right = Math.max(right, plane[2 * i]);
      bottom = Math.min(bottom, plane[2 * i + 1]);
      top = Math.max(top, plane[2 * i + 1]);
    }
    const area = Math.max((right - left) * (top - bottom), 1e-12);
    this.side = Math.max(Math.sqrt((area * A_CELL) / Math.max(1, among.length)), Math.max(right - left, top - bottom) / 1000, 1e-9);
    Object.assign(this, { left, bottom });
    this.columns = Math.floor((right - left) / this.side) + 1 || 1;
    this.rows = Math.floor((top - bottom) / this.side) + 1 || 1;
    this.starts = new Uint32Array(this.columns * this.rows + 1);
    this.list = new Uint32Array(among.length);
    const cell = (i) => this.row(plane[2 * i + 1]) * this.columns + this.column(plane[2 * i]);
    for (const i of among) this.starts[cell(i) + 1]++;
    for (let c = 0; c < this.starts.length - 1; c++) this.starts[c + 1] += this.starts[c];
    const next = this.starts.slice();
    for (const i of among) this.list[next[cell(i)]++] = i;
  }

  column(x) {
    return Math.min(this.columns - 1, Math.max(0, Math.floor((x - this.left) / this.side)));
  }

  row(y) {
    return Math.min(this.rows - 1, Math.max(0, Math.floor((y - this.bottom) / this.side)));
  }

  /** The k nearest points of a place: [{i, far}], the nearest first; `far` is the distance squared. */
  nearest([x, y], k) {
    const [column, row] = [this.column(x), this.row(y)];
    const found = [];
    const rings = Math.max(this.columns, this.rows);
    for (let ring = 0; ring <= rings; ring++) {
      this.ring(column, row, ring, (i) => keep(found, { i, far: (this.plane[2 * i] - x) ** 2 + (this.plane[2 * i + 1] - y) ** 2 }, k));
      // What lies outside of the rings seen is at least so far away.
      const beyond = this.beyond(x, y, column, row, ring);
      if (found.length === Math.min(k, this.list.length) && found.at(-1).far <= beyond ** 2) break;
    }
    return found;
  }

  beyond(x, y, column, row, ring) {
    const sides = [
      column - ring > 0 ? x - (this.left + (column - ring) * this.side) : Infinity,
      column + ring < this.columns - 1 ? this.left + (column + ring + 1) * this.side - x : Infinity,
      row - ring > 0 ? y - (this.bottom + (row - ring) * this.side) : Infinity,
      row + ring < this.rows - 1 ? this.bottom + (row + ring + 1) * this.side - y : Infinity,
    ];
    return Math.max(0, Math.min(...sides));
  }

  ring(column, row, ring, each) {
    for (let r = row - ring; r <= row + ring; r++) {
      if (r < 0 || r >= this.rows) continue;
      const step = Math.abs(r - row) === ring || ring === 0 ? 1 : 2 * ring;
      for (let c = column - ring; c <= column + ring; c += step) {
        if (c < 0 || c >= this.columns) continue;
        const cell = r * this.columns + c;
        for (let at = this.starts[cell]; at < this.starts[cell + 1]; at++) each(this.list[at]);
      }
    }
  }
}

/** Put an item among the k nearest ones, in order. */
export function keep(found, item, k) {
  if (found.length === k && found[k - 1].far <= item.far) return;
  let at = found.length;
  while (at > 0 && found[at - 1].far > item.far) at--;
  found.splice(at, 0, item);
  if (found.length > k) found.pop();
}
