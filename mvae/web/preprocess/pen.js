// A round pen: straight pieces with round ends become ink on a square of pixels, at a bounded cost. The same as
// mvae/modalities/pen.py, pixel for pixel.

/**
 * Draws straight pieces; their ink falls off over the one pixel about their edge.
 *
 * @param {Float64Array} pieces (n, 4): x and y of the start, x and y of the end, in pixels
 * @param {number} size side of the picture, in pixels
 * @param {number} radius half the width of the pen, in pixels
 * @param {{mostWork: number, far: number}} limits pixels of all pieces' windows that are looked at before lines are
 *   drawn instead, and pixels beyond which a line is taken to come from there
 * @returns {Float64Array} (size, size) in [0, 1], ink on 0; up to a pixel off where there is very much ink
 */
export function draw(pieces, size, radius, limits) {
  const seen = [];
  let work = 0;
  for (let at = 0; at < pieces.length; at += 4) {
    const piece = pieces.subarray(at, at + 4), box = boxOf(piece, radius + 1);
    const [left, top, right, bottom] = box;
    if (!(right > 0 && bottom > 0 && left < size && top < size && box.every(Number.isFinite))) continue;
    const side = Math.min(Math.max(right - left, bottom - top), size);
    seen.push({ piece, left, top, side });
    work += side ** 2;
  }
  if (work > limits.mostWork) return aroundLines(seen.map(({ piece }) => piece), size, radius, limits.far);
  const picture = new Float64Array(size * size);
  for (const { piece, left, top, side } of seen) {
    const inside = (place) => Math.min(size - side, Math.max(0, place));
    ink(picture, size, radius, piece, inside(left), inside(top), side);
  }
  return picture;
}

/** Returns left, top, right and bottom of the pixels that a piece may ink. */
function boxOf([x0, y0, x1, y1], margin) {
  return [
    Math.floor(Math.min(x0, x1) - margin), Math.floor(Math.min(y0, y1) - margin),
    Math.ceil(Math.max(x0, x1) + margin), Math.ceil(Math.max(y0, y1) + margin),
  ];
}

/** Draws a piece into a square window of the picture. */
function ink(picture, size, radius, [x0, y0, x1, y1], left, top, side) {
  const along = x1 - x0, down = y1 - y0, length = Math.max(along * along + down * down, 1e-9);
  const perX = along / length, perY = down / length, edge = radius + 0.5;
  for (let y = top; y < top + side; y++) {
    const offsetY = y + (0.5 - y0), share = offsetY * perY;
    for (let x = left, at = y * size + left; x < left + side; x++, at++) {
      const offsetX = x + (0.5 - x0), nearest = Math.min(1, Math.max(0, offsetX * perX + share));
      const awayX = offsetX - nearest * along, awayY = offsetY - nearest * down;
      const found = edge - Math.sqrt(awayX * awayX + awayY * awayY);
      if (found > picture[at]) picture[at] = found > 1 ? 1 : found;
    }
  }
}

/** Draws pieces as lines of one pixel, and ink where such a line is near. */
function aroundLines(pieces, size, radius, far) {
  const margin = Math.ceil(radius) + 1, side = size + 2 * margin;
  const lines = new Uint8Array(side * side);
  for (const piece of pieces) {
    const inside = cutOff(piece.map((each) => Math.min(far, Math.max(-far, each)) + margin), side);
    if (inside) line(lines, side, ...inside.map(Math.floor));
  }
  const picture = new Float64Array(size * size);
  if (!lines.includes(1)) return picture;
  const squared = squaredDistances(lines, side);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const distance = Math.sqrt(squared[(y + margin) * side + x + margin]);
      picture[y * size + x] = Math.min(1, Math.max(0, radius + 0.5 - distance));
    }
  }
  return picture;
}

/** Cuts a piece off where it leaves [0, side) (Liang and Barsky 1984); null where it never enters. */
function cutOff([x0, y0, x1, y1], side) {
  let enter = 0, leave = 1;
  for (const [start, along] of [[x0, x1 - x0], [y0, y1 - y0]]) {
    if (along === 0) {
      if (start < 0 || start >= side) return null;
      continue;
    }
    const one = -start / along, other = (side - 0.5 - start) / along; // where each border is passed
    enter = Math.max(enter, Math.min(one, other));
    leave = Math.min(leave, Math.max(one, other));
  }
  [enter, leave] = [Math.min(1, enter), Math.max(0, leave)];
  if (enter > leave) return null;
  const place = (start, along, share) => Math.min(side - 0.5, Math.max(0, start + share * along));
  return [
    place(x0, x1 - x0, enter), place(y0, y1 - y0, enter), place(x0, x1 - x0, leave), place(y0, y1 - y0, leave),
  ];
}

/** Sets the pixels of a line (Bresenham 1965), those that Pillow sets. */
function line(lines, side, x0, y0, x1, y1) {
  const across = Math.abs(x1 - x0), down = Math.abs(y1 - y0), flat = across > down;
  const [long, short] = flat ? [across, down] : [down, across];
  const right = Math.sign(x1 - x0), below = side * Math.sign(y1 - y0);
  const [step, aside] = flat ? [right, below] : [below, right];
  let at = y0 * side + x0;
  for (let count = 0, error = 2 * short - long; count < long; count++, error += 2 * short) {
    lines[at] = 1;
    if (error >= 0) {
      at += aside;
      error -= 2 * long;
    }
    at += step;
  }
  lines[y1 * side + x1] = 1;
}

/** Returns each pixel's squared distance from the nearest that is set, exactly (Felzenszwalb & Huttenlocher 2012). */
function squaredDistances(lines, side) {
  const none = 4 * side, squared = new Float64Array(side * side); // farther than anything is
  for (let x = 0; x < side; x++) {
    for (let y = 0, away = none; y < side; y++) {
      away = lines[y * side + x] ? 0 : Math.min(none, away + 1);
      squared[y * side + x] = away;
    }
    for (let y = side - 1, away = none; y >= 0; y--) {
      away = Math.min(away + 1, squared[y * side + x]);
      squared[y * side + x] = away * away;
    }
  }
  const lowest = new Int32Array(side), from = new Float64Array(side + 1), row = new Float64Array(side);
  for (let start = 0; start < side * side; start += side) {
    row.set(squared.subarray(start, start + side));
    // The parabolas about each pixel, of which the lowest counts: which they are, and where each begins to be it.
    let count = 0;
    for (let x = 0; x < side; x++) {
      let meets = -Infinity;
      while (count) {
        const other = lowest[count - 1];
        meets = (row[x] + x * x - row[other] - other * other) / (2 * (x - other));
        if (meets > from[count - 1]) break;
        count--;
        meets = -Infinity;
      }
      lowest[count] = x;
      from[count++] = meets;
    }
    from[count] = Infinity;
    for (let x = 0, which = 0; x < side; x++) {
      while (from[which + 1] < x) which++;
      squared[start + x] = row[lowest[which]] + (x - lowest[which]) ** 2;
    }
  }
  return squared;
}
