// The first page while the pen moves: what is on the canvases goes through the model in the page, and what the server
// has painted is painted anew, until its own answer to the same strokes comes.

import { preprocessing } from "../preprocess/preprocessing.js";
import { views } from "../views/views.js";
import { Ahead, floats } from "./ahead.js";
import { constants } from "./engines.js";
import { linked } from "./link.js";
import { Page } from "./page.js";
import { strokesOf } from "./pencil.js";

const PATIENCE = 5_000; // milliseconds after which the server's answer counts, though it has fewer strokes

/**
 * Makes the page live.
 *
 * @param {Element} element in the page, of whose theme the colours are
 * @returns {Promise<Live>}
 */
export async function live(element) {
  return new Live(element, await constants);
}

class Live extends Ahead {
  #constants;
  #prepare;
  #pens = new Map(); // modality -> its strokes, where the server has not answered to all of them
  #ending = new AbortController();

  constructor(element, constants) {
    const host = element.getRootNode().host ?? element;
    super(host, new Page(host, views(constants.views), constants.views.samples.kinds));
    this.#constants = constants;
    this.#prepare = preprocessing(constants.preprocessing);
    window.addEventListener("mvae-pen", ({ detail }) => this.#moved(detail), { signal: this.#ending.signal });
  }

  /** Takes what the server says now: see mvae/ui/draw/live.py. */
  hear(told) {
    for (const [name, pen] of this.#pens) if (isAnswered(pen, told.canvases[name])) this.#pens.delete(name);
    return super.hear(told);
  }

  stop() {
    this.#ending.abort();
    this.#pens.clear();
    super.stop();
  }

  #moved({ modality, down, ...strokes }) {
    this.#pens.set(modality, { ...strokes, down, since: performance.now() });
    this.update();
  }

  isAhead() {
    return this.#pens.size > 0;
  }

  async answer(engine) {
    const { seed } = this.told, inputs = await this.#inputs(engine.manifest);
    if (!inputs) return null;
    const { latent_size: size, rounds, modalities } = engine.manifest;
    const given = modalities.map(({ name }) => name).filter((name) => name in inputs);
    if (!given.length) return null;
    const noise = seed === null ? undefined : this.#noise(seed, (rounds + 1) * size);
    const { status, value } = await engine.ask("complete", { inputs, rows: [{ given, noise }] });
    return status === "done" ? { inputs, row: value.rows[0], drawn: [...this.#pens.keys()] } : null;
  }

  /** What the model is given, or null where only the server can say. */
  async #inputs(manifest) {
    const inputs = {};
    for (const { name } of manifest.modalities) {
      const pen = this.#pens.get(name);
      if (!pen && this.told.given[name]) inputs[name] = floats(this.told.given[name]);
      if (!pen) continue;
      const strokes = strokesOf(pen.initial, pen.drawn, this.#constants.pencil);
      const ink = strokes && this.#prepare.drawing(await linked(strokes, this.#constants.link));
      if (!ink || ink.refused) return null;
      if (ink.value) inputs[name] = ink.value;
    }
    return inputs;
  }

  #drawn = {}; // the last noise
  #noise(seed, size) {
    const wanted = `${seed} ${size}`;
    if (this.#drawn.wanted !== wanted) this.#drawn = { wanted, noise: this.#prepare.noise(seed, size).value };
    return this.#drawn.noise;
  }
}

/** Whether the server's canvas is a later one, or has all these strokes. */
function isAnswered(pen, canvas) {
  if (!canvas || canvas.version > pen.version) return true;
  if (pen.down || canvas.version < pen.version) return false;
  return canvas.strokes >= pen.initial.length + pen.drawn.length || performance.now() - pen.since > PATIENCE;
}
