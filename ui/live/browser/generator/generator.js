// The generator: pictures from the prior, by label, by style.
//
// `data` from Python: what ui/live/described.py says, and {framing, picture, z, label, fields, revision}. z, label and fields are taken when the revision is another one.
// State for Python: `seen` {model, revision, z, label, fields} when the hand rests, `problem` in words.
// Trigger: `open` {model, z, label}, a picture to be looked at in Explore.

import { written } from "../base/dom.js";
import { Element, shown } from "../base/element.js";
import { Rest } from "../base/rest.js";
import { png, save } from "../base/save.js";
import { Blend } from "../controls/blend.js";
import { Labels } from "../controls/labels.js";
import { Pills } from "../controls/pills.js";
import { Tiles } from "../controls/tiles.js";
import { Units } from "../controls/units.js";
import { fetched } from "../engine/fetched.js";
import { draw, drawn, seeded, warmed } from "../engine/prior.js";
import { Hand } from "./hand.js";

const MODES = [
  { name: "label", title: "One label", hint: "Many codes from the prior, all with one label." },
  { name: "labels", title: "All labels", hint: "A row is one code with every label. The first row follows the sliders or your drawing." },
  { name: "blend", title: "Blend", hint: "Codes from the prior with several labels at once. The first one is the style of All labels." },
];
const UNCONDITIONAL = "Codes from the prior. Click a picture to open it in Explore.";
const SIZES = { S: 36, M: 54, L: 110 }; // pixels of the screen that a picture has at least
const PHONE = 700; // pixels of the screen: as in the style sheet, where there is one column
const ABOVE = 147; // pixels of the screen for what stands above the pictures, at least, and below
const BELOW = 90;
const MOST = 240; // pictures
const SHARPEST = 4; // pixels of a saved file for each of a picture

class Generator extends Element {
  constructor(root) {
    super(root);
    this.samples = [];
    this.rest = new Rest(this.find(".generator"), () => this.report(), () => this.update(this.component));
    this.tiles = new Tiles(this.find(".tiles"), (i) => this.open(i));
    const all = () => this.changed();
    this.modes = new Pills(this.find(".modes"), "Show", () => this.arrange());
    this.sizes = new Pills(this.find(".sizes"), "Size", () => this.arrange());
    this.labels = new Labels(this.find(".labels"), all);
    this.blend = new Blend(this.find(".blend"), all);
    this.units = new Units(this.find(".units"), () => this.changed("style"));
    this.hand = new Hand(root, (z) => this.style(z));
    this.sources = new Pills(this.find(".sources"), "Style", () => this.arrange());
    this.modes.lay(MODES.map(({ title }) => title));
    this.sizes.lay(Object.keys(SIZES));
    this.sources.lay(["Sliders", "Drawing"]);
    this.temperature = this.find(".temperature input");
    this.temperature.oninput = all;
    this.find(".again").onclick = () => this.sample(1 + Math.floor(1e6 * Math.random()));
    this.find(".random").onclick = () => this.random();
    this.find(".reset").onclick = () => this.style([]);
    this.find(".save").onclick = async () => save("pictures.png", await png(this.tiles.sheet(), SHARPEST), "image/png");
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(this.find(".generator"));
    this.resized = () => this.fit();
    addEventListener("resize", this.resized); // the height counts too
  }

  update(component) {
    super.update(component);
    const { data } = component;
    const layout = JSON.stringify([data.layers, data.kl, data.reach, data.classes, data.prior, data.shape]);
    if (layout !== this.layout && this.rest.held) return; // nothing jumps from under the hand
    const known = this.data;
    const other = known?.model !== data.model;
    this.data = data;
    if (layout !== this.layout) this.lay(layout, other);
    this.hand.given(data);
    if (other) this.samples = []; // those of the model before may have other units
    if (other || known.revision !== data.revision) this.take(data);
    if (known?.decoder !== data.decoder || !this.network) this.load(data.decoder);
  }

  /** Controls for another model, or for one of which more is known. */
  lay(layout, other) {
    const { data, units, labels } = this;
    const [{ z }, { label }] = [units, labels];
    const shares = this.blend.rows.length ? this.blend.shares : [];
    this.layout = layout;
    units.lay(data);
    labels.lay(data.classes);
    this.blend.lay(data.classes);
    this.find(".modes").hidden = !data.classes.length;
    if (other) return;
    units.place(z);
    labels.place(label);
    this.blend.place(shares);
    this.sample(this.seed);
  }

  /** Take over what Python pushes. */
  take({ z, label, fields, classes }) {
    this.units.place(z);
    this.labels.place(label);
    this.modes.place(classes.length ? Math.max(0, MODES.findIndex(({ name }) => name === fields.show)) : 0);
    this.sizes.place(Math.max(0, Object.keys(SIZES).indexOf(fields.size || "M")));
    this.temperature.value = fields.temperature || 1;
    const pairs = (fields.blend || `${label}:0.5,${(label + 5) % (classes.length || 1)}:0.5`).split(",");
    const weights = Object.fromEntries(pairs.map((pair) => pair.split(":").map(Number)));
    if (classes.length) this.blend.place(classes.map((_, i) => weights[i] ?? 0));
    this.sample(Number(fields.seed || 1));
    this.arrange();
    this.rest.forget();
    if (this.told.seen) this.tell("seen", null);
  }

  load(digest) {
    this.fetch(fetched(digest), (network) => {
      this.network = network;
      this.changed("all", false);
    });
  }

  get mode() {
    return MODES[this.modes.picked].name;
  }

  /** How many pictures, the first ones, are of the sliders' code. */
  get styled() {
    return { label: 0, labels: this.data.classes.length, blend: 1 }[this.mode];
  }

  // --- what is shown ------------------------------------------------------------------------------

  /** Other codes from the prior; the same ones for the same seed. */
  async sample(seed) {
    const [random, made] = [seeded(seed), []];
    const { dim, prior, model } = this.data;
    this.seed = seed;
    try {
      for (let i = 0; i < MOST; i++) made.push(await drawn(dim, prior, random));
    } catch {
      return this.say(Generator.unreachable);
    }
    if (seed !== this.seed || model !== this.data.model) return;
    this.samples = made;
    this.changed();
  }

  async random() {
    const { dim, prior, model } = this.data;
    const z = await draw(dim, prior).catch(() => null);
    if (!z) return this.say(Generator.unreachable);
    if (model === this.data.model) this.style(z);
  }

  /** A style from elsewhere than a slider. */
  style(z) {
    this.units.place(z);
    this.changed("style");
  }

  /** Something was changed: `style`, what follows the sliders, or all. */
  changed(what = "all", byHand = true) {
    if (what === "all") this.due = "all";
    else this.due ??= what;
    if (byHand && this.network) this.rest.changed();
    this.invalidate();
  }

  /** Show what the mode needs, and hide the rest. */
  arrange() {
    const { mode } = this;
    const conditional = this.data.classes.length > 0;
    const drawing = this.sources.picked === 1;
    this.find(".hint").textContent = conditional ? MODES[this.modes.picked].hint : UNCONDITIONAL;
    this.find(".labels").hidden = !conditional || mode !== "label";
    this.find(".blend").hidden = mode !== "blend";
    this.find(".style").hidden = mode !== "labels";
    this.find(".drawing").hidden = !drawing;
    this.find(".random").hidden = this.find(".reset").hidden = drawing;
    this.find(".generator").classList.toggle("styled", mode !== "label");
    this.laid = null;
    this.fit();
    this.changed();
  }

  /** As many pictures as there is room for. */
  fit() {
    const { data, mode } = this;
    const width = this.find(".tiles").clientWidth;
    if (!data || !width) return;
    const least = Object.values(SIZES)[this.sizes.picked];
    const classes = mode === "labels" ? data.classes.length : 1;
    let columns = Math.max(1, Math.min(24, Math.floor(width / least)));
    if (mode === "labels") while (columns > classes || classes % columns) columns--; // a style's rows are full
    const tall = ((width / columns) * data.shape[1]) / data.shape[2];
    const rows = Math.max(mode === "labels" ? 1 : 2, Math.floor(this.room / tall));
    const lines = classes / columns; // of one style
    const count = mode === "labels" ? Math.max(1, Math.floor(rows / lines)) * classes : rows * columns;
    const laid = `${Math.min(count, MOST)} ${columns} ${mode} ${data.classes}`;
    if (laid === this.laid) return;
    this.laid = laid;
    this.tiles.lay(Math.min(count, MOST), columns, (i) => this.name(i));
    this.tiles.tiles.forEach(({ button }, i) => button.classList.toggle("own", i < this.styled));
    this.head(mode === "labels" && columns === classes ? data.classes : [], columns);
    this.changed("all", false);
  }

  /** Pixels of the screen that the pictures may be high; on a phone the sliders need some as well. */
  get room() {
    const { width, top } = this.find(".generator").getBoundingClientRect();
    if (width < PHONE) return innerHeight * (this.mode === "label" ? 0.6 : 0.25);
    return innerHeight - Math.max(ABOVE, top) - BELOW;
  }

  head(titles, columns) {
    const heads = this.find(".heads");
    heads.hidden = !titles.length;
    heads.style.setProperty("--columns", columns);
    heads.replaceChildren(...titles.map((textContent) => Object.assign(document.createElement("span"), { textContent })));
  }

  /** What a picture is called. */
  name(i) {
    const { classes } = this.data;
    if (this.mode === "labels") {
      const row = Math.floor(i / classes.length);
      return `${classes[i % classes.length]} in ${row ? `style ${row + 1}` : "your style"}: open in Explore`;
    }
    return `Picture ${i + 1}: open in Explore`;
  }

  /** The code of a picture. */
  code(i) {
    const temperature = this.temperature.valueAsNumber;
    const own = this.mode === "label" ? 0 : 1; // pictures, or rows, of the sliders' code
    const at = (this.mode === "labels" ? Math.floor(i / this.data.classes.length) : i) - own;
    return at < 0 ? this.units.z : warmed(this.samples[at], temperature);
  }

  /** Write what a picture is decoded from. */
  write(i, { z, y }) {
    z.set(this.code(i));
    if (!y) return;
    if (this.mode === "blend") y.set(this.shares);
    else y.fill(0)[this.labelOf(i)] = 1;
  }

  /** A picture's label, of a blend the heaviest; null of a model that knows none. */
  labelOf(i) {
    const { classes } = this.data;
    if (!classes.length) return null;
    if (this.mode === "labels") return i % classes.length;
    if (this.mode === "label") return this.labels.label;
    return this.blend.shares.indexOf(Math.max(...this.blend.shares));
  }

  paint() {
    const { network, due, temperature, tiles } = this;
    this.find(".temperature .value").textContent = written(temperature.valueAsNumber);
    temperature.style.setProperty("--at", `${50 * temperature.valueAsNumber}%`);
    if (!network || !this.samples.length || network.inputs.z.length !== this.data.dim) return;
    this.due = null;
    this.shares = this.mode === "blend" ? this.blend.shares : null;
    tiles.show(network, (i, inputs) => this.write(i, inputs), due === "style" ? Array(this.styled).keys() : undefined);
  }

  // --- what Python hears --------------------------------------------------------------------------

  report() {
    const { model, revision } = this.data;
    const shares = this.mode === "blend" ? this.blend.shares : [];
    const temperature = this.temperature.valueAsNumber;
    const fields = {
      show: this.mode === "label" ? "" : this.mode,
      seed: this.seed === 1 ? "" : String(this.seed),
      temperature: temperature === 1 ? "" : temperature.toFixed(2),
      size: Object.keys(SIZES)[this.sizes.picked].replace("M", ""),
      blend: shares.map((share, i) => (share >= 0.005 ? `${i}:${share.toFixed(2)}` : "")).filter(Boolean).join(),
    };
    this.tell("seen", { model, revision, z: Array.from(this.units.z), label: this.labels.label, fields });
  }

  open(i) {
    if (!this.samples.length) return; // its code is on its way
    this.report(); // so that the way back leads here
    const z = Array.from(this.code(i));
    this.component.setTriggerValue("open", { model: this.data.model, z, label: this.labelOf(i) });
  }

  end() {
    super.end();
    this.rest.end();
    this.tiles.end();
    this.observer.disconnect();
    removeEventListener("resize", this.resized);
  }
}

export default shown(Generator);
