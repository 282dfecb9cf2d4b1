// Several models under one code, and one of them in the place of a network.

/** A model's own code from the shared one. units: its unit for each shared one, or null; signs: 1 or -1. */
export function ownCode(z, { units, signs }, own) {
  own.fill(0);
  units.forEach((unit, shared) => {
    if (unit !== null && unit < own.length) own[unit] = signs[shared] * z[shared];
  });
}

/** The shared code that a model's own one is. */
export function sharedCode(own, { units, signs }) {
  return Float32Array.from(units, (unit, shared) => (unit === null ? 0 : signs[shared] * own[unit]));
}

/** Stands for the network that was picked last, where one that draws asks for a single one. */
export class Several {
  constructor(networks) {
    this.networks = networks;
    this.one = networks.find(Boolean);
  }

  pick(i) {
    this.one = this.networks[i] ?? this.one;
    return this.one;
  }

  get inputs() {
    return this.one.inputs;
  }

  get outputs() {
    return this.one.outputs;
  }

  get shape() {
    return this.one.shape;
  }

  run() {
    this.one.run();
  }
}
