// What is known near the pointer: the real images nearest to what is decoded, and the nearest point.

import { written } from "../base/dom.js";

const STRIP = 5; // images
const MANY = 4e6; // numbers to compare for the nearest codes; more wait for the hand to rest
const PAUSE = 60; // ms of rest

export class Nearby {
  constructor(find) {
    this.find = find;
    this.strip = [];
  }

  /** here: the nearest point and the code decoded, if the pointer is on the map; else the code z. */
  show(here, z, map) {
    const { codes, atlas } = map;
    const code = here?.z ?? z;
    clearTimeout(this.later);
    const compare = () => {
      const found = atlas && code.length === codes.dim ? codes.nearest(code, STRIP) : [];
      this.draw(found.map(({ i }) => i), atlas);
    };
    if (codes.mu.length < MANY) compare();
    else this.later = setTimeout(compare, PAUSE);
    this.find(".facts").textContent = here ? facts(here.i, map) : "";
  }

  draw(images, atlas) {
    const strip = this.find(".strip");
    this.find(".near").hidden = !images.length;
    while (strip.children.length < images.length) strip.append(document.createElement("canvas"));
    [...strip.children].forEach((canvas, k) => {
      if (this.strip[k] !== images[k]) atlas?.draw(canvas, images[k]);
      canvas.title = `image ${images[k]}`;
    });
    this.strip = images;
  }

  end() {
    clearTimeout(this.later);
  }
}

function facts(i, { data: { names, tints }, columns, files }) {
  const { label } = columns;
  const numbers = tints.filter(({ id }) => id !== "label" && columns[id])
    .map(({ id, title, unit }) => `${title} ${written(columns[id][i], unit ? 1 : 0)}`);
  const file = files ? [files[i]] : [];
  return [`Nearest point: image ${i}`, ...file, ...(label ? [names[label[i]] ?? label[i]] : []), ...numbers].join(" · ");
}
