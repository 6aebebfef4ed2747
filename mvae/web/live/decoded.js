// What the decoders make of one latent, as Streamlit has built it (mvae/ui/latent/decoded.py), painted anew in place.

import { filled } from "../views/texts.js";
import { Over } from "./over.js";

export class Decoded {
  #views;
  #over = new Over(() => this.#paint());
  #painted = null; // what was painted last, until it is released

  /** @param {object} views what views/views.js makes */
  constructor(views) {
    this.#views = views;
  }

  /**
   * Paints an answer, and again whenever Streamlit changes something, before anybody sees it.
   *
   * @param {object} told what the server has said last, see mvae/ui/latent/live.py
   * @param {object[]} modalities of the manifest
   * @param {Object<string, Float32Array>} outputs one sample of each
   * @param {Float32Array} probabilities (C,) of the label
   * @param {number[] | undefined} neighbours labels of the points on the map that decide, the nearest first
   */
  paint({ told, modalities, outputs, probabilities, neighbours }) {
    const { texts, classes } = told, label = classes[probabilities.indexOf(Math.max(...probabilities))];
    const samples = modalities.map((modality) => {
      const { name, standardisation, kind } = modality, sample = outputs[name], title = texts.names[name];
      return {
        name,
        src: this.#views.toUrl(this.#views.samplePicture(modality, sample, standardisation)),
        alt: filled(texts.alts[name], { name: title, label }),
        table: kind === "vector" && this.#views.valuesTable(modality, [[texts.decoded, sample]], title),
      };
    });
    const bars = this.#views.labelBars(probabilities, classes);
    this.#painted = { samples, label, bars, around: neighbours && around(neighbours, told) };
    this.#over.paint();
  }

  /** Shows what the server says. */
  release() {
    if (this.#painted === null) return;
    this.#painted = null;
    this.#over.release();
  }

  #paint() {
    const { kept } = this.#over, { samples, label, bars, around: neighbours } = this.#painted;
    for (const { name, src, alt, table } of samples) {
      const place = document.querySelector(`.st-key-decoded-${CSS.escape(name)}`), image = place?.querySelector("img");
      if (image) {
        kept.attribute(image, "src", src);
        kept.attribute(image, "alt", alt);
      }
      const html = place?.querySelector(".stHtml:has(table.values)");
      if (html && table) kept.html(html, table);
    }
    kept.text(document.querySelector(".st-key-label-decoded strong"), label);
    const drawn = document.querySelector(".st-key-bars-decoded .stHtml");
    if (drawn) kept.html(drawn, bars);
    if (neighbours) kept.text(document.querySelector(".st-key-map-neighbours p"), neighbours);
  }
}

/** Says of which classes the neighbours are, the most frequent first. */
function around(neighbours, { texts, classes }) {
  const counts = new Map();
  for (const label of neighbours) counts.set(label, (counts.get(label) ?? 0) + 1);
  const said = [...counts].sort(([, one], [, other]) => other - one)
    .map(([label, count]) => filled(texts.neighbour, { count, label: classes[label] }));
  return filled(texts.neighbours, { nearest: neighbours.length, neighbours: said.join(", ") });
}
