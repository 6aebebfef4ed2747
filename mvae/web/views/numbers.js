// The values of a vector as a table of numbers, letter by letter that of mvae/ui/views/values.py.

import { fixed } from "../preprocess/refusal.js";
import { general } from "./formats.js";
import { escape, filled } from "./texts.js";

const DIGITS = 4; // of a number, that count

/**
 * Writes a row for each value, and a column for each vector.
 *
 * @param {{shape: number[], value_names: string[]}} modality a vector, as of a manifest; of very many values the
 *   first are written, and how many there are besides
 * @param {[string, Float32Array | number[]][]} columns headings, and (d,) values in the modality's own units
 * @param {string} description for people who cannot see it
 * @param {object} constants `numbers` of mvae/ui/views/constants.py
 * @returns {string} HTML
 */
export function valuesTable(modality, columns, description, { mostValues, value, more }) {
  const [size] = modality.shape, names = modality.value_names;
  const head = [value, ...columns.map(([title]) => title)].map((title) => `<th scope="col">${escape(title)}</th>`);
  const rows = Array.from({ length: Math.min(size, mostValues) }, (_, place) => {
    const cells = columns.map(([, values]) => `<td>${written(values[place])}</td>`);
    return `<tr><th scope="row">${escape(names.length ? names[place] : String(place + 1))}</th>${cells.join("")}</tr>`;
  });
  if (size > mostValues) {
    const rest = escape(filled(more, { count: size - mostValues }));
    rows.push(`<tr><th scope="row" colspan="${columns.length + 1}">${rest}</th></tr>`);
  }
  return `<table class="values" aria-label="${escape(description)}"><thead><tr>${head.join("")}</tr></thead>` +
    `<tbody>${rows.join("")}</tbody></table>`;
}

/** Writes a number with four digits that count, and never as a power of ten if it is large. */
function written(value) {
  return Math.abs(value) >= 1000 ? fixed(value, 0) : general(value, DIGITS);
}
