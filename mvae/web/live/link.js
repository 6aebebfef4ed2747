// Strokes as they come back from the text of a link, in which the server keeps them (mvae/ui/state/stroke_text.py): on
// a fine grid, and of long drawings fewer points.

import { rint } from "../preprocess/refusal.js";

const CERTAIN = 440; // points of which a text is never too long: zlib makes nothing longer by more than a few bytes

/**
 * Returns strokes as the server keeps them.
 *
 * @param {number[][][]} strokes (strokes, points, 2) in units of the canvas's side
 * @param {object} constants `link` of mvae/ui/inputs/constants.py
 * @returns {Promise<number[][][]>}
 */
export async function linked(strokes, constants) {
  const { places, mostLetters, mostPoints, mostBytes } = constants;
  const onGrid = strokes.map((stroke) =>
    stroke.map((point) => point.map((each) => Math.min(places, Math.max(0, rint(((each + 0.5) / 2) * places))))));
  const count = onGrid.reduce((sum, { length }) => sum + length, 0);
  for (let step = 1 + Math.floor(count / mostPoints); ; step *= 2) {
    const kept = onGrid.map((stroke) => stroke.filter((_, at) => at % step === 0 || at === stroke.length - 1));
    const certain = count + onGrid.length <= CERTAIN, content = certain ? null : bytesOf(kept);
    if (certain || (content.length <= mostBytes && (await lettersOf(content)) <= mostLetters)) {
      return kept.map((stroke) => stroke.map((point) => point.map((each) => (each / places) * 2 - 0.5)));
    }
    if (kept.every(({ length }) => length <= 2)) return strokes;
  }
}

/** Each stroke's number of points and coordinates, in two bytes each. */
function bytesOf(strokes) {
  const numbers = strokes.flatMap((stroke) => [stroke.length, ...stroke.flat()]);
  const view = new DataView(new ArrayBuffer(2 * numbers.length));
  numbers.forEach((number, at) => view.setUint16(2 * at, number));
  return new Uint8Array(view.buffer);
}

/** How many letters of base64 they are, compressed; a browser's zlib comes within a few of Python's. */
async function lettersOf(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  const { byteLength } = await new Response(stream).arrayBuffer();
  return Math.ceil((byteLength * 4) / 3);
}
