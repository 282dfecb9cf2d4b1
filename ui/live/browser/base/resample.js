// A picture made smaller, or larger, by area: every new pixel is the mean of what it covers.

/** One channel of a canvas' bytes, within a box, as values in [0, 1] of another size. */
export function areas(data, side, channel, box, { width, height }) {
  const across = stretches(box.left, box.width, width);
  const down = stretches(0, box.height, height);
  const narrow = new Float32Array(box.height * width);
  for (let row = 0; row < box.height; row++) {
    const from = 4 * (box.top + row) * side + channel;
    for (let column = 0; column < width; column++) {
      const { first, last, head, tail, whole } = across[column];
      let sum = head * data[from + 4 * first] + tail * data[from + 4 * last];
      for (let at = from + 4 * (first + 1); at < from + 4 * last; at += 4) sum += whole * data[at];
      narrow[row * width + column] = sum;
    }
  }
  const out = new Float32Array(height * width);
  for (let row = 0; row < height; row++) {
    const { first, last, head, tail, whole } = down[row];
    for (let column = 0; column < width; column++) {
      let sum = head * narrow[first * width + column] + tail * narrow[last * width + column];
      for (let at = first + 1; at < last; at++) sum += whole * narrow[at * width + column];
      out[row * width + column] = sum / 255;
    }
  }
  return out;
}

/** For each of `count` parts of a stretch: its first and last place, and the shares of each in it. */
function stretches(start, length, count) {
  const step = length / count;
  return Array.from({ length: count }, (_, part) => {
    const [from, to] = [start + part * step, start + (part + 1) * step];
    const first = Math.floor(from);
    const last = Math.max(first, Math.ceil(to - 1e-9) - 1);
    const head = (Math.min(first + 1, to) - from) / step;
    return { first, last, head, tail: last > first ? (to - last) / step : 0, whole: 1 / step };
  });
}
