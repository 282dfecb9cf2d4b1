// Weights on labels: from one label to another, or each by itself.

import { make } from "../base/dom.js";

export class Blend {
  /** `changed()` is called whenever a hand moves a weight. */
  constructor(element, changed) {
    this.element = element;
    this.changed = changed;
    this.rows = [];
  }

  lay(classes) {
    this.rows = classes.map((title) => this.row(title));
    const select = (title) => make("select", "", { ariaLabel: title, onchange: () => this.mix() },
      ...classes.map((name, value) => make("option", "", { textContent: name, value })));
    [this.from, this.to] = [select("From label"), select("To label")];
    this.part = make("input", "slider", { type: "range", min: 0, max: 1, step: 0.01, ariaLabel: "How far" });
    this.part.oninput = () => this.mix();
    this.element.replaceChildren(
      make("div", "mix", {}, this.from, this.part, this.to),
      make("div", "weights", { role: "group", ariaLabel: "Weights of the labels" }, ...this.rows.map(({ line }) => line)));
  }

  row(title) {
    const slider = make("input", "slider", { type: "range", min: 0, max: 1, step: 0.01, ariaLabel: `Weight of ${title}` });
    const share = make("span", "share", { ariaHidden: "true" });
    slider.oninput = () => {
      this.show();
      this.changed();
    };
    return { slider, share, line: make("label", "weight", {}, make("span", "title", { textContent: title }), slider, share) };
  }

  /** From the one label to the other; all others get nothing. */
  mix() {
    const [from, to, t] = [Number(this.from.value), Number(this.to.value), this.part.valueAsNumber];
    this.rows.forEach(({ slider }, i) => (slider.value = (i === from) * (1 - t) + (i === to) * t));
    this.show();
    this.changed();
  }

  /** Take weights over; the heaviest two are those that are mixed. */
  place(weights) {
    this.rows.forEach(({ slider }, i) => (slider.value = weights[i] ?? 0));
    const order = this.rows.map((_, i) => i).sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0));
    const [from, to] = order.slice(0, 2).sort((a, b) => a - b);
    this.from.value = from;
    this.to.value = to;
    this.part.value = (weights[to] ?? 0) / ((weights[from] ?? 0) + (weights[to] ?? 0) || 1);
    this.show();
  }

  show() {
    this.shares.forEach((share, i) => (this.rows[i].share.textContent = `${Math.round(100 * share)} %`));
    for (const slider of [this.part, ...this.rows.map((row) => row.slider)])
      slider.style.setProperty("--at", `${100 * slider.valueAsNumber}%`);
  }

  /** What part each label has; all the same where no weight is set. */
  get shares() {
    const weights = this.rows.map(({ slider }) => slider.valueAsNumber);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => (sum ? weight / sum : 1 / weights.length));
  }
}
