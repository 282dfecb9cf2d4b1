// What is set once in a while: the sliders' range, the temperature, what plays and how fast.

import { make, written } from "../base/dom.js";
import { linear, quantile } from "../controls/scale.js";

const EVERY = "all";
// On the window: a visit to another page, which draws the element anew, keeps what was set.
const kept = (globalThis.latentSettings ??= { range: "prior", temperature: 1, tempo: 0, walk: EVERY });

export class Settings {
  /** ranged(): the sliders' range is another one. */
  constructor(find, ranged) {
    this.range = find(".range");
    this.walk = find(".walk");
    this.range.onchange = () => {
      kept.range = this.range.value;
      ranged();
    };
    this.walk.onchange = () => (kept.walk = this.walk.value);
    this.dial(find(".temperature"), "temperature", (value) => written(value));
    this.dial(find(".tempo"), "tempo", (value) => `${2 ** value}×`);
    const [button, panel] = [find(".more-button"), find(".more")];
    button.onclick = () => {
      panel.hidden = !panel.hidden;
      button.ariaExpanded = String(!panel.hidden);
    };
  }

  /** A small slider and what it stands at. */
  dial(slider, name, text) {
    const output = slider.nextElementSibling;
    const show = () => {
      slider.ariaValueText = output.textContent = text(kept[name]);
    };
    slider.value = kept[name];
    show();
    slider.oninput = () => {
      kept[name] = slider.valueAsNumber;
      show();
    };
  }

  /** Offer what makes sense for a model. order: of its units. */
  lay({ reach, ranges, normal }, order) {
    this.reach = reach;
    this.ranges = ranges;
    const offered = [["prior", `${normal ? "Prior" : "All codes"}, ±${reach}`]];
    if (normal) offered.push(["quantile", "Prior quantiles"]);
    if (ranges.length) offered.push(["posterior", "Posterior, 99 %"]);
    options(this.range, offered, kept.range);
    options(this.walk, [[EVERY, "All units"], ...order.map((unit) => [String(unit), `unit ${unit}`])], kept.walk);
  }

  /** How a unit's slider is spread. */
  scaleOf(unit) {
    if (this.range.value === "quantile") return quantile(this.reach);
    if (this.range.value === "posterior") return linear(...this.ranges[unit]);
    return linear(-this.reach, this.reach);
  }

  get temperature() {
    return kept.temperature;
  }

  /** 1 is a unit in four seconds. */
  get speed() {
    return 2 ** kept.tempo;
  }

  /** The unit that plays, or null for all in turn. */
  get unit() {
    return this.walk.value === EVERY ? null : Number(this.walk.value);
  }
}

function options(select, offered, chosen) {
  select.replaceChildren(...offered.map(([value, textContent]) => make("option", "", { value, textContent })));
  select.value = chosen;
  if (!select.value) select.value = offered[0][0];
  select.disabled = offered.length === 1;
}
