// Draw, and see what a model makes of it: posterior, reconstruction and samples follow the pen.
//
// `data` from Python: {model, encoder, decoder, shape, dim, layers, reach, nats, note, classes, framing,
// neighbours: [{model, title, encoder, decoder}], picture: {pixels, label}, revision,
// shelf: {digest, names}, measured: {of, numbers: [[name, value, meaning]], lines: {model: text}}}.
// The picture is taken when the revision is another one; until then the browser's is the true one.
// State for Python: `drawn` {revision, stroke, pixels, label, empty, origin} when the hand rests, `leaf`,
// which page of the shelf is asked for, and `problem`; trigger `open`: the code.

import { make } from "../base/dom.js";
import { shown } from "../base/element.js";
import { Picture } from "../base/picture.js";
import { Rota } from "../base/rota.js";
import { Spare } from "../base/spare.js";
import { Posterior } from "../controls/posterior.js";
import { normal } from "../engine/prior.js";
import { Neighbours } from "./neighbours.js";
import { Paper } from "./paper.js";

const SAMPLES = 5;
const LEGIBLE = 100; // ms between two states of a number

class Drawing extends Paper {
  constructor(root) {
    super(root, ".drawing");
    this.picture = new Picture(this.find("canvas.picture"));
    this.seen = new Picture(this.find(".seen canvas"));
    this.posterior = new Posterior(this.find(".posterior"));
    this.neighbours = new Neighbours(this.find(".models"));
    this.rota = new Rota();
    this.spare = new Spare(() => this.rota.step());
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
      if (!this.coder) return; // its code is on its way
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
    this.follow(known, data);
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
    this.relabel(data);
    clearTimeout(this.writing);
    this.writing = null;
    this.find(".samples").hidden = this.find(".others-drawn").hidden = !data.spread;
    this.find(".samples figcaption").textContent = data.note;
    this.drawNoise();
  }

  drawNoise() {
    for (const sample of this.samples) sample.noise = Float32Array.from({ length: this.data.dim }, normal);
  }

  // --- what is shown --------------------------------------------------------------------------------

  paint() {
    if (!this.dirty) return;
    this.dirty = false;
    const { coder, data } = this;
    this.look();
    this.find(".explore").disabled = !coder;
    this.find(".hint").hidden = !this.empty;
    this.find(".drawing").classList.toggle("idle", this.empty);
    this.seen.show(this.x, data.shape);
    this.tellNumbers();
    if (this.empty) this.blank();
    else if (coder?.mu.length === data.dim) this.show();
    this.rota.renew(this.empty ? [] : this.jobs());
    this.spare.wake(true);
  }

  /** The posterior and the reconstruction. */
  show() {
    const { coder } = this;
    coder.encode(this.x, this.write);
    this.picture.show(coder.mean(), coder.shape);
    this.posterior.show(coder.mu, coder.logvar);
    this.writing ??= setTimeout(() => this.writeNumbers(), LEGIBLE);
  }

  /** Nobody reads numbers at the pace of pictures, and each lays out the page. */
  writeNumbers() {
    const { nats, nothing } = this.data;
    this.writing = null;
    const total = this.posterior.write();
    const sign = nats === "exact" ? "" : "\u2248 ";
    this.find(".total").textContent = nats === "none" ? nothing : `KL ${sign}${total.toFixed(1)} nats`;
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

  end() {
    super.end();
    this.spare.end();
    clearTimeout(this.writing);
  }
}

export default shown(Drawing);
