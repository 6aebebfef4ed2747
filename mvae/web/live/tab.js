// A tab of large pictures, which a worker composes, while what decides how they look changes.

import { Over } from "./over.js";
import { Pictures, ready } from "./painter.js";
import { StandIns } from "./stand_ins.js";

/** What all such tabs do. Each says what has moved, and what the model and the worker make of that. */
export class Tab {
  told = null; // by the server, last
  #over = new Over(() => this.show(this.#painted, this.#over.kept, this.#standIns));
  #pictures = new Pictures();
  #standIns = new StandIns();
  #last = {}; // what was answered last, and to what
  #painted = null;
  #leaving = false; // until the server's pictures can be seen

  /** Takes what the server says now. */
  hear(told) {
    this.told = told;
    ready().catch(() => {}); // who asks for pictures hears why there are none
  }

  /** Returns all that is wanted, plain values, or null where the server has answered to all; for each tab to say. */
  moved() {
    return null;
  }

  /** Returns a promise of {files, ...rest}, pictures and what `describe` needs, or of null; for each tab to say. */
  async compose() {
    return null;
  }

  /** Returns what is shown of an answer, {told, modalities, images, ...rest}; for each tab to say. */
  describe(answer) {
    return answer;
  }

  /** Shows what was described, by changes that are `kept` and by stand-ins; for each tab to say. */
  show() {}

  isAhead() {
    return this.moved() !== null;
  }

  /** Answers, as Ahead does; what was answered last is not answered anew. */
  async answer(engine) {
    const moved = this.moved();
    if (!moved) return null;
    const wanted = JSON.stringify(moved);
    if (this.#last.engine !== engine || this.#last.wanted !== wanted) {
      const made = await this.compose(engine, moved);
      if (!made) return null;
      const images = await Promise.all(made.files.map((file) => this.#pictures.read(file)));
      this.#last = { engine, wanted, answer: { ...made, tab: this, images } };
    }
    return this.#last.answer;
  }

  /** Paints an answer, and again whenever Streamlit changes something, before anybody sees it. */
  paint(answer) {
    this.#painted = this.describe(answer);
    this.#leaving = false;
    this.#over.paint();
    this.#pictures.keep(answer.images);
  }

  /** Shows what the server says, as soon as the browser has read its pictures: meanwhile there would be none. */
  async release() {
    if (this.#painted === null || this.#leaving) return;
    this.#leaving = true;
    await this.#standIns.ready();
    if (!this.#leaving) return; // painted anew
    this.#leaving = false;
    this.#painted = null;
    this.#last = {};
    this.#over.release();
    this.#standIns.release();
    this.#pictures.keep([]);
  }
}

/** The most probable label of each of many rows of probabilities. */
export function labelsOf(probabilities, classes) {
  return Array.from({ length: probabilities.length / classes }, (_, row) => {
    const own = probabilities.subarray(row * classes, (row + 1) * classes);
    return own.indexOf(Math.max(...own));
  });
}
