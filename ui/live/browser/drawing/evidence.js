// p(z|x) over a plane of codes while the pen moves: log p(x, z) on a grid that follows its mass.
//
// One pass over a grid takes longer than a frame, so it is done in slices. After each pass the box is
// drawn about what carries mass, and the next pass begins, until the box stays. The numbers are
// Python's, at rest: vae/analysis/exact_posterior.py.

const SIDE = 25; // nodes
const NATS = 16; // below the peak: what is less likely than that is left outside
const STAYS = 0.6; // share of a box's area that a tighter one has, where it is as good as the same
const PASSES = 9;
const DEVIATIONS = 4; // of q(z|x) that are in sight

export class Evidence {
  constructor() {
    this.values = new Float64Array(SIDE * SIDE);
    this.passes = PASSES;
  }

  /** Begin for a picture x; `write` puts the label's weights into an array. `q` {mu, sigma} is in sight. */
  begin(decoder, x, write, q) {
    Object.assign(this, { decoder, write, q, at: 0, passes: 0 });
    this.x = Float32Array.from(x);
    this.steps = decoder.steps.slice(0, -1); // the last one is the sigmoid: without it, logits
    this.box = union(this.box ?? [-5, 5, -5, 5], around(q));
  }

  get busy() {
    return this.passes < PASSES;
  }

  /** Work until a time; what is to be drawn when a pass is over: {box, side, p}, else null. */
  work(until) {
    while (this.busy && performance.now() < until) {
      this.values[this.at] = this.joint(this.at % SIDE, Math.floor(this.at / SIDE));
      if (++this.at === SIDE * SIDE) return this.finishPass();
    }
    return null;
  }

  /** log p(x, z) in nats, but for the prior's constant. */
  joint(column, row) {
    const [left, right, low, high] = this.box;
    const z0 = left + ((right - left) * column) / (SIDE - 1);
    const z1 = low + ((high - low) * row) / (SIDE - 1);
    const { inputs, outputs } = this.decoder;
    inputs.z[0] = z0;
    inputs.z[1] = z1;
    this.write(inputs.y);
    for (const step of this.steps) step();
    const logits = outputs.mean;
    let sum = -0.5 * (z0 * z0 + z1 * z1);
    for (let i = 0; i < logits.length; i++) {
      const l = logits[i];
      sum += this.x[i] * l - Math.max(l, 0) - Math.log1p(Math.exp(-Math.abs(l)));
    }
    return sum;
  }

  finishPass() {
    const { values, box } = this;
    const peak = values.reduce((most, value) => Math.max(most, value), -Infinity);
    const found = { box, side: SIDE, p: Float32Array.from(values, (value) => Math.exp(value - peak)) };
    const next = union(this.tighter(peak), around(this.q));
    this.passes += 1;
    this.at = 0;
    const share = area(next) / area(box);
    if (share > STAYS && share <= 1.001) this.passes = PASSES;
    this.box = next;
    return found;
  }

  /** The box about the nodes near the peak; beyond the edge where they reach it. */
  tighter(peak) {
    const [left, right, low, high] = this.box;
    const step = [(right - left) / (SIDE - 1), (high - low) / (SIDE - 1)];
    let [c0, c1, r0, r1] = [SIDE, -1, SIDE, -1];
    this.values.forEach((value, i) => {
      if (value < peak - NATS) return;
      const [c, r] = [i % SIDE, Math.floor(i / SIDE)];
      [c0, c1, r0, r1] = [Math.min(c0, c), Math.max(c1, c), Math.min(r0, r), Math.max(r1, r)];
    });
    const beyond = (edge, size) => (edge ? size * 0.4 : 0);
    return [
      left + (c0 - 1) * step[0] - beyond(c0 === 0, right - left),
      left + (c1 + 1) * step[0] + beyond(c1 === SIDE - 1, right - left),
      low + (r0 - 1) * step[1] - beyond(r0 === 0, high - low),
      low + (r1 + 1) * step[1] + beyond(r1 === SIDE - 1, high - low),
    ];
  }
}

function around({ mu, sigma }) {
  return [0, 1].flatMap((unit) => [mu[unit] - DEVIATIONS * sigma[unit], mu[unit] + DEVIATIONS * sigma[unit]]);
}

function union(a, b) {
  return a.map((edge, i) => (i % 2 ? Math.max(edge, b[i]) : Math.min(edge, b[i])));
}

function area([left, right, low, high]) {
  return (right - left) * (high - low);
}
