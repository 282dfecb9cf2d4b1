// The latent map: a point an image, and under the pointer what the model decodes there.
//
// `data` from Python: {model, decoder, classes, codes, places, linear, atlas, names, tints, palette,
// ramp, plain, title, z, label, fields, revision}. `codes`, `places` and `atlas` are hashes of arrays:
// {mu, logvar?, label?, ...}, {places} and {pictures}. `linear` is the way from codes to places where
// it is {mean, components}, and null where the map is not linear. z, label and fields are taken when
// the revision is another one.
// State for Python: `seen` {model, revision, z, label, fields} when the hand rests: the current code,
// and what a bookmark holds of the view.

import { Element, shown } from "../base/element.js";
import { Picture } from "../base/picture.js";
import { Rest } from "../base/rest.js";
import { png, save } from "../base/save.js";
import { Labels } from "../controls/labels.js";
import { Pills } from "../controls/pills.js";
import { unpack } from "../engine/arrays.js";
import { fetchBlob } from "../engine/blob.js";
import { fetched } from "../engine/fetched.js";
import { Atlas } from "./atlas.js";
import { Camera } from "./camera.js";
import { Cells } from "./cells.js";
import { Cloud, packed } from "./cloud.js";
import { Codes, near } from "./codes.js";
import { Gestures } from "./gestures.js";
import { Group } from "./group.js";
import { inside } from "./lasso.js";
import { Nearby } from "./nearby.js";
import { Overlay } from "./overlay.js";
import { Points } from "./points.js";
import { svg } from "./svg.js";
import { Tint } from "./tint.js";

const GRASP = 24; // pixels from a point at which it is meant, in three dimensions
const PLANE = "Decoded here. Exact: a code of the plane that PCA found.";
const WHOLE = "Decoded here. Exact: the map is the latent plane.";
const DEEP = "Decoded here. Exact: a code of the space that PCA found, as deep as the nearest point.";
const UNREACHABLE = "The map could not be fetched. Reload the page to try again.";

class LatentMap extends Element {
  constructor(root) {
    super(root);
    this.camera = new Camera();
    this.points = new Points();
    this.cloud = new Cloud(this.find(".cloud"));
    this.overlay = new Overlay(this.find(".over"));
    this.picture = new Picture(this.find(".picture"));
    this.group = new Group(this.find(".group"), (z) => this.choose(z), () => this.pickGroup([]));
    this.tint = new Tint(this.find(".legend"), () => this.redraw({ cells: true }));
    this.labels = new Labels(this.find(".labels"), () => this.look(this.pixel));
    this.rest = new Rest(this.find(".over"), () => this.report(), () => {});
    this.modes = new Pills(this.find(".modes"), "A drag", () => (this.gestures.lasso = this.modes.picked === 1));
    this.modes.lay(["Move", "Lasso"]);
    this.gestures = new Gestures(this.find(".over"), this.hand());
    this.listen();
    this.columns = {};
    this.missing = new Set(); // what could not be fetched
    this.nearby = new Nearby(this.find);
    this.watch = new ResizeObserver(() => this.resize());
    this.watch.observe(this.find(".surface"));
  }

  listen() {
    this.find(".tint").onchange = () => {
      this.colour();
      this.rest.changed();
    };
    this.find(".radius").oninput = () => this.redraw({});
    this.find(".radius").onchange = () => this.rest.changed();
    this.find(".number").onchange = (event) => this.seek(event.target.valueAsNumber);
    this.find(".whole").onclick = () => this.hand().whole();
    this.find(".png").onclick = async () => this.ready && save(`${this.data.title}.png`, await png(this.overlay.over(this.cloud.canvas)));
    this.find(".svg").onclick = () => this.ready && save(`${this.data.title}.svg`, svg(this), "image/svg+xml");
  }

  /** What the gestures do. */
  hand() {
    const moved = () => {
      this.rest.changed();
      this.redraw({ cells: this.points.dims === 3 });
    };
    return {
      look: (pixel) => this.look(pixel),
      leave: () => this.look(null),
      drag: (right, down) => {
        if (this.points.dims === 3) this.camera.turn(right, down);
        else this.camera.pan(right, down);
        moved();
      },
      zoom: (pixel, factor) => {
        this.camera.zoomAt(pixel, factor);
        moved();
      },
      whole: () => {
        this.camera.reset();
        moved();
      },
      draw: (line) => {
        this.overlay.lasso = line;
        this.invalidate();
      },
      drawn: (line) => this.pickGroup(line),
      pick: (pixel) => {
        this.look(pixel);
        this.choose(this.here?.z);
      },
    };
  }

  update(component) {
    super.update(component);
    const { data } = component;
    const known = this.data;
    this.data = data;
    if (JSON.stringify(known?.tints) !== JSON.stringify(data.tints)) this.offerTints(data);
    if (known?.model !== data.model || known.revision !== data.revision) this.take(data, known);
    if (known?.model !== data.model) this.ready = this.here = null; // no code of that model under this one's name
    if (known?.codes !== data.codes) this.loadCodes(data.codes);
    if (known?.places !== data.places) this.loadPlaces(data.places);
    if (known?.atlas !== data.atlas) this.loadAtlas(data.atlas);
    if (known?.decoder !== data.decoder) this.loadNetwork(data.decoder);
    this.redraw({ theme: true });
  }

  /** What Python pushes: the current code, and the view of a bookmark. */
  take(data, known) {
    this.z = Float32Array.from(data.z);
    if (JSON.stringify(known?.classes) !== JSON.stringify(data.classes)) this.labels.lay(data.classes);
    this.labels.place(data.label);
    const { at, size, colour, image } = data.fields;
    const [x = 0, y = 0, zoom = 1, yaw = 0.5, pitch = 0.35] = (at ?? "").split(",").filter(Boolean).map(Number);
    this.camera.set({ x, y, zoom, yaw, pitch });
    this.find(".radius").value = size ?? 4;
    this.showRadius();
    this.find(".tint").value = colour ?? "";
    this.wanted = image === undefined ? null : Number(image);
    this.overlay.image = null;
    this.rest.forget();
    if (known && known.model !== data.model && this.told.seen) this.tell("seen", null); // it was of the model before
  }

  /** Fetch something and do with it; as long as anything could not be fetched, that is said. */
  async load(name, what, digest, done) {
    if (!digest) return;
    try {
      const found = await what(digest);
      this.missing.delete(name);
      done(found);
    } catch (error) {
      console.warn(error);
      this.missing.add(name);
    }
    this.say(this.missing.size ? UNREACHABLE : "");
  }

  loadNetwork(digest) {
    this.load("network", fetched, digest, (network) => {
      if (digest !== this.data.decoder) return;
      this.network = network;
      this.stale = true;
      this.look(this.pixel);
    });
  }

  loadCodes(digest) {
    this.load("codes", arrays, digest, (columns) => {
      if (digest !== this.data.codes) return;
      const { mu } = this.codes ?? {};
      const others = mu?.length !== columns.mu.length || !mu.every((value, i) => value === columns.mu[i]);
      this.columns = columns; // of the same images there may only be more
      this.files = columns.file ? new TextDecoder().decode(columns.file).split("\n") : null;
      this.codes = new Codes(columns);
      this.find(".number").max = this.codes.count - 1;
      if (others && this.atlas?.of !== this.data.atlas) this.atlas = null;
      if (others) this.pickGroup([]);
      this.settle();
    });
  }

  loadPlaces(digest) {
    this.load("places", arrays, digest, ({ places }) => {
      if (digest !== this.data.places) return;
      this.points.place(places, places.shape[1], this.data.linear);
      this.settle();
    });
  }

  loadAtlas(digest) {
    if (!digest) this.atlas = null;
    this.load("pictures", arrays, digest, ({ pictures }) => {
      if (digest !== this.data.atlas) return;
      this.atlas = Object.assign(new Atlas(pictures), { of: digest });
      this.look(this.pixel);
      this.redraw({});
    });
  }

  /** Codes and places are there, and of the same images. */
  settle() {
    this.ready = this.codes && this.points.count === this.codes.count;
    if (!this.ready) return;
    this.colour();
    if (this.wanted !== null) this.seek(this.wanted);
    this.wanted = null;
    this.look(this.pixel);
    this.redraw({ cells: true });
  }

  offerTints({ tints, fields }) {
    const select = this.find(".tint");
    const before = select.value || fields.colour;
    select.replaceChildren(...tints.map(({ id, title }) => new Option(title, id, false, id === before)));
    this.colour();
  }

  colour() {
    if (!this.codes) return;
    const { tints, names, palette, ramp, plain } = this.data;
    const choice = tints.find(({ id }) => id === this.find(".tint").value) ?? tints[0];
    this.find(".tint").value = choice.id;
    this.tint.lay(choice, this.columns, this.codes.count, { names, palette, ramp, plain });
    this.redraw({ cells: true });
  }

  /** Draw the points anew at the next frame. cells: what is near is to be found anew. */
  redraw({ cells, theme }) {
    if (cells) this.cells = null;
    if (theme) this.overlay.ink = getComputedStyle(this.find(".mapping")).color;
    this.stale = true;
    this.invalidate();
  }

  resize() {
    const { clientWidth, clientHeight } = this.find(".surface");
    if (!clientWidth) return;
    this.camera.size = [clientWidth, clientHeight];
    this.redraw({ cells: this.points.dims === 3 });
  }

  paint() {
    if (!this.ready || !this.camera.size[0]) return;
    const moving = this.points.advance();
    if (moving) this.cells = null;
    if (this.stale || moving) this.drawCloud();
    this.showPicture();
    this.overlay.draw(this);
    this.stale = false;
    if (moving) this.redraw({});
  }

  drawCloud() {
    const { camera, tint, points } = this;
    const ratio = devicePixelRatio;
    const [width, height] = camera.size;
    points.project(camera);
    const { plane, order } = points;
    this.cloud.resize(Math.round(width * ratio), Math.round(height * ratio));
    const inPixels = { ...camera.view, scale: camera.scale * ratio, size: [width * ratio, height * ratio] };
    const ground = colourOf(this.find(".surface"));
    const colours = tint.faded(this.overlay.group, ground);
    this.cloud.draw({ plane, order, colours, shown: tint.shown, camera: inPixels, radius: this.radius * ratio, background: packed(ground) });
    this.overlay.measure(this);
  }

  /** Of a point, in pixels: as the slider says, smaller where there are many. */
  get radius() {
    const many = Math.sqrt(3000 / Math.max(3000, this.codes.count));
    return (this.find(".radius").valueAsNumber / 2) * Math.max(0.5, many) + 0.5;
  }

  showRadius() {
    const slider = this.find(".radius");
    slider.style.setProperty("--at", `${(100 * (slider.valueAsNumber - 1)) / 9}%`);
  }

  // --- under the pointer ------------------------------------------------------------------------

  /** Decode what is at a pixel; the current code where the pointer is elsewhere. */
  look(pixel) {
    this.pixel = pixel;
    this.looked = false;
    this.invalidate();
  }

  /** The code at the pointer: {z, i, exact, why}. */
  locate(pixel) {
    if (!pixel) return null;
    const { points } = this;
    const { way } = points;
    this.cells ??= new Cells(points.plane, this.tint.shown);
    const spot = this.camera.box(pixel);
    const found = near(this.cells, spot);
    if (!found.length) return null;
    const z = new Float32Array(this.codes.dim);
    const { i, far } = found[0];
    if (points.dims === 3) {
      if (Math.sqrt(far) * this.camera.scale > GRASP) return null;
      if (way) return { z: way.code(points.places(this.camera.place(spot, points.depth[i])), z), i, words: DEEP };
      z.set(this.codes.of(i));
      return { z, i, words: `The code of image ${i}.` };
    }
    if (way) return { z: way.code(points.places(spot), z), i, spot, words: this.codes.dim === 2 ? WHOLE : PLANE };
    this.codes.blend(found, z);
    return { z, i, spot, words: "Decoded here. Approximate: a mean of the 8 nearest images' codes." };
  }

  showPicture() {
    if (this.looked) return;
    this.looked = true;
    this.here = this.locate(this.pixel);
    this.decode(this.here?.z ?? this.z);
    this.find(".said").textContent = this.here?.words ?? "The current code. Move over the map to decode, click to choose.";
    this.nearby.show(this.here, this.z, this);
  }

  decode(z) {
    const { network } = this;
    if (!network || network.inputs.z.length !== z.length) return;
    network.inputs.z.set(z);
    this.labels.write(network.inputs.y);
    network.run();
    this.picture.show(network.outputs.mean, network.shape);
  }

  // --- what is chosen ---------------------------------------------------------------------------

  /** Make a code the current one, everywhere. */
  choose(z) {
    if (!z) return;
    this.z = Float32Array.from(z);
    this.rest.changed();
    this.look(this.pixel);
  }

  pickGroup(line) {
    this.overlay.lasso = null;
    const polygon = line.map((pixel) => this.camera.box(pixel));
    const found = this.ready && polygon.length > 2 ? inside(polygon, this.points.plane, this.tint.shown) : [];
    this.overlay.group = new Set(found);
    this.find(".words").classList.toggle("brief", found.length > 0);
    const decode = (z, canvas) => {
      this.decode(z);
      new Picture(canvas).show(this.network.outputs.mean, this.network.shape);
      this.looked = false; // the large picture is another one's
    };
    this.group.show(found, this, decode);
    this.redraw({});
  }

  /** Show an image by its number. */
  seek(i) {
    if (!this.ready || !(i >= 0 && i < this.codes.count)) return;
    this.find(".number").value = i;
    this.overlay.image = i;
    this.points.project(this.camera);
    const [x, y] = this.points.at(i);
    if (this.points.dims === 2) this.camera.set({ ...this.camera.view, x, y, zoom: Math.max(4, this.camera.zoom) });
    this.look(this.camera.pixels([x, y]));
    this.rest.changed();
    this.redraw({ cells: this.points.dims === 3 });
  }

  report() {
    const { model, revision } = this.data;
    const { x, y, zoom, yaw, pitch } = this.camera.view;
    const view = this.points.dims === 3 ? [x, y, zoom, yaw, pitch] : [x, y, zoom];
    const fields = { at: view.map((value) => value.toFixed(2)).join(","), colour: this.find(".tint").value };
    if (this.find(".radius").value !== "4") fields.size = this.find(".radius").value;
    if (this.overlay.image !== null) fields.image = String(this.overlay.image);
    if (zoom === 1 && x === 0 && y === 0 && this.points.dims === 2) delete fields.at;
    if (fields.colour === this.data.tints[0].id) delete fields.colour;
    this.showRadius();
    const z = Array.from(this.z, (value) => Number(value.toFixed(2)));
    this.tell("seen", { model, revision, z, label: this.labels.label, fields });
  }

  end() {
    super.end();
    this.rest.end();
    this.watch.disconnect();
    this.nearby.end();
  }
}

const arrays = async (digest) => unpack(await fetchBlob("points", digest));

function colourOf(element) {
  const [, numbers] = getComputedStyle(element).backgroundColor.match(/\(([^)]*)\)/) ?? [];
  return (numbers ?? "0, 0, 0").split(/[ ,/]+/).slice(0, 3).map(Number);
}

export default shown(LatentMap);
