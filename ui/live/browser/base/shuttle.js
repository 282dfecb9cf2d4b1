// An animation that goes round and round until it is paused.

const SECONDS = 6; // a round

export class Shuttle {
  /** move(part): where it is, from 0 to 1; ended(): it was paused. */
  constructor(button, { move, ended }) {
    Object.assign(this, { button, move, ended, part: 0 });
    button.onclick = () => (this.playing ? this.pause() : this.play());
  }

  get playing() {
    return this.frame !== undefined;
  }

  play() {
    this.button.textContent = "Pause";
    let last = performance.now();
    const step = (now) => {
      this.part = (this.part + Math.max(0, now - last) / (1000 * SECONDS)) % 1;
      last = now;
      this.move(this.part);
      this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  pause() {
    if (!this.playing) return;
    cancelAnimationFrame(this.frame);
    this.frame = undefined;
    this.button.textContent = "Play";
    this.ended();
  }

  end() {
    cancelAnimationFrame(this.frame);
  }
}
