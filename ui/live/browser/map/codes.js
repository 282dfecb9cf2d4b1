// The codes of images: which are near a code, what a place on a map stands for, and what a group of
// images has in common.

import { keep } from "./cells.js";

const NEIGHBOURS = 8;
const WITHIN = 1 / 8; // of the way to the nearest point, by which weights stay finite

export class Codes {
  /** arrays: mu [n d], and logvar [n d] where the codes have a spread. */
  constructor({ mu, logvar }) {
    [this.count, this.dim] = mu.shape;
    this.mu = mu;
    this.logvar = logvar;
  }

  of(i) {
    return this.mu.subarray(i * this.dim, (i + 1) * this.dim);
  }

  /** The k images whose codes are nearest: [{i, far}]. */
  nearest(z, k) {
    const { mu, dim, count } = this;
    const found = [];
    let worst = Infinity;
    for (let i = 0, at = 0; i < count; i++, at += dim) {
      let far = 0;
      for (let unit = 0; unit < dim && far < worst; unit++) far += (mu[at + unit] - z[unit]) ** 2;
      if (far >= worst) continue;
      keep(found, { i, far }, k);
      if (found.length === k) worst = found[k - 1].far;
    }
    return found;
  }

  /** The mean of the codes of points near a place of a map, the nearer the more (Shepard 1968). */
  blend(near, z) {
    z.fill(0);
    const least = (near[0]?.far ?? 0) * WITHIN + 1e-12;
    let sum = 0;
    for (const { i, far } of near) {
      const weight = 1 / (far + least) ** 2;
      const at = i * this.dim;
      for (let unit = 0; unit < this.dim; unit++) z[unit] += weight * this.mu[at + unit];
      sum += weight;
    }
    for (let unit = 0; unit < this.dim; unit++) z[unit] /= sum || 1;
    return z;
  }

  /** Of a group: the mean code, and the standard deviation of its units about it. */
  summary(group) {
    const mean = new Float32Array(this.dim);
    const spread = new Float32Array(this.dim);
    for (const i of group) for (let unit = 0; unit < this.dim; unit++) mean[unit] += this.mu[i * this.dim + unit] / group.length;
    for (const i of group) for (let unit = 0; unit < this.dim; unit++) spread[unit] += (this.mu[i * this.dim + unit] - mean[unit]) ** 2 / group.length;
    return { mean, spread: spread.map(Math.sqrt) };
  }
}

/** A map along straight lines: place = components (z - mean), and back. */
export class Linear {
  constructor({ mean, components }) {
    this.mean = mean;
    this.components = components;
  }

  code(place, z) {
    for (let unit = 0; unit < z.length; unit++) {
      z[unit] = this.mean[unit];
      this.components.forEach((row, k) => (z[unit] += row[unit] * place[k]));
    }
    return z;
  }

  place(z) {
    return this.components.map((row) => row.reduce((sum, value, unit) => sum + value * (z[unit] - this.mean[unit]), 0));
  }

  /** The covariance on the map of a code with these variances a unit: [xx, xy, yy]. */
  covariance(logvar) {
    const [a, b] = this.components;
    const sum = (f, g) => f.reduce((total, value, unit) => total + value * g[unit] * Math.exp(logvar[unit]), 0);
    return [sum(a, a), sum(a, b), sum(b, b)];
  }
}

export const near = (cells, place) => cells.nearest(place, NEIGHBOURS);
