// Work for the time that a frame leaves over: in slices, after the picture and never instead of it.

const MOVING = 4; // ms a frame while the picture moves
const RESTING = 10;
const LATE = 25; // ms since the frame before: the machine has nothing to spare

export class Spare {
  /** steps: functions that do one piece of work and say whether there was one; most urgent first. */
  constructor(...steps) {
    this.steps = steps;
    this.usual = 0; // ms a piece
    this.before = 0;
  }

  /** There may be work. moved: the picture is drawn in this frame. */
  wake(moved = false) {
    this.moved ||= moved;
    this.frame ??= requestAnimationFrame((now) => {
      this.late = now - this.before > LATE;
      this.before = now;
      // The frame is painted before the first, and others who wait for that come before the second.
      this.timer = setTimeout(() => (this.timer = setTimeout(() => this.work())));
    });
  }

  work() {
    this.frame = null;
    const start = performance.now();
    // A model that needs most of a frame for one picture waits until the hand rests.
    const slice = !this.moved ? RESTING : this.late || this.usual > 2 * MOVING ? 0 : MOVING;
    this.moved = false;
    for (let now = start; now - start < slice; ) {
      if (!this.steps.some((step) => step())) return;
      const end = performance.now();
      this.usual = 0.9 * this.usual + 0.1 * (end - now);
      now = end;
    }
    this.wake();
  }

  end() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
  }
}
