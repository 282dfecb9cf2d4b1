// What every live element shares: it is built once, drawn when something changed, and tells Python
// only what Python does not know.

import { isFast } from "../engine/kernel.js";
import { closeMenu } from "./menu.js";

const SLOW = "This browser has no fast arithmetic (WebAssembly): the picture may lag behind the hand.";

export class Element {
  static unreachable = "The model could not be fetched. Reload the page to try again.";

  constructor(root) {
    this.find = (selector) => root.querySelector(selector);
    this.told = { problem: "" };
  }

  /** What Python says: at first, and whenever its data or the theme has changed. */
  update(component) {
    this.component = component;
  }

  /** Call `paint()` before the next frame, once, whatever happens until then. */
  invalidate() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.paint();
    });
  }

  /** Tell Python, which reruns the page, only what it does not know. */
  tell(what, value) {
    if (JSON.stringify(this.told[what]) === JSON.stringify(value)) return;
    this.told[what] = value;
    this.component.setStateValue(what, value);
  }

  /** `take` what a promise gives, null where it fails; nothing where another was asked for since. */
  async fetch(promise, take) {
    this.asked = promise;
    const found = await promise.catch(() => null);
    if (this.asked !== promise) return;
    const problem = found ? "" : this.constructor.unreachable;
    this.say(problem || this.warning);
    this.tell("problem", problem);
    take(found);
  }

  /** What a person should know of a browser that decodes slowly. */
  get warning() {
    return isFast() ? "" : SLOW;
  }

  /** Show a sentence in the element; none hides it. */
  say(sentence) {
    this.find(".notice").textContent = sentence;
    this.find(".notice").hidden = !sentence;
  }

  end() {
    cancelAnimationFrame(this.frame);
  }
}

const elements = new WeakMap(); // by what they are in: Streamlit calls again for the same one

/** What Streamlit calls, for a class of elements. */
export function shown(Kind) {
  closeMenu();
  return (component) => {
    const { parentElement } = component;
    let element = elements.get(parentElement);
    if (!element) elements.set(parentElement, (element = new Kind(parentElement)));
    const [data] = component.data; // in a list: see element.py
    element.update({ ...component, data });
    return () => {
      // Streamlit also ends a call that another one has overtaken while this script was on its way:
      // the element is still there, and would be built into the same place a second time.
      if (parentElement.isConnected) return;
      element.end();
      elements.delete(parentElement);
    };
  };
}
