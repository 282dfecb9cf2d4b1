// What the points of a map are coloured by: their class, or a number of theirs.

import { make, written } from "../base/dom.js";
import { packed } from "./cloud.js";

const STEPS = 64;
const ENDS = [0.01, 0.99]; // of the points; what lies beyond has the colour of the end

export class Tint {
  /** `changed()` is called when a class is hidden or shown. */
  constructor(legend, changed) {
    Object.assign(this, { legend, changed, hidden: new Set() });
  }

  /** choice: {id, title, unit}; columns: arrays by id, `label` among them; names: of the classes. */
  lay(choice, columns, count, { names, palette, ramp, plain }) {
    this.colours = new Uint32Array(count);
    this.shown = new Uint8Array(count).fill(1);
    this.values = columns[choice.id];
    this.palette = palette;
    if (choice.id === "label" && this.values) this.byClass(names, palette);
    else if (this.values) this.byValue(choice, ramp);
    else {
      this.colours.fill(packed(rgb(plain)));
      this.legend.replaceChildren();
    }
    if (choice.id !== "label") this.hidden.clear();
    this.hide();
  }

  byClass(names, palette) {
    const packedPalette = palette.map((colour) => packed(rgb(colour)));
    for (let i = 0; i < this.values.length; i++) this.colours[i] = packedPalette[this.values[i] % palette.length];
    const present = new Set(this.values);
    const chips = names.map((name, label) => present.has(label) && this.chip(name, label, palette[label % palette.length]));
    this.legend.replaceChildren(...chips.filter(Boolean));
  }

  chip(name, label, colour) {
    const mark = make("i");
    mark.style.background = colour;
    const chip = make("button", "chip", { type: "button", title: `Show or hide ${name}` }, mark, name);
    chip.ariaPressed = String(!this.hidden.has(label));
    chip.onclick = () => {
      this.hidden.has(label) ? this.hidden.delete(label) : this.hidden.add(label);
      chip.ariaPressed = String(!this.hidden.has(label));
      this.hide();
      this.changed();
    };
    return chip;
  }

  hide() {
    for (let i = 0; i < this.shown.length; i++) this.shown[i] = this.hidden.size && this.hidden.has(this.values[i]) ? 0 : 1;
  }

  byValue({ title, unit }, ramp) {
    const sorted = Float32Array.from(this.values).filter(Number.isFinite).sort();
    const [low, high] = ENDS.map((share) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0);
    const stops = ramp.map(rgb);
    const scale = Array.from({ length: STEPS }, (_, k) => packed(mixed(stops, k / (STEPS - 1))));
    const step = (value) => Math.round((STEPS - 1) * Math.min(1, Math.max(0, (value - low) / (high - low || 1))));
    for (let i = 0; i < this.values.length; i++) this.colours[i] = scale[step(this.values[i]) || 0];
    const bar = make("i", "ramp");
    bar.style.background = `linear-gradient(to right, ${ramp.join(", ")})`;
    const digits = high - low > 20 ? 0 : 1;
    this.legend.replaceChildren(make("span", "", { textContent: `${title}: ${written(low, digits)}` }), bar,
      make("span", "", { textContent: `${written(high, digits)} ${unit}` }));
  }

  /** The colours where all points but a group fade into the background; all as they are without one. */
  faded(group, ground) {
    if (!group.size) return this.colours;
    if (this.fading?.group === group && this.fading.of === this.colours && this.fading.ground === String(ground)) return this.fading.colours;
    const mix = (colour, shift) => Math.round(0.2 * ((colour >> shift) & 255) + 0.8 * ground[shift / 8]);
    const colours = this.colours.map((colour, i) => (group.has(i) ? colour : packed([0, 8, 16].map((shift) => mix(colour, shift)))));
    this.fading = { group, of: this.colours, ground: String(ground), colours };
    return colours;
  }

  /** A point's colour for the style sheet. */
  css(i) {
    const colour = this.colours[i];
    return `rgb(${colour & 255}, ${(colour >> 8) & 255}, ${(colour >> 16) & 255})`;
  }
}

/** #rrggbb to numbers. */
export function rgb(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

function mixed(stops, share) {
  const place = share * (stops.length - 1);
  const from = Math.min(stops.length - 2, Math.floor(place));
  return stops[from].map((value, c) => Math.round(value + (place - from) * (stops[from + 1][c] - value)));
}
