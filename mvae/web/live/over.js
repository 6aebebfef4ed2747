// Paints over what Streamlit has built, and again whenever it changes something, before anybody sees it.

import { Kept } from "./kept.js";
import { StandIns } from "./stand_ins.js";

/** What all that paints so does. Each says what is shown of an answer, and where. */
export class Over {
  views; // what views/views.js makes
  kept = new Kept(); // of Streamlit's elements
  standIns = new StandIns(); // beside them
  described = null; // what was painted last, until it is released
  #watcher = new MutationObserver((records) => this.#again(records));

  constructor(views) {
    this.views = views;
  }

  /** Returns what is shown of an answer, {told, modalities, ...}; for each to say. */
  describe(answer) {
    return answer;
  }

  /** Shows what was described, by `kept` and `standIns`; for each to say. */
  show() {}

  /** Paints an answer, from now on again and again. */
  paint(answer) {
    const before = this.described;
    this.described = this.describe(answer);
    if (before === null) {
      this.#watcher.observe(document.querySelector('[data-testid="stMain"]') ?? document.body, {
        subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["src", "alt", "aria-label"],
      });
    }
    this.#again(this.#watcher.takeRecords());
  }

  /** Shows what Streamlit says. */
  release() {
    if (this.described === null) return;
    this.described = null;
    this.kept.noticed(this.#watcher.takeRecords());
    this.#watcher.disconnect();
    this.kept.restore();
    this.standIns.release();
  }

  #again(records) {
    this.kept.noticed(records);
    this.show(this.described);
    this.#watcher.takeRecords(); // our own changes
  }
}
