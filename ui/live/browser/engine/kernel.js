// Memory for numbers, and the one inner loop over it: c += a b, row-major, by WebAssembly's SIMD
// where the browser has it, else by plain JavaScript.

import KERNEL from "./kernel.wasm"; // its bytes in base64

const PAGE = 65536;
let compiled; // the compiled kernel, or null where the browser has none; undefined until asked

/** Whether the fast kernel runs here. */
export function isFast() {
  if (compiled === undefined) compiled = compile();
  return compiled !== null;
}

/** {floats, product}: a Float32Array of at least `count` numbers, and c += a b by places in it. */
export function allocate(count) {
  if (!isFast()) {
    const floats = new Float32Array(count);
    return { floats, product: (...places) => plainProduct(floats, ...places) };
  }
  const memory = new WebAssembly.Memory({ initial: Math.ceil((count * 4) / PAGE) });
  const { product } = new WebAssembly.Instance(compiled, { engine: { memory } }).exports;
  return {
    floats: new Float32Array(memory.buffer),
    product: (a, b, c, m, k, n) => product(a * 4, b * 4, c * 4, m, k, n),
  };
}

function compile() {
  try {
    const bytes = Uint8Array.from(atob(KERNEL), (letter) => letter.charCodeAt(0));
    // Without SIMD the bytes are not valid.
    return WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null;
  } catch {
    return null; // no WebAssembly at all, or not allowed here
  }
}

function plainProduct(floats, a, b, c, m, k, n) {
  for (let row = 0; row < m; row++, c += n) {
    for (let inner = 0; inner < k; inner++) {
      const factor = floats[a++];
      if (factor === 0) continue; // half of what a ReLU lets through
      for (let column = 0, from = b + inner * n; column < n; column++) {
        floats[c + column] += factor * floats[from + column];
      }
    }
  }
}
