// What can be taken home: the picture, the animation, the code, and a link to both.

import { gif } from "../base/gif.js";
import { png, save } from "../base/save.js";

const LARGE = 512; // pixels of a side to which a picture is enlarged
const PIXELS = 6e6; // of all frames of an animation, so that it takes no more than a moment
const SAID = 2000; // ms

/** Give the buttons something to do. explorer: has the code, the picture and the player. */
export function connectExports(find, explorer) {
  const name = (end) => `${explorer.code.model.replace(/[^\w.-]+/g, "-")}${end}`;
  const canvas = find("canvas.picture");
  find(".png").onclick = async () =>
    save(name(".png"), await png(canvas, whole(LARGE / canvas.width)), "image/png");
  find(".json").onclick = () => save(name(".json"), `${JSON.stringify(explorer.code)}\n`, "application/json");
  find(".gif").onclick = () => {
    if (!explorer.ready) return;
    const { player, network, labels } = explorer;
    const { frames, delay, name: what } = player.frames(network, (y) => labels.write(y));
    const [, height, width] = network.shape;
    const scale = Math.min(Math.sqrt(PIXELS / (frames.length * width * height)), LARGE / width);
    save(name(`-${what}.gif`), gif(frames, width, height, delay, whole(scale)), "image/gif");
  };
  const link = find(".link");
  link.onclick = async () => {
    link.textContent = (await copy(address(explorer))) ? "Copied" : "Not allowed";
    setTimeout(() => (link.textContent = "Copy link"), SAID);
  };
}

/** A link to the model and the point; data.address: the parameters' names, for model, z and label. */
function address({ code, data }) {
  const link = new URL(location.href);
  const units = code.z.map((value, unit) => [unit, value]).filter(([, value]) => value);
  const values = [code.model, units.map(([unit, value]) => `${unit}:${value.toFixed(2)}`).join(","), code.label];
  values.forEach((value, i) => {
    if (value === null || value === "") link.searchParams.delete(data.address[i]);
    else link.searchParams.set(data.address[i], value);
  });
  return link.href;
}

function whole(factor) {
  return Math.max(1, Math.floor(factor));
}

/** Whether a text could be put on the clipboard; without https there is but the old way. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  }
}
