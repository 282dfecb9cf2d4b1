// Work that may take longer than a frame: what is most urgent each time, the rest in turns.

const BUDGET = 8; // ms a frame

export class Rota {
  constructor() {
    this.next = 0;
    this.left = 0;
  }

  /** Everything has to be done again. */
  renew(count) {
    this.left = count;
  }

  /** Do jobs where the last time ended, as long as there is time; whether any are left. */
  work(jobs, started = performance.now()) {
    for (let done = 0; this.left > 0 && jobs.length; done++) {
      if (done > 0 && performance.now() - started > BUDGET) return true;
      this.next %= jobs.length;
      jobs[this.next++]();
      this.left--;
    }
    return false;
  }
}
