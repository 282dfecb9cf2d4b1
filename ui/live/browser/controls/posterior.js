// q(z|x): for each unit its mean and deviation over the prior, and the KL between the two.

import { make, written } from "../base/dom.js";
import { folded } from "./unused.js";

const WHISKERS = 2; // standard deviations to either side

/** KL(N(mu, exp(logvar)) || N(0, 1)) in nats (Kingma & Welling 2014, appendix B). */
export function kl(mu, logvar) {
  return 0.5 * (mu * mu + Math.exp(logvar) - 1 - logvar);
}

export class Posterior {
  constructor(element) {
    this.element = element;
    this.rows = [];
  }

  /** A row a unit. layers: [{name, used, unused}]; reach: where the tracks end; spread: has deviations. */
  lay({ layers, dim, reach, spread, nats }) {
    Object.assign(this, { reach, spread, nats, rows: new Array(dim) });
    const lines = (units) => units.map((unit) => (this.rows[unit] = this.row(unit)).line);
    const groups = layers.map(({ name, used }) =>
      make("section", "", {}, ...(name ? [make("p", "layer-name", { textContent: name })] : []), ...lines(used)));
    this.element.replaceChildren(...groups, ...folded(layers, lines));
  }

  row(unit) {
    const [whisker, dot] = [make("i", "whisker", { hidden: !this.spread }), make("i", "dot")];
    const [value, nats] = [make("span", "value"), make("span", "nats", { hidden: !this.nats })];
    const track = make("span", "track", { ariaHidden: "true" }, whisker, dot);
    if (this.spread) {
      // The prior's middle: one and two deviations.
      track.style.setProperty("--one", `${100 / this.reach}%`);
      track.style.setProperty("--two", `${200 / this.reach}%`);
    }
    const line = make("div", "unit", {}, make("span", "name", { textContent: `unit ${unit}` }), track, value, nats);
    return { line, whisker, dot, value, nats };
  }

  /** Move to means and log variances; the numbers follow with `write`. */
  show(mu, logvar) {
    Object.assign(this, { mu, logvar });
    for (let unit = 0; unit < mu.length; unit++) {
      const { dot, whisker } = this.rows[unit];
      dot.style.transform = `translateX(${100 * this.share(mu[unit])}%)`;
      if (!logvar) continue;
      const sigma = Math.exp(0.5 * logvar[unit]);
      const from = this.share(mu[unit] - WHISKERS * sigma);
      const to = this.share(mu[unit] + WHISKERS * sigma);
      whisker.style.transform = `translateX(${100 * from}%) scaleX(${to - from})`;
    }
  }

  /** Write what is shown as numbers; the sum of the KL in nats. */
  write() {
    const { mu, logvar } = this;
    let total = 0;
    for (let unit = 0; unit < mu.length; unit++) {
      const row = this.rows[unit];
      const sigma = logvar && Math.exp(0.5 * logvar[unit]).toFixed(2);
      row.value.textContent = logvar ? `${written(mu[unit])} \u00b1 ${sigma}` : written(mu[unit]);
      if (!logvar) continue;
      const nats = kl(mu[unit], logvar[unit]);
      total += nats;
      row.nats.textContent = nats.toFixed(2);
    }
    return total;
  }

  /** What part of the way along the track a value is. */
  share(value) {
    return Math.min(1, Math.max(0, (value + this.reach) / (2 * this.reach)));
  }
}
