// A filmstrip of decoded latents, as mvae/ui/latent/film.py composes it.

import { lay } from "./pictures.js";
import { spritesOf } from "./sprites.js";

/**
 * Reads what Python has written for films.
 *
 * @param {object} told as of film_texts of mvae/ui/latent/film.py
 * @returns {Promise<object>} the `texts` that filmPicture takes
 */
export async function filmTexts({ sheet, numbers, paper, accent, ...rest }) {
  const [titles, ...others] = (await spritesOf(sheet)).map(({ width, height, pixels }) =>
    ({ width, height, pixels: new Uint32Array(pixels.buffer) }));
  const classes = (others.length - numbers) / 2;
  const [paperColour, accentColour] = [paper, accent].map((colour) => new Uint32Array(Uint8Array.of(...colour, 255).buffer)[0]);
  return {
    ...rest, titles, paper: paperColour, accent: accentColour, numbers: others.slice(0, numbers),
    labels: others.slice(numbers, numbers + classes), badges: others.slice(numbers + classes),
  };
}

/**
 * Composes a film: a column for each latent.
 *
 * @param {{width: number, height: number, rgba: Uint8ClampedArray}[][]} rows pictures of the latents, by modality
 * @param {number[]} labels of the latents
 * @param {number} chosen which column is framed, counted from 0
 * @param {object} texts what filmTexts gave
 */
export function filmPicture(rows, labels, chosen, { titles, numbers, labels: names, badges, tops, ...texts }) {
  const { paper, accent, frame } = texts, { width: gutter, height } = titles, count = labels.length;
  const pitch = Math.floor((texts.pitch * Math.max(count, texts.room)) / count), width = gutter + count * pitch;
  const film = new Uint32Array(width * height).fill(paper);
  lay(titles.pixels, gutter, film, width, 0, 0);
  labels.forEach((label, column) => {
    const middle = gutter + column * pitch + Math.floor(pitch / 2);
    const place = ({ width: wide, pixels }, top) => lay(pixels, wide, film, width, middle - Math.floor(wide / 2), top);
    place(numbers[column], tops[0]);
    rows.forEach((pictures, row) => {
      const { width: wide, rgba } = pictures[column];
      place({ width: wide, pixels: new Uint32Array(rgba.buffer) }, tops[row + 1]);
    });
    place((column > 0 && label !== labels[column - 1] ? badges : names)[label], tops.at(-1));
  });
  const left = gutter + chosen * pitch, end = left + pitch;
  for (let y = 0; y < height; y++) {
    const line = film.subarray(y * width, (y + 1) * width);
    if (y < frame || y >= height - frame) line.fill(accent, left, end);
    line.fill(accent, left, left + frame).fill(accent, end - frame, end);
  }
  return { width, height, rgba: new Uint8ClampedArray(film.buffer) };
}
