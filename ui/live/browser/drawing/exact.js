// The exact posterior beside the encoder's, for a code of two units; both follow the pen.
//
// `data` from Python: {model, encoder, decoder, shape, dim, classes, binary, alone, full, framing,
// shelf: {digest, names, labels, leaf}, picture: {pixels, label}, revision,
// exact: {of, box, side, p, q, mu, covariance, numbers: [log p(x), ELBO, gap, error]}}.
// The picture is taken when the revision is another one; until then the browser's is the true one.
// State for Python: `drawn` {revision, stroke, pixels, label, empty, origin} when the hand rests, `leaf`,
// which page of the shelf is asked for, and `problem`.

import { written } from "../base/dom.js";
import { shown } from "../base/element.js";
import { fromText } from "../engine/bytes.js";
import { Evidence } from "./evidence.js";
import { Heat } from "./heat.js";
import { Paper } from "./paper.js";

const BUDGET = 9; // ms a frame
const HALF = 127.5 / 255; // from here on a pixel is on
const EXACT = [35, 145, 179];
const ENCODER = [214, 127, 28];

class Exact extends Paper {
  constructor(root) {
    super(root, ".exact");
    this.p = new Heat(this.find(".plane.p"), EXACT, "Exact posterior");
    this.q = new Heat(this.find(".plane.q"), ENCODER, "Encoder's posterior");
    this.evidence = new Evidence();
    this.find(".random").onclick = () => {
      const tiles = root.querySelectorAll(".tiles button");
      tiles[Math.floor(Math.random() * tiles.length)]?.click();
    };
  }

  update(component) {
    super.update(component);
    const { data } = component;
    const known = this.data;
    this.data = data;
    if (known?.model !== data.model || JSON.stringify(known.classes) !== JSON.stringify(data.classes)) {
      this.relabel(data);
      this.evidence.box = null;
    }
    this.follow(known, data);
    if (JSON.stringify(known?.exact) !== JSON.stringify(data.exact)) this.answered();
    this.tellNumbers();
  }

  paint() {
    const until = performance.now() + BUDGET;
    if (this.dirty) this.begin();
    if (this.isAnswered() || this.empty) return;
    const found = this.evidence.work(until);
    if (found) this.show(found);
    if (this.evidence.busy) this.invalidate();
  }

  /** The encoder's posterior at once, and the first look for the exact one. */
  begin() {
    const { coder, data } = this;
    this.dirty = false;
    this.look();
    this.tellNumbers();
    if (this.isAnswered()) return this.answered();
    if (!coder?.logvar || coder.mu.length !== 2 || !data.alone || this.empty) return;
    const x = this.x.map((value) => (value >= HALF ? 1 : 0));
    coder.encode(x, this.write);
    this.seen = { mu: [...coder.mu], sigma: [...coder.logvar].map((v) => Math.exp(0.5 * v)) };
    this.evidence.begin(coder.decoder, x, this.write, this.seen);
  }

  /** A pass of the browser's own: rough, and soon followed by a better one. */
  show({ box, side, p }) {
    const { mu, sigma } = this.seen;
    const covariance = [sigma[0] ** 2, 0, 0, sigma[1] ** 2];
    const q = p.map((_, i) => {
      const z = [box[0] + ((box[1] - box[0]) * (i % side)) / (side - 1), box[2] + ((box[3] - box[2]) * Math.floor(i / side)) / (side - 1)];
      return Math.exp(-0.5 * (((z[0] - mu[0]) / sigma[0]) ** 2 + ((z[1] - mu[1]) / sigma[1]) ** 2));
    });
    this.find(".state").textContent = "while the pen moves: rough";
    this.draw({ box, side, p, q, gaussian: this.data.full ? null : { mu, covariance } });
  }

  /** What Python has found, if it is of the picture on the pad. */
  answered() {
    if (!this.isAnswered()) return;
    const { box, side, p, q, mu, covariance } = this.data.exact;
    this.evidence.box = box;
    this.evidence.passes = Infinity;
    this.find(".state").textContent = "";
    this.draw({ box, side, p: fromText(p), q: fromText(q), gaussian: { mu, covariance } });
  }

  isAnswered() {
    const { exact, model, revision } = this.data;
    return Boolean(exact) && exact.of === `${model} ${revision} ${this.stroke}`;
  }

  draw({ box, side, p, q, gaussian }) {
    const colour = getComputedStyle(this.find(".exact")).color;
    this.p.show(p, side, box);
    this.q.show(q, side, box);
    if (!gaussian) return;
    this.p.ellipses(gaussian, `rgb(${ENCODER})`);
    this.q.ellipses(gaussian, colour);
  }

  tellNumbers() {
    const { exact } = this.data;
    const element = this.find(".sum");
    element.classList.toggle("old", !this.isAnswered());
    if (!exact) return;
    const [evidence, elbo, gap, error] = exact.numbers;
    for (const [name, value] of Object.entries({ evidence, elbo, gap })) {
      this.find(`.sum .${name} b`).textContent = `${written(value)}`;
    }
    const most = error < 0.005 ? "less than 0.005" : error.toFixed(3);
    this.find(".sum .error").textContent = `nats; error of the sum over the grid: ${most}`;
  }
}

export default shown(Exact);
