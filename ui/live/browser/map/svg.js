// A map as a drawing that can be scaled and edited.

/** What is in sight, a circle a point. */
export function svg({ camera, points, tint, radius, find }) {
  const [width, height] = camera.size.map(Math.round);
  const circles = [];
  for (let k = 0; k < tint.shown.length; k++) {
    const i = points.depth ? points.order[k] : k;
    const [x, y] = camera.pixels(points.at(i));
    if (!tint.shown[i] || x < 0 || y < 0 || x > width || y > height) continue;
    circles.push(`<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius.toFixed(1)}" fill="${tint.css(i)}"/>`);
  }
  const ground = getComputedStyle(find(".surface")).backgroundColor;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<rect width="100%" height="100%" fill="${ground}"/>
${circles.join("\n")}
</svg>
`;
}
