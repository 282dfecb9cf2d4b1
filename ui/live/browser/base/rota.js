// Pieces of work in turns: where there is no time for all of them, each has its share.

export class Rota {
  constructor() {
    this.next = 0;
    this.renew([]);
  }

  /** Everything has to be done again. */
  renew(jobs) {
    this.jobs = jobs;
    this.left = jobs.length;
  }

  /** Do the job after the last one; false where all are done. */
  step() {
    if (this.left === 0) return false;
    this.next %= this.jobs.length;
    this.jobs[this.next++]();
    this.left--;
    return true;
  }
}
