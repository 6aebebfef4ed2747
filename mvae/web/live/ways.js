// Several draws of what is missing, as Streamlit has built them (mvae/ui/draw/ways.py), painted anew in place.

import { filled } from "../views/texts.js";
import { urlOf } from "./over.js";

const SHOWN = ".st-key-eight-ways"; // mvae/ui/keys.py

export class Ways {
  #views;
  #kept;
  #painted = null;

  /**
   * @param {object} views what views/views.js makes
   * @param {Kept} kept
   */
  constructor(views, kept) {
    this.#views = views;
    this.#kept = kept;
  }

  /** Whether the page shows them. */
  static areShown() {
    return document.querySelector(SHOWN) !== null;
  }

  /** Takes the engine's rows of all draws, or none; told and modalities as page.js. */
  take({ told, modalities, rows }) {
    if (!rows) {
      this.#painted = null;
      return;
    }
    const { texts, classes, ways } = told, labels = rows.map(({ label }) => classes[label]).join(", ");
    this.#painted = modalities.map((modality) => {
      const { name, title, standardisation } = modality;
      if (rows[0].given.includes(name)) return { name, words: texts.waysGiven };
      const tiles = rows.map(({ outputs }) => this.#views.samplePicture(modality, outputs[name], standardisation, ways));
      return {
        name,
        src: urlOf(this.#views.mosaic(tiles, ways.count / 2)),
        alt: filled(texts.waysAlt, { title, labels }),
        words: filled(texts.waysCaption, { title }),
      };
    });
  }

  paint() {
    for (const { name, src, alt, words } of this.#painted ?? []) {
      const place = document.querySelector(`${SHOWN} .st-key-ways-${CSS.escape(name)}`);
      if (!place) continue;
      const image = place.querySelector("img:not(.mvae-live *)"), own = place.querySelector(":scope > .mvae-live");
      if (Boolean(image) === Boolean(src)) {
        own?.remove();
        if (!image) continue;
        this.#kept.attribute(image, "src", src);
        this.#kept.attribute(image, "alt", alt);
      } else {
        this.#own(place, own, { src, alt, words });
      }
    }
  }

  /** Stands in for what the server has not painted. */
  #own(place, before, { src, alt, words }) {
    let own = before;
    if (!own || Boolean(own.querySelector("img")) !== Boolean(src)) {
      own?.remove();
      own = document.createElement("div");
      own.className = "mvae-live instead";
      own.innerHTML = `${src ? "<img>" : ""}<div class="missing-caption"></div>`;
      place.append(own);
    }
    const image = own.querySelector("img"), said = own.lastChild;
    if (image && image.src !== src) [image.src, image.alt] = [src, alt];
    if (said.textContent !== words) said.textContent = words;
  }
}
