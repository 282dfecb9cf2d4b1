// What one browser keeps for itself: who it is, and the form as it was left. Nothing of it is seen.
//
// `data` from Python: {settings}, to be kept, or null. State for Python: `kept` {browser, settings}, once.

import { Element, shown } from "./element.js";

const PLACE = "latent-space-laboratory";

class Memory extends Element {
  update(component) {
    super.update(component);
    const kept = read();
    kept.browser ??= Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(16)).join("");
    if (!this.reported) this.tell("kept", { ...kept });
    this.reported = true;
    if (component.data.settings) kept.settings = component.data.settings;
    write(kept);
  }
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(PLACE)) ?? {};
  } catch {
    return {}; // storage that is forbidden, or what another program left there
  }
}

function write(kept) {
  try {
    localStorage.setItem(PLACE, JSON.stringify(kept));
  } catch {
    // forbidden: this browser begins anew each time
  }
}

export default shown(Memory);
