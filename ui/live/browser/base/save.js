// What a person takes home: files, made in the browser.

/** Have the browser save bytes, a text or a blob under a name. */
export function save(name, content, type) {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000); // the browser reads it when it gets to it
}

/** A canvas as a PNG, every pixel a square of scale × scale. */
export async function png(canvas, scale = 1) {
  const larger = document.createElement("canvas");
  larger.width = canvas.width * scale;
  larger.height = canvas.height * scale;
  const context = larger.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, 0, 0, larger.width, larger.height);
  return new Promise((done, failed) =>
    larger.toBlob((blob) => (blob ? done(blob) : failed(new Error("no PNG could be made"))), "image/png"));
}
