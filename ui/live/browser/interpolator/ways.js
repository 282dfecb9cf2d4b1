// Four ways to lead from pictures to pictures: what they need, and what lies where.
//
// Each: the name in the address, a title, a hint, the letters of its corners, the range of its slider,
// and at(corners, place, way) -> {z, y}, the code and the weights of the labels.

import { between, straight, trail } from "./paths.js";

const both = (a, b, t, way) => ({ z: way(a.z, b.z, t), y: straight(a.y, b.y, t) });

export const WAYS = [
  {
    name: "two", title: "Two pictures", letters: "AB", low: 0, high: 1, begin: [0.5], curved: true,
    hint: "From A to B. Choose A or B, then what stands there.",
    at: ([a, b], [t], way) => both(a, b, t, way),
    /** Where an animation is after a part of its round: there and back. */
    round: (part) => [part < 0.5 ? 2 * part : 2 - 2 * part],
  },
  {
    name: "four", title: "Four corners", letters: "ABCD", low: 0, high: 1, begin: [0.5, 0.5], curved: true,
    hint: "Drag over the square between A, B, C and D.",
    at: (four, [across, down], way) => ({
      z: between(four.map(({ z }) => z), across, down, way),
      y: between(four.map(({ y }) => y), across, down, straight),
    }),
    /** Along the edges: A, B, D, C. */
    round: (part) => {
      const side = Math.min(3, Math.floor(4 * part));
      const t = 4 * part - side;
      return [[t, 0], [1, t], [1 - t, 1], [0, 1 - t]][side];
    },
  },
  {
    name: "sum", title: "a \u2212 b + c", letters: "ABC", low: -1, high: 2, begin: [1], curved: false,
    hint: "C + strength (A \u2212 B): what A has and B has not, added to C. Means of several pictures work best.",
    at: ([a, b, c], [s]) => ({ z: c.z.map((value, i) => value + s * (a.z[i] - b.z[i])), y: c.y }),
    round: (part) => [part < 0.5 ? -1 + 6 * part : 5 - 6 * part],
  },
  {
    name: "map", title: "On the map", letters: "A", low: 0, high: 1, begin: [0], curved: false,
    hint: "Draw a path on the map: the picture runs along it.",
    at: ([a], [t], _, points) => ({ z: points.length ? Float32Array.from(trail(points, t)) : a.z, y: a.y }),
    round: (part) => [part],
  },
];
