// How unlike the training data an input is, as mvae/checkpoint/familiarity.py and mvae/inference/doubt.py score it.

import { labelOf } from "../engine/labels.js";
import { tensorsOf } from "./map.js";

const LEAST = 1e-6; // of the most familiar other reading

export class Familiarity {
  #measured = {}; // modality -> {live, centres, whitening, scale}
  #sure;
  #semitones;
  #last = new Map(); // modality -> {values, score}

  /**
   * @param {ArrayBuffer} buffer the file beside the checkpoint
   * @param {{sure: number, semitones: number[]}} constants `doubt` of mvae/ui/frame/web.py
   */
  constructor(buffer, { sure, semitones }) {
    [this.#sure, this.#semitones] = [sure, semitones];
    for (const [key, tensor] of Object.entries(tensorsOf(buffer))) {
      const [name, field] = key.split("/");
      this.#measured[name] ??= {};
      this.#measured[name][field] = field === "live" ? Array.from(tensor, Number) : tensor;
    }
  }

  /**
   * Scores inputs, each by itself.
   *
   * @param {Model} model
   * @param {object} prepare what preprocess/preprocessing.js gives
   * @param {Object<string, Float32Array>} inputs
   * @returns {Promise<Object<string, number>>} above 1 it is unlike them; without those of which nothing was measured
   */
  async scores(model, prepare, inputs) {
    const found = {};
    for (const [name, values] of Object.entries(inputs)) {
      if (!(name in this.#measured)) continue;
      const last = this.#last.get(name);
      const same = last?.values.every((each, at) => each === values[at]);
      found[name] = same ? last.score : await this.#judged(model, prepare, name, values);
      if (!same) this.#last.set(name, { values: values.slice(), score: found[name] });
    }
    return found;
  }

  async #judged(model, prepare, name, values) {
    const modality = model.modalities[name], { score, probabilities } = await this.#read(model, modality, values);
    if (modality.kind !== "sound") return score;
    const others = [];
    for (const semitones of this.#semitones) {
      others.push(await this.#read(model, modality, prepare.lowered(values, semitones).value));
    }
    return this.#doubt(score, probabilities, others);
  }

  async #read(model, modality, values) {
    const reading = await model.read(modality.name, values);
    return { score: scoreOf(this.#measured[modality.name], modality, reading), probabilities: reading.probabilities };
  }

  #doubt(score, probabilities, others) {
    const unsure = (1 - Math.max(...probabilities)) / (1 - this.#sure);
    const familiar = others.reduce((best, each) => (each.score < best.score ? each : best));
    const another = labelOf(familiar.probabilities) !== labelOf(probabilities);
    return Math.max(score, unsure, another ? score / Math.max(familiar.score, LEAST) : 0);
  }
}


/** The squared distance from the nearest class, by that of a score of 1. */
function scoreOf({ live, centres, whitening, scale }, modality, reading) {
  const place = [...live.map((dimension) => reading.mean[dimension]), ...measures(modality, reading)];
  const size = place.length;
  let nearest = Infinity;
  for (let start = 0; start < centres.length; start += size) {
    const away = place.map((each, at) => each - centres[start + at]);
    let squared = 0;
    for (let row = 0; row < size; row++) {
      let sum = 0;
      for (let at = 0; at <= row; at++) sum += whitening[row * size + at] * away[at]; // it is triangular
      if (row === size - 1) sum = Math.max(0, sum); // to be reconstructed better than usual does not count
      squared += sum * sum;
    }
    nearest = Math.min(nearest, squared);
  }
  return nearest / scale[0];
}

/** The logarithms of the amount of ink or energy, of the length of its edges, and of the error in nats. */
function measures({ shape, likelihood }, { values, parameters }) {
  const width = shape[1] ?? 1;
  let [amount, edges, error] = [0, 0, 0];
  values.forEach((value, at) => {
    amount += value * value;
    if (shape.length > 1 && (at + 1) % width) edges += Math.abs(values[at + 1] - value);
    if (at + width < values.length) edges += Math.abs(values[at + width] - value);
    error += (likelihood === "bernoulli" ? ofGrey : ofNumber)(value, parameters[at]);
  });
  return [amount, edges, Math.max(0, error)].map(Math.log1p);
}

/** By how many nats a logit falls short of a perfect one for a grey level, and a mean of that for a number. */
const ofGrey = (value, logit) => {
  const softplus = Math.max(0, logit) + Math.log1p(Math.exp(-Math.abs(logit)));
  return timesLog(value) + timesLog(1 - value) - value * logit + softplus;
};
const ofNumber = (value, mean) => 0.5 * (value - mean) ** 2;
const timesLog = (value) => (value > 0 ? value * Math.log(value) : 0);
