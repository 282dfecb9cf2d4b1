// One latent unit: its name, its KL as a bar and in nats, a slider, its value, a lock, a strip.

import { make, written } from "../base/dom.js";
import { shareOf } from "./scale.js";

const FINE = 0.01;
const COARSE = 0.1;
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };
const PADLOCK = `<svg viewBox="0 0 16 16" aria-hidden="true"><rect x="3" y="7" width="10" height="7" rx="1.5"/>
<path class="open" d="M5 7V4.5a3 3 0 0 1 5.8-1"/><path class="shut" d="M5 7V4.5a3 3 0 0 1 6 0V7"/></svg>`;

export class Row {
  /** kl: nats, or undefined; most: of all units. move(value), lock(locked): what a hand does. */
  constructor(unit, { kl, most, move, lock }) {
    this.unit = unit;
    this.value = 0;
    const known = kl !== undefined;
    this.slider = make("input", "slider", { type: "range",
      ariaLabel: known ? `Unit ${unit}, ${kl.toFixed(2)} nats` : `Unit ${unit}` });
    this.output = make("span", "value", { ariaHidden: "true" }, "");
    this.text = this.output.appendChild(new Text()); // its data changes without a new node
    const name = make("span", "name", { textContent: `unit ${unit}` });
    this.line = make("div", "unit", {}, name, this.slider, this.output);
    if (known) {
      const bar = make("i");
      bar.style.width = `${(100 * Math.max(0, kl)) / most}%`;
      name.after(make("span", "nats", { textContent: `${kl.toFixed(2)} nats` }), make("span", "bar", {}, bar));
    }
    if (lock) this.addLock(name, lock);
    this.listen(move);
  }

  listen(move) {
    const { slider } = this;
    slider.oninput = () => move(this.scale.value(slider.valueAsNumber));
    slider.ondblclick = () => move(0);
    slider.onkeydown = (event) => {
      const direction = event.ctrlKey || event.metaKey || event.altKey ? 0 : KEYS[event.key];
      if (event.key === "Home") move(0);
      else if (direction) move(this.value + direction * (event.shiftKey ? FINE : COARSE));
      else return;
      event.preventDefault(); // Home would go to the left end
    };
  }

  addLock(name, lock) {
    this.padlock = make("button", "lock", { type: "button", innerHTML: PADLOCK, ariaPressed: "false",
      title: "Lock: Random, Reset and Play leave this unit as it is", ariaLabel: `Lock unit ${this.unit}` });
    this.padlock.onclick = () => lock(this.padlock.ariaPressed !== "true");
    name.after(this.padlock);
  }

  /** Nine pictures are drawn on it; the slider does the same for those who do not see them. */
  addStrip() {
    this.strip = make("canvas", "strip", { width: 1, height: 1, ariaHidden: "true" });
    this.line.append(this.strip);
    this.line.classList.add("with-strip");
  }

  locked(locked) {
    this.padlock.ariaPressed = String(locked);
  }

  /** How the slider's way is spread over the values. */
  spread(scale) {
    this.scale = scale;
    const { min, max, step } = scale;
    Object.assign(this.slider, { step: "any", min, max });
    this.slider.step = step;
    this.slider.style.setProperty("--zero", `${100 * shareOf(scale, 0)}%`);
  }

  /** Show a value, be it beyond the slider's ends. */
  show(value) {
    const { slider, scale } = this;
    this.value = value;
    slider.value = scale.place(value);
    // The track is filled from zero to where the slider stands.
    slider.style.setProperty("--at", `${100 * shareOf(scale, value)}%`);
    this.text.data = written(value);
    if (scale.step !== FINE) slider.ariaValueText = written(value);
  }
}
