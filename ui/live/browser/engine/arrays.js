// The arrays of a blob, as ui/live/arrays.py packs them.

import { fromHalf } from "./half.js";

const ALIGN = 8;

/** {name: typed array with a `shape`}; float16 become float32. */
export function unpack(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const described = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const first = Math.ceil((4 + length) / ALIGN) * ALIGN;
  return Object.fromEntries(Object.entries(described).map(([name, { dtype, shape, start }]) => {
    const count = shape.reduce((product, size) => product * size, 1);
    const at = first + start;
    const array =
      dtype === "uint8" ? new Uint8Array(buffer, at, count)
      : dtype === "float32" ? new Float32Array(buffer, at, count)
      : fromHalf(new Uint16Array(buffer, at, count));
    return [name, Object.assign(array, { shape })];
  }));
}
