// Where the points of a map lie: in a box from -1 to 1, on their way there from where they were before,
// and on the plane that is seen.

import { backToFront } from "./cloud.js";
import { Linear } from "./codes.js";

const MOVE = 400; // ms from one state of a forming map to the next

export class Points {
  /** places: [n, 2 or 3] as Python made them; linear: how they follow from codes, or null. */
  place(places, dims, linear) {
    const { box, middle, half } = boxed(places, dims);
    const moves = this.box?.length === box.length && this.dims === dims && this.linear === linear;
    this.from = moves && !calm() ? this.box.slice() : null;
    Object.assign(this, { target: box, box: this.from ? this.from.slice() : box, middle, half, dims, linear });
    /** Between codes and places, where the map is linear. */
    this.way = linear && new Linear(linear);
    this.since = performance.now();
    this.plane = new Float32Array((2 * box.length) / dims);
    this.depth = dims === 3 ? new Float32Array(box.length / dims) : null;
    this.order = this.depth && new Uint32Array(this.depth.length);
  }

  get count() {
    return this.target ? this.target.length / this.dims : 0;
  }

  /** Go on towards new places; whether there is any way left. */
  advance() {
    if (!this.from) return false;
    const share = Math.min(1, (performance.now() - this.since) / MOVE);
    for (let i = 0; i < this.box.length; i++) this.box[i] = this.from[i] + share * (this.target[i] - this.from[i]);
    if (share === 1) this.from = null;
    return true;
  }

  /** Onto the plane, as a camera sees it. */
  project(camera) {
    camera.project(this.box, this.dims, this.plane, this.depth);
    if (this.depth) backToFront(this.depth, this.order);
  }

  /** Where a point is on the plane. */
  at(i) {
    return [this.plane[2 * i], this.plane[2 * i + 1]];
  }

  /** From the box to Python's places. */
  places(box) {
    return box.map((value, k) => this.middle[k] + this.half * value);
  }

  /** From Python's places to the box. */
  inBox(place) {
    return place.map((value, k) => (value - this.middle[k]) / this.half);
  }
}

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Places in the box from -1 to 1, and the way back: place = middle + half * box. */
function boxed(places, dims) {
  const [low, high] = [new Array(dims).fill(Infinity), new Array(dims).fill(-Infinity)];
  for (let i = 0; i < places.length; i++) {
    low[i % dims] = Math.min(low[i % dims], places[i]);
    high[i % dims] = Math.max(high[i % dims], places[i]);
  }
  const middle = low.map((value, k) => (value + high[k]) / 2);
  const half = Math.max(...low.map((value, k) => (high[k] - value) / 2), 1e-9);
  return { box: Float32Array.from(places, (value, i) => (value - middle[i % dims]) / half), middle, half };
}
