// What a hand does on a map: it looks, pans, zooms, turns, draws round points, picks.

const CLICK = 5; // pixels a hand may tremble
const STEP = 12;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Gestures {
  /**
   * does: look(pixel), leave(), drag(right, down), zoom(pixel, factor), draw(pixels), drawn(pixels),
   * pick(pixel), whole(). `lasso` says whether a drag draws. Pixels are those of the style sheet.
   */
  constructor(surface, does) {
    Object.assign(this, { surface, does, lasso: false, pointers: new Map(), cursor: null });
    surface.onpointerdown = (event) => this.down(event);
    surface.onpointermove = (event) => this.move(event);
    surface.onpointerup = (event) => this.up(event);
    surface.onpointercancel = (event) => this.up(event, true);
    surface.onpointerleave = () => this.pointers.size || does.leave();
    surface.onwheel = (event) => {
      event.preventDefault();
      does.zoom(this.at(event), Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.002)));
    };
    surface.onkeydown = (event) => this.key(event);
    surface.onblur = () => does.leave();
  }

  at(event) {
    const box = this.surface.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  down(event) {
    const at = this.at(event);
    this.pointers.set(event.pointerId, at);
    this.surface.setPointerCapture(event.pointerId);
    this.began = this.pointers.size === 1 ? at : null;
    this.moved = false;
    this.line = this.lasso && this.began ? [at] : null;
    if (event.pointerType === "touch" && !this.line) this.does.look(at);
  }

  move(event) {
    const at = this.at(event);
    this.cursor = at;
    const before = this.pointers.get(event.pointerId);
    if (!before) return this.does.look(at);
    if (this.pointers.size === 2) return this.pinch(event.pointerId, before, at);
    if (this.began && Math.hypot(at[0] - this.began[0], at[1] - this.began[1]) > CLICK) this.moved = true;
    this.pointers.set(event.pointerId, at);
    if (this.line) {
      this.line.push(at);
      this.does.draw(this.line);
    } else if (event.pointerType === "touch") this.does.look(at); // a finger decodes, two pan and zoom
    else if (this.moved) this.does.drag(at[0] - before[0], at[1] - before[1]);
  }

  pinch(id, before, at) {
    const [other] = [...this.pointers].find(([key]) => key !== id).slice(1);
    const far = (a) => Math.max(20, Math.hypot(a[0] - other[0], a[1] - other[1]));
    this.moved = true;
    this.line = null;
    this.does.drag((at[0] - before[0]) / 2, (at[1] - before[1]) / 2);
    this.does.zoom([(at[0] + other[0]) / 2, (at[1] + other[1]) / 2], far(at) / far(before));
    this.pointers.set(id, at);
  }

  up(event, cancelled = false) {
    if (!this.pointers.delete(event.pointerId)) return;
    const at = this.at(event);
    const { line } = this;
    this.line = null;
    if (line) this.does.drawn(cancelled || !this.moved ? [] : line);
    if (!cancelled && this.began && !this.moved) this.does.pick(at);
  }

  key(event) {
    const { does, surface } = this;
    const middle = [surface.clientWidth / 2, surface.clientHeight / 2];
    this.cursor ??= middle;
    const direction = KEYS[event.key];
    if (direction) {
      const reach = event.shiftKey ? 1 : STEP;
      this.cursor = this.cursor.map((value, k) => Math.min(2 * middle[k], Math.max(0, value + reach * direction[k])));
      does.look(this.cursor);
    } else if (event.key === "Enter" || event.key === " ") does.pick(this.cursor);
    else if (event.key === "+" || event.key === "=") does.zoom(this.cursor, 1.3);
    else if (event.key === "-") does.zoom(this.cursor, 1 / 1.3);
    else if (event.key === "0") does.whole();
    else return;
    event.preventDefault();
  }
}
