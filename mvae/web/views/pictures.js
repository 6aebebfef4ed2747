// Arrays -> pictures of ink and heat maps, as mvae/ui/views/pictures.py composes them.
// A picture is {width, height, levels, palette, rgba}: levels (height, width) in one Uint8Array, entries of a palette
// [red, green, blue, …], and the same as ImageData takes it, (height, width, 4) in one Uint8ClampedArray.

import { rint } from "../preprocess/refusal.js";

const f32 = Math.fround;
const TAPS = 4; // values of which a pixel of a spline is made
const GAP = 3; // pixels around each picture of a mosaic

/**
 * Draws ink on a tile with a frame.
 *
 * @param {Float32Array} values (height, width), 0 is paper and 1 is ink; what lies beyond is as these
 * @param {{width: number, height: number, scale?: number, smooth?: boolean}} options of the values; pixels of the
 *   picture for each value; whether it is enlarged by splines, or pixel by pixel
 * @param {object} constants `pictures` of mvae/ui/views/constants.py
 */
export function inkPicture(values, options, { inks, inkPalette, frame, ...constants }) {
  const { width, scale = constants.scale } = options;
  const levels = inkLevels(values, { ...options, scale }, inks);
  return framed(levels, scale * width, Math.max(1, Math.floor(scale / 4)), inkPalette, frame);
}

/**
 * Draws a heat map with a frame.
 *
 * @param {Float32Array} values (height, width) in [0, 1], the first row on top
 * @param {{width: number, height: number, cell?: [number, number]}} options of the values; width and height of one
 *   value, in pixels
 * @param {object} constants as of inkPicture
 */
export function heatPicture(values, { width, height, cell }, { heatPalette, frame, ...constants }) {
  const size = cell ?? constants.cell;
  return framed(heatLevels(values, { width, height, cell: size }, frame), size[0] * width, 1, heatPalette, frame);
}

/** Draws ink without a frame: levels of so many inks, enlarged as Pillow does; parameters as of inkPicture. */
export function inkLevels(values, { width, height, scale, smooth = true }, inks) {
  const down = weightsOf(height, scale, smooth), across = weightsOf(width, scale, smooth);
  const tall = new Float32Array(height * scale * width + TAPS), most = inks - 1;
  const source = new Float32Array((height + TAPS) * width); // what lies below counts nothing, but must be there
  source.set(values);
  for (let y = 0, at = 0; y < height * scale; y++) {
    const tap = TAPS * y, start = down.first[y] * width;
    const a = down.weights[tap], b = down.weights[tap + 1], c = down.weights[tap + 2], d = down.weights[tap + 3];
    for (let from = start; from < start + width; from++) {
      tall[at++] = a * source[from] + b * source[from + width] + c * source[from + 2 * width] + d * source[from + 3 * width];
    }
  }
  const { first, weights } = across, levels = new Uint8Array(height * scale * width * scale);
  for (let y = 0, at = 0; y < height * scale; y++) {
    for (let x = 0, tap = 0; x < width * scale; x++, tap += TAPS) {
      const from = y * width + first[x];
      const value = f32(weights[tap] * tall[from] + weights[tap + 1] * tall[from + 1] +
        weights[tap + 2] * tall[from + 2] + weights[tap + 3] * tall[from + 3]);
      levels[at++] = f32(f32((value < 0 ? 0 : value > 1 ? 1 : value) * most) + 0.5);
    }
  }
  return levels;
}

/** Draws a heat map without a frame: levels below that of the frame; parameters as of heatPicture. */
export function heatLevels(values, { width, height, cell: [across, down] }, frame) {
  const wide = across * width, levels = new Uint8Array(wide * down * height);
  for (let y = 0; y < height; y++) {
    const row = levels.subarray(y * down * wide, (y * down + 1) * wide);
    for (let x = 0; x < width; x++) row.fill(rint(f32(values[y * width + x] * (frame - 1))), x * across, (x + 1) * across);
    for (let copy = 1; copy < down; copy++) levels.set(row, (y * down + copy) * wide);
  }
  return levels;
}

/**
 * Lays pictures of one size out in rows, with a gap between them.
 *
 * @param {object[]} tiles of one palette
 * @param {number} columns in a row
 * @param {object} constants as of inkPicture
 */
export function mosaic(tiles, columns, { frame }) {
  const [{ width, height, palette }] = tiles, wide = width + 2 * GAP, high = height + 2 * GAP, outer = columns * wide;
  const whole = new Uint8Array(outer * high * Math.ceil(tiles.length / columns)).fill(frame);
  tiles.forEach(({ levels }, at) =>
    lay(levels, width, whole, outer, (at % columns) * wide + GAP, Math.floor(at / columns) * high + GAP));
  return picture(whole, outer, palette);
}

/** Paints a picture onto a canvas of a page or of a worker, which gets the picture's size. */
export function toCanvas(picture, canvas) {
  const { width, height, rgba } = picture;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  canvas.getContext("2d").putImageData(new ImageData(rgba, width, height), 0, 0);
}

/** Colours levels (height, width), entries of a palette [red, green, blue, …]. */
export function coloured({ width, height, levels, palette }) {
  const colours = new Uint32Array(palette.length / 3), channels = new Uint8Array(colours.buffer);
  for (let at = 0; at < channels.length; at++) {
    channels[at] = at % 4 === 3 ? 255 : palette[3 * Math.floor(at / 4) + (at % 4)];
  }
  const pixels = new Uint32Array(levels.length);
  for (let at = 0; at < pixels.length; at++) pixels[at] = colours[levels[at]];
  return { width, height, rgba: new Uint8ClampedArray(pixels.buffer) };
}

/** Lays pixels (…, width) onto others (…, wide), their corner at a place. */
export function lay(pixels, width, onto, wide, left, top) {
  for (let from = 0, to = top * wide + left; from < pixels.length; from += width, to += wide) {
    onto.set(pixels.subarray(from, from + width), to);
  }
}

/** Lays a frame around levels. */
function framed(levels, width, border, palette, frame) {
  const outer = width + 2 * border, height = levels.length / width + 2 * border;
  const whole = new Uint8Array(outer * height).fill(frame);
  lay(levels, width, whole, outer, border, border);
  return picture(whole, outer, palette);
}

/** A picture of levels; most are shown without ever being coloured. */
function picture(levels, width, palette) {
  const described = { width, height: levels.length / width, levels, palette };
  return { ...described, get rgba() { return coloured(described).rgba; } };
}

const kept = new Map(); // the same few for all pictures

/** Returns for each pixel of an enlarged side the first of the values of which it is made, and the weights of four. */
function weightsOf(size, scale, smooth) {
  const name = `${size} ${scale} ${smooth}`;
  if (!kept.has(name)) {
    const first = new Int32Array(size * scale), weights = new Float32Array(TAPS * size * scale);
    first.forEach((_, place) => {
      const centre = (place + 0.5) * (1 / scale);
      const found = smooth ? splines(centre, size) : { first: Math.floor(centre), weights: [1] };
      first[place] = found.first;
      weights.set(found.weights, TAPS * place);
    });
    kept.set(name, { first, weights });
  }
  return kept.get(name);
}

/** Weighs values by their distance from a place; those beyond the border are left out, the others sum to 1. */
function splines(centre, size) {
  const first = Math.max(0, Math.trunc(centre - 2 + 0.5)), end = Math.min(size, Math.trunc(centre + 2 + 0.5));
  const weights = Array.from({ length: end - first }, (_, tap) => cubic(Math.abs(tap + first - centre + 0.5)));
  const total = weights.reduce((all, weight) => all + weight, 0);
  return { first, weights: weights.map((weight) => weight / total) };
}

/** The cubic of Keys (1981) with a = -0.5, at a distance. */
function cubic(x) {
  const a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}
