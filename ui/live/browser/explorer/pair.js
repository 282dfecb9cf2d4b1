// The two units that a drag on the picture moves, and a ring where they stand.

import { make } from "../base/dom.js";
import { pad } from "../controls/pad.js";
import { along, shareOf } from "../controls/scale.js";

export class Pair {
  /** surface: has the picture and the ring; choice: has two selects. */
  constructor(surface, choice, units, changed) {
    Object.assign(this, { choice, units, changed, chosen: [] });
    this.spot = surface.querySelector(".spot");
    this.selects = [...choice.querySelectorAll("select")];
    this.selects.forEach((select, axis) => {
      select.onchange = () => {
        this.chosen[axis] = Number(select.value);
        this.changed();
      };
    });
    // The ring goes as far as the hand does: nothing jumps to where a finger happens to touch.
    let start = [];
    pad(surface, {
      press: () => (start = this.shares()),
      drag: (at, from) => this.chosen.forEach((unit, axis) =>
        units.move(unit, along(units.scales[unit], start[axis] + at[axis] - from[axis]))),
    });
  }

  /** Offer the units; to begin with the two that carry most, or those of the map if there is one. */
  lay({ kl, map }) {
    const { order } = this.units;
    const ranked = kl.length ? order.toSorted((a, b) => kl[b] - kl[a]) : order;
    this.chosen = map.length ? [0, 1] : ranked.slice(0, 2);
    this.choice.hidden = map.length > 0 || order.length < 2;
    this.selects.forEach((select, axis) => {
      const options = order.map((unit) => make("option", "", { value: unit, textContent: `unit ${unit}` }));
      select.replaceChildren(...options);
      select.value = this.chosen[axis];
    });
  }

  shares() {
    return this.chosen.map((unit) => shareOf(this.units.scales[unit], this.units.z[unit]));
  }

  place() {
    const [right = 0.5, up = 0.5] = this.shares();
    const place = `${(100 * right).toFixed(1)}cqw ${(100 - 100 * up).toFixed(1)}cqh`;
    if (place !== this.placed) this.spot.style.translate = this.placed = place;
  }
}
