// A rate-distortion curve: each point is a button, so that it can be reached without a mouse.

import { make } from "../base/dom.js";

const MARGIN = 0.12; // of the range, beyond the outermost points
const TICKS = 5;
const SIDES = ["right", "high", "low", "left"];
const SVG = "http://www.w3.org/2000/svg";

export class Curve {
  /** `pressed(i)` is called when a point is chosen. */
  constructor(figure, pressed) {
    this.figure = figure;
    this.plot = figure.querySelector(".plot");
    this.pressed = pressed;
    this.points = [];
  }

  /** points: [{name, rate, distortion}] in nats; joined: whether a line leads from one to the next. */
  lay(points, joined) {
    this.figure.hidden = points.length < 2;
    if (this.figure.hidden) return;
    const across = axis(points.map(({ rate }) => rate));
    const up = axis(points.map(({ distortion }) => distortion));
    this.points = points.map((point, i) => this.point(point, i, across, up));
    this.plot.replaceChildren(
      ...(joined ? [line(points, across, up)] : []),
      ...across.ticks.map((value) => tick("across", "left", across.share(value), value)),
      ...up.ticks.map((value) => tick("up", "bottom", up.share(value), value)),
      make("span", "axis across", { textContent: "KL (rate)" }),
      make("span", "axis up", { textContent: "reconstruction (distortion)" }),
      ...this.points,
    );
    this.place();
  }

  /** Each label on the side of its point where it covers neither a label before it nor another point. */
  place() {
    const frame = this.plot.getBoundingClientRect();
    const taken = [...this.plot.querySelectorAll(".axis, .tick")].map((text) => text.getBoundingClientRect());
    for (const point of this.points) {
      const label = point.querySelector("b");
      const others = this.points.filter((one) => one !== point).map((one) => one.getBoundingClientRect());
      const free = SIDES.find((side) => {
        point.classList.remove(...SIDES);
        point.classList.add(side);
        const box = label.getBoundingClientRect();
        return ![...taken, ...others].some((other) => overlap(box, other)) && within(box, frame);
      });
      label.hidden = !free; // the button's own name tells it all the same
      if (free) taken.push(label.getBoundingClientRect());
    }
  }

  point({ name, rate, distortion }, i, across, up) {
    const title = `Open ${name} in Explore: KL ${rate.toFixed(1)}, reconstruction ${distortion.toFixed(1)} nats`;
    const button = make("button", "point", { type: "button", title, ariaLabel: title },
      make("i"), make("b", "", { textContent: name, ariaHidden: "true" }));
    Object.assign(button.style, { left: `${100 * across.share(rate)}%`, bottom: `${100 * up.share(distortion)}%` });
    button.onclick = () => this.pressed(i);
    return button;
  }

  mark(i) {
    this.points.forEach((point, at) => point.classList.toggle("chosen", at === i));
  }
}

function line(points, across, up) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 100 100");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "polyline");
  const place = ({ rate, distortion }) => `${100 * across.share(rate)},${100 * (1 - up.share(distortion))}`;
  path.setAttribute("points", points.map(place).join(" "));
  svg.append(path);
  return svg;
}

function tick(kind, side, share, value) {
  const mark = make("span", `tick ${kind}`, { textContent: String(value) });
  mark.style[side] = `${100 * share}%`;
  return mark;
}

function overlap(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function within(box, outer) {
  return box.left >= outer.left && box.right <= outer.right && box.top >= outer.top && box.bottom <= outer.bottom;
}

/** A range a little wider than the values, and round numbers in it. */
function axis(values) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const spread = Math.max(most - least, 1e-6);
  const [low, high] = [least - MARGIN * spread, most + MARGIN * spread];
  const rough = (high - low) / TICKS;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * ten).find((candidate) => candidate >= rough);
  const ticks = [];
  for (let value = Math.ceil(low / step) * step; value <= high; value += step) ticks.push(Number(value.toPrecision(6)));
  return { ticks, share: (value) => (value - low) / (high - low) };
}
