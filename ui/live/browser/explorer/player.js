// Units that walk by themselves, one after the other, through their range and back to where they stood.

import { fill } from "../base/picture.js";
import { along, shareOf } from "../controls/scale.js";

const SECONDS = 4; // that a unit takes, at speed 1
const FRAMES = 60; // of an animation of one unit
const FRAMES_EACH = 24; // of several

export class Player {
  /** ended(): it plays no longer; say(why): a sentence. */
  constructor(button, units, settings, { ended, say }) {
    Object.assign(this, { button, units, settings, ended, say });
    button.onclick = () => (this.playing ? this.pause() : this.play());
  }

  get playing() {
    return Boolean(this.frame);
  }

  /** What walks: the chosen unit, or all that are used; none that is locked. */
  get walkers() {
    const { units, settings } = this;
    const chosen = settings.unit === null ? units.order : [settings.unit];
    return chosen.filter((unit) => !units.locked.has(unit));
  }

  play() {
    const [first] = this.walkers;
    if (first === undefined) return this.say("What should play is locked.");
    this.say("");
    this.button.textContent = "Pause";
    this.last = performance.now();
    this.begin(first);
    this.step();
  }

  begin(unit) {
    const { scales, z } = this.units;
    Object.assign(this, { unit, part: 0, start: z[unit], left: z[unit], share: shareOf(scales[unit], z[unit]) });
  }

  step() {
    this.frame = requestAnimationFrame((now) => {
      const { units, unit } = this;
      if (units.z[unit] !== this.left) return this.pause(); // a hand has taken it
      this.part += Math.max(0, now - this.last) / this.duration;
      this.last = now;
      units.move(unit, this.part < 1 ? this.valueAt(unit, this.part, this.share) : this.start);
      this.left = units.z[unit];
      if (this.part >= 1) {
        const { walkers } = this;
        if (!walkers.length) return this.pause();
        this.begin(walkers[(walkers.indexOf(unit) + 1) % walkers.length]);
      }
      this.step();
    });
  }

  pause() {
    if (!this.playing) return;
    cancelAnimationFrame(this.frame);
    this.frame = null;
    this.button.textContent = "Play";
    this.ended();
  }

  /** Milliseconds of a unit's walk. */
  get duration() {
    return (1000 * SECONDS) / this.settings.speed;
  }

  valueAt(unit, part, begin) {
    return along(this.units.scales[unit], walked(part, begin));
  }

  /** The walk in pictures, milliseconds a picture, and what it is called. prepare: writes the label. */
  frames(network, prepare) {
    const { z, scales, order } = this.units;
    const walkers = this.walkers.length ? this.walkers : order.slice(0, 1);
    const count = walkers.length === 1 ? FRAMES : FRAMES_EACH;
    const [channels, height, width] = network.shape;
    const frames = walkers.flatMap((unit) =>
      Array.from({ length: count }, (_, i) => {
        network.inputs.z.set(z);
        network.inputs.z[unit] = this.valueAt(unit, i / count, shareOf(scales[unit], z[unit]));
        prepare(network.inputs.y);
        network.run();
        const frame = new Uint8ClampedArray(4 * width * height);
        fill(frame, network.outputs.mean, channels);
        return frame;
      }));
    return { frames, delay: this.duration / count, name: walkers.length === 1 ? `unit-${walkers[0]}` : "units" };
  }

  end() {
    cancelAnimationFrame(this.frame);
  }
}

/** Where a unit stands after a part of its walk, both shares: up to the end, down to the other, back. */
function walked(part, begin) {
  const gone = 2 * part;
  if (gone < 1 - begin) return begin + gone;
  if (gone < 2 - begin) return 2 - begin - gone;
  return gone - 2 + begin;
}
