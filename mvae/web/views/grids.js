// Many pictures in one, row by row, as grid_image and heat_grid of mvae/ui/views/pictures.py compose them:
// {width, height, levels, palette}, where levels are entries of a palette [red, green, blue, …].

import { general } from "./formats.js";
import { heatLevels, inkLevels, lay } from "./pictures.js";
import { spritesOf } from "./sprites.js";

const DIGITS = 6; // of a number at the left, that count

/**
 * Reads what Python has written for grids.
 *
 * @param {{letters: string, sheet: object}} told as of grid_texts of mvae/ui/views/pictures.py
 * @returns {Promise<object>} the `texts` that inkGrid takes
 */
export async function gridTexts({ letters, sheet }) {
  const sprites = await spritesOf(sheet), labels = sprites.slice(letters.length);
  return { letters: new Map(Array.from(letters, (letter, at) => [letter, sprites[at]])), labels };
}

/**
 * Composes ink, each tile with its label below.
 *
 * @param {{width: number, height: number, values: Float32Array}[]} tiles (height, width) each, 0 is paper and 1 is ink
 * @param {{columns: number, labels: number[], rows: Float32Array, smooth: boolean, texts: object}} options tiles in a row;
 *   a label for each tile: one that differs from the one before is marked; a number at the left of each row; whether
 *   tiles are enlarged by splines, or pixel by pixel; what gridTexts gave
 * @param {object} constants `pictures` of mvae/ui/views/constants.py
 */
export function inkGrid(tiles, { columns, labels, rows, smooth, texts }, { grid, inks, inkPalette, frame }) {
  const { scale, onBadge } = grid, [{ width: size }] = tiles, side = size * scale;
  const gap = grid.gap * scale, text = grid.text * scale, [across, down] = [side + gap, side + text + 2 * gap];
  const written = Array.from(rows, (value) => Array.from(general(value, DIGITS), (letter) => texts.letters.get(letter)));
  const wide = (letters) => letters.reduce((sum, { width }) => sum + width, 0);
  const gutter = Math.max(0, ...written.map((letters) => wide(letters) + 2 * gap)), width = gutter + columns * across + gap;
  const levels = new Uint8Array(width * (Math.ceil(tiles.length / columns) * down + gap));
  written.forEach((letters, row) => {
    let left = gutter - gap - wide(letters);
    for (const { width: advance, height, pixels } of letters) {
      const top = gap + row * down + Math.floor(side / 2) - Math.floor(height / 2);
      lay(pixels, advance, levels, width, left, top);
      left += advance;
    }
  });
  tiles.forEach(({ height, values }, at) => {
    const changed = at > 0 && labels[at] !== labels[at - 1];
    const left = gutter + gap + (at % columns) * across, top = gap + Math.floor(at / columns) * down;
    const edge = new Uint8Array((side + 2) ** 2).fill(changed ? onBadge : frame), inset = changed ? scale - 1 : 0;
    lay(edge, side + 2, levels, width, left - 1, top - 1);
    const ink = inkLevels(values, { width: size, height, scale, smooth }, inks);
    for (let y = inset; y < side - inset; y++) {
      levels.set(ink.subarray(y * side + inset, (y + 1) * side - inset), (top + y) * width + left + inset);
    }
    const label = texts.labels[2 * labels[at] + Number(changed)];
    const middle = top + side + Math.floor(gap / 2) + Math.floor(text / 2) + 1;
    const start = left + Math.floor((side - label.width) / 2);
    lay(label.pixels, label.width, levels, width, start, middle - Math.floor(label.height / 2));
  });
  return { width, height: levels.length / width, levels, palette: inkPalette };
}

/** Composes heat maps, with a frame around each; parameters as of inkGrid. */
export function heatGrid(tiles, { columns }, { grid: { cell, border }, heatPalette, frame }) {
  const [{ width, height }] = tiles, wide = cell[0] * width, [across, down] = [wide + 2 * border, cell[1] * height + 2 * border];
  const levels = new Uint8Array(columns * across * Math.ceil(tiles.length / columns) * down).fill(frame);
  tiles.forEach(({ values }, at) => {
    const left = (at % columns) * across + border, top = Math.floor(at / columns) * down + border;
    lay(heatLevels(values, { width, height, cell }, frame), wide, levels, columns * across, left, top);
  });
  return { width: columns * across, height: levels.length / (columns * across), levels, palette: heatPalette };
}
