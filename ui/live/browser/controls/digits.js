// The digits of the keyboard, wherever the page has the focus but where a text is typed.

const TYPING = "input:not([type=range]):not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]";

export class Digits {
  constructor(pressed) {
    this.listen = (event) => {
      const { key, ctrlKey, altKey, metaKey } = event;
      if (ctrlKey || altKey || metaKey || !/^\d$/.test(key)) return;
      const [target] = event.composedPath(); // within an element of Streamlit's too
      if (!target.closest?.(TYPING)) pressed(Number(key));
    };
    addEventListener("keydown", this.listen);
  }

  end() {
    removeEventListener("keydown", this.listen);
  }
}
