// A training as it goes on, and as it went: map, pictures, curves and decoder at one moment.
//
// `data` from Python: {key, live, dim, conditional, names, palette, labels, pictures, moments, curves,
// turns}; a moment is [what to fetch, step, epoch, recon].
// State for Python: `moment` [key, step] where a hand has stopped it, null while it shows the newest.

import { make } from "../base/dom.js";
import { Element, shown } from "../base/element.js";
import { Rest } from "../base/rest.js";
import { save } from "../base/save.js";
import { unpack } from "../engine/arrays.js";
import { fetchBlob } from "../engine/blob.js";
import { Film } from "./film.js";
import { Bars, Graph, key } from "./graph.js";
import { reel } from "./reel.js";
import { Scatter } from "./scatter.js";
import { Sheet } from "./sheet.js";

const COLUMNS = 10;
const BEAT = 120; // ms from one moment to the next when it plays
const GONE = "This moment could not be fetched. Reload the page to try again.";

class Timeline extends Element {
  constructor(root) {
    super(root);
    this.film = new Film();
    this.pairs = new Sheet(this.find(".pairs"));
    this.made = new Sheet(this.find(".made"));
    this.scatter = new Scatter(this.find(".codes"), () => this.invalidate());
    this.bars = new Bars();
    this.step = null; // the newest
    this.slider = this.find(".when");
    this.rest = new Rest(this.find(".scrub"), () => this.report(), () => {});
    this.slider.oninput = () => this.stopAt(Number(this.slider.value));
    this.find(".newest").onclick = () => this.follow();
    this.find(".play").onclick = () => (this.playing ? this.pause() : this.play());
    this.find(".film").onclick = () => this.record();
  }

  get moments() {
    return this.data.moments;
  }

  /** Which moment is to be seen: the newest, or the one nearest to the step that a hand chose. */
  get index() {
    if (this.step === null) return this.moments.length - 1;
    const distance = ([, step]) => Math.abs(step - this.step);
    return this.moments.reduce((best, m, i) => (distance(m) < distance(this.moments[best]) ? i : best), 0);
  }

  update(component) {
    super.update(component);
    const { data } = component;
    const other = this.data?.key !== data.key;
    this.data = data;
    if (other) this.begin();
    if (this.pictured !== data.pictures) this.loadPictures();
    this.slider.max = data.moments.length - 1;
    data.curves.forEach((curve, i) => this.graphs[i].draw(curve, data.turns, data.moments.at(-1)[2]));
    this.seek();
  }

  /** Another training. */
  begin() {
    const { data } = this;
    this.pause();
    this.step = null;
    this.moment = this.shown = null;
    if (this.told.moment) this.report(); // or a hand's choice would be found again with the training before
    this.scatter.reach = null;
    this.scatter.lay(data.labels, data.palette);
    this.find(".codes").hidden = data.dim !== 2;
    this.graphs = data.curves.map(({ name }) => new Graph(name));
    this.find(".graphs").replaceChildren(...this.graphs.map(({ element }) => element), this.bars.element, key());
    const labelled = data.dim === 2 && data.labels.some((label) => label >= 0);
    this.find(".legend").replaceChildren(...(labelled ? data.names.map((name, i) => {
      const dot = make("i");
      dot.style.background = data.palette[i % data.palette.length];
      return make("span", "", {}, dot, name);
    }) : []));
  }

  async loadPictures() {
    const pictured = (this.pictured = this.data.pictures);
    this.originals = null;
    const content = await fetchBlob("moments", pictured).catch(() => null);
    if (this.pictured !== pictured) return; // another training by now
    if (!content) {
      this.pictured = null; // the next look tries again
      return this.say(GONE);
    }
    const { pictures } = unpack(content);
    const [count, ...shape] = pictures.shape;
    const size = pictures.length / count;
    this.originals = Array.from({ length: count }, (_, i) =>
      Float32Array.from(pictures.subarray(i * size, (i + 1) * size), (value) => value / 255));
    this.shape = shape;
    this.invalidate();
  }

  /** Fetch the moment that is to be seen, one at a time; what was asked for meanwhile comes next. */
  async seek() {
    this.paintScrub();
    const { key } = this.data;
    if (this.seeking === key) return;
    this.seeking = key;
    let lost = false;
    for (let name; !lost && (name = this.moments[this.index]?.[0]) !== this.shown; ) {
      const moment = await this.film.moment(name).catch(() => null);
      if (this.seeking !== key) return; // another training by now
      if (moment) this.look(name, moment);
      else lost = true;
    }
    this.say(lost && !this.data.live ? GONE : ""); // of a live one it was thinned out; the next will come
    this.seeking = null;
  }

  /** Show a moment, of this name. */
  look(name, moment) {
    this.shown = name;
    this.moment = moment;
    this.invalidate();
  }

  stopAt(index) {
    const last = index >= this.moments.length - 1;
    this.step = last && this.data.live ? null : this.moments[index][1];
    this.pause();
    this.rest.changed();
    this.seek();
  }

  follow() {
    this.step = null;
    this.pause();
    this.rest.changed();
    this.seek();
  }

  play() {
    const next = this.index + 1;
    let at = next < this.moments.length ? this.index : 0;
    this.find(".play").textContent = "Pause";
    this.playing = setInterval(() => {
      if (at >= this.moments.length) return this.pause();
      if (this.seeking) return; // no moment is passed over
      this.step = this.moments[at++][1];
      this.seek();
    }, BEAT);
  }

  pause() {
    if (!this.playing) return;
    clearInterval(this.playing);
    this.playing = null;
    this.find(".play").textContent = "Play";
    this.rest.changed();
  }

  report() {
    this.tell("moment", this.step === null ? null : [this.data.key, this.moments[this.index][1]]);
  }

  paintScrub() {
    const { index } = this;
    const [, step, epoch] = this.moments[index];
    this.slider.value = index;
    this.slider.style.setProperty("--zero", "0%");
    this.slider.style.setProperty("--at", `${(100 * index) / Math.max(1, this.moments.length - 1)}%`);
    const said = `epoch ${epoch.toFixed(epoch < 10 ? 1 : 0)}`;
    this.find(".moment").textContent = said;
    this.slider.ariaValueText = `${said}, step ${step}`;
    this.find(".newest").ariaPressed = String(this.step === null);
    for (const graph of this.graphs) graph.point(epoch);
  }

  paint() {
    if (!this.moment || !this.originals) return;
    const network = this.film.network(this.moment);
    this.draw(network, this.moment);
    if (this.data.dim === 2) this.scatter.decode(network, (y) => y?.fill(0).fill(1, 0, 1));
    this.bars.draw([...this.moment.kl]);
  }

  /** The pictures and the map of a moment. */
  draw(network, { mu, codes }) {
    const { data, shape, originals } = this;
    const decode = (z, label) => {
      network.inputs.z.set(z);
      if (network.inputs.y) network.inputs.y.fill(0)[Math.max(0, label)] = 1;
      network.run();
      return network.outputs.mean;
    };
    const code = (all, i) => all.subarray(i * data.dim, (i + 1) * data.dim);
    this.pairs.lay(originals.length, 2, shape);
    originals.forEach((values, i) => {
      this.pairs.put(i, 0, values);
      this.pairs.put(i, 1, decode(code(mu, i), data.labels[i]));
    });
    const count = codes.length / data.dim;
    this.made.lay(COLUMNS, Math.ceil(count / COLUMNS), shape);
    for (let i = 0; i < count; i++)
      this.made.put(i % COLUMNS, Math.floor(i / COLUMNS), decode(code(codes, i), i % (data.conditional || 1)));
    if (data.dim === 2) this.scatter.draw(mu, this.background());
  }

  /** The colour that the map lies on, light or dark. */
  background() {
    const colour = getComputedStyle(this.find(".field canvas")).backgroundColor;
    const numbers = colour.match(/[\d.]+/g)?.map(Number) ?? [128, 128, 128];
    return colour.startsWith("color(") ? numbers.slice(0, 3).map((share) => Math.round(255 * share)) : numbers;
  }

  /** Every moment as a picture of an animation. */
  async record() {
    const button = this.find(".film");
    if (!this.originals) return; // the pictures are on their way
    this.pause();
    button.disabled = true;
    button.textContent = "Saving";
    try {
      const content = await reel(this);
      if (content) save(`${this.data.key.replace(/[^\w.-]+/g, "-")}.gif`, content, "image/gif");
    } catch {
      this.say(GONE);
    }
    button.disabled = false;
    button.textContent = "GIF";
    this.invalidate();
  }

  end() {
    super.end();
    clearInterval(this.playing);
    this.rest.end();
  }
}

export default shown(Timeline);
