// A model's encoder and decoder together: a picture in, its code and pictures of codes out.

import { fetched } from "./fetched.js";

export class Coder {
  static async fetched({ encoder, decoder }) {
    return new Coder(...(await Promise.all([fetched(encoder), fetched(decoder)])));
  }

  constructor(encoder, decoder) {
    this.encoder = encoder;
    this.decoder = decoder;
    this.shape = decoder.shape;
    const dim = decoder.inputs.z.length;
    this.mu = new Float32Array(dim);
    /** Null where the model's code is a point. */
    this.logvar = encoder.outputs.logvar ? new Float32Array(dim) : null;
  }

  /** Encode a picture; `write` puts the label's weights into an array, if the model takes any. */
  encode(x, write) {
    this.write = write;
    const { inputs, outputs } = this.encoder;
    inputs.x.set(x);
    write(inputs.y);
    this.encoder.run();
    this.mu.set(outputs.mu);
    this.logvar?.set(outputs.logvar);
  }

  /** The picture of the mean; good until the next one. */
  mean() {
    return this.decode(this.mu);
  }

  /** The picture of mu + sigma noise. */
  sample(noise) {
    const { mu, logvar } = this;
    return this.decode(mu.map((value, unit) => value + Math.exp(0.5 * logvar[unit]) * noise[unit]));
  }

  decode(z) {
    const { inputs, outputs } = this.decoder;
    inputs.z.set(z);
    this.write(inputs.y);
    this.decoder.run();
    return outputs.mean;
  }
}
