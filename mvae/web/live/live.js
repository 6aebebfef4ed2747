// The first page while the pen moves: what is on the canvases goes through the model in the page, and what the server
// has painted is painted anew, until its own answer to the same strokes comes.

import { startEngine } from "../engine/engine.js";
import { preprocessing } from "../preprocess/preprocessing.js";
import { views } from "../views/views.js";
import { linked } from "./link.js";
import { Page } from "./page.js";
import { strokesOf } from "./pencil.js";

const PATIENCE = 5_000; // milliseconds after which the server's answer counts, though it has fewer strokes
const engines = new Map(); // address of a checkpoint -> a promise of its engine; they stay when the page changes
const constants = fetch(new URL("../constants.json", import.meta.url)).then((answer) => answer.json());

/** Returns the one engine that runs: that of the checkpoint at an address. */
function engineOf(address) {
  if (!engines.has(address)) {
    for (const [other, engine] of engines) {
      engines.delete(other);
      engine.then(({ ready, stop }) => ready && stop());
    }
    engines.set(address, startEngine({
      manifest: `${address}manifest.json`,
      files: address,
      runtime: new URL("../engine/vendor/ort-wasm-simd-threaded.wasm.gz", import.meta.url).href,
    }));
  }
  return engines.get(address);
}

/**
 * Makes the page live.
 *
 * @param {Element} element in the page, of whose theme the colours are
 * @returns {Promise<Live>}
 */
export async function live(element) {
  return new Live(element, await constants);
}

class Live {
  #constants;
  #prepare;
  #page;
  #told = null; // by the server, last: see mvae/ui/draw/live.py
  #engine = null; // of the checkpoint that it names
  #pens = new Map(); // modality -> its strokes, where the server has not answered to all of them
  #busy = false;
  #again = false;
  #ending = new AbortController();
  #element;

  constructor(element, constants) {
    this.#element = element.getRootNode().host ?? element;
    this.#constants = constants;
    this.#prepare = preprocessing(constants.preprocessing);
    this.#page = new Page(this.#element, views(constants.views), constants.views.samples.kinds);
    window.addEventListener("mvae-pen", ({ detail }) => this.#moved(detail), { signal: this.#ending.signal });
  }

  /** Takes what the server says now. */
  async hear(told) {
    const address = told.model && new URL(told.model, document.baseURI).href;
    if (told.model !== this.#told?.model) this.#without();
    this.#told = told;
    for (const [name, pen] of this.#pens) if (isAnswered(pen, told.canvases[name])) this.#pens.delete(name);
    if (this.#pens.size) this.#complete();
    else this.#release();
    if (!address || this.#engine) return;
    const engine = await engineOf(address);
    if (this.#told.model !== told.model || !engine.ready) return;
    this.#engine = engine;
    this.#element.dataset.live = "ready";
    if (this.#pens.size) this.#complete();
  }

  stop() {
    this.#ending.abort();
    this.#pens.clear();
    this.#without();
  }

  #without() {
    this.#engine = null;
    this.#page.release();
    delete this.#element.dataset.live;
  }

  #release() {
    this.#page.release();
    if (this.#engine) this.#element.dataset.live = "ready";
  }

  #moved({ modality, down, ...strokes }) {
    this.#pens.set(modality, { ...strokes, down, since: performance.now() });
    this.#complete();
  }

  /** Completes what is there now; what comes meanwhile waits, and of that the last alone. */
  async #complete() {
    this.#again = true;
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (this.#again) {
        this.#again = false;
        await this.#once();
      }
    } catch {
      this.#without(); // the server answers
    }
    this.#busy = false;
  }

  async #once() {
    const engine = this.#engine, told = this.#told, inputs = engine && (await this.#inputs(engine.manifest));
    if (!inputs) return;
    const { latent_size: size, rounds, modalities } = engine.manifest;
    const given = modalities.map(({ name }) => name).filter((name) => name in inputs);
    if (!given.length) return;
    const noise = told.seed === null ? undefined : this.#noise(told.seed, (rounds + 1) * size);
    const answer = await engine.ask("complete", { inputs, rows: [{ given, noise }] });
    // Meanwhile the server may have answered to all, or shows another model.
    if (answer.status !== "done" || !this.#pens.size || this.#told.model !== told.model) return;
    this.#element.dataset.live = "ahead"; // of the server
    this.#page.paint({ told: this.#told, modalities, inputs, row: answer.value.rows[0], drawn: [...this.#pens.keys()] });
  }

  /** What the model is given, or null where only the server can say. */
  async #inputs(manifest) {
    const inputs = {};
    for (const { name } of manifest.modalities) {
      const pen = this.#pens.get(name);
      if (!pen && this.#told.given[name]) inputs[name] = floats(this.#told.given[name]);
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

/** The numbers of base64. */
function floats(text) {
  return new Float32Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
}
