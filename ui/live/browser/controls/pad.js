// A surface on which a finger, a pen or a mouse moves two values at once.

/**
 * Shares of the surface, right and up, from 0 to 1. press(at): it is put down; drag(at, from): it
 * goes on, be it beyond the edge.
 */
export function pad(element, { press, drag }) {
  let from = null;
  const share = ({ clientX, clientY }) => {
    const { left, bottom, width, height } = element.getBoundingClientRect();
    return [(clientX - left) / width, (bottom - clientY) / height];
  };
  element.onpointerdown = (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    event.preventDefault(); // no selection of text
    element.setPointerCapture(event.pointerId);
    from = share(event);
    press(from);
  };
  element.onpointermove = (event) => {
    if (from && event.isPrimary) drag(share(event), from);
  };
  element.onlostpointercapture = () => (from = null);
}
