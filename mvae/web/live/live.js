// The first page while the pen moves, and once a widget is used: what the canvases and the widgets say goes through the
// model in the page, and what the server has painted is painted anew, until its own answer to the same comes.

import { views } from "../views/views.js";
import { Ahead, floats, PATIENCE } from "./ahead.js";
import { constants, knowing } from "./engines.js";
import { Page } from "./page.js";
import { Recordings } from "./recordings.js";
import { Settings } from "./settings.js";
import { Ways } from "./ways.js";

/**
 * Makes the page live.
 *
 * @param {Element} element in the page, of whose theme the colours are
 * @param {(name: string, value: object) => void} say tells the server a value of the component's state
 * @returns {Promise<Live>}
 */
export async function live(element, say) {
  return new Live(element, say, await constants);
}

class Live extends Ahead {
  #pens = new Map(); // modality -> its strokes, where the server has not answered to all of them
  #sounds = new Map(); // modality -> what was recorded, where the server has not answered to it
  #recordings = new Recordings((name, file) => this.#recorded(name, file));
  #settings;
  #inputs = {}; // modality -> what the server says that it is given, or would be
  #ending = new AbortController();

  constructor(element, say, constants) {
    const host = element.getRootNode().host ?? element;
    super(host, new Page(host, views(constants.views), constants.views.samples.kinds), say);
    this.#settings = new Settings(this, say);
    window.addEventListener("mvae-pen", ({ detail }) => this.#moved(detail), { signal: this.#ending.signal });
  }

  /** Takes what the server says now: see mvae/ui/draw/live.py. */
  async hear(told) {
    for (const [name, pen] of this.#pens) if (isAnswered(pen, told.canvases[name])) this.#pens.delete(name);
    for (const [name, sound] of this.#sounds) if (isHeard(sound, told.inputs[name])) this.#sounds.delete(name);
    this.#settings.hear(told);
    this.#inputs = Object.fromEntries(Object.entries(told.inputs).map(([name, text]) => [name, floats(text)]));
    await super.hear(told);
    if (this.engine) this.#knowing(this.engine).catch(() => {}); // answer() says so
  }

  stop() {
    this.#ending.abort();
    this.#recordings.stop();
    this.#pens.clear();
    this.#sounds.clear();
    this.#settings.stop();
    super.stop();
  }

  #moved({ modality, down, ...strokes }) {
    this.#pens.set(modality, { ...strokes, down, since: performance.now() });
    this.#settings.given(modality);
    this.update();
  }

  async #recorded(name, file) {
    const before = this.told?.inputs[name], since = performance.now();
    if (!this.engine) return;
    const bytes = new Uint8Array(await file.arrayBuffer());
    const { value } = await this.engine.ask("recording", bytes);
    const sound = { value, before, since };
    if (!value || isHeard(sound, this.told.inputs[name])) return; // the server says why, or was quicker
    this.#sounds.set(name, sound);
    this.#settings.given(name);
    this.update();
  }

  isAhead() {
    return this.told?.behind || this.#pens.size + this.#sounds.size > 0 || this.#settings.isAhead();
  }

  async answer(engine) {
    const { told } = this, { kind, seed } = this.#settings, draw = kind === "sample" ? seed : null;
    await this.#knowing(engine);
    const ways = Ways.areShown() ? { ...told.ways, first: told.ways.count * (draw ?? 0) } : null;
    const wanted = { sources: this.#sources(engine.manifest), seed: draw, cell: told.cell, ways };
    const { status, value: scene, reason } = await engine.ask("scene", wanted);
    if (status === "failed") throw new Error(reason);
    if (status !== "done" || scene === null) return null;
    const switchedOn = scene.row.given.filter((name) => !told.present.includes(name));
    const isPersons = (name) => this.#pens.has(name) || this.#sounds.has(name) || !told.imagined.includes(name);
    const doubtful = scene.row.given.filter((name) => scene.scores[name] > 1 && isPersons(name));
    return { ...scene, kind, doubtful, drawn: [...this.#pens.keys(), ...switchedOn] };
  }

  /** Returns a promise that an engine knows what is familiar; it fails where that cannot be had. */
  async #knowing(engine) {
    const { model, familiarity } = this.told;
    if (familiarity) await knowing(engine, model + familiarity);
  }

  /** What the modalities that are switched on are given. */
  #sources({ modalities }) {
    const sources = {};
    for (const { name } of modalities) {
      const pen = this.#pens.get(name), sound = this.#sounds.get(name);
      const input = pen ? { initial: pen.initial, drawn: pen.drawn } : sound?.value ?? this.#inputs[name];
      if (input && this.#settings.isPresent(name, Boolean(pen ?? sound))) sources[name] = input;
    }
    return sources;
  }
}

/** Whether the server's canvas is a later one, or has all these strokes. */
function isAnswered(pen, canvas) {
  if (!canvas || canvas.version > pen.version) return true;
  if (pen.down || canvas.version < pen.version) return false;
  return canvas.strokes >= pen.initial.length + pen.drawn.length || performance.now() - pen.since > PATIENCE;
}

/** Whether the server has another input than before the recording. */
function isHeard({ before, since }, input) {
  return input !== before || performance.now() - since > PATIENCE;
}
