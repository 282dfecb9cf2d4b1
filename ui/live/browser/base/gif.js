// Animated GIFs (GIF89a): small pictures one after the other, for ever.

const COLOURS = 256;
const CLEAR = 256; // LZW: forget all words
const END = 257;
const LAST = 4095; // no code has more than 12 bits

/** The bytes of an animation. frames: RGBA, all of width × height; delay: ms a frame; scale: whole. */
export function gif(frames, width, height, delay, scale = 1) {
  const { colours, index } = palette(frames);
  const bytes = [];
  const word = (value) => bytes.push(value & 255, value >> 8);
  bytes.push(...new TextEncoder().encode("GIF89a"));
  word(width * scale);
  word(height * scale);
  bytes.push(0xf7, 0, 0, ...colours); // one palette for all: 256 colours of 8 bits
  bytes.push(0x21, 0xff, 11, ...new TextEncoder().encode("NETSCAPE2.0"), 3, 1, 0, 0, 0); // for ever
  for (const frame of frames) {
    bytes.push(0x21, 0xf9, 4, 0);
    word(Math.max(2, Math.round(delay / 10))); // below 20 ms browsers play slowly
    bytes.push(0, 0, 0x2c, 0, 0, 0, 0);
    word(width * scale);
    word(height * scale);
    bytes.push(0, 8);
    const packed = pack(enlarge(indices(frame, index), width, height, scale));
    for (let at = 0; at < packed.length; at += 255) {
      const block = packed.slice(at, at + 255);
      bytes.push(block.length, ...block);
    }
    bytes.push(0);
  }
  bytes.push(0x3b);
  return Uint8Array.from(bytes);
}

/** Every pixel a square of scale × scale. */
function enlarge(pixels, width, height, scale) {
  if (scale === 1) return pixels;
  const wide = width * scale;
  return Uint8Array.from({ length: wide * height * scale }, (_, i) =>
    pixels[Math.floor(i / wide / scale) * width + Math.floor((i % wide) / scale)]);
}

function indices(frame, index) {
  return Uint8Array.from({ length: frame.length / 4 }, (_, i) =>
    index(frame[4 * i], frame[4 * i + 1], frame[4 * i + 2]));
}

/** 256 colours for all frames, and which of them stands for a colour: all greys, else a median cut. */
function palette(frames) {
  const grey = frames.every((frame) => {
    for (let i = 0; i < frame.length; i += 4)
      if (frame[i] !== frame[i + 1] || frame[i] !== frame[i + 2]) return false;
    return true;
  });
  if (!grey) return cut(frames);
  const colours = Array.from({ length: 3 * COLOURS }, (_, i) => Math.floor(i / 3));
  return { colours, index: (red) => red };
}

/** Heckbert 1982: halve the box of colours that is widest, until there are 256. */
function cut(frames) {
  const seen = new Map(); // [r, g, b, how often] by what is left of a colour with 5 bits a channel
  const key = (r, g, b) => ((r >> 3) << 10) | ((g >> 3) << 5) | (b >> 3);
  for (const frame of frames)
    for (let i = 0; i < frame.length; i += 4) {
      const [r, g, b] = [frame[i], frame[i + 1], frame[i + 2]];
      const sum = seen.get(key(r, g, b)) ?? [0, 0, 0, 0];
      seen.set(key(r, g, b), [sum[0] + r, sum[1] + g, sum[2] + b, sum[3] + 1]);
    }
  const boxes = [box([...seen].map(([k, [r, g, b, n]]) => ({ k, n, rgb: [r / n, g / n, b / n] })))];
  while (boxes.length < COLOURS) {
    const widest = boxes.reduce((a, b) => (b.width > a.width ? b : a));
    if (!widest.width) break;
    boxes.splice(boxes.indexOf(widest), 1, ...halves(widest));
  }
  const colours = new Array(3 * COLOURS).fill(0);
  const place = new Map();
  boxes.forEach(({ colours: inside }, i) => {
    const n = inside.reduce((sum, colour) => sum + colour.n, 0);
    for (const axis of [0, 1, 2])
      colours[3 * i + axis] = Math.round(inside.reduce((sum, c) => sum + c.n * c.rgb[axis], 0) / n);
    for (const { k } of inside) place.set(k, i);
  });
  return { colours, index: (r, g, b) => place.get(key(r, g, b)) };
}

function box(colours) {
  const widths = [0, 1, 2].map((axis) => {
    const values = colours.map(({ rgb }) => rgb[axis]);
    return values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b));
  });
  const width = Math.max(...widths);
  return { colours, width, axis: widths.indexOf(width) };
}

function halves({ colours, axis }) {
  const sorted = [...colours].sort((a, b) => a.rgb[axis] - b.rgb[axis]);
  const middle = sorted.length >> 1;
  return [box(sorted.slice(0, middle)), box(sorted.slice(middle))];
}

/** Lempel, Ziv & Welch 1984: codes of 9 to 12 bits, lowest bit first. */
function pack(pixels) {
  const bytes = [];
  let [held, bits, size, next] = [0, 0, 9, END + 1];
  let words = new Map();
  const write = (code) => {
    held |= code << bits;
    for (bits += size; bits >= 8; bits -= 8) {
      bytes.push(held & 255);
      held >>>= 8;
    }
  };
  write(CLEAR);
  let known = pixels[0];
  for (let i = 1; i < pixels.length; i++) {
    const longer = (known << 8) | pixels[i];
    if (words.has(longer)) {
      known = words.get(longer);
      continue;
    }
    write(known);
    known = pixels[i];
    if (next > LAST) {
      write(CLEAR);
      [words, size, next] = [new Map(), 9, END + 1];
    } else {
      if (next === 1 << size) size++;
      words.set(longer, next++);
    }
  }
  write(known);
  write(END);
  if (bits) bytes.push(held & 255);
  return bytes;
}
