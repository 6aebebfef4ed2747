// The page All subsets once a row is chosen: it is marked in the page, until the server's own answer to the same comes.

import { escape } from "../views/texts.js";
import { Ahead, PATIENCE } from "./ahead.js";
import { Over } from "./over.js";

const MARK = '<span aria-hidden="true">●</span> '; // as mvae/ui/views/table.py writes it

/**
 * Makes the page live.
 *
 * @param {Element} element in the page
 * @returns {Promise<Live>}
 */
export async function live(element) {
  return new Live(element);
}

class Live extends Ahead {
  #chosen = null; // {row, since}, where the server has not answered to it
  #ending = new AbortController();

  constructor(element) {
    super(element.getRootNode().host ?? element, new Marks());
    document.addEventListener("click", ({ target }) => this.#clicked(target), { capture: true, signal: this.#ending.signal });
  }

  /** Takes what the server says now: see mvae/ui/subsets/live.py. */
  hear(told) {
    const { row, since } = this.#chosen ?? {};
    if (row === told.row || performance.now() - since > PATIENCE) this.#chosen = null;
    return super.hear(told);
  }

  stop() {
    this.#ending.abort();
    this.#chosen = null;
    super.stop();
  }

  #clicked(target) {
    const button = target.closest?.(".table tbody tr")?.querySelector("button[data-choice]");
    if (!button || !this.engine) return;
    const row = button.dataset.choice;
    this.#chosen = row === this.told.row ? null : { row, since: performance.now() };
    this.update();
  }

  isAhead() {
    return this.#chosen !== null;
  }

  async answer() {
    return { row: this.#chosen.row };
  }
}

/** Marks a row, as Streamlit has built the table (mvae/ui/views/table.py), anew in place. */
class Marks {
  #over = new Over(() => this.#paint());
  #row = null; // what was marked last, until it is released

  paint({ row }) {
    this.#row = row;
    this.#over.paint();
  }

  /** Shows what the server says. */
  release() {
    if (this.#row === null) return;
    this.#row = null;
    this.#over.release();
  }

  #paint() {
    const { kept } = this.#over;
    for (const button of document.querySelectorAll(".table button[data-choice]")) {
      const { choice } = button.dataset, marked = choice === this.#row, words = button.lastChild;
      kept.attribute(button, "aria-pressed", String(marked));
      if (marked !== (words !== button.firstChild)) kept.html(button, (marked ? MARK : "") + escape(words.data.trimStart()));
    }
  }
}
