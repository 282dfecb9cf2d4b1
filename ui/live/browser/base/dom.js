// Elements in one expression.

/** An element of a class, with properties and children. */
export function make(tag, className = "", properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** A number with the sign of mathematics. */
export function written(value, digits = 2) {
  return value.toFixed(digits).replace("-", "\u2212");
}
