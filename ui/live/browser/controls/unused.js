// The units that a model does not use, folded away.

import { make } from "../base/dom.js";

/** What goes below the lists of units: one fold for all layers, or nothing. lines(units): their rows. */
export function folded(layers, lines, className = "") {
  const unused = layers.flatMap((layer) => layer.unused);
  if (!unused.length) return [];
  const count = unused.length === 1 ? "1 unit" : `${unused.length} units`;
  return [make("details", className, {},
    make("summary", "", { textContent: `${count} the model does not use` }), ...lines(unused))];
}
