// Models side by side: one code, decoded by all of them in the same frame.
//
// `data` from Python: {models: [{key, name, decoder, encoder, units, signs, kl, about}], joined, dim,
// layers, reach, shape, classes, pictures, curve, z, label, fields, revision}. A model's `units` and
// `signs` lead from the shared units to its own, `kl` is by shared unit, `pictures` are base64 of uint8.
// State for Python: `seen` {model, revision, z, label, fields} when the hand rests, `problem` in words.
// Trigger: `open` {key, z, label}, a model to be looked at in Explore at its own code.

import { make } from "../base/dom.js";
import { Element, shown } from "../base/element.js";
import { Picture } from "../base/picture.js";
import { Rest } from "../base/rest.js";
import { Labels } from "../controls/labels.js";
import { Pills } from "../controls/pills.js";
import { Tiles } from "../controls/tiles.js";
import { Units } from "../controls/units.js";
import { fetched } from "../engine/fetched.js";
import { drawn, seeded, warmed } from "../engine/prior.js";
import { Several, ownCode, sharedCode } from "../engine/several.js";
import { Curve } from "./curve.js";

const COLUMNS = 9;
const PRIOR = { spread: 1, digest: null };
const VIEWS = [
  { name: "unit", title: "One unit", hint: (unit) => `What unit ${unit} does from left to right, in every model. Move a slider to see its unit.` },
  { name: "samples", title: "Samples", hint: () => "The same codes from the prior, decoded by every model. Click one to take its code." },
  { name: "copies", title: "Reconstructions", hint: () => "Real pictures that no model was trained on, and what each makes of them." },
];

class Comparison extends Element {
  static unreachable = "A model could not be fetched. Reload the page to try again.";

  constructor(root) {
    super(root);
    this.picture = new Picture(this.find("canvas.picture"));
    this.rest = new Rest(this.find(".comparison"), () => this.report(), () => this.update(this.component));
    this.strip = new Tiles(this.find(".strip"), (i) => this.choose(i));
    this.grid = new Tiles(this.find(".grid"), (i) => this.press(i));
    this.units = new Units(this.find(".units"), () => this.moved());
    this.labels = new Labels(this.find(".labels"), () => this.changed());
    this.views = new Pills(this.find(".views"), "Side by side", () => this.changed());
    this.views.lay(VIEWS.map(({ title }) => title));
    this.curve = new Curve(this.find(".curve"), (i) => this.open(i));
    this.dial = this.find(".dial input");
    this.dial.oninput = () => this.choose(this.dial.valueAsNumber);
    this.find(".random").onclick = async () => this.take(warmed(await drawn(this.data.dim, PRIOR), 1));
    this.find(".reset").onclick = () => this.take([]);
    this.find(".open").onclick = () => this.open(this.chosen);
    this.networks = [];
    this.encoders = [];
    this.codes = [];
  }

  update(component) {
    super.update(component);
    const { data } = component;
    const { z, label, fields, revision, ...rest } = data;
    const layout = JSON.stringify(rest);
    if (layout !== this.layout && this.rest.held) return; // nothing jumps from under the hand
    const known = this.data;
    this.data = data;
    if (layout !== this.layout) this.lay(layout, known);
    if (!known || known.revision !== revision) this.begin(z, label, fields);
    this.load();
    this.changed(false);
  }

  /** Room and controls for other models, or for those of which more is known. */
  lay(layout, known) {
    const { models, dim, shape, classes, curve, joined } = this.data;
    const [{ z }, { label }] = [this.units, this.labels];
    const same = known?.dim === dim;
    this.layout = layout;
    this.unit = same ? this.unit : this.data.layers[0].used[0] ?? 0;
    this.chosen = Math.min(this.chosen ?? 0, models.length - 1);
    this.find(".comparison").style.setProperty("--count", models.length);
    this.find("canvas.picture").style.aspectRatio = `${shape[2]} / ${shape[1]}`;
    this.strip.lay(models.length, models.length, (i) => `${models[i].name}: show large`);
    this.names = models.map(({ name }) => make("b", "", { textContent: name }));
    this.find(".names").replaceChildren(...this.names);
    this.find(".names").style.setProperty("--columns", models.length);
    this.dial.max = models.length - 1;
    this.labels.lay(classes);
    this.layUnits();
    if (same) {
      this.units.place(z);
      this.labels.place(label ?? 0);
    }
    this.curve.lay(curve, joined);
    const random = seeded(1);
    this.samples = Promise.all(Array.from({ length: COLUMNS }, () => drawn(dim, PRIOR, random)));
    this.samples.then((made) => {
      this.drawn = made.map((code) => warmed(code, 1));
      this.changed(false);
    });
    this.photos = this.data.pictures.slice(0, COLUMNS).map((text) =>
      Float32Array.from(atob(text), (byte) => byte.charCodeAt(0) / 255));
  }

  /** The sliders, with what the model that is shown large carries in each unit. */
  layUnits() {
    const { models, layers, dim, reach } = this.data;
    const { z } = this.units;
    this.units.lay({ layers, kl: models[this.chosen].kl, reach, dim });
    if (z.length === dim) this.units.place(z);
  }

  /** Where Python has the hand begin. */
  begin(z, label, fields) {
    const asked = this.data.models.findIndex(({ key }) => key === fields.at);
    this.chosen = asked < 0 ? Math.floor((this.data.models.length - 1) / 2) : asked;
    this.layUnits();
    this.units.place(z);
    this.labels.place(label);
    this.rest.forget();
    if (this.told.seen) this.tell("seen", null);
  }

  async load() {
    const { models } = this.data;
    const digests = models.map(({ decoder }) => decoder).join();
    if (digests === this.loading) return;
    this.loading = digests;
    this.networks = []; // no picture of models before under the names of these
    this.several = null;
    const networks = await Promise.all(models.map(({ decoder }) => fetched(decoder).catch(() => null)));
    if (digests !== this.loading) return; // others were asked for meanwhile
    this.networks = networks;
    this.several = new Several(networks);
    const problem = networks.every(Boolean) ? "" : Comparison.unreachable;
    this.say(problem || this.warning);
    this.tell("problem", problem);
    this.changed(false);
  }

  /** The codes of the real pictures, by every model; fetched and computed when they are looked at first. */
  async encode() {
    const { photos, loading, data: { models, classes } } = this;
    if (this.encoded === photos && this.encodedBy === loading) return;
    Object.assign(this, { encoded: photos, encodedBy: loading, codes: [] });
    for (const [i, { encoder }] of models.entries()) {
      if (!photos.length) return;
      const network = await fetched(encoder).catch(() => null);
      if (this.photos !== photos || this.loading !== loading || !network) return;
      this.codes[i] = photos.map((photo) => {
        network.inputs.x.set(photo);
        if (classes.length) this.labels.write(network.inputs.y);
        network.run();
        return network.outputs.mu.slice();
      });
    }
    this.changed(false);
  }

  // --- what a hand does ---------------------------------------------------------------------------

  /** Another model is shown large. */
  choose(i) {
    if (i === this.chosen || !this.data.models[i]) return; // the pictures of models before stay until others come
    this.chosen = i;
    this.layUnits();
    this.changed();
  }

  /** A slider was moved: its unit is the one that is shown side by side. */
  moved() {
    const { z } = this.units;
    const unit = z.findIndex((value, at) => value !== this.last?.[at]);
    if (unit >= 0) this.unit = unit;
    this.changed();
  }

  /** A code from elsewhere than a slider. */
  take(z) {
    this.units.place(z);
    this.changed();
  }

  /** A picture of those side by side. */
  press(i) {
    const [row, column] = [Math.floor(i / COLUMNS), i % COLUMNS];
    const { view } = this;
    if (view === "unit") this.units.move(this.unit, this.valueAt(column));
    else if (view === "samples") this.take(this.drawn[column]);
    else this.copy(Math.max(0, row - 1), column);
    this.choose(view === "copies" ? Math.max(0, row - 1) : row);
  }

  /** Take the code that a model gives a real picture, once it is known. */
  copy(i, column) {
    const code = this.codes[i]?.[column];
    if (code) this.take(sharedCode(code, this.data.models[i]));
  }

  open(i) {
    this.report();
    const { key } = this.data.models[i];
    const own = this.networks[i]?.inputs.z.slice() ?? new Float32Array(0);
    ownCode(this.units.z, this.data.models[i], own);
    this.component.setTriggerValue("open", { model: key, z: Array.from(own), label: this.labels.label });
  }

  /** Something was changed, by a hand or not. */
  changed(byHand = true) {
    if (byHand) this.rest.changed();
    this.invalidate();
  }

  // --- what is shown ------------------------------------------------------------------------------

  get view() {
    return VIEWS[this.views.picked].name;
  }

  paint() {
    const { networks, units, labels, data, chosen } = this;
    if (!data || networks.length !== data.models.length) return;
    data.models.forEach((model, i) => {
      const network = networks[i];
      if (!network) return;
      ownCode(units.z, model, network.inputs.z);
      labels.write(network.inputs.y);
      network.run();
      this.strip.put(i, network.outputs.mean, network.shape);
      if (i === chosen) this.picture.show(network.outputs.mean, network.shape);
    });
    this.point();
    this.compare();
    this.last = units.z.slice();
  }

  /** Name the model that is shown large, everywhere. */
  point() {
    const { chosen, data } = this;
    const { name, about } = data.models[chosen];
    this.dial.value = chosen;
    this.dial.ariaValueText = name;
    this.strip.mark(chosen);
    this.curve.mark(chosen);
    this.names.forEach((label, i) => label.classList.toggle("chosen", i === chosen));
    const text = about ? `${name}: ${about}` : name;
    if (this.find(".which").textContent !== text) this.find(".which").textContent = text;
    this.find("canvas.picture").ariaLabel = `What ${name} decodes from the code`;
  }

  /** The pictures side by side, where they are out of date. */
  compare() {
    const { view, data, unit } = this;
    const { z } = this.units;
    if (view === "copies") this.encode();
    const others = Array.from(z, (value, at) => (view === "unit" && at !== unit ? value : 0));
    const what = JSON.stringify([view, unit, view === "unit" ? others : 0, this.labels.label, this.loading,
      this.layout.length, this.codes.length, Boolean(this.drawn)]);
    if (what === this.compared || !this.several?.one || (view === "samples" && !this.drawn)) return;
    this.compared = what;
    const originals = view === "copies" ? 1 : 0;
    const names = [...(originals ? ["real"] : []), ...data.models.map(({ name }) => name)];
    this.find(".hint").textContent = VIEWS[this.views.picked].hint(unit);
    this.find(".rows").replaceChildren(...names.map((textContent) => make("span", "", { textContent })));
    this.grid.lay(names.length * COLUMNS, COLUMNS, (i) => this.titleOf(i, names));
    this.showGrid(originals);
  }

  titleOf(i, names) {
    const [row, column] = [Math.floor(i / COLUMNS), i % COLUMNS];
    if (this.view === "unit") return `${names[row]}: unit ${this.unit} at ${this.valueAt(column).toFixed(2)}`;
    return `${names[row]}: ${this.view === "samples" ? "sample" : "picture"} ${column + 1}`;
  }

  showGrid(originals) {
    const { data, several, view, labels } = this;
    const ready = [];
    const count = (data.models.length + originals) * COLUMNS;
    for (let i = 0; i < count; i++) {
      const [row, column] = [Math.floor(i / COLUMNS) - originals, i % COLUMNS];
      if (row < 0) {
        if (this.photos[column]) this.grid.put(i, this.photos[column], data.shape);
      } else if (view !== "copies" || this.codes[row]?.[column]) ready.push(i);
    }
    this.grid.show(several, (i) => {
      const [row, column] = [Math.floor(i / COLUMNS) - originals, i % COLUMNS];
      const { inputs } = several.pick(row);
      if (view === "copies") inputs.z.set(this.codes[row][column]);
      else ownCode(this.sharedAt(column), data.models[row], inputs.z);
      labels.write(inputs.y);
    }, ready);
  }

  /** The shared code of a column. */
  sharedAt(column) {
    if (this.view === "samples") return this.drawn[column];
    const z = this.units.z.slice();
    z[this.unit] = this.valueAt(column);
    return z;
  }

  valueAt(column) {
    const { reach } = this.data;
    return reach * ((2 * column) / (COLUMNS - 1) - 1);
  }

  // --- what Python hears --------------------------------------------------------------------------

  report() {
    const { revision, models } = this.data;
    const z = Array.from(this.units.z, (value) => Number(value.toFixed(2)));
    this.tell("seen", { model: "comparison", revision, z, label: this.labels.label, fields: { at: models[this.chosen].key } });
  }

  end() {
    super.end();
    this.rest.end();
    this.strip.end();
    this.grid.end();
  }
}

export default shown(Comparison);
