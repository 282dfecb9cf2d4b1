// Networks by the hash of their content: fetched once, kept while the tab lives.

import { fetchBlob } from "./blob.js";
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
    return new Network(await fetchBlob("weights", digest));
  } catch (error) {
    networks.delete(digest); // so that the next attempt asks again
    throw error;
  }
}
