// A tab of large pictures, which a worker composes, while what decides how they look changes.

import { Over } from "./over.js";
import { Pictures, ready } from "./painter.js";

/** What all such tabs do. Each says what has moved, what the model and the worker make of that, and how that is shown. */
export class Tab extends Over {
  told = null; // by the server, last
  #pictures = new Pictures();
  #last = {}; // what was answered last, and to what
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

  /** Returns a promise of {files, ...rest}, pictures and what `describe` needs, to which their `images` are added, or of null; for each tab to say. */
  async compose() {
    return null;
  }

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

  paint(answer) {
    this.#leaving = false;
    super.paint(answer);
    this.#pictures.keep(answer.images);
  }

  /** Shows what the server says, as soon as the browser has read its pictures: meanwhile there would be none. */
  async release() {
    if (this.described === null || this.#leaving) return;
    this.#leaving = true;
    await this.standIns.ready();
    if (!this.#leaving) return; // painted anew
    this.#leaving = false;
    this.#last = {};
    super.release();
    this.#pictures.keep([]);
  }
}
