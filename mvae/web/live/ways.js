// Several draws of what is missing, as Streamlit has built them (mvae/ui/draw/ways.py), painted anew in place.

import { filled } from "../views/texts.js";

const SHOWN = ".st-key-eight-ways"; // mvae/ui/keys.py

export class Ways {
  #kept;
  #painted = [];

  /** @param {Kept} kept */
  constructor(kept) {
    this.#kept = kept;
  }

  /** Whether the page shows them. */
  static areShown() {
    return document.querySelector(SHOWN) !== null;
  }

  /** Takes what studio.js makes of them, or null; told and modalities as page.js. */
  take({ told, modalities, ways }) {
    const { texts, classes } = told, labels = ways?.labels.map((label) => classes[label]).join(", ");
    this.#painted = modalities.map(({ name, title }) => {
      const src = ways?.pictures[name];
      if (!src) return { name, words: texts.waysGiven };
      return { name, src, alt: filled(texts.waysAlt, { title, labels }), words: filled(texts.waysCaption, { title }) };
    });
  }

  paint() {
    for (const { name, src, alt, words } of this.#painted) {
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
