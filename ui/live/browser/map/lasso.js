// Points inside a closed line that was drawn by hand.

/** Indices of the points shown inside a polygon [[x, y], ...], by the number of crossings. */
export function inside(polygon, plane, shown) {
  const found = [];
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [x, y] of polygon) {
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [bottom, top] = [Math.min(bottom, y), Math.max(top, y)];
  }
  for (let i = 0; i < shown.length; i++) {
    const [x, y] = [plane[2 * i], plane[2 * i + 1]];
    if (!shown[i] || x < left || x > right || y < bottom || y > top) continue;
    let within = false;
    for (let a = 0, b = polygon.length - 1; a < polygon.length; b = a++) {
      const [ax, ay] = polygon[a];
      const [bx, by] = polygon[b];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) within = !within;
    }
    if (within) found.push(i);
  }
  return found;
}
