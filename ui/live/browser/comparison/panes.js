// Two models side by side. What they share is a picture, which each encodes for itself, or a code.
//
// `data` from Python: {sides: [{model, decoder, encoder, shape, dim, classes, prior, map}, ...], real,
// palette}. A side is null where its model cannot be used: the other stands alone. `real` is the hash of
// real pictures and their labels, or null as long as they are on their way.
// State for Python: `problem` in words.

import { Element, shown } from "../base/element.js";
import { Spare } from "../base/spare.js";
import { Pills } from "../controls/pills.js";
import { Tiles } from "../controls/tiles.js";
import { unpack } from "../engine/arrays.js";
import { fetchBlob } from "../engine/blob.js";
import { fetched } from "../engine/fetched.js";
import { seeded } from "../engine/prior.js";
import { Pane } from "./pane.js";

const UNREACHABLE = "A model could not be fetched. Reload the page to try again.";
const SHELF = 20;
const WAYS = ["the picture", "the code"];

class Panes extends Element {
  constructor(root) {
    super(root);
    const places = root.querySelectorAll(".pane");
    this.panes = [...places].map((place, i) => new Pane(place, (z) => this.move(i, z)));
    this.shelf = new Tiles(this.find(".shelf"), (i) => this.pick(i));
    this.ways = new Pills(this.find(".share"), "Both follow", () => this.move(this.leader, this.panes[this.leader].z));
    this.find(".random").onclick = () => this.sample(1 + Math.floor(1e6 * Math.random()));
    this.spare = new Spare(...this.panes.flatMap((pane) => [() => pane.draw(), () => pane.encode()]));
    this.leader = 0;
    this.seed = 1;
  }

  async update(component) {
    super.update(component);
    const { data } = component;
    this.data = data;
    // By what is there, not by what was asked for: that may be on its way still, and come too late.
    const changed = data.sides.map((side, i) => this.panes[i].side?.decoder !== side?.decoder);
    const both = data.sides[0]?.dim === data.sides[1]?.dim;
    for (const [i, pane] of this.panes.entries()) pane.root.inert = !data.sides[i];
    if (changed.some(Boolean)) {
      const { picked } = this.ways;
      this.ways.lay(both ? WAYS : WAYS.slice(0, 1));
      if (both && picked) this.ways.place(picked);
    }
    await Promise.all(data.sides.map((side, i) => changed[i] && this.load(i, side)));
    if (this.data !== data) return;
    if (changed.some(Boolean)) this.sample(this.seed);
    if (data.real !== this.looked) await this.lookAt(data.real);
    else if (changed.some(Boolean) && this.real) this.show(this.real);
    if (changed.some(Boolean)) this.again();
  }

  async load(i, side) {
    if (!side) return this.panes[i].clear();
    try {
      const [decoder, encoder] = await Promise.all([fetched(side.decoder), fetched(side.encoder)]);
      if (this.data.sides[i] !== side) return; // another one was asked for meanwhile
      this.panes[i].lay(side, decoder, encoder, this.data.palette);
      this.say("");
      this.tell("problem", "");
    } catch {
      this.say(UNREACHABLE);
      this.tell("problem", UNREACHABLE);
    }
  }

  /** Real pictures have arrived. */
  async lookAt(digest) {
    this.looked = digest;
    this.real = null; // and none to pick, until others are there
    this.picked = undefined;
    this.shelf.lay(0, 1, () => "");
    if (!digest) return;
    const found = await fetchBlob("points", digest).then(unpack).catch(() => null);
    if (digest !== this.data.real || !found) return;
    this.real = found;
    this.show(found);
    this.pick(0);
  }

  /** The shelf, and where each model puts the pictures. */
  show({ pixels, labels }) {
    const size = pixels.shape.slice(1).reduce((product, side) => product * side, 1);
    const count = Math.min(SHELF, pixels.shape[0]);
    const at = (i) => Float32Array.from(pixels.subarray(i * size, (i + 1) * size), (value) => value / 255);
    this.shelf.lay(count, count, (i) => `Real picture ${i + 1}`);
    this.pictureAt = at;
    for (let i = 0; i < count; i++) this.shelf.put(i, at(i), pixels.shape.slice(1));
    for (const pane of this.panes) pane.take(pixels.shape[0], at, labels);
    this.spare.wake();
  }

  /** A real picture in both. */
  pick(i) {
    this.shelf.mark(i);
    this.picked = i;
    const label = this.real.labels.length ? this.real.labels[i] : 0;
    for (const pane of this.panes) pane.lookAt(this.pictureAt(i), label);
    this.invalidate();
  }

  /** What was picked or moved last, in models that have just come. */
  again() {
    if (this.picked !== undefined && this.real) this.pick(this.picked);
    else if (this.panes[0].network) this.move(0, this.panes[0].z);
    else this.move(1, this.panes[1].z);
  }

  /** A hand moves the code in one pane: the other follows. */
  move(from, z) {
    const [leading, following] = [this.panes[from], this.panes[1 - from]];
    this.leader = from;
    this.picked = undefined;
    this.shelf.mark(-1);
    if (!leading.network) return;
    leading.place(z);
    if (this.ways.picked === 1) following.place(z);
    else following.lookAt(leading.picture(), leading.label);
    this.invalidate();
  }

  sample(seed) {
    this.seed = seed;
    for (const pane of this.panes) pane.sample(seeded(seed));
    this.spare.wake();
  }

  paint() {
    for (const pane of this.panes) pane.paint();
    this.spare.wake(true);
  }

  end() {
    super.end();
    this.spare.end();
    this.shelf.end();
    for (const pane of this.panes) pane.end();
  }
}

export default shown(Panes);
