// A slider a latent unit: by layer, most KL first, those that carry nothing folded away.

import { make } from "../base/dom.js";
import { Row } from "./row.js";
import { linear, within } from "./scale.js";
import { folded } from "./unused.js";

const STEP = 0.01;

export class Units {
  /**
   * `changed()` is called whenever a hand moves a slider. On demand: `strips` under the sliders,
   * `locks` beside them, `resample(units)` for a button in each layer's heading.
   */
  constructor(element, changed, { strips = false, locks = false, resample = null } = {}) {
    Object.assign(this, { element, changed, strips, locks, resample });
    this.rows = [];
    this.order = [];
    this.locked = new Set();
    this.z = new Float32Array(0);
  }

  /**
   * Draw the sliders. layers: [{name, used, unused}] of units; kl: nats a unit, or empty; reach: how
   * far they go, bound: how far a code may lie.
   */
  lay({ layers, kl, reach, bound = reach, dim }) {
    this.bound = bound;
    this.z = new Float32Array(dim);
    this.locked.clear();
    const most = Math.max(...kl, STEP);
    this.rows = Array.from({ length: dim }, (_, unit) => this.row(unit, kl[unit], most));
    this.order = layers.flatMap((layer) => layer.used);
    if (!this.order.length) this.order = this.rows.map(({ unit }) => unit);
    this.spread(() => linear(-reach, reach));
    const lines = (units) => units.map((unit) => this.rows[unit].line);
    const groups = layers.map(({ name, used, unused }) =>
      make("section", "layer", { ariaLabel: name || "Latent units" },
        ...(name ? [this.heading(name, [...used, ...unused])] : []), ...lines(used)));
    this.element.replaceChildren(...groups, ...folded(layers, lines, "layer"));
  }

  row(unit, kl, most) {
    const move = (value) => this.move(unit, value);
    const row = new Row(unit, { kl, most, move, lock: this.locks && ((locked) => this.lock(unit, locked)) });
    if (this.strips) row.addStrip();
    return row;
  }

  heading(name, units) {
    const heading = make("div", "layer-name", {}, make("span", "", { textContent: name }));
    if (this.resample)
      heading.append(make("button", "resample", { type: "button", textContent: "Resample", ariaLabel: `Resample ${name}`,
        title: "Draw this layer anew from the prior; the others stay", onclick: () => this.resample(units) }));
    return heading;
  }

  /** How the sliders' ways are spread: a scale a unit. */
  spread(scaleOf) {
    this.scales = this.rows.map(({ unit }) => scaleOf(unit));
    this.rows.forEach((row) => {
      row.spread(this.scales[row.unit]);
      row.show(this.z[row.unit]);
    });
  }

  /** A hand moves one unit, no further than its slider goes. */
  move(unit, value) {
    const { low, high } = this.scales[unit];
    this.set(unit, within(value, low, high));
    this.changed();
  }

  /** Put a code in place of what stands there, without a word to anyone. */
  place(z) {
    for (let unit = 0; unit < this.z.length; unit++) this.set(unit, z[unit] ?? 0);
  }

  /** Put values in place of those of some units that are not locked. */
  replace(z, units = this.z.keys()) {
    for (const unit of units) if (!this.locked.has(unit)) this.set(unit, z[unit] ?? 0);
  }

  lock(unit, locked) {
    if (locked) this.locked.add(unit);
    else this.locked.delete(unit);
    this.rows[unit].locked(locked);
  }

  set(unit, value) {
    const kept = within(Math.round(value / STEP) * STEP, -this.bound, this.bound);
    this.z[unit] = kept;
    this.rows[unit].show(kept);
  }
}
