// Arrays -> pictures of ink and heat maps, as mvae/ui/views/pictures.py composes them.
// A picture is {width, height, rgba}: what ImageData takes, (height, width, 4) in one Uint8ClampedArray.

import { rint } from "../preprocess/refusal.js";

const f32 = Math.fround;
const GAP = 3; // pixels around each picture of a mosaic

/**
 * Draws ink on a tile with a frame.
 *
 * @param {Float32Array} values (height, width), 0 is paper and 1 is ink; what lies beyond is as these
 * @param {{width: number, height: number, scale?: number, smooth?: boolean}} options of the values; pixels of the
 *   picture for each value; whether it is enlarged by splines, or pixel by pixel
 * @param {object} constants `pictures` of mvae/ui/views/constants.py
 */
export function inkPicture(values, { width, height, scale, smooth = true }, constants) {
  const { inks, inkPalette } = constants;
  const times = scale ?? constants.scale;
  const large = enlarged(values, width, height, times, smooth);
  const levels = new Uint8Array(large.length); // filled by a loop: `from` takes several times as long
  for (let at = 0; at < large.length; at++) {
    levels[at] = f32(f32(Math.min(1, Math.max(0, large[at])) * (inks - 1)) + 0.5);
  }
  return framed(levels, times * width, Math.max(1, Math.floor(times / 4)), inkPalette, constants.frame);
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
  const [across, down] = cell ?? constants.cell, wide = across * width;
  const levels = new Uint8Array(wide * down * height);
  for (let y = 0; y < height; y++) {
    const row = levels.subarray(y * down * wide, (y * down + 1) * wide);
    for (let x = 0; x < width; x++) row.fill(rint(f32(values[y * width + x] * (frame - 1))), x * across, (x + 1) * across);
    for (let copy = 1; copy < down; copy++) levels.set(row, (y * down + copy) * wide);
  }
  return framed(levels, wide, 1, heatPalette, frame);
}

/**
 * Lays pictures of one size out in rows, with a gap between them.
 *
 * @param {{width: number, height: number, rgba: Uint8ClampedArray}[]} tiles
 * @param {number} columns in a row
 * @param {object} constants as of inkPicture
 */
export function mosaic(tiles, columns, { inkPalette, frame }) {
  const [{ width, height }] = tiles, wide = width + 2 * GAP, high = height + 2 * GAP, outer = columns * wide;
  const [red, green, blue] = inkPalette.slice(3 * frame);
  const colour = new Uint32Array(Uint8Array.of(red, green, blue, 255).buffer)[0];
  const pixels = new Uint32Array(outer * high * Math.ceil(tiles.length / columns)).fill(colour);
  tiles.forEach(({ rgba }, at) => {
    const tile = new Uint32Array(rgba.buffer), left = (at % columns) * wide + GAP;
    const top = Math.floor(at / columns) * high + GAP;
    for (let y = 0; y < height; y++) pixels.set(tile.subarray(y * width, (y + 1) * width), (top + y) * outer + left);
  });
  return { width: outer, height: pixels.length / outer, rgba: new Uint8ClampedArray(pixels.buffer) };
}

/** Paints a picture onto a canvas of a page or of a worker, which gets the picture's size. */
export function toCanvas(picture, canvas) {
  const { width, height, rgba } = picture;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  canvas.getContext("2d").putImageData(new ImageData(rgba, width, height), 0, 0);
}

/** Colours levels (height, width), entries of a palette [red, green, blue, …], and lays a frame around them. */
function framed(levels, width, border, palette, frame) {
  const height = levels.length / width, outer = width + 2 * border;
  const colours = new Uint32Array(palette.length / 3), channels = new Uint8Array(colours.buffer);
  for (let at = 0; at < channels.length; at++) {
    channels[at] = at % 4 === 3 ? 255 : palette[3 * Math.floor(at / 4) + (at % 4)];
  }
  const pixels = new Uint32Array(outer * (height + 2 * border)).fill(colours[frame]);
  for (let y = 0; y < height; y++) {
    const start = (y + border) * outer + border;
    for (let x = 0; x < width; x++) pixels[start + x] = colours[levels[y * width + x]];
  }
  return { width: outer, height: height + 2 * border, rgba: new Uint8ClampedArray(pixels.buffer) };
}

/** Enlarges (height, width) values as Pillow does: down, then across. */
function enlarged(values, width, height, scale, smooth) {
  const down = weightsOf(height, scale, smooth), across = weightsOf(width, scale, smooth);
  const tall = new Float32Array(down.length * width), large = new Float32Array(down.length * across.length);
  down.forEach(({ first, weights }, y) => {
    for (let x = 0; x < width; x++) {
      let total = 0;
      for (let tap = 0; tap < weights.length; tap++) total += weights[tap] * values[(first + tap) * width + x];
      tall[y * width + x] = total;
    }
  });
  for (let y = 0; y < down.length; y++) {
    for (let x = 0; x < across.length; x++) {
      const { first, weights } = across[x];
      let total = 0;
      for (let tap = 0; tap < weights.length; tap++) total += weights[tap] * tall[y * width + first + tap];
      large[y * across.length + x] = total;
    }
  }
  return large;
}

const kept = new Map(); // the same few for all pictures

/** Returns for each pixel of an enlarged side which values it is made of: the first, and their weights. */
function weightsOf(size, scale, smooth) {
  const name = `${size} ${scale} ${smooth}`;
  if (!kept.has(name)) {
    kept.set(name, Array.from({ length: size * scale }, (_, place) => {
      const centre = (place + 0.5) * (1 / scale);
      return smooth ? splines(centre, size) : { first: Math.floor(centre), weights: Float32Array.of(1) };
    }));
  }
  return kept.get(name);
}

/** Weighs values by their distance from a place; those beyond the border are left out, the others sum to 1. */
function splines(centre, size) {
  const first = Math.max(0, Math.trunc(centre - 2 + 0.5)), end = Math.min(size, Math.trunc(centre + 2 + 0.5));
  const weights = Array.from({ length: end - first }, (_, tap) => cubic(Math.abs(tap + first - centre + 0.5)));
  const total = weights.reduce((all, weight) => all + weight, 0);
  return { first, weights: Float32Array.from(weights, (weight) => weight / total) };
}

/** The cubic of Keys (1981) with a = -0.5, at a distance. */
function cubic(x) {
  const a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}
