// The same picture in other models, side by side: their reconstructions live, their nats at rest.

import { make } from "../base/dom.js";
import { Picture } from "../base/picture.js";
import { Coder } from "../engine/coder.js";

export class Neighbours {
  constructor(element) {
    this.element = element;
    this.cells = [];
  }

  /** One cell a model: [{model, title, encoder, decoder}]; `loaded()` when another can be shown. */
  lay(models, loaded) {
    const known = new Map(this.cells.map((cell) => [cell.digests, cell]));
    this.cells = models.map((model) => {
      const digests = `${model.encoder} ${model.decoder}`;
      return known.get(digests) ?? this.cell(model, digests, loaded);
    });
    this.element.replaceChildren(...this.cells.map(({ figure }) => figure));
  }

  cell({ model, title, encoder, decoder }, digests, loaded) {
    const canvas = make("canvas", "", { width: 1, height: 1, role: "img", ariaLabel: `Reconstruction by ${title}` });
    const nats = make("span", "nats");
    const name = make("b", "", { textContent: title, title });
    const figure = make("figure", "", {}, canvas, make("figcaption", "", {}, name, nats));
    const cell = { model, digests, figure, nats, picture: new Picture(canvas), coder: null };
    Coder.fetched({ encoder, decoder }).then(
      (coder) => {
        cell.coder = coder;
        loaded();
      },
      () => (nats.textContent = "could not be fetched"),
    );
    return cell;
  }

  /** A job a model: encode, decode, show. */
  jobs(x, write) {
    return this.cells.filter(({ coder }) => coder).map(({ coder, picture }) => () => {
      coder.encode(x, write);
      picture.show(coder.mean(), coder.shape);
    });
  }

  /** What was measured, a line a model; nothing where it is not known. */
  tell(lines) {
    for (const cell of this.cells) cell.nats.textContent = lines[cell.model] ?? "";
  }
}
