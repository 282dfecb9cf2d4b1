// The explorer: the picture that a code decodes to, and a slider for each of the code's units.
//
// `data` from Python: {model, decoder, shape, dim, layers, kl, reach, bound, ranges, normal, classes,
// prior, map, address, z, label, revision}. z and label are taken when the revision is another one;
// until then the browser's are the true ones.
// State for Python: `code` {model, revision, z, label} when the hand rests, `problem` in words.

import { Element, shown } from "../base/element.js";
import { Picture } from "../base/picture.js";
import { Rest } from "../base/rest.js";
import { Spare } from "../base/spare.js";
import { Digits } from "../controls/digits.js";
import { Labels } from "../controls/labels.js";
import { Plane } from "../controls/plane.js";
import { Units } from "../controls/units.js";
import { fetched } from "../engine/fetched.js";
import { drawn, warmed } from "../engine/prior.js";
import { connectExports } from "./exports.js";
import { Pair } from "./pair.js";
import { Player } from "./player.js";
import { Settings } from "./settings.js";
import { Strips } from "./strips.js";

const SLIDER_KEYS = "Keys: 1 to 9 take a slider, arrows move it (finer with Shift), Home sets it to 0.";
const LABEL_KEYS = "Keys: 0 to 9 pick the label, arrows move a slider (finer with Shift), Home sets it to 0.";

class Explorer extends Element {
  static unreachable =
    "The model could not be fetched, so the picture cannot move with the hand. Reload the page to try again.";

  constructor(root) {
    super(root);
    const { find } = this;
    const changed = () => this.changed();
    this.picture = new Picture(find("canvas.picture"));
    this.rest = new Rest(find(".explorer"), () => this.report(), () => this.update(this.component));
    this.units = new Units(find(".units"), changed,
      { strips: true, locks: true, resample: (units) => this.random(units) });
    this.labels = new Labels(find(".labels"), changed);
    this.plane = new Plane(find(".map"), (code) => code.forEach((value, unit) => this.units.move(unit, value)));
    this.pair = new Pair(find(".pad"), find(".pair"), this.units, () => this.invalidate());
    this.settings = new Settings(find, () => this.spread());
    this.player = new Player(find(".play"), this.units, this.settings,
      { ended: () => this.rest.changed(), say: (why) => this.say(why || this.warning) });
    this.strips = new Strips(this.units, () => this.spare.wake());
    this.spare = new Spare(() => this.decodeMore());
    this.digits = new Digits((digit) => this.digit(digit));
    connectExports(find, this);
    find(".random").onclick = () => this.random();
    find(".reset").onclick = () => this.replace([]);
  }

  update(component) {
    super.update(component);
    const { data } = component;
    const layout = JSON.stringify([data.layers, data.kl, data.reach, data.ranges, data.normal, data.classes, data.map]);
    if (layout !== this.layout && this.rest.held) return; // nothing jumps from under the hand
    const known = this.data;
    this.data = data;
    const other = known?.model !== data.model;
    if (layout !== this.layout) {
      this.layout = layout;
      this.lay(other);
    }
    if (other || known.revision !== data.revision) {
      this.player.pause();
      this.units.place(data.z);
      this.labels.place(data.label);
      this.rest.forget();
      if (other && this.told.code) this.tell("code", null); // it was of the model shown before
    }
    if (other) this.network = null; // or a hand would move that model's picture under this one's name
    if (known?.decoder !== data.decoder || !this.network) this.load(data.decoder);
    this.invalidate();
  }

  /** Draw the controls; of the same model, as they stood. */
  lay(other) {
    const { data, units, labels } = this;
    const { z, locked } = units;
    const { label } = labels;
    units.lay(data);
    labels.lay(data.classes);
    this.settings.lay(data, units.order);
    this.spread();
    this.pair.lay(data);
    this.find(".keys").textContent = data.classes.length ? LABEL_KEYS : SLIDER_KEYS;
    this.plane.lay(data.map);
    this.strips.lay();
    if (other) return;
    units.place(z);
    labels.place(label);
    for (const unit of locked) units.lock(unit, true);
  }

  /** The sliders' range is another one. */
  spread() {
    this.units.spread((unit) => this.settings.scaleOf(unit));
    this.invalidate();
  }

  load(digest) {
    const [, height, width] = this.data.shape;
    this.find(".pad").style.aspectRatio = `${width} / ${height}`;
    this.fetch(fetched(digest), (network) => {
      this.network = network;
      this.shown = digest;
      this.invalidate();
    });
  }

  /** A hand has changed the code or the label; what plays is told once it is paused. */
  changed() {
    if (!this.player.playing) this.rest.changed();
    this.invalidate();
  }

  /** A button moves units that are not locked. */
  replace(z, units) {
    this.units.replace(z, units);
    this.changed();
  }

  async random(units) {
    const { dim, prior, model } = this.data;
    const code = await drawn(dim, prior).catch(() => null);
    if (!code) return this.say(Explorer.unreachable);
    if (model === this.data.model) this.replace(warmed(code, this.settings.temperature), units);
  }

  digit(digit) {
    const { order, rows } = this.units;
    if (this.data.classes.length) this.labels.pick(digit);
    else rows[order[(digit + 9) % 10]]?.slider.focus();
  }

  /** Whether the network is the one of this code, and not of the model shown before. */
  get ready() {
    return this.network?.inputs.z.length === this.units.z.length;
  }

  paint() {
    const { units, labels, network } = this;
    this.plane.place(units.z);
    this.pair.place();
    if (!this.ready) return;
    network.inputs.z.set(units.z);
    labels.write(network.inputs.y);
    network.run();
    this.picture.show(network.outputs.mean, network.shape);
    const what = `${this.shown} ${labels.label} ${this.data.map}`;
    this.plane.follow(what);
    this.strips.follow(`${what} ${this.settings.range.value}`);
    this.spare.wake(true);
  }

  /** In the time left: one picture of the map or of a strip; false where all are drawn. */
  decodeMore() {
    if (!this.ready) return false;
    const prepare = (y) => this.labels.write(y);
    return this.plane.step(this.network, prepare) || this.strips.step(this.network, prepare);
  }

  /** As Python and a file have it. */
  get code() {
    const z = Array.from(this.units.z, (value) => Number(value.toFixed(2)));
    return { model: this.data.model, z, label: this.labels.label };
  }

  report() {
    this.tell("code", { ...this.code, revision: this.data.revision });
  }

  end() {
    super.end();
    for (const part of [this.rest, this.player, this.strips, this.spare, this.digits]) part.end();
  }
}

export default shown(Explorer);
