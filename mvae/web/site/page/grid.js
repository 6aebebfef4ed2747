// A grid of 10 by 10 samples of a modality on one canvas, ink with its labels.

import { element } from "./dom.js";

const SIDE = 10; // tiles

/** Returns {figure, canvas, modality, show(samples, labels, rows)}: labels by their numbers, and a number beside each row. */
export function gridPainter({ views, site }, modality) {
  const canvas = element("canvas", { role: "img", "aria-label": modality.title, class: "grid" });
  const written = views.gridTexts(site.grid);
  const show = async (samples, labels, rows) => {
    const options = { columns: SIDE, labels, rows, texts: await written };
    views.toCanvas(views.coloured(views.sampleGrid(modality, samples, modality.standardisation, options)), canvas);
  };
  return { modality, canvas, show, figure: element("figure", {}, canvas, element("figcaption", {}, modality.title)) };
}
