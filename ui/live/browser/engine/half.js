// float16 -> float32: weights travel at half the size.

const POWERS = Float32Array.from({ length: 31 }, (_, exponent) => 2 ** (exponent - 15)); // not anew a million times

/** Every float16 as a Float32Array; `halves` holds their bits. */
export function fromHalf(halves, floats = new Float32Array(halves.length)) {
  for (let i = 0; i < halves.length; i++) {
    const bits = halves[i];
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    const size =
      exponent === 0 ? fraction * 2 ** -24
      : exponent === 31 ? (fraction ? NaN : Infinity)
      : (1 + fraction / 1024) * POWERS[exponent];
    floats[i] = bits & 0x8000 ? -size : size;
  }
  return floats;
}
