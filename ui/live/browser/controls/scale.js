// How a slider's way is spread over the values of a unit. A place is what the slider stands at.

/** Equal steps of the value. */
export function linear(low, high) {
  return { low, high, min: low, max: high, step: 0.01, value: (place) => place, place: (value) => value };
}

/** Equal steps of the standard normal distribution's probability. */
export function quantile(reach) {
  const ends = { low: -reach, high: reach, min: probability(-reach), max: probability(reach) };
  return { ...ends, step: 0.001, value, place: probability };
}

/** The value at a share of the way, from 0 to 1. */
export function along(scale, share) {
  return scale.value(scale.min + within(share, 0, 1) * (scale.max - scale.min));
}

/** The share of the way at which a value lies, or the end nearest to it. */
export function shareOf(scale, value) {
  return within((scale.place(value) - scale.min) / (scale.max - scale.min), 0, 1);
}

export function within(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

/** P(Z <= z), to 1e-7: Abramowitz & Stegun 1964, 26.2.17. */
function probability(z) {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = density(z) * series;
  return z > 0 ? 1 - tail : tail;
}

function density(z) {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}

/** Its inverse. Newton's steps from 0 never overshoot: on either side the curve bends towards 0.5. */
function value(p) {
  let z = 0;
  for (let i = 0; i < 20; i++) z += (p - probability(z)) / density(z);
  return z;
}
