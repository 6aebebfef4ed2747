// What the worker does for the live pages beside running the model: inputs are prepared, and outputs become pictures.

import { preprocessing } from "../preprocess/preprocessing.js";
import { views } from "../views/views.js";
import { Familiarity } from "./familiarity.js";
import { linked } from "./link.js";
import { strokesOf } from "./pencil.js";

const REMEMBERED = 32; // noises

/**
 * Returns the operations; "equip" must come first.
 *
 * @param {() => Model} model
 */
export function studio(model) {
  let made = null;
  return {
    equip: (constants) => { made = new Studio(model(), constants); },
    scene: (wanted) => made.scene(wanted),
    familiarity: (buffer) => made.know(buffer),
    scores: (inputs) => made.scores(inputs),
    recording: (bytes) => made.recording(bytes),
  };
}

class Studio {
  #model;
  #constants;
  #prepare;
  #views;
  #noises = new Map();
  #familiarity = null; // where there is any
  #seen = new Map(); // modality -> the last input, and its picture

  /** @param {object} constants of mvae/ui/frame/web.py */
  constructor(model, constants) {
    this.#model = model;
    this.#constants = constants;
    this.#prepare = preprocessing(constants.preprocessing);
    this.#views = views(constants.views);
  }

  /**
   * Completes inputs and draws what is seen of them.
   *
   * @param {Object<string, Float32Array | {initial: number[][][], drawn: number[][][]}>} sources of the modalities that
   *   are switched on: what they are given, or a canvas's strokes, of which nothing may remain
   * @param {number | null} seed of what is imagined; null for the mean
   * @param {[number, number]} cell of heat maps, in pixels
   * @param {{count: number, first: number, cell: [number, number], scale: number} | null} ways so many further draws
   *   side by side, of the seeds from `first` on, if something is missing
   * @returns {Promise<object | null>} {inputs, row, experts, quarrel, scores: {name: above 1 for what the model does not know}, pictures:
   *   {name: {given, made, ratio}}, ways: {labels, pictures: {name: address}} or null}; null if nothing is given, or
   *   only the server can say
   */
  async scene({ sources, seed, cell, ways }) {
    const inputs = await this.#inputs(sources), given = inputs && Object.keys(inputs);
    if (!given?.length) return null;
    const { modalities } = this.#model.manifest, missing = modalities.filter(({ name }) => !given.includes(name));
    const seeds = ways && missing.length ? Array.from({ length: ways.count }, (_, at) => ways.first + at) : [];
    const rows = [seed, ...seeds].map((each) => ({ given, noise: each === null ? undefined : this.#noise(each) }));
    const { experts, rows: [row, ...others] } = await this.#model.complete({ inputs, rows });
    const pictures = Object.fromEntries(modalities.map((modality) => {
      const { name } = modality, made = this.#picture(modality, row.outputs[name], { cell });
      const before = inputs[name] && this.#givenUrl(modality, inputs[name], { cell });
      return [name, { given: before, made: this.#views.toUrl(made), ratio: made.width / made.height }];
    }));
    const [scores, quarrel] = [await this.scores(inputs), await this.#model.quarrel(inputs)];
    return { inputs, row, experts, quarrel, scores, pictures, ways: others.length ? this.#ways(missing, others, ways) : null };
  }

  /** Takes the file that says which inputs the model knows. */
  know(buffer) {
    this.#familiarity = new Familiarity(buffer, this.#constants.doubt);
  }

  /** Scores inputs, each by itself: {name: above 1 for what the model does not know}. */
  async scores(inputs) {
    return (await this.#familiarity?.scores(this.#model, this.#prepare, inputs)) ?? {};
  }

  /** The bytes of a wav file -> MFCCs, or null where only the server can say, or has to say why there are none. */
  recording(bytes) {
    const { value: wave } = this.#prepare.wave(bytes);
    return (wave && this.#prepare.sound(wave.waveform, wave.rate).value) ?? null;
  }

  async #inputs(sources) {
    const inputs = {};
    for (const name of this.#model.names.filter((each) => each in sources)) {
      const source = sources[name];
      if (source instanceof Float32Array) {
        inputs[name] = source;
        continue;
      }
      const strokes = strokesOf(source.initial, source.drawn, this.#constants.pencil);
      const ink = strokes && this.#prepare.drawing(await linked(strokes, this.#constants.link));
      if (!ink || ink.refused) return null;
      if (ink.value) inputs[name] = ink.value;
    }
    return inputs;
  }

  #noise(seed) {
    if (this.#noises.size >= REMEMBERED) this.#noises.clear();
    if (!this.#noises.has(seed)) {
      const { rounds, latent_size: size } = this.#model.manifest;
      this.#noises.set(seed, this.#prepare.noise(seed, (rounds + 1) * size).value);
    }
    return this.#noises.get(seed);
  }

  #picture(modality, sample, options) {
    return this.#views.samplePicture(modality, sample, modality.standardisation, options);
  }

  /** Of what is given a person changes one at a time. */
  #givenUrl(modality, values, options) {
    const last = this.#seen.get(modality.name);
    if (last?.values.every((each, at) => each === values[at])) return last.url;
    const url = this.#views.toUrl(this.#picture(modality, values, options));
    this.#seen.set(modality.name, { values: values.slice(), url });
    return url;
  }

  #ways(missing, rows, { count, ...options }) {
    const pictures = Object.fromEntries(missing.map((modality) => {
      const tiles = rows.map(({ outputs }) => this.#picture(modality, outputs[modality.name], options));
      return [modality.name, this.#views.toUrl(this.#views.mosaic(tiles, count / 2))];
    }));
    return { labels: rows.map(({ label }) => label), pictures };
  }
}
