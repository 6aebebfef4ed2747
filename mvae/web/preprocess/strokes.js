// Drawings as strokes -> pictures, as mvae/modalities/strokes.py. A stroke is a polyline, x to the right and y down,
// in units of the drawing's side; one of a single point is a dot.

import { draw } from "./pen.js";
import { Refusal, asCount, asNumber, grouped, rint, said, scientific, typeName } from "./refusal.js";

/**
 * Draws strokes with a round pen, as the canvas does.
 *
 * @param {number[][][]} strokes (strokes, points, 2); what lies outside [0, 1] is cut off
 * @param {object} constants `drawing` of mvae/web/constants.py
 * @param {number} size side of the picture, in pixels
 * @param {number} penWidth width of the pen, in pixels
 * @returns {Uint8Array} (size, size), ink on 0, anti-aliased
 * @throws {Refusal} if these are no strokes, or the picture would have no side or too large a one
 */
export function render(strokes, constants, size = constants.side, penWidth = constants.penWidth) {
  check(strokes, constants);
  asCount(size, "The side of a picture", 1, constants.largestSide);
  asNumber(penWidth, "The width of a pen", 0, constants.largestSide);
  const pieces = [];
  for (const stroke of strokes) {
    if (stroke.length === 1) pieces.push(...stroke[0], ...stroke[0]);
    for (let at = 1; at < stroke.length; at++) pieces.push(...stroke[at - 1], ...stroke[at]);
  }
  const picture = draw(Float64Array.from(pieces, (each) => each * size), size, penWidth / 2, constants);
  const bytes = new Uint8Array(picture.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = rint(255 * picture[at]);
  return bytes;
}

/** Refuses what are no strokes, too many, or too far away for numbers. */
function check(strokes, { mostPoints, farthestPoint }) {
  if (!Array.isArray(strokes)) throw new Refusal("InputError", `Strokes must be a list, not ${said(strokes)}.`);
  if (strokes.length > mostPoints) {
    throw new Refusal("InputError", `Strokes may be ${grouped(mostPoints)} at the most; these are more.`);
  }
  for (const stroke of strokes) checkStroke(stroke, farthestPoint);
  const points = strokes.reduce((sum, stroke) => sum + stroke.length, 0);
  if (points > mostPoints) {
    const sentence = `Strokes may have ${grouped(mostPoints)} points at the most; these have ${grouped(points)}.`;
    throw new Refusal("InputError", sentence);
  }
}

function checkStroke(stroke, farthestPoint) {
  const shape = shapeOf(stroke);
  if (shape.length === 1 && shape[0] === 0) return;
  const expected = "A stroke must be finite numbers of shape (n, 2);";
  if (shape.length !== 2 || shape[1] !== 2) {
    const sides = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
    throw new Refusal("InputError", `${expected} these have the shape (${sides}).`);
  }
  let farthest = 0;
  for (const [x, y] of stroke) farthest = Math.max(farthest, Math.abs(x), Math.abs(y)); // NaN where one is
  if (!Number.isFinite(farthest)) throw new Refusal("InputError", `${expected} not all of these are finite.`);
  if (farthest > farthestPoint) {
    const some = scientific(farthest, 4);
    throw new Refusal("InputError", `A stroke must lie within ±${grouped(farthestPoint)}, but some are ${some}.`);
  }
}

/** Returns the shape of numbers in lists of one length each, such as [n, 2]. */
function shapeOf(value) {
  if (typeof value === "number") return [];
  if (!Array.isArray(value)) {
    throw new Refusal("InputError", `A stroke must be numbers, but this is ${typeName(value)}.`);
  }
  if (!value.length) return [0];
  const shapes = value.map(shapeOf);
  if (shapes.some((shape) => String(shape) !== String(shapes[0]))) {
    throw new Refusal("InputError", "A stroke must be numbers, but these lists have different lengths.");
  }
  return [value.length, ...shapes[0]];
}
