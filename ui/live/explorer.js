// The explorer: the picture that a code decodes to, and a slider for each of the code's units.
//
// `data` from Python: {model, decoder, layers, kl, reach, dim, classes, prior, map, z, label, revision}.
// z and label are taken when the revision is another one; until then the browser's are the true ones.
// State for Python: `code` {model, revision, z, label} when the hand rests, `problem` in words.

import { Element, shown } from "./element.js";
import { fetched } from "./fetched.js";
import { isFast } from "./kernel.js";
import { Labels } from "./labels.js";
import { Picture } from "./picture.js";
import { Plane } from "./plane.js";
import { draw } from "./prior.js";
import { Rest } from "./rest.js";
import { Units } from "./units.js";

const UNREACHABLE = "The model could not be fetched, so the picture cannot move with the hand. Reload the page to try again.";
const SLOW = "This browser has no fast arithmetic (WebAssembly): the picture may lag behind the hand.";

class Explorer extends Element {
  constructor(root) {
    super(root);
    this.picture = new Picture(this.find("canvas.picture"));
    this.plane = new Plane(this.find(".map"));
    this.rest = new Rest(this.find(".explorer"), () => this.report(), () => this.update(this.component));
    const changed = () => {
      this.rest.changed();
      this.invalidate();
    };
    this.units = new Units(this.find(".units"), changed);
    this.labels = new Labels(this.find(".labels"), changed);
    this.find(".random").onclick = async () => this.move(await draw(this.data.dim, this.data.prior));
    this.find(".reset").onclick = () => this.move([]);
  }

  update(component) {
    super.update(component);
    const { data } = component;
    const layout = JSON.stringify([data.layers, data.kl, data.reach, data.classes, data.map]);
    if (layout !== this.layout && this.rest.held) return; // nothing jumps from under the hand
    const known = this.data;
    this.data = data;
    const other = known?.model !== data.model;
    if (layout !== this.layout) {
      const { z } = this.units;
      this.layout = layout;
      this.units.lay(data);
      if (!other) this.units.place(z);
      this.plane.lay(data.map);
      const { label } = this.labels;
      this.labels.lay(data.classes);
      if (!other) this.labels.place(label);
    }
    if (other || known.revision !== data.revision) {
      this.units.place(data.z);
      this.labels.place(data.label);
      this.rest.forget();
      if (other && this.told.code) this.tell("code", null); // it was of the model shown before
    }
    if (known?.decoder !== data.decoder || !this.network) this.load(data.decoder);
    this.invalidate();
  }

  async load(digest) {
    const [, height, width] = this.data.shape;
    this.find("canvas.picture").style.aspectRatio = `${width} / ${height}`;
    try {
      const network = await fetched(digest);
      if (digest !== this.data.decoder) return; // another one was asked for meanwhile
      this.network = network;
      this.shown = digest;
      this.say(isFast() ? "" : SLOW);
      this.invalidate();
    } catch {
      if (digest !== this.data.decoder) return;
      this.network = null;
      this.say(UNREACHABLE);
    }
    this.tell("problem", this.network ? "" : UNREACHABLE);
  }

  /** A button moves all units. */
  move(z) {
    this.units.place(z);
    this.rest.changed();
    this.invalidate();
  }

  paint() {
    const { network, units, labels } = this;
    this.plane.place(units.z);
    if (!network || network.inputs.z.length !== units.z.length) return; // of the model shown before
    network.inputs.z.set(units.z);
    labels.write(network.inputs.y);
    network.run();
    this.picture.show(network.outputs.mean, network.shape);
    this.plane.show(network, `${this.shown} ${labels.label} ${this.data.map}`, (y) => labels.write(y));
  }

  report() {
    const { model, revision } = this.data;
    const z = Array.from(this.units.z, (value) => Number(value.toFixed(2)));
    this.tell("code", { model, revision, z, label: this.labels.label });
  }

  end() {
    super.end();
    this.rest.end();
    this.plane.end();
  }
}

export default shown(Explorer);
