// One's own hand: a drawing, encoded as it is drawn.

import { Labels } from "../controls/labels.js";
import { Sketch } from "../controls/sketch.js";
import { fromText } from "../engine/bytes.js";
import { fetched } from "../engine/fetched.js";

export class Hand {
  /** `styled(mu)` is called with the mean of the posterior whenever the drawing or its label changes. */
  constructor(root, styled) {
    this.find = (selector) => root.querySelector(selector);
    this.styled = styled;
    this.sketch = new Sketch(this.find(".sketch"), () => this.invalidate());
    this.labels = new Labels(this.find(".drawn"), () => this.invalidate(), "I draw a");
    this.find(".clear").onclick = () => this.sketch.clear();
    this.find(".mine").onclick = () => {
      const { pixels, label } = this.data.picture;
      this.sketch.load(fromText(pixels), this.data.shape);
      if (label !== null) this.labels.place(label);
      this.invalidate();
    };
  }

  /** What Python says of the model. */
  given(data) {
    const { label } = this.labels;
    if (this.data?.classes.join() !== data.classes.join()) {
      this.labels.lay(data.classes);
      this.labels.place(Math.min(label ?? 0, data.classes.length - 1));
    }
    this.data = data;
    this.find(".mine").hidden = !data.picture;
  }

  /** Encode once a frame at most. */
  invalidate() {
    this.frame ??= requestAnimationFrame(() => this.encode());
  }

  async encode() {
    const { encoder, shape, framing } = this.data;
    const network = await fetched(encoder).catch(() => null);
    this.frame = null;
    if (!network || encoder !== this.data.encoder || this.sketch.empty) return;
    network.inputs.x.set(this.sketch.pixels(shape, framing));
    if (network.inputs.y) this.labels.write(network.inputs.y);
    network.run();
    this.styled(network.outputs.mu);
  }
}
