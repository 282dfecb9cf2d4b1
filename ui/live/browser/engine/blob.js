// What the server gives by the hash of its content.

const PATIENCE = 20_000; // ms until an answer begins

/** The bytes of a hash; `kind` is what the route calls it. */
export async function fetchBlob(kind, digest) {
  const address = new URL(`api/${kind}/${digest}`, base());
  // What got lost on its way, as in a crowded wireless network, is asked for once more.
  const response = await answered(address).catch(() => answered(address));
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.arrayBuffer();
}

async function answered(address) {
  const lost = new AbortController();
  const timer = setTimeout(() => lost.abort(), PATIENCE);
  try {
    return await fetch(address, { signal: lost.signal });
  } finally {
    clearTimeout(timer);
  }
}

/** Where the app begins: below a path where a proxy or `server.baseUrlPath` puts it there. */
function base() {
  const script = document.querySelector('script[src*="static/js/"]');
  return script ? new URL("../../", script.src) : document.baseURI;
}
