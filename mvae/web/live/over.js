// Paints over what Streamlit has built, and again whenever it changes something, before anybody sees it.

import { Kept } from "./kept.js";

export class Over {
  kept = new Kept();
  #paint;
  #watches = false;
  #watcher = new MutationObserver((records) => this.#again(records));

  /** @param {() => void} paint changes elements of Streamlit's, by `kept` */
  constructor(paint) {
    this.#paint = paint;
  }

  /** Paints, from now on again and again. */
  paint() {
    if (!this.#watches) {
      this.#watcher.observe(document.querySelector('[data-testid="stMain"]') ?? document.body, {
        subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["src", "alt", "aria-label"],
      });
    }
    this.#watches = true;
    this.#again(this.#watcher.takeRecords());
  }

  /** Shows what Streamlit says. */
  release() {
    this.kept.noticed(this.#watcher.takeRecords());
    this.#watcher.disconnect();
    this.#watches = false;
    this.kept.restore();
  }

  #again(records) {
    this.kept.noticed(records);
    this.#paint();
    this.#watcher.takeRecords(); // our own changes
  }
}
