// The exact posterior beside the encoder's, for a code of two units; both follow the pen.
//
// `data` from Python: {model, encoder, decoder, shape, dim, classes, binary, alone, full, framing,
// shelf: {digest, names, labels, leaf}, picture: {pixels, label}, revision,
// exact: {of, box, side, p, q, mu, covariance, numbers: [log p(x), ELBO, gap, error]}}.
// The picture is taken when the revision is another one; until then the browser's is the true one.
// State for Python: `drawn` {revision, stroke, pixels, label, empty, origin} when the hand rests, `leaf`,
// which page of the shelf is asked for, and `problem`.

import { fromText, toText } from "./bytes.js";
import { Coder } from "./coder.js";
import { written } from "./dom.js";
import { Element, shown } from "./element.js";
import { Evidence } from "./evidence.js";
import { Heat } from "./heat.js";
import { Labels } from "./labels.js";
import { Rest } from "./rest.js";
import { Shelf } from "./shelf.js";
import { Sketch } from "./sketch.js";

const UNREACHABLE = "The model could not be fetched, so nothing can follow the pen. Reload the page to try again.";
const BUDGET = 9; // ms a frame
const HALF = 127.5 / 255; // from here on a pixel is on
const EXACT = [35, 145, 179];
const ENCODER = [214, 127, 28];

class Exact extends Element {
  constructor(root) {
    super(root);
    this.p = new Heat(this.find(".plane.p"), EXACT, "Exact posterior");
    this.q = new Heat(this.find(".plane.q"), ENCODER, "Encoder's posterior");
    this.evidence = new Evidence();
    this.stroke = 0;
    this.rest = new Rest(this.find(".exact"), () => this.report(), () => {});
    const changed = (origin) => {
      this.origin = origin;
      this.stroke += 1;
      this.rest.changed();
      this.renew();
    };
    this.sketch = new Sketch(this.find(".sketch"), () => changed("drawn"));
    this.labels = new Labels(this.find(".labels"), () => changed(this.origin));
    this.write = (weights) => this.labels.write(weights);
    this.shelf = new Shelf(this.find(".shelf"), (pixels, shape, label) => {
      this.sketch.load(pixels, shape);
      if (this.data.classes.length) this.labels.place(label);
      changed("data");
    });
    this.find(".shelf .more").onclick = () => this.tell("leaf", (this.data.shelf?.leaf ?? 0) + 1);
    this.find(".undo").onclick = () => this.sketch.undo();
    this.find(".clear").onclick = () => this.sketch.clear();
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
      const { label } = this.labels;
      this.labels.lay(data.classes);
      if (label !== null && known) this.labels.place(Math.min(label, data.classes.length - 1));
      this.evidence.box = null;
    }
    if (known?.revision !== data.revision) this.take(data.picture);
    this.shelf.lay(data.shelf);
    if (known?.encoder !== data.encoder || known.decoder !== data.decoder || !this.coder) this.load();
    if (JSON.stringify(known?.exact) !== JSON.stringify(data.exact)) this.answered();
    this.tellNumbers();
  }

  /** The picture that Python gives. */
  take(picture) {
    this.rest.forget();
    this.stroke = 0;
    this.origin = picture?.origin ?? "drawn";
    if (picture) this.sketch.load(fromText(picture.pixels), this.data.shape);
    else this.sketch.wipe();
    if (picture?.label != null) this.labels.place(picture.label);
    this.renew();
  }

  async load() {
    const { encoder, decoder } = this.data;
    let coder = null;
    try {
      coder = await Coder.fetched({ encoder, decoder });
    } catch {
      // said below
    }
    if (encoder !== this.data.encoder || decoder !== this.data.decoder) return; // others were asked for
    this.coder = coder;
    this.say(coder ? "" : UNREACHABLE);
    this.tell("problem", coder ? "" : UNREACHABLE);
    this.renew();
  }

  /** Another picture, or another model. */
  renew() {
    this.dirty = true;
    this.invalidate();
  }

  paint() {
    const until = performance.now() + BUDGET;
    if (this.dirty) this.begin();
    if (this.isAnswered() || this.sketch.empty) return;
    const found = this.evidence.work(until);
    if (found) this.show(found);
    if (this.evidence.busy) this.invalidate();
  }

  /** The encoder's posterior at once, and the first look for the exact one. */
  begin() {
    const { coder, data } = this;
    this.dirty = false;
    const grey = this.sketch.pixels(data.shape, data.framing);
    this.grey = grey;
    this.tellNumbers();
    if (this.isAnswered()) return this.answered();
    if (!coder?.logvar || coder.mu.length !== 2 || !data.alone || this.sketch.empty) return;
    const x = grey.map((value) => (value >= HALF ? 1 : 0));
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

  report() {
    const { revision, shape, framing } = this.data;
    const { stroke, origin } = this;
    const pixels = toText(this.grey ?? this.sketch.pixels(shape, framing));
    this.tell("drawn", { revision, stroke, origin, pixels, label: this.labels.label, empty: this.sketch.empty });
  }

  end() {
    super.end();
    this.rest.end();
  }
}

export default shown(Exact);
