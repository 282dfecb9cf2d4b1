// Under each slider nine small pictures: what it would do, all other units being as they are.

import { fill } from "../base/picture.js";
import { along } from "../controls/scale.js";

export const COUNT = 9;

export class Strips {
  /** Draws on `units.rows[unit].strip`. waiting(): something has come into sight. */
  constructor(units, waiting) {
    this.units = units;
    this.z = [];
    this.sight = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) this.rowOf(target).seen = isIntersecting;
      waiting();
    });
  }

  /** There are other sliders. */
  lay() {
    this.sight.disconnect();
    this.z = [];
    this.turn = 0;
    for (const row of this.units.rows) {
      Object.assign(row, { todo: 0, at: 0, seen: false });
      this.sight.observe(row.strip);
      row.strip.onclick = ({ offsetX }) => {
        const place = Math.floor((COUNT * offsetX) / row.strip.clientWidth);
        this.units.move(row.unit, this.valueAt(row, Math.min(COUNT - 1, Math.max(0, place))));
      };
    }
  }

  rowOf(strip) {
    return this.units.rows.find((row) => row.strip === strip);
  }

  /** Note what is out of date: a strip does not depend on its own unit. what: all but the code. */
  follow(what) {
    const { z, rows } = this.units;
    const moved = rows.filter(({ unit }) => z[unit] !== this.z[unit]);
    const all = what !== this.what || moved.length > 1;
    if (!all && !moved.length) return;
    for (const row of rows) if (all || row !== moved[0]) row.todo = COUNT;
    this.z = z.slice();
    this.what = what;
  }

  /** Draw the picture that is wanted most; false where none is. */
  step(network, prepare) {
    const row = this.next();
    if (!row) return false;
    const [channels, height, width] = network.shape;
    const { strip } = row;
    if (strip.width !== COUNT * width || strip.height !== height) {
      Object.assign(strip, { width: COUNT * width, height });
      row.todo = COUNT;
    }
    if (this.tile?.width !== width || this.tile.height !== height) this.tile = new ImageData(width, height);
    network.inputs.z.set(this.units.z);
    network.inputs.z[row.unit] = this.valueAt(row, row.at);
    prepare(network.inputs.y);
    network.run();
    fill(this.tile.data, network.outputs.mean, channels);
    (row.context ??= strip.getContext("2d")).putImageData(this.tile, row.at * width, 0);
    row.at = (row.at + 1) % COUNT; // goes on where it was, so that a strip that moves is drawn evenly
    row.todo--;
    return true;
  }

  /** The strip that is looked at, else those in sight by turns. */
  next() {
    const { rows } = this.units;
    const looked = rows.find((row) => row.seen && row.todo && row.line.matches(":hover, :focus-within"));
    if (looked) return looked;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[(this.turn + i) % rows.length];
      if (!row.seen || !row.todo) continue;
      this.turn = (this.turn + i + (row.at === COUNT - 1 ? 1 : 0)) % rows.length;
      return row;
    }
    return null;
  }

  valueAt({ unit }, place) {
    return along(this.units.scales[unit], place / (COUNT - 1));
  }

  end() {
    this.sight.disconnect();
  }
}
