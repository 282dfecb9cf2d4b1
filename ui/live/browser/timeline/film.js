// The moments of a training: fetched when they are looked at, kept while there is room, and shown by
// one network whose weights are exchanged.

import { unpack } from "../engine/arrays.js";
import { fetchBlob } from "../engine/blob.js";
import { Network } from "../engine/network.js";

const ROOM = 96 * 2 ** 20; // bytes of moments that are kept

export class Film {
  constructor() {
    this.kept = new Map(); // by the name that the server gives a moment
    this.size = 0;
  }

  /** {mu, codes, kl, decoder}; a promise that fails where the server does not give it. */
  async moment(name) {
    const known = this.kept.get(name);
    if (known) return known;
    const content = await fetchBlob("moments", name);
    const moment = unpack(content);
    this.kept.set(name, moment);
    this.size += content.byteLength;
    for (const [oldest, { decoder }] of this.kept) {
      if (this.size <= ROOM || oldest === name) break;
      this.kept.delete(oldest);
      this.size -= decoder.buffer.byteLength;
    }
    return moment;
  }

  /** The decoder as it was at a moment. */
  network({ decoder }) {
    const content = decoder.slice().buffer;
    if (!this.shared?.fill(content)) this.shared = new Network(content);
    return this.shared;
  }
}
