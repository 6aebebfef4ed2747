// The first page while the pen moves, and once a widget is used: what the canvases and the widgets say goes through the
// model in the page, and what the server has painted is painted anew, until its own answer to the same comes.

import { preprocessing } from "../preprocess/preprocessing.js";
import { views } from "../views/views.js";
import { Ahead, floats, PATIENCE } from "./ahead.js";
import { constants } from "./engines.js";
import { linked } from "./link.js";
import { Page } from "./page.js";
import { strokesOf } from "./pencil.js";
import { Settings } from "./settings.js";
import { Ways } from "./ways.js";

const REMEMBERED = 32; // noises

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
  #constants;
  #prepare;
  #pens = new Map(); // modality -> its strokes, where the server has not answered to all of them
  #settings;
  #ending = new AbortController();

  constructor(element, say, constants) {
    const host = element.getRootNode().host ?? element;
    super(host, new Page(host, views(constants.views), constants.views.samples.kinds));
    this.#constants = constants;
    this.#prepare = preprocessing(constants.preprocessing);
    this.#settings = new Settings(() => this.update(), (seed) => {
      if (this.engine) say("draw", { seed, at: Date.now() }); // no two are the same
      return this.engine !== null;
    });
    window.addEventListener("mvae-pen", ({ detail }) => this.#moved(detail), { signal: this.#ending.signal });
  }

  /** Takes what the server says now: see mvae/ui/draw/live.py. */
  hear(told) {
    for (const [name, pen] of this.#pens) if (isAnswered(pen, told.canvases[name])) this.#pens.delete(name);
    this.#settings.hear(told);
    return super.hear(told);
  }

  stop() {
    this.#ending.abort();
    this.#pens.clear();
    this.#settings.stop();
    super.stop();
  }

  #moved({ modality, down, ...strokes }) {
    this.#pens.set(modality, { ...strokes, down, since: performance.now() });
    this.#settings.given(modality);
    this.update();
  }

  isAhead() {
    return this.#pens.size > 0 || this.#settings.isAhead();
  }

  async answer(engine) {
    const inputs = await this.#inputs(engine.manifest);
    if (!inputs) return null;
    const { latent_size: size, rounds, modalities } = engine.manifest, { kind, seed } = this.#settings;
    const given = modalities.map(({ name }) => name).filter((name) => name in inputs);
    if (!given.length) return null;
    const noise = (number) => this.#noise(number, (rounds + 1) * size);
    const rows = [{ given, noise: kind === "sample" ? noise(seed) : undefined }];
    if (Ways.areShown() && given.length < modalities.length) {
      const { count } = this.told.ways, first = kind === "sample" ? count * seed : 0;
      for (let way = 0; way < count; way++) rows.push({ given, noise: noise(first + way) });
    }
    const { status, value } = await engine.ask("complete", { inputs, rows });
    if (status !== "done") return null;
    const [row, ...ways] = value.rows, switchedOn = given.filter((name) => !this.told.present.includes(name));
    return { inputs, kind, row, ways: ways.length ? ways : null, drawn: [...this.#pens.keys(), ...switchedOn] };
  }

  /** What the model is given, or null where only the server can say. */
  async #inputs(manifest) {
    const inputs = {};
    for (const { name } of manifest.modalities) {
      const pen = this.#pens.get(name);
      const found = pen ? await this.#drawn(pen) : { value: this.told.inputs[name] && floats(this.told.inputs[name]) };
      if (!found) return null;
      if (found.value && this.#settings.isPresent(name, Boolean(pen))) inputs[name] = found.value;
    }
    return inputs;
  }

  /** What is drawn on a canvas, {value}, or null. */
  async #drawn({ initial, drawn }) {
    const strokes = strokesOf(initial, drawn, this.#constants.pencil);
    const ink = strokes && this.#prepare.drawing(await linked(strokes, this.#constants.link));
    return ink && !ink.refused ? ink : null;
  }

  #noises = new Map();
  #noise(seed, size) {
    const wanted = `${seed} ${size}`;
    if (this.#noises.size >= REMEMBERED) this.#noises.clear();
    if (!this.#noises.has(wanted)) this.#noises.set(wanted, this.#prepare.noise(seed, size).value);
    return this.#noises.get(wanted);
  }
}

/** Whether the server's canvas is a later one, or has all these strokes. */
function isAnswered(pen, canvas) {
  if (!canvas || canvas.version > pen.version) return true;
  if (pen.down || canvas.version < pen.version) return false;
  return canvas.strokes >= pen.initial.length + pen.drawn.length || performance.now() - pen.since > PATIENCE;
}
