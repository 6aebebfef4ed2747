// A grid of 10 by 10 samples of a modality on one canvas, ink with its labels.

import { element } from "./dom.js";

const SIDE = 10, TILE = 84, LABEL = 24; // tiles; pixels of ink, and of the label below it
const HEAT = { scale: 1, cell: [3, 7] }, INK = { scale: 1 };
const [PAPER, TEXT, ACCENT] = ["#171b26", "#c4ccda", "#ffb74d"]; // as mvae/ui/views/pictures.py

/** Returns {figure, canvas, modality, show(samples, labels)}. */
export function gridPainter(app, modality) {
  const { views } = app, size = modality.shape.reduce((product, side) => product * side, 1);
  const canvas = element("canvas", { role: "img", "aria-label": modality.title, class: "grid" }), scratch = document.createElement("canvas");
  const heat = modality.kind === "sound";
  const show = (samples, labels) => {
    const pictures = labels.map((_, i) =>
      views.samplePicture(modality, samples.subarray(i * size, (i + 1) * size), modality.standardisation, heat ? HEAT : INK));
    const [{ width, height }] = pictures;
    const [across, down] = heat ? [width, height] : [TILE, TILE + LABEL];
    fit(scratch, SIDE * width, SIDE * height);
    fit(canvas, SIDE * across, SIDE * down);
    const [from, to] = [scratch, canvas].map((each) => each.getContext("2d"));
    pictures.forEach(({ rgba }, i) => from.putImageData(new ImageData(rgba, width, height), (i % SIDE) * width, Math.floor(i / SIDE) * height));
    if (heat) {
      to.drawImage(scratch, 0, 0);
      return;
    }
    to.fillStyle = PAPER;
    to.fillRect(0, 0, canvas.width, canvas.height);
    labels.forEach((label, i) => {
      const [column, row] = [i % SIDE, Math.floor(i / SIDE)], [x, y] = [column * across, row * down];
      // Without the frame, which a larger picture would have wide
      to.drawImage(scratch, column * width + 1, row * height + 1, width - 2, height - 2, x + 2, y + 2, TILE - 4, TILE - 4);
      write(to, label, x, y, i > 0 && label !== labels[i - 1]);
    });
  };
  return { modality, canvas, show, figure: element("figure", {}, canvas, element("figcaption", {}, modality.title)) };
}

/** Writes a label below its tile; where it is another one than before, the tile is framed and the label on a badge. */
function write(pen, label, x, y, changed) {
  pen.strokeStyle = ACCENT;
  pen.lineWidth = 3;
  if (changed) {
    pen.strokeRect(x + 2, y + 2, TILE - 4, TILE - 4);
    pen.fillStyle = ACCENT;
    pen.fillRect(x + 4, y + TILE, TILE - 8, LABEL - 2);
  }
  pen.fillStyle = changed ? PAPER : TEXT;
  pen.font = "18px sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(label, x + TILE / 2, y + TILE + LABEL / 2 - 1, TILE - 10);
}

function fit(canvas, width, height) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
