// The corners as they are offered: a letter, a picture, what it is; one of them is chosen.

import { make } from "../base/dom.js";
import { Picture } from "../base/picture.js";

export class Cards {
  /** `chosen()` is called when a hand chooses another one. */
  constructor(element, chosen) {
    this.element = element;
    this.chosen = chosen;
    this.cards = [];
    this.picked = 0;
  }

  lay(letters) {
    if (letters.join() === this.letters?.join()) return;
    this.letters = letters;
    const name = `corner-${Math.random()}`;
    this.cards = letters.map((letter, i) => {
      const input = make("input", "", { type: "radio", name });
      const canvas = make("canvas", "", { width: 1, height: 1 });
      const title = make("span");
      input.onchange = () => {
        this.picked = i;
        this.chosen();
      };
      const line = make("label", "corner", {}, input, canvas, make("span", "", {}, make("b", "", { textContent: `${letter} ` }), title));
      return { input, title, line, picture: new Picture(canvas) };
    });
    this.element.replaceChildren(...this.cards.map(({ line }) => line));
    this.picked = Math.min(this.picked, letters.length - 1);
    this.cards[this.picked].input.checked = true;
  }

  /** Decode the corners. */
  show(network, corners) {
    this.cards.forEach(({ title, picture }, i) => {
      title.textContent = corners[i].title;
      network.inputs.z.set(corners[i].z);
      network.inputs.y?.set(corners[i].y);
      network.run();
      picture.show(network.outputs.mean, network.shape);
    });
  }
}
