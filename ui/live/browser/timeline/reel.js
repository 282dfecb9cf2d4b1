// A whole training as an animated GIF: the map, where there is one, beside the pictures, and the epoch.

import { gif } from "../base/gif.js";

const MOST = 60; // frames
const HEIGHT = 260;
const LINE = 24; // pixels for the epoch
const DELAY = 120; // ms
const ENDING = 10; // frames that the last one stays

/** The bytes; null where another training was picked meanwhile. element: has the moments, draws one of them, and the canvases that it is drawn on. */
export async function reel(element) {
  const { film, moments, data } = element;
  const every = Math.ceil(moments.length / MOST);
  const chosen = moments.filter((_, i) => i % every === 0 || i === moments.length - 1);
  const parts = [...(data.dim === 2 ? [".field canvas"] : []), ".pairs", ".made"].map((name) => element.find(name));
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const frames = [];
  for (const [name, , epoch] of chosen) {
    const moment = await film.moment(name);
    if (element.data.key !== data.key) return null;
    element.draw(film.network(moment), moment);
    compose(canvas, context, parts, `epoch ${epoch.toFixed(1)}`, element.background());
    frames.push(context.getImageData(0, 0, canvas.width, canvas.height).data);
    await new Promise((done) => setTimeout(done)); // so that the page stays alive
  }
  for (let i = 0; i < ENDING; i++) frames.push(frames.at(-1));
  return gif(frames, canvas.width, canvas.height, DELAY);
}

function compose(canvas, context, parts, words, ground) {
  const map = parts.length === 3 ? parts[0] : null;
  const sheets = parts.slice(-2);
  const left = map ? HEIGHT : 0;
  const width = Math.min(480, Math.max(...sheets.map((sheet) => sheet.width)));
  const heights = sheets.map((sheet) => Math.round((sheet.height * width) / sheet.width));
  const size = [left + width, Math.max(left, heights[0] + heights[1] + 8) + LINE];
  if (canvas.width !== size[0] || canvas.height !== size[1]) Object.assign(canvas, { width: size[0], height: size[1] });
  context.fillStyle = `rgb(${ground.slice(0, 3).join(" ")})`;
  context.fillRect(0, 0, ...size);
  if (map) context.drawImage(map, 0, 0, left, left);
  context.imageSmoothingEnabled = false;
  context.drawImage(sheets[0], left, 0, width, heights[0]);
  context.drawImage(sheets[1], left, heights[0] + 8, width, heights[1]);
  context.fillStyle = ground[0] + ground[1] + ground[2] > 384 ? "black" : "white";
  context.font = "16px sans-serif";
  context.fillText(words, 8, size[1] - 7);
}
