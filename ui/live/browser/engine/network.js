// A layer list that runs: everything is laid out once in one memory, and a run allocates nothing.

import { fromHalf } from "./half.js";
import { allocate } from "./kernel.js";
import { makers, scratchOf } from "./steps.js";

export class Network {
  /** From the bytes that vae/export/layers.py describes. */
  constructor(buffer) {
    const { list, text } = described(buffer);
    this.text = text;

    // One after the other: weights, values, scratch. A slice lies within the value that it is of.
    const places = [];
    const slices = new Map(list.steps.filter(({ op }) => op === "slice").map((s) => [s.out, s]));
    let end = aligned(list.count);
    list.sizes.forEach((size, value) => {
      const slice = slices.get(value);
      places.push(slice ? places[slice.x] + slice.start : end);
      if (!slice) end = aligned(end + size);
    });
    const scratch = end;
    const { floats, product } = allocate(scratch + Math.max(0, ...list.steps.map(scratchOf)));

    this.floats = floats;
    this.fill(buffer);

    const at = (value) => places[value];
    const size = (value) => list.sizes[value];
    const workshop = { floats, product, at, size, scratch };
    this.steps = list.steps.filter(({ op }) => op !== "slice").map((s) => makers[s.op](s, workshop));
    const view = (value) => floats.subarray(at(value), at(value) + size(value));
    const views = (names) => Object.fromEntries(Object.entries(names).map(([k, v]) => [k, view(v)]));
    /** Channels, height and width of the model's images. */
    this.shape = list.shape;
    /** Arrays to write before a run, and to read after it, by name. */
    this.inputs = views(list.inputs);
    this.outputs = views(list.outputs);
  }

  run() {
    for (const step of this.steps) step();
  }

  /** Take the weights of another model of the same layers; false where its layers are others. */
  fill(buffer) {
    const { list, text, start } = described(buffer);
    if (text !== this.text) return false;
    if (list.dtype === "float16") fromHalf(new Uint16Array(buffer, start, list.count), this.floats);
    else this.floats.set(new Float32Array(buffer, start, list.count));
    return true;
  }
}

function described(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const text = new TextDecoder().decode(new Uint8Array(buffer, 4, length));
  return { list: JSON.parse(text), text, start: Math.ceil((4 + length) / 4) * 4 };
}

/** SIMD loads are fastest from addresses that 16 bytes divide. */
function aligned(place) {
  return Math.ceil(place / 4) * 4;
}
