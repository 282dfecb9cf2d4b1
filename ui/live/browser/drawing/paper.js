// What elements share in which a picture is drawn: the pad, the label, the shelf of pictures to pick
// from, and the model that looks at it. See drawing.js and exact.js.

import { Element } from "../base/element.js";
import { Rest } from "../base/rest.js";
import { Labels } from "../controls/labels.js";
import { Shelf } from "../controls/shelf.js";
import { Sketch } from "../controls/sketch.js";
import { fromText, toText } from "../engine/bytes.js";
import { Coder } from "../engine/coder.js";

export class Paper extends Element {
  static unreachable = "The model could not be fetched, so nothing can follow the pen. Reload the page to try again.";

  /** host: what a hand holds on to while it draws. */
  constructor(root, host) {
    super(root);
    this.stroke = 0;
    this.rest = new Rest(this.find(host), () => this.report(), () => {});
    this.sketch = new Sketch(this.find(".sketch"), () => this.changed("drawn"));
    this.labels = new Labels(this.find(".labels"), () => this.changed(this.origin));
    this.write = (weights) => this.labels.write(weights);
    this.shelf = new Shelf(this.find(".shelf"), (pixels, shape, label) => {
      this.sketch.load(pixels, shape);
      if (this.data.classes.length) this.labels.place(label);
      this.changed("data");
    });
    this.find(".shelf .more").onclick = () => this.tell("leaf", (this.data.shelf?.leaf ?? 0) + 1);
    this.find(".undo").onclick = () => this.sketch.undo();
    this.find(".clear").onclick = () => this.sketch.clear();
  }

  /** What Python says that is new: the picture, the shelf, the model. */
  follow(known, data) {
    if (known?.revision !== data.revision) this.take(data.picture);
    this.shelf.lay(data.shelf);
    if (known?.encoder !== data.encoder || known.decoder !== data.decoder || !this.coder) this.load();
  }

  /** The labels of another model, with the one that was picked where it has it. */
  relabel({ classes }) {
    const { label } = this.labels;
    this.labels.lay(classes);
    if (label !== null) this.labels.place(Math.min(label, classes.length - 1));
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

  load() {
    const { encoder, decoder } = this.data;
    this.fetch(Coder.fetched({ encoder, decoder }), (coder) => {
      this.coder = coder;
      this.renew();
    });
  }

  /** A hand has changed the picture, or its label. */
  changed(origin) {
    this.origin = origin;
    this.stroke += 1;
    this.rest.changed();
    this.renew();
  }

  /** Another picture, or another model. */
  renew() {
    this.dirty = true;
    this.invalidate();
  }

  /** The picture as the model sees it. */
  look() {
    this.x = this.sketch.pixels(this.data.shape, this.data.framing);
    this.empty = this.x.every((value) => value === 0);
  }

  report() {
    if (!this.x) this.look();
    const { stroke, origin, x, empty } = this;
    const { revision } = this.data;
    this.tell("drawn", { revision, stroke, origin, pixels: toText(x), label: this.labels.label, empty });
  }

  end() {
    super.end();
    this.rest.end();
  }
}
