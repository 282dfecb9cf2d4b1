// Ways from one code to another.

/** Straight on: (1 - t) a + t b. */
export function straight(a, b, t) {
  return a.map((value, i) => (1 - t) * value + t * b[i]);
}

/**
 * Along the great circle, while the length goes evenly from that of a to that of b (Shoemake 1985;
 * for codes: White 2016). In many dimensions a normal prior has its codes near a sphere, which the
 * straight way leaves. Straight on where no circle is given: a code of length 0, or opposite ones.
 */
export function spherical(a, b, t) {
  const [long, wide] = [length(a), length(b)];
  const cosine = dot(a, b) / (long * wide);
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const sine = Math.sin(angle);
  if (!(sine > 1e-4)) return straight(a, b, t);
  const radius = (1 - t) * long + t * wide;
  const [from, to] = [Math.sin((1 - t) * angle) / (sine * long), Math.sin(t * angle) / (sine * wide)];
  return a.map((value, i) => radius * (from * value + to * b[i]));
}

/** Between four corners, a and b above, c and d below: across first, then down. */
export function between([a, b, c, d], across, down, way) {
  return way(way(a, b, across), way(c, d, across), down);
}

/** The mean of codes. */
export function mean(codes) {
  return codes[0].map((_, i) => codes.reduce((sum, code) => sum + code[i], 0) / codes.length);
}

/** Along points at even speed: t from 0, the first, to 1, the last. */
export function trail(points, t) {
  const steps = points.slice(1).map((point, i) => length(point.map((value, k) => value - points[i][k])));
  let left = t * steps.reduce((sum, step) => sum + step, 0);
  for (let i = 0; i < steps.length; i++) {
    if (left <= steps[i] && steps[i] > 0) return straight(points[i], points[i + 1], left / steps[i]);
    left -= steps[i];
  }
  return points.at(-1);
}

function dot(a, b) {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

function length(a) {
  return Math.sqrt(dot(a, a));
}
