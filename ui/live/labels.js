// The label of a conditional model: one of several, picked by a click or the arrow keys.

import { make } from "./dom.js";

export class Labels {
  constructor(element, changed) {
    this.element = element;
    this.changed = changed;
    this.buttons = [];
    this.label = null;
  }

  /** Offer the classes; none for a model that knows no labels. */
  lay(classes) {
    // Radio buttons of one name exclude each other, and two elements may be on one page.
    const name = `label-${Math.random()}`;
    this.buttons = classes.map((title, label) => {
      const button = make("input", "", { type: "radio", name });
      button.onchange = () => {
        this.label = label;
        this.changed();
      };
      return button;
    });
    const pills = this.buttons.map((button, i) => make("label", "pill", {}, button, make("span", "", { textContent: classes[i] })));
    this.element.replaceChildren(make("legend", "", { textContent: "Label" }), ...pills);
    this.element.hidden = classes.length === 0;
    this.place(0);
  }

  place(label) {
    this.label = this.buttons.length ? label : null;
    if (this.buttons[label]) this.buttons[label].checked = true;
  }

  /** Write a weight a class. */
  write(weights) {
    if (weights) weights.fill(0)[this.label] = 1;
  }
}
