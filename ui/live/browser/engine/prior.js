// Codes drawn from a model's prior.

import { fetched } from "./fetched.js";

/** z ~ N(0, spread^2 I), or, where the prior is learned, z ~ q(z|u) for a pseudo-input u at random. */
export async function draw(dim, prior) {
  return warmed(await drawn(dim, prior), 1);
}

/** A code in two parts: the mean of what it was drawn from, and how far from it it lies. */
export async function drawn(dim, { spread, digest }, random = Math.random) {
  const noise = Float32Array.from({ length: dim }, () => normal(random));
  if (!digest) return { mean: new Float32Array(dim), deviation: noise.map((value) => spread * value) };
  const posterior = await fetched(digest);
  const { y } = posterior.inputs;
  y.fill(0)[Math.floor(random() * y.length)] = 1;
  posterior.run();
  const { mu, logvar } = posterior.outputs;
  return {
    mean: mu.slice(),
    deviation: noise.map((value, unit) => Math.exp(0.5 * logvar[unit]) * value),
  };
}

/** The code at a temperature, which scales the standard deviation: 1 is the prior itself. */
export function warmed({ mean, deviation }, temperature) {
  return deviation.map((value, unit) => mean[unit] + temperature * value);
}

/** Numbers in [0, 1), the same ones for the same seed, so that a link leads to the same pictures. */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    // mulberry32, Tommy Ettinger 2017
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Box & Muller 1958. */
export function normal(random = Math.random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
