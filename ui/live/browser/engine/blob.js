// What the server gives by the hash of its content.

/** The bytes of a hash; `kind` is what the route calls it. */
export async function fetchBlob(kind, digest) {
  const response = await fetch(new URL(`api/${kind}/${digest}`, base()));
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.arrayBuffer();
}

/** Where the app begins: below a path where a proxy or `server.baseUrlPath` puts it there. */
function base() {
  const script = document.querySelector('script[src*="static/js/"]');
  return script ? new URL("../../", script.src) : document.baseURI;
}
