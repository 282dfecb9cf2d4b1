// Codes drawn from a model's prior.

import { fetched } from "./fetched.js";

/** z ~ N(0, spread^2 I), or, where the prior is learned, z ~ q(z|u) for a pseudo-input u at random. */
export async function draw(dim, { spread, digest }) {
  const noise = Float32Array.from({ length: dim }, normal);
  if (!digest) return noise.map((value) => spread * value);
  const posterior = await fetched(digest);
  const { y } = posterior.inputs;
  y.fill(0)[Math.floor(Math.random() * y.length)] = 1;
  posterior.run();
  const { mu, logvar } = posterior.outputs;
  return noise.map((value, unit) => mu[unit] + Math.exp(0.5 * logvar[unit]) * value);
}

/** Box & Muller 1958. */
function normal() {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}
