// Ink -> 28x28, as `normalise_ink` of mvae/modalities/drawing.py: the longest side of what is drawn becomes 20
// pixels, and its centre of mass comes to the middle.

import { largest, percentile, sum } from "./float32.js";
import { rint } from "./refusal.js";

const f32 = Math.fround;

/**
 * Scales ink to 20 pixels and centres it in 28x28.
 *
 * @param {Uint8Array} ink (height, width), 0 is background
 * @param {number} width
 * @param {object} constants `drawing` of mvae/web/constants.py
 * @returns {Float32Array | null} (28, 28) in [0, 1], or null where the ink is too faint to be a drawing
 */
export function normaliseInk(ink, width, { imageSize, inkSize, faintest, edge }) {
  const darkest = f32(largest(ink) / 255);
  if (!(darkest >= faintest)) return null;
  const strength = Float32Array.from({ length: 256 }, (_, level) => level / 255);
  const box = boxOf(ink, width, strength, f32(edge * darkest));
  const relative = strength.map((each) => each / darkest);
  const [boxHeight, boxWidth] = [box.bottom - box.top, box.right - box.left];
  const scale = inkSize / Math.max(boxHeight, boxWidth);
  const [high, wide] = [boxHeight, boxWidth].map((side) => Math.max(1, rint(side * scale)));

  const small = resized((x, y) => relative[ink[(box.top + y) * width + box.left + x]], boxWidth, boxHeight, wide, high);
  // A thin line fades when it is scaled down: bring the bulk of the ink back to full strength.
  const third = f32(largest(small) / 3), full = percentile(small.filter((each) => each > third), 75);
  for (let at = 0; at < small.length; at++) small[at] = Math.min(1, f32(small[at] / full));

  const top = offset(centreOf(rowSums(small, wide), sum(small)), high, imageSize);
  const left = offset(centreOf(columnSums(small, wide), sum(small)), wide, imageSize);
  const result = new Float32Array(imageSize * imageSize);
  for (let y = 0; y < high; y++) result.set(small.subarray(y * wide, (y + 1) * wide), (top + y) * imageSize + left);
  return result;
}

/** Finds the rows and columns in which there is ink of more than a level. */
function boxOf(ink, width, strength, level) {
  const box = { top: Infinity, left: Infinity, bottom: 0, right: 0 };
  for (let at = 0; at < ink.length; at++) {
    if (strength[ink[at]] <= level) continue;
    const y = Math.floor(at / width), x = at - y * width;
    box.top = Math.min(box.top, y);
    box.left = Math.min(box.left, x);
    box.bottom = y + 1;
    box.right = Math.max(box.right, x + 1);
  }
  return box;
}

/** Resizes a picture of float32, (x, y) -> value, as Pillow does: across, then down, with triangular weights. */
function resized(value, width, height, wide, high) {
  const across = triangles(width, wide), down = triangles(height, high);
  const half = new Float32Array(height * wide), small = new Float32Array(high * wide);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < wide; x++) {
      const { first, weights } = across[x];
      let total = 0;
      for (let tap = 0; tap < weights.length; tap++) total += value(first + tap, y) * weights[tap];
      half[y * wide + x] = total;
    }
  }
  for (let y = 0; y < high; y++) {
    const { first, weights } = down[y];
    for (let x = 0; x < wide; x++) {
      let total = 0;
      for (let tap = 0; tap < weights.length; tap++) total += half[(first + tap) * wide + x] * weights[tap];
      small[y * wide + x] = total;
    }
  }
  return small;
}

/** Returns of which pixels of a side each pixel of a resized one is the average, and their weights. */
function triangles(length, resizedLength) {
  const scale = length / resizedLength, support = Math.max(1, scale);
  return Array.from({ length: resizedLength }, (_, place) => {
    const centre = (place + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(length, Math.trunc(centre + support + 0.5));
    const weights = Float64Array.from({ length: end - first }, (_, tap) =>
      Math.max(0, 1 - Math.abs((tap + first - centre + 0.5) * (1 / support))));
    const total = weights.reduce((all, weight) => all + weight, 0);
    return { first, weights: weights.map((weight) => weight / total) };
  });
}

function rowSums(picture, width) {
  return Float32Array.from({ length: picture.length / width }, (_, y) => sum(picture, y * width, (y + 1) * width));
}

function columnSums(picture, width) {
  if (width === 1) return [sum(picture)];
  const sums = new Float32Array(width);
  for (let at = 0; at < picture.length; at++) sums[at % width] += picture[at];
  return sums;
}

function centreOf(sums, mass) {
  let moment = 0;
  for (let place = 0; place < sums.length; place++) moment += sums[place] * place;
  return moment / mass;
}

/** First pixel of ink of this length whose centre of mass comes to the middle, kept inside the image. */
function offset(centre, length, imageSize) {
  return Math.min(imageSize - length, Math.max(0, rint((imageSize - 1) / 2 - centre)));
}
