// Networks by the hash of their content: fetched once, kept while the tab lives.

import { Network } from "./network.js";

const KEPT = 12;
// On the window, because every element and every visit to a page runs this script anew.
const networks = (globalThis.latentNetworks ??= new Map());

/** The network of a hash; a promise that fails where the server does not give it. */
export function fetched(digest) {
  const known = networks.get(digest);
  const asked = known ?? ask(digest);
  networks.delete(digest); // what was used last is kept longest
  networks.set(digest, asked);
  if (networks.size > KEPT) networks.delete(networks.keys().next().value);
  return asked;
}

async function ask(digest) {
  try {
    const response = await fetch(new URL(`api/weights/${digest}`, base()));
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return new Network(await response.arrayBuffer());
  } catch (error) {
    networks.delete(digest); // so that the next attempt asks again
    throw error;
  }
}

/** Where the app begins: below a path where a proxy or `server.baseUrlPath` puts it there. */
function base() {
  const script = document.querySelector('script[src*="static/js/"]');
  return script ? new URL("../../", script.src) : document.baseURI;
}
