// A picture made smaller, or larger, by area: every new pixel is the mean of what it covers.

/** One channel of a canvas' bytes, within a box, as values in [0, 1] of another size. */
export function areas(data, side, channel, box, { width, height }) {
  const across = shares(box.left, box.width, width);
  const down = shares(box.top, box.height, height);
  const narrow = new Float32Array(box.height * width);
  for (let row = 0; row < box.height; row++) {
    const from = (box.top + row) * side;
    for (let column = 0; column < width; column++) {
      let sum = 0;
      for (const { at, share } of across[column]) sum += share * data[4 * (from + at) + channel];
      narrow[row * width + column] = sum;
    }
  }
  const out = new Float32Array(height * width);
  for (let row = 0; row < height; row++) {
    for (const { at, share } of down[row]) {
      const from = (at - box.top) * width;
      for (let column = 0; column < width; column++) out[row * width + column] += share * narrow[from + column];
    }
  }
  for (let i = 0; i < out.length; i++) out[i] /= 255;
  return out;
}

/** For each of `count` parts of a stretch the places that it covers, and the share of each in it. */
function shares(start, length, count) {
  const step = length / count;
  return Array.from({ length: count }, (_, part) => {
    const [from, to] = [start + part * step, start + (part + 1) * step];
    const found = [];
    for (let at = Math.floor(from); at < to - 1e-9; at++) {
      found.push({ at, share: (Math.min(at + 1, to) - Math.max(at, from)) / step });
    }
    return found;
  });
}
