// The label of a conditional model.

import { Pills } from "./pills.js";

export class Labels extends Pills {
  constructor(element, changed, legend = "Label") {
    super(element, legend, changed);
  }

  /** The class that is picked; null of a model that knows no labels. */
  get label() {
    return this.picked;
  }

  /** Write a weight a class. */
  write(weights) {
    if (weights) weights.fill(0)[this.label] = 1;
  }
}
