// What a way leads between: pictures and codes, each the mean of one or of several.
//
// In words, for the address: p17 a sample of the prior by its seed, d3 a picture of the data by its
// number, c0:125~3:-50 a code by units and hundredths, o one's own picture; joined by a dot where
// several are averaged; y4 at the end the label, where it is another than the picture's own.

import { fromText } from "../engine/bytes.js";
import { fetched } from "../engine/fetched.js";
import { drawn, seeded, warmed } from "../engine/prior.js";
import { mean } from "./paths.js";

const ITEM = /^(?:p\d{1,7}|d\d{1,4}|o|c(?:\d+:-?\d+(?:~\d+:-?\d+)*)?)$/;

/** The item of a code. */
export function codeItem(z) {
  return `c${Array.from(z, (value, unit) => [unit, Math.round(100 * value)])
    .filter(([, value]) => value).map((pair) => pair.join(":")).join("~")}`;
}

export class Corner {
  /** From its word; what makes no sense becomes the picture of the data that is named. */
  constructor(word, usual) {
    const [, items, label] = /^(.*?)(?:y(\d+))?$/.exec(word);
    this.items = items.split(".").filter((item) => ITEM.test(item));
    if (!this.items.length) this.items = [`d${usual}`];
    this.label = label === undefined ? null : Number(label);
    this.z = null;
    this.y = null;
  }

  get word() {
    return this.items.join(".") + (this.label === null ? "" : `y${this.label}`);
  }

  /** What it is, in a word or two. */
  get title() {
    if (this.items.length > 1) return `mean of ${this.items.length}`;
    return { p: "prior", d: "data", c: "code", o: "yours" }[this.kind];
  }

  /** Find the code, and a weight a label. source: {data, images, labels} of the model. */
  async find(source) {
    const { data } = source;
    const found = await Promise.all(this.items.map((item) => codeOf(item, source)));
    this.z = mean(found.map(({ z }) => z));
    this.kind = found[0].kind;
    const own = found.find(({ label }) => label !== null)?.label;
    const label = Math.min(this.label ?? own ?? data.label, data.classes.length - 1);
    this.y = Float32Array.from(data.classes, (_, i) => Number(i === label));
  }
}

/** {kind, z, label}: the code of an item, and the label that its picture has. */
async function codeOf(item, { data, images, labels }) {
  const rest = item.slice(1);
  const pixels = item === "o" ? data.picture && fromText(data.picture.pixels) : item[0] === "d" ? images?.(Number(rest)) : null;
  if (pixels) {
    const label = (item === "o" ? data.picture.label : labels?.[Number(rest)]) ?? null;
    return { kind: item[0], z: await encoded(pixels, label ?? data.label, data), label };
  }
  if (item[0] === "c") {
    const z = new Float32Array(data.dim);
    for (const [unit, value] of rest.split("~").map((pair) => pair.split(":").map(Number))) if (unit < data.dim) z[unit] = value / 100;
    return { kind: "c", z, label: null };
  }
  // A picture that is not there (yet) gives way to a sample.
  const seed = Number(rest) || 1;
  return { kind: "p", z: warmed(await drawn(data.dim, data.prior, seeded(seed)), 1), label: null };
}

/** The mean of a picture's posterior. */
async function encoded(pixels, label, { encoder }) {
  const network = await fetched(encoder);
  network.inputs.x.set(pixels);
  if (network.inputs.y) network.inputs.y.fill(0)[Math.min(label, network.inputs.y.length - 1)] = 1;
  network.run();
  return network.outputs.mu.slice();
}
