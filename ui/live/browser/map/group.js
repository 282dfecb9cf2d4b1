// Images that were chosen together: how many, their mean code, its spread, their classes, and a grid.

import { make, written } from "../base/dom.js";

const TILES = 24;
const ACROSS = 8;
const CLASSES = 4;

export class Group {
  /** `choose(z)` makes a code the current one, `drop()` lets the group go. */
  constructor(element, choose, drop) {
    Object.assign(this, { element, choose, drop });
  }

  /** found: indices; map: the codes, columns, names and atlas; decode(z, canvas). */
  show(found, { codes, columns, data, atlas, network }, decode) {
    this.element.hidden = !found.length;
    if (!found.length) return;
    const { mean, spread } = codes.summary(found);
    const far = Math.sqrt(spread.reduce((sum, value) => sum + value * value, 0));
    const picture = make("canvas", "mean", { width: 1, height: 1, role: "img", ariaLabel: "What the mean code decodes to" });
    if (network) decode(mean, picture);
    const use = make("button", "", { type: "button", textContent: "Use the mean", title: "Make the mean code the current one" });
    use.onclick = () => this.choose(mean);
    const drop = make("button", "", { type: "button", textContent: "Clear", title: "Let the group go" });
    drop.onclick = () => this.drop();
    const words = make("div", "", {},
      make("p", "", { textContent: `${found.length.toLocaleString("en")} images` }),
      make("p", "", { textContent: `spread ${written(far)}`, title: "Root mean square distance of the codes from their mean" }));
    this.element.replaceChildren(make("div", "row", {}, picture, words),
      ...(columns.label ? [shares(found, columns.label, data.names)] : []), ...(atlas ? [sheet(found, atlas)] : []), make("div", "actions", {}, use, drop));
  }
}

function shares(found, labels, names) {
  const counts = new Map();
  for (const i of found) counts.set(labels[i], (counts.get(labels[i]) ?? 0) + 1);
  const most = [...counts].sort((a, b) => b[1] - a[1]).slice(0, CLASSES);
  return make("p", "shares", {}, ...most.map(([label, count]) =>
    make("span", "", { textContent: `${names[label] ?? label}: ${Math.round((100 * count) / found.length)} %` })));
}

function sheet(found, atlas) {
  const step = Math.max(1, found.length / TILES);
  const images = Array.from({ length: Math.min(TILES, found.length) }, (_, k) => found[Math.floor(k * step)]);
  const canvas = make("canvas", "sheet", { role: "img", ariaLabel: "Some of the images" });
  Object.assign(canvas, { width: ACROSS * (atlas.width + 1), height: Math.ceil(images.length / ACROSS) * (atlas.height + 1) });
  const context = canvas.getContext("2d");
  images.forEach((i, k) => context.drawImage(atlas.canvas(i), (k % ACROSS) * (atlas.width + 1), Math.floor(k / ACROSS) * (atlas.height + 1)));
  return canvas;
}
