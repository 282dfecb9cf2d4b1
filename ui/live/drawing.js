// Draw, and see what a model makes of it: posterior, reconstruction and samples follow the pen.
//
// `data` from Python: {model, encoder, decoder, shape, dim, layers, reach, nats, note, classes, framing,
// neighbours: [{model, title, encoder, decoder}], picture: {pixels, label}, revision,
// shelf: {digest, names}, measured: {of, numbers: [[name, value, meaning]], lines: {model: text}}}.
// The picture is taken when the revision is another one; until then the browser's is the true one.
// State for Python: `drawn` {revision, stroke, pixels, label, empty, origin} when the hand rests, `leaf`,
// which page of the shelf is asked for, and `problem`; trigger `open`: the code.

import { fromText, toText } from "./bytes.js";
import { Coder } from "./coder.js";
import { make } from "./dom.js";
import { Element, shown } from "./element.js";
import { isFast } from "./kernel.js";
import { Labels } from "./labels.js";
import { Neighbours } from "./neighbours.js";
import { Picture } from "./picture.js";
import { Posterior } from "./posterior.js";
import { normal } from "./prior.js";
import { Rest } from "./rest.js";
import { Rota } from "./rota.js";
import { Shelf } from "./shelf.js";
import { Sketch } from "./sketch.js";

const UNREACHABLE = "The model could not be fetched, so nothing can follow the pen. Reload the page to try again.";
const SLOW = "This browser has no fast arithmetic (WebAssembly): the picture may lag behind the hand.";
const SAMPLES = 5;

class Drawing extends Element {
  constructor(root) {
    super(root);
    this.picture = new Picture(this.find("canvas.picture"));
    this.seen = new Picture(this.find(".seen canvas"));
    this.posterior = new Posterior(this.find(".posterior"));
    this.neighbours = new Neighbours(this.find(".models"));
    this.rota = new Rota();
    this.stroke = 0;
    this.rest = new Rest(this.find(".drawing"), () => this.report(), () => {});
    const changed = (origin) => {
      this.origin = origin;
      this.stroke += 1;
      this.rest.changed();
      this.renew();
    };
    this.sketch = new Sketch(this.find(".sketch"), () => changed("drawn"));
    this.labels = new Labels(this.find(".labels"), () => changed(this.origin));
    this.shelf = new Shelf(this.find(".shelf"), (pixels, shape, label) => {
      this.sketch.load(pixels, shape);
      if (this.data.classes.length) this.labels.place(label);
      changed("data");
    });
    this.find(".shelf .more").onclick = () => this.tell("leaf", (this.data.shelf?.leaf ?? 0) + 1);
    this.write = (weights) => this.labels.write(weights);
    this.makeSamples();
    this.makeTools();
  }

  makeSamples() {
    const canvases = Array.from({ length: SAMPLES }, () => make("canvas", "", { width: 1, height: 1, role: "img", ariaLabel: "Sample" }));
    this.find(".samples .row").append(...canvases);
    this.samples = canvases.map((canvas) => ({ picture: new Picture(canvas), noise: [] }));
  }

  makeTools() {
    const eraser = this.find(".eraser");
    eraser.onclick = () => {
      this.sketch.erasing = !this.sketch.erasing;
      eraser.ariaPressed = String(this.sketch.erasing);
    };
    this.find(".undo").onclick = () => this.sketch.undo();
    this.find(".clear").onclick = () => this.sketch.clear();
    const width = this.find(".width input");
    const set = () => {
      this.sketch.width = width.valueAsNumber;
      width.style.setProperty("--at", `${(100 * (width.value - width.min)) / (width.max - width.min)}%`);
    };
    width.oninput = set;
    width.value = this.sketch.width;
    set();
    this.find(".others-drawn").onclick = () => {
      this.drawNoise();
      this.renew();
    };
    this.find(".explore").onclick = () => {
      const z = Array.from(this.coder.mu, (value) => Number(value.toFixed(2)));
      this.component.setTriggerValue("open", { model: this.data.model, z, label: this.labels.label });
    };
  }

  // --- what Python says -----------------------------------------------------------------------------

  update(component) {
    super.update(component);
    const { data } = component;
    const known = this.data;
    this.data = data;
    const layout = JSON.stringify([data.model, data.layers, data.reach, data.classes]);
    if (layout !== this.layout) this.lay(layout);
    if (known?.revision !== data.revision) this.take(data.picture);
    this.shelf.lay(data.shelf);
    if (known?.encoder !== data.encoder || known.decoder !== data.decoder || !this.coder) this.load();
    const neighbours = JSON.stringify(data.neighbours);
    if (neighbours !== this.shownNeighbours) {
      this.shownNeighbours = neighbours;
      this.neighbours.lay(data.neighbours, () => this.renew());
      this.renew();
    }
    this.tellNumbers();
    this.invalidate();
  }

  lay(layout) {
    const { data } = this;
    this.layout = layout;
    const [, height, width] = data.shape;
    for (const canvas of [this.picture.canvas, this.seen.canvas]) canvas.style.aspectRatio = `${width} / ${height}`;
    this.posterior.lay({ ...data, reach: data.reach + 0.5, nats: data.nats !== "none" });
    const { label } = this.labels;
    this.labels.lay(data.classes);
    if (label !== null) this.labels.place(Math.min(label, data.classes.length - 1));
    this.find(".samples").hidden = this.find(".others-drawn").hidden = !data.spread;
    this.find(".samples figcaption").textContent = data.note;
    this.drawNoise();
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
    this.say(coder ? (isFast() ? "" : SLOW) : UNREACHABLE);
    this.find(".explore").disabled = !coder;
    this.tell("problem", coder ? "" : UNREACHABLE);
    this.renew();
  }

  drawNoise() {
    for (const sample of this.samples) sample.noise = Float32Array.from({ length: this.data.dim }, normal);
  }

  // --- what is shown --------------------------------------------------------------------------------

  renew() {
    this.rota.renew(SAMPLES + this.neighbours.cells.length);
    this.dirty = true;
    this.invalidate();
  }

  paint() {
    const started = performance.now();
    const { coder, data } = this;
    if (this.dirty) {
      this.dirty = false;
      this.x = this.sketch.pixels(data.shape, data.framing);
      this.empty = this.x.every((value) => value === 0);
      this.find(".hint").hidden = !this.empty;
      this.find(".drawing").classList.toggle("idle", this.empty);
      this.seen.show(this.x, data.shape);
      this.tellNumbers();
      if (coder && coder.mu.length === data.dim) this.show();
    }
    if (this.empty) this.blank();
    else if (this.rota.work(this.jobs(), started)) this.invalidate();
  }

  /** The posterior and the reconstruction. */
  show() {
    const { coder, data } = this;
    coder.encode(this.x, this.write);
    this.picture.show(coder.mean(), coder.shape);
    const total = this.posterior.show(coder.mu, coder.logvar);
    const sign = data.nats === "exact" ? "" : "\u2248 ";
    this.find(".total").textContent = data.nats === "none" ? data.nothing : `KL ${sign}${total.toFixed(1)} nats`;
  }

  blank() {
    const canvases = [...this.samples, ...this.neighbours.cells].map(({ picture }) => picture.canvas);
    for (const canvas of [this.picture.canvas, this.seen.canvas, ...canvases]) {
      canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
    }
  }

  jobs() {
    const { coder, data } = this;
    const drawn = coder?.logvar && data.spread && coder.mu.length === data.dim ? this.samples : [];
    const samples = drawn.map(({ picture, noise }) => () => picture.show(coder.sample(noise), coder.shape));
    return [...samples, ...this.neighbours.jobs(this.x, this.write)];
  }

  tellNumbers() {
    const { measured } = this.data;
    const current = measured && measured.of === `${this.data.model} ${this.data.revision} ${this.stroke}`;
    const element = this.find(".numbers");
    element.classList.toggle("old", !current);
    if (!measured || measured === this.written) return;
    this.written = measured;
    const unit = measured.numbers.length ? [make("p", "", { textContent: "In nats:" })] : [];
    element.replaceChildren(...unit, ...measured.numbers.map(([name, value, meaning]) =>
      make("p", "", { title: meaning }, make("span", "", { textContent: name }), make("b", "", { textContent: value }))));
    this.neighbours.tell(measured.lines);
  }

  report() {
    const { revision, shape } = this.data;
    const pixels = toText(this.x ?? this.sketch.pixels(shape, this.data.framing));
    const { stroke, origin } = this;
    this.tell("drawn", { revision, stroke, origin, pixels, label: this.labels.label, empty: this.empty });
  }

  end() {
    super.end();
    this.rest.end();
  }
}

export default shown(Drawing);
