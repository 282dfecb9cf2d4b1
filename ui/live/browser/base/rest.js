// When a hand rests: nothing is held down, and nothing was changed for a moment.

const MOMENT = 150; // ms

export class Rest {
  /** `rested()` is called once after each stretch of changes, `released()` whenever it lets go. */
  constructor(element, rested, released) {
    this.rested = rested;
    this.held = false;
    this.pending = false;
    element.addEventListener("pointerdown", () => (this.held = true));
    this.release = () => {
      if (!this.held) return;
      this.held = false;
      if (this.pending) this.wait();
      released();
    };
    // The pointer may be released anywhere.
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, this.release);
  }

  /** Something was changed. */
  changed() {
    this.pending = true;
    this.wait();
  }

  /** What was changed is known, or no longer of interest. */
  forget() {
    this.pending = false;
    clearTimeout(this.timer);
  }

  wait() {
    clearTimeout(this.timer);
    if (this.held) return;
    this.timer = setTimeout(() => {
      this.pending = false;
      this.rested();
    }, MOMENT);
  }

  end() {
    this.forget();
    for (const end of ["pointerup", "pointercancel"]) removeEventListener(end, this.release);
  }
}
