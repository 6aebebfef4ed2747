// What the decoders make of one latent, as Streamlit has built it (mvae/ui/latent/decoded.py), painted anew in place.

import { labelOf } from "../engine/labels.js";
import { filled } from "../views/texts.js";
import { counted } from "./map.js";
import { Over } from "./over.js";

/** See Over. */
export class Decoded extends Over {
  /**
   * Says what is shown of an answer.
   *
   * @param {object} told what the server has said last, see mvae/ui/latent/live.py
   * @param {object[]} modalities of the manifest
   * @param {Object<string, Float32Array>} outputs one sample of each
   * @param {Float32Array} probabilities (C,) of the label
   * @param {number[] | undefined} neighbours labels of the points on the map that decide, the nearest first
   */
  describe({ told, modalities, outputs, probabilities, neighbours }) {
    const { texts, classes } = told, label = classes[labelOf(probabilities)];
    const samples = modalities.map((modality) => {
      const { name, standardisation, kind } = modality, sample = outputs[name], title = texts.names[name];
      return {
        name,
        src: this.views.toUrl(this.views.samplePicture(modality, sample, standardisation)),
        alt: filled(texts.alts[name], { name: title, label }),
        table: kind === "vector" && this.views.valuesTable(modality, [[texts.decoded, sample]], title),
      };
    });
    const bars = this.views.labelBars(probabilities, classes);
    return { samples, label, bars, neighbours: neighbours && around(neighbours, told) };
  }

  show({ samples, label, bars, neighbours }) {
    const { kept } = this;
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
  const said = counted(neighbours).map(([label, count]) => filled(texts.neighbour, { count, label: classes[label] }));
  return filled(texts.neighbours, { nearest: neighbours.length, neighbours: said.join(", ") });
}
