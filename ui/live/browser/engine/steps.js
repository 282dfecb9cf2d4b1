// The steps of a layer list, each made once into a function without arguments.
//
// A maker gets the step and a workshop: `floats`, all numbers there are, the weights first; `product`,
// c += a b; `at(value)`, where it lies, and `size(value)`; `scratch`, where a convolution unrolls its
// image.

import { activations } from "./activations.js";

export const makers = {
  linear, convolution, transposed, label, fill, clamp, marginal, place, posterior, join,
};
for (const [name, f] of Object.entries(activations)) makers[name] = activation(f);

/** How many numbers of scratch a step needs. */
export function scratchOf({ op, shapes, kernel }) {
  if (op === "convolution") return shapes[0][0] * kernel * kernel * shapes[1][1] * shapes[1][2];
  if (op === "transposed") return shapes[1][0] * kernel * kernel * shapes[0][1] * shapes[0][2];
  return 0;
}

function linear({ x, out, weight, bias }, { floats, product, at, size }) {
  const [from, to, inputs, outputs] = [at(x), at(out), size(x), size(out)];
  return () => {
    floats.copyWithin(to, bias, bias + outputs);
    product(from, weight, to, 1, inputs, outputs);
  };
}

/** Unroll the image, so that the convolution is one product: [out, in k k] [in k k, places]. */
function convolution(step, { floats, product, at, scratch }) {
  const { x, out, weight, bias, shapes } = step;
  const [[channels], [outputs, height, width]] = shapes;
  const rows = channels * step.kernel * step.kernel;
  const places = height * width;
  const [from, to] = [at(x), at(out)];
  const taps = tapsOf(step, shapes[0], shapes[1]);
  return () => {
    floats.fill(0, scratch, scratch + rows * places);
    for (let channel = 0, row = scratch; channel < channels; channel++) {
      const image = from + channel * taps.area;
      for (const tap of taps.list) {
        for (let r = 0; r < tap.rows; r++) {
          const target = row + tap.small + r * taps.smallRow;
          const source = image + tap.large + r * taps.largeRow;
          for (let c = 0; c < tap.columns; c++) floats[target + c] = floats[source + c * step.stride];
        }
        row += places;
      }
    }
    for (let o = 0; o < outputs; o++) {
      const start = to + o * places;
      floats.fill(floats[bias + o], start, start + places);
    }
    product(weight, scratch, to, outputs, rows, places);
  };
}

/** The way back: one product [out k k, in] [in, places], then every place is added where it belongs. */
function transposed(step, { floats, product, at, scratch }) {
  const { x, out, weight, bias, shapes } = step;
  const [[channels, height, width], [outputs]] = shapes;
  const rows = outputs * step.kernel * step.kernel;
  const places = height * width;
  const [from, to] = [at(x), at(out)];
  const taps = tapsOf(step, shapes[1], shapes[0]);
  return () => {
    floats.fill(0, scratch, scratch + rows * places);
    product(weight, from, scratch, rows, channels, places);
    for (let output = 0, row = scratch; output < outputs; output++) {
      const image = to + output * taps.area;
      floats.fill(floats[bias + output], image, image + taps.area);
      for (const tap of taps.list) {
        for (let r = 0; r < tap.rows; r++) {
          const source = row + tap.small + r * taps.smallRow;
          const target = image + tap.large + r * taps.largeRow;
          for (let c = 0; c < tap.columns; c++) floats[target + c * step.stride] += floats[source + c];
        }
        row += places;
      }
    }
  };
}

/** For each element of a k x k kernel the places of the small image whose partner lies in the large one. */
function tapsOf({ kernel, stride, padding }, [, largeHeight, largeWidth], [, height, width]) {
  // large = small * stride + tap - padding has to lie between 0 and the large side.
  const within = (tap, small, large) => {
    const first = Math.max(0, Math.ceil((padding - tap) / stride));
    const last = Math.min(small - 1, Math.floor((large - 1 + padding - tap) / stride));
    return { first, count: Math.max(0, last - first + 1), start: first * stride + tap - padding };
  };
  const list = [];
  for (let i = 0; i < kernel; i++) {
    for (let j = 0; j < kernel; j++) {
      const [down, across] = [within(i, height, largeHeight), within(j, width, largeWidth)];
      list.push({
        rows: down.count,
        columns: across.count,
        small: down.first * width + across.first,
        large: down.start * largeWidth + across.start,
      });
    }
  }
  return { list, area: largeHeight * largeWidth, smallRow: width, largeRow: stride * largeWidth };
}

/** Add the vectors of the labels, weighted by y, to every place of each channel. */
function label({ on, y, weight, repeat }, { floats, at, size }) {
  const [to, chosen, classes, width] = [at(on), at(y), size(y), size(on) / repeat];
  return () => {
    for (let k = 0; k < classes; k++) {
      const share = floats[chosen + k];
      if (share === 0) continue;
      const row = weight + k * width;
      for (let c = 0, place = to; c < width; c++) {
        const addend = share * floats[row + c];
        for (let r = 0; r < repeat; r++) floats[place++] += addend;
      }
    }
  };
}

function fill({ on, value }, { floats, at, size }) {
  return () => floats.fill(value, at(on), at(on) + size(on));
}

function activation(f) {
  return ({ on }, { floats, at, size }) => {
    const [from, end] = [at(on), at(on) + size(on)];
    return () => {
      for (let i = from; i < end; i++) floats[i] = f(floats[i]);
    };
  };
}

function clamp({ on, low, high }, { floats, at, size }) {
  const [from, end] = [at(on), at(on) + size(on)];
  return () => {
    for (let i = from; i < end; i++) floats[i] = Math.min(high, Math.max(low, floats[i]));
  };
}

/** Log of the diagonal of L L^T, from log L_ii^2 and the rows below L's diagonal. */
function marginal({ logvar, below, out }, { floats, at, size }) {
  const [diagonal, rows, to, dim] = [at(logvar), at(below), at(out), size(out)];
  return () => {
    for (let i = 0, next = rows; i < dim; i++) {
      let variance = Math.exp(floats[diagonal + i]);
      for (let j = 0; j < i; j++, next++) variance += floats[next] ** 2;
      floats[to + i] = Math.log(variance);
    }
  };
}

/** A ladder layer's own value: mu + exp(logvar / 2) z. */
function place({ z, prediction, out }, { floats, at, size }) {
  const [mu, logvar] = prediction.map(at);
  const [code, to, dim] = [at(z), at(out), size(out)];
  return () => {
    for (let i = 0; i < dim; i++) {
      floats[to + i] = floats[mu + i] + Math.exp(0.5 * floats[logvar + i]) * floats[code + i];
    }
  };
}

/** Evidence times prediction, where the prediction is N(0, 1): N(sigmoid(a) m, sigmoid(-a)). */
function posterior({ evidence, prediction, out }, { floats, at, size }) {
  const [seenMu, seenLogvar] = evidence.map(at);
  const [mu, logvar] = prediction ? prediction.map(at) : [null, null];
  const [toMu, toLogvar] = out.map(at);
  const dim = size(out[0]);
  return () => {
    for (let i = 0; i < dim; i++) {
      const [center, spread] = mu === null ? [0, 0] : [floats[mu + i], floats[logvar + i]];
      const a = spread - floats[seenLogvar + i];
      const m = (floats[seenMu + i] - center) * Math.exp(-0.5 * spread);
      floats[toMu + i] = m / (1 + Math.exp(-a));
      floats[toLogvar + i] = -(Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))));
    }
  };
}

function join({ parts, out }, { floats, at, size }) {
  const to = at(out);
  return () => {
    let place = to;
    for (const part of parts) {
      floats.copyWithin(place, at(part), at(part) + size(part));
      place += size(part);
    }
  };
}
