// A page that is ahead of the server: from what a person does until the server's answer to it.

import { engineOf } from "./engines.js";

/** Milliseconds after which the server's answer counts, though it does not say what was waited for. */
export const PATIENCE = 5_000;

/** What all such pages do. Each says whether it is ahead, and what the model makes of that. */
export class Ahead {
  told = null; // by the server, last
  #engine = null; // of the checkpoint that it names
  #element;
  #painter;
  #say;
  #busy = false;
  #again = false;

  /**
   * @param {Element} element in the page: its attribute data-live says "ready" or "ahead"
   * @param {object} painter paint({told, modalities, ...answer}) shows an answer, release() what the server says
   * @param {(name: string, value: object) => void} say tells the server a value of the component's state
   */
  constructor(element, painter, say) {
    this.#element = element;
    this.#painter = painter;
    this.#say = say;
  }

  /** Whether there is something to which the server has not answered; for each page to say. */
  isAhead() {
    return false;
  }

  /** Returns a promise of what the painter is given, or of null where only the server can say; for each page to say. */
  async answer() {
    return null;
  }

  /** The engine, or null while there is none. */
  get engine() {
    return this.#engine;
  }

  /** Takes what the server says now. */
  async hear(told) {
    if (told.model !== this.told?.model) this.#without();
    this.told = told;
    this.update();
    if (this.#engine) this.#sayWhoPaints();
    if (!told.model || this.#engine) return;
    const engine = await engineOf(new URL(told.model, document.baseURI).href);
    if (this.told.model !== told.model) return;
    if (engine.ready) {
      this.#engine = engine;
      this.#element.dataset.live = "ready";
    }
    this.#sayWhoPaints();
    this.update();
  }

  stop() {
    this.#without();
  }

  /** Shows what is there now. */
  update() {
    if (this.isAhead()) this.#follow();
    else this.#release();
  }

  /** Tells the server with which model the page paints, if with any, where it wants to know: see mvae/ui/frame/live.py. */
  #sayWhoPaints() {
    const { paints, model } = this.told, painting = this.#engine ? model : "";
    if (paints !== undefined && paints !== painting) this.#say("paints", painting);
  }

  /** Lets the server answer to what is there now, which the page cannot; afterwards the page paints again. */
  leaveToServer() {
    if (this.told.paints !== undefined) this.#say("paints", "");
  }

  #without() {
    this.#engine = null;
    this.#painter.release();
    delete this.#element.dataset.live;
  }

  #release() {
    this.#painter.release();
    if (this.#engine) this.#element.dataset.live = "ready";
  }

  /** Answers to what is there now; what comes meanwhile waits, and of that the last alone. */
  async #follow() {
    this.#again = true;
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (this.#again) {
        this.#again = false;
        await this.#once();
      }
    } catch {
      this.#without();
      this.#sayWhoPaints(); // the server answers
    }
    this.#busy = false;
  }

  async #once() {
    const engine = this.#engine, { model } = this.told, answer = engine && (await this.answer(engine));
    // Meanwhile this may have been stopped, or the server has answered to all, or shows another model.
    if (!answer || this.#engine !== engine || !this.isAhead() || this.told.model !== model) return;
    this.#element.dataset.live = "ahead"; // of the server
    this.#painter.paint({ told: this.told, modalities: engine.manifest.modalities, ...answer });
  }
}

/** The bytes of base64. */
export function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** The numbers of base64. */
export function floats(text) {
  return new Float32Array(bytes(text).buffer);
}
