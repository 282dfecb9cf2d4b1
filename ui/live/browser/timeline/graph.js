// A term over the epochs, in training and held out, and where on it the moment is that is looked at.

import { make, written } from "../base/dom.js";

const SVG = "http://www.w3.org/2000/svg";
const COLOURS = { training: "#2391b3", heldOut: "#d67f1c" }; // readable on white and on the dark background alike
const STEEP = 0.05; // part of the training whose steep beginning would flatten all that follows

export class Graph {
  constructor(name) {
    this.name = name;
    this.title = make("h4");
    this.lines = Object.fromEntries(Object.entries(COLOURS).map(([on, stroke]) => [on, shape("polyline", { stroke })]));
    this.mark = shape("line", { class: "mark", y1: 0, y2: 1 });
    this.turns = shape("g", {});
    this.svg = shape("svg", { viewBox: "0 0 1 1", preserveAspectRatio: "none", role: "img", "aria-label": name });
    this.svg.append(this.turns, ...Object.values(this.lines), this.mark);
    [this.high, this.low] = [make("b", "high"), make("b", "low")];
    this.element = make("div", "graph", {}, this.title, make("div", "plot", {}, this.svg, this.high, this.low));
  }

  /** training, heldOut: [epoch, nats] each; turns: [epoch, what]; newest: epoch of the newest moment. */
  draw({ training, heldOut }, turns, newest) {
    this.curves = { training, heldOut };
    const every = [...training, ...heldOut];
    const last = Math.max(0, ...every.map(([epoch]) => epoch));
    const late = every.filter(([epoch]) => epoch >= STEEP * last).map(([, nats]) => nats).filter(Number.isFinite);
    const [low, high] = [Math.min(...late), Math.max(...late)];
    this.last = Math.max(newest, last, 1e-6);
    const spread = Math.max(high - low, 1e-6);
    const place = ([epoch, nats]) => `${epoch / this.last},${1 - 0.05 - (0.9 * (nats - low)) / spread}`;
    for (const [on, line] of Object.entries(this.lines)) line.setAttribute("points", this.curves[on].map(place).join(" "));
    const known = late.length > 0;
    this.high.textContent = known ? written(high, 1) : "";
    this.low.textContent = known ? written(low, 1) : "";
    this.turns.replaceChildren(...turns.map(([epoch, what]) => {
      const line = shape("line", { class: "turn", x1: epoch / this.last, x2: epoch / this.last, y1: 0, y2: 1 });
      const title = shape("title", {});
      title.textContent = what;
      line.append(title);
      return line;
    }));
  }

  /** Point out an epoch, and say what the value was there. */
  point(epoch) {
    const x = epoch / this.last;
    this.mark.setAttribute("x1", x);
    this.mark.setAttribute("x2", x);
    const { training, heldOut } = this.curves;
    const value = nearest(training.length ? training : heldOut, epoch);
    this.title.textContent = value === null ? this.name : `${this.name} ${written(value, 1)}`;
    this.svg.setAttribute("aria-label", `${this.name} in nats per image, over the epochs: ${this.title.textContent}`);
  }
}

/** Where there are no more values than bars: nats of each latent unit, those of the newest moment first. */
export class Bars {
  constructor() {
    this.title = make("h4", "", { textContent: "KL per unit" });
    this.row = make("div", "bars", { role: "img", ariaLabel: "KL of each latent unit" });
    this.element = make("div", "graph", {}, this.title, this.row);
  }

  draw(kl) {
    this.element.hidden = !kl.some((nats) => nats > 0);
    const order = [...kl.keys()].sort((a, b) => kl[b] - kl[a]);
    const most = Math.max(1e-3, ...kl);
    while (this.row.children.length > kl.length) this.row.lastChild.remove();
    while (this.row.children.length < kl.length) this.row.append(make("i"));
    order.forEach((unit, place) => {
      const bar = this.row.children[place];
      bar.style.height = `${(100 * Math.max(0, kl[unit])) / most}%`;
      bar.title = `unit ${unit}: ${written(kl[unit])} nats`;
    });
    const [first] = order;
    this.title.textContent = `KL per unit, up to ${written(kl[first], 1)}`;
    this.row.ariaLabel = order.slice(0, 8).map((unit) => `unit ${unit}: ${written(kl[unit])} nats`).join(", ");
  }
}

/** What the colours mean. */
export function key() {
  const names = { training: "training", heldOut: "held out" };
  const parts = Object.entries(names).map(([on, name]) => {
    const dot = make("i");
    dot.style.background = COLOURS[on];
    return make("span", "", {}, dot, name);
  });
  return make("p", "key", {}, ...parts, make("span", "", { textContent: "all in nats per image, over the epochs" }));
}

function nearest(points, epoch) {
  let best = null;
  for (const [at, nats] of points) {
    if (best !== null && Math.abs(at - epoch) > Math.abs(best[0] - epoch)) break;
    best = [at, nats];
  }
  return best && best[1];
}

function shape(kind, attributes) {
  const element = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
