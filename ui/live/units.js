// A slider a latent unit: by layer, most KL first, those that carry nothing folded away.

import { make, written } from "./dom.js";

const STEP = 0.01;
const KEY_STEP = 0.1;
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

export class Units {
  /** `changed()` is called whenever a hand moves a slider. */
  constructor(element, changed) {
    this.element = element;
    this.changed = changed;
    this.rows = [];
    this.z = new Float32Array(0);
  }

  /** Draw the sliders. layers: [{name, used, unused}] of units; kl: nats a unit, or empty. */
  lay({ layers, kl, reach, dim }) {
    this.reach = reach;
    this.z = new Float32Array(dim);
    this.rows = new Array(dim);
    const most = Math.max(...kl, 0.01);
    const row = (unit) => (this.rows[unit] = this.row(unit, kl[unit], most));
    const groups = layers.map(({ name, used }) =>
      make("section", "layer", { ariaLabel: name || "Latent units" },
        ...(name ? [make("p", "layer-name", { textContent: name })] : []),
        ...used.map((unit) => row(unit).line)));
    const unused = layers.flatMap((layer) => layer.unused);
    if (unused.length) {
      const count = unused.length === 1 ? "1 unit" : `${unused.length} units`;
      groups.push(make("details", "layer", {},
        make("summary", "", { textContent: `${count} the model does not use` }),
        ...unused.map((unit) => row(unit).line)));
    }
    this.element.replaceChildren(...groups);
  }

  row(unit, kl, most) {
    const slider = make("input", "slider", { type: "range", min: -this.reach, max: this.reach, step: STEP });
    const value = make("span", "value", { ariaHidden: "true" });
    const name = make("span", "name", { textContent: `unit ${unit}` });
    const line = make("label", "unit", {}, name, slider, value);
    if (kl !== undefined) {
      const bar = make("i");
      bar.style.width = `${(100 * Math.max(0, kl)) / most}%`;
      name.after(make("span", "bar", {}, bar), make("span", "nats", { textContent: `${kl.toFixed(2)} nats` }));
    }
    slider.setAttribute("aria-label", kl === undefined ? `Unit ${unit}` : `Unit ${unit}, ${kl.toFixed(2)} nats`);
    slider.oninput = () => this.move(unit, slider.valueAsNumber);
    slider.ondblclick = () => this.move(unit, 0);
    slider.onkeydown = (event) => {
      const direction = KEYS[event.key];
      if (event.key === "Home") this.move(unit, 0);
      else if (direction) this.move(unit, this.z[unit] + direction * (event.shiftKey ? STEP : KEY_STEP));
      else return;
      event.preventDefault(); // Home would go to the left end
    };
    return { slider, value, line };
  }

  /** A hand moves one unit. */
  move(unit, value) {
    this.set(unit, value);
    this.changed();
  }

  /** Put a code in place of what stands there, without a word to anyone. */
  place(z) {
    for (let unit = 0; unit < this.z.length; unit++) this.set(unit, z[unit] ?? 0);
  }

  set(unit, value) {
    const { slider, value: output } = this.rows[unit];
    const { reach } = this;
    const kept = Math.min(reach, Math.max(-reach, Math.round(value / STEP) * STEP));
    this.z[unit] = kept;
    slider.value = kept;
    // The track is filled from zero to where the slider stands.
    slider.style.setProperty("--at", `${(50 * (kept + reach)) / reach}%`);
    output.textContent = written(kept);
  }
}
