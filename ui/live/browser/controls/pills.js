// One of several, picked by a click or the arrow keys.

import { make } from "../base/dom.js";

export class Pills {
  constructor(element, legend, changed) {
    this.element = element;
    this.legend = legend;
    this.changed = changed;
    this.buttons = [];
    this.picked = null;
  }

  /** Offer titles; where there are none, nothing is shown. The first one is picked. */
  lay(titles) {
    // Radio buttons of one name exclude each other, and two elements may be on one page.
    const name = `pills-${Math.random()}`;
    this.buttons = titles.map((title, i) => {
      const button = make("input", "", { type: "radio", name });
      button.onchange = () => this.pick(i);
      return button;
    });
    const pills = this.buttons.map((button, i) => make("label", "pill", {}, button, make("span", "", { textContent: titles[i] })));
    this.element.replaceChildren(make("legend", "", { textContent: this.legend }), ...pills);
    this.element.hidden = titles.length === 0;
    this.place(0);
  }

  /** A hand picks one. */
  pick(i) {
    if (!this.buttons[i]) return;
    this.place(i);
    this.changed();
  }

  /** Pick one without a word to anyone. */
  place(i) {
    this.picked = this.buttons.length ? i : null;
    if (this.buttons[i]) this.buttons[i].checked = true;
  }
}
