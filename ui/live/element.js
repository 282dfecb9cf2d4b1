// What every live element shares: it is built once, drawn when something changed, and tells Python
// only what Python does not know.

export class Element {
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
  return (component) => {
    const { parentElement } = component;
    let element = elements.get(parentElement);
    if (!element) elements.set(parentElement, (element = new Kind(parentElement)));
    const [data] = component.data; // in a list: see element.py
    element.update({ ...component, data });
    return () => {
      element.end();
      elements.delete(parentElement);
    };
  };
}
