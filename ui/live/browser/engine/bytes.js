// Pixels as text, for what travels between Python and the browser.

/** Values in [0, 1] as base64 of a byte each. */
export function toText(values) {
  return btoa(Array.from(values, (value) => String.fromCharCode(Math.round(255 * value))).join(""));
}

/** The other way. */
export function fromText(text) {
  return Float32Array.from(atob(text), (letter) => letter.charCodeAt(0) / 255);
}
