// A model as its manifest says: encode, fuse, draw, decode, as mvae/inference/pipeline.py.
// Values are in a person's units: grey levels in [0, 1], MFCC units, a vector's own. Z is the latent's size.
import { divergence, draw, expertOf, prior, product, shares, variance } from "./gaussian.js";
import { labelOf } from "./labels.js";
import { logLikelihood } from "./likelihood.js";
import { joined } from "./networks.js";

const LABEL = "label"; // no modality can be called so

export class Model {
  #networks;
  #remembered = {}; // name -> the last input and its expert: of several a person changes one at a time

  /**
   * @param manifest As mvae/web/export.py writes it.
   * @param networks "encoder-NAME" and "decoder-NAME" -> what openNetwork gave.
   */
  constructor(manifest, networks) {
    this.manifest = manifest;
    this.size = manifest.latent_size;
    this.modalities = Object.fromEntries(
      manifest.modalities.map((modality) => [
        modality.name,
        { ...modality, size: modality.shape.reduce((product, side) => product * side, 1) },
      ]),
    );
    this.names = Object.keys(this.modalities);
    this.#networks = networks;
  }

  /**
   * Complete inputs from any subsets of them.
   *
   * @param inputs {name: Float32Array of one prepared sample}.
   * @param rows What is asked for: [{given: names, noise}]. Without noise all is decoded from the posterior's
   *   mean; with it, (rounds + 1) * Z standard normal numbers, what is not given from a draw.
   * @param of What to decode: names, and "label"; all by default.
   * @returns {experts: {name: {mean, variance}}, rows: [{given, mean, variance, kl, shares: {prior, name...},
   *   outputs: {name: Float32Array}, label, probabilities}]}, rows in their order; without the label's
   *   where it is not decoded.
   */
  async complete({ inputs, rows, of = [...this.names, LABEL] }) {
    this.#checkRows(inputs, rows);
    this.#checkNames(of, true);
    const experts = {};
    for (const name of this.names.filter((each) => rows.some(({ given }) => given.includes(each)))) {
      experts[name] = await this.#expert(name, inputs[name]);
    }
    const factors = rows.map(({ given }) => [prior(this.size), ...given.map((name) => experts[name])]);
    const posteriors = factors.map(product);
    const divergences = posteriors.map(divergence);
    if (!divergences.every(Number.isFinite)) throw new RangeError("no finite answer to these inputs");
    const drawn = await this.#imagine(rows, posteriors);
    const decoded = {};
    for (const name of of) {
      const fromMean = (row) => name === LABEL || row.given.includes(name);
      decoded[name] = await this.#decode(
        name,
        joined(rows.map((row, i) => (fromMean(row) ? posteriors[i].mean : drawn[i]))),
      );
    }
    return {
      experts: mapped(experts, (expert) => ({ mean: expert.mean.slice(), variance: variance(expert) })),
      rows: rows.map(({ given }, i) => ({
        given,
        mean: posteriors[i].mean.slice(),
        variance: variance(posteriors[i]),
        kl: divergences[i],
        shares: Object.fromEntries(shares(factors[i]).map((share, k) => [["prior", ...given][k], share])),
        ...this.#outputs(decoded, rows.length, i),
      })),
    };
  }

  /**
   * Read one input by itself.
   *
   * @param name Of its modality.
   * @param values Float32Array of one prepared sample.
   * @returns {values: as the networks take it, mean: (Z) of its posterior, parameters: what is decoded from that, as
   *   the likelihood takes it, probabilities: of the label}.
   */
  async read(name, values) {
    const { mean } = product([prior(this.size), await this.#expert(name, values)]);
    return {
      values: this.#standardised(name, values),
      mean,
      parameters: await this.#parameters(name, mean),
      probabilities: await this.#decode(LABEL, mean),
    };
  }

  /**
   * What each of several inputs alone is read as, and which class wins (mvae/inference/quarrel.py).
   *
   * @param inputs As of complete, all of them given.
   * @returns {alone: {name: {label, probability}}, together: a class, against: a class, or null where all alone are read
   *   as that, nats: how much more probable it is than `against`}, or null of fewer than two.
   */
  async quarrel(inputs) {
    const given = this.names.filter((name) => name in inputs);
    if (given.length < 2) return null; // while one draws with nothing else given, no network runs for it
    const experts = await inTurn(given, (name) => this.#expert(name, inputs[name])), none = prior(this.size);
    const means = [...experts.map((each) => product([none, each])), product([none, ...experts])].map(({ mean }) => mean);
    const logits = await this.#parameters(LABEL, joined(means)), { length: classes } = this.manifest.classes;
    const readings = means.map((_, at) => logits.slice(at * classes, (at + 1) * classes)), joint = readings.at(-1);
    const alone = Object.fromEntries(given.map((name, at) => {
      const own = softmax(readings[at], classes), label = labelOf(own);
      return [name, { label, probability: own[label] }];
    }));
    const together = labelOf(joint), others = new Set(Object.values(alone).map(({ label }) => label));
    others.delete(together);
    if (!others.size) return { alone, together, against: null, nats: 0 };
    const [against] = [...others].sort((one, other) => joint[other] - joint[one] || one - other);
    return { alone, together, against, nats: joint[together] - joint[against] };
  }

  /**
   * Decode latents.
   *
   * @param latents n * Z numbers.
   * @param of As of complete.
   * @returns {outputs: {name: Float32Array of n samples}, probabilities: Float32Array of n * classes}.
   */
  async decode({ latents, of = [...this.names, LABEL] }) {
    this.#checkNames(of, true);
    checkNumbers("latents", latents);
    if (latents.length % this.size) throw new RangeError(`latents must be of ${this.size} numbers each`);
    const { [LABEL]: probabilities, ...outputs } = Object.fromEntries(
      await inTurn(of, async (name) => [name, await this.#decode(name, latents)]),
    );
    return { outputs, probabilities };
  }

  /**
   * The evidence lower bound of all inputs from posteriors, in nats: higher is better (mvae/inference/posteriors.py).
   *
   * @param inputs As of complete.
   * @param posteriors Of some of them: [{mean, variance, kl}], as complete gives them.
   * @param noise Standard normal numbers, Z of them for each draw over which is averaged.
   * @returns A number for each posterior.
   */
  async elbo({ inputs, posteriors, noise }) {
    const names = Object.keys(inputs);
    this.#checkNames(names, false);
    for (const name of names) checkNumbers(name, inputs[name], this.modalities[name].size);
    checkNumbers("noise", noise);
    return inTurn(posteriors, async ({ mean, variance: spread, kl }) => {
      const latents = noise.map((each, i) => mean[i % this.size] + Math.sqrt(spread[i % this.size]) * each);
      const fits = await inTurn(names, async (name) =>
        logLikelihood(this.modalities[name].likelihood, await this.#parameters(name, latents), this.#standardised(name, inputs[name])));
      return fits.reduce((sum, fit) => sum + fit, -kl);
    });
  }

  /** Latents from which what is not given is decoded (mvae/model/imagination.py): one for each row. */
  async #imagine(rows, posteriors) {
    const step = (noise, round) => noise.subarray(round * this.size, (round + 1) * this.size);
    const latents = posteriors.map((each, i) => (rows[i].noise ? draw(each, step(rows[i].noise, 0)) : each.mean));
    const lacking = Object.fromEntries(
      this.names.map((name) => [
        name,
        [...rows.keys()].filter((i) => rows[i].noise && !rows[i].given.includes(name)),
      ]),
    );
    for (let round = 1; round <= this.manifest.rounds; round++) {
      const factors = posteriors.map((posterior) => [posterior]);
      for (const name of this.names.filter((each) => lacking[each].length)) {
        const z = joined(lacking[name].map((i) => latents[i]));
        const imagined = this.#expectation(name, await this.#parameters(name, z));
        const experts = await this.#encode(name, imagined);
        lacking[name].forEach((i, k) => factors[i].push(experts[k]));
      }
      rows.forEach(({ noise }, i) => {
        if (noise) latents[i] = draw(product(factors[i]), step(noise, round));
      });
    }
    return latents;
  }

  async #expert(name, values) {
    const last = this.#remembered[name];
    if (last?.values.every((each, i) => each === values[i])) return last.expert;
    const [expert] = await this.#encode(name, this.#standardised(name, values));
    this.#remembered[name] = { values: values.slice(), expert };
    return expert;
  }

  /** Experts of a batch, which is as the networks take it. */
  async #encode(name, batch) {
    const { mean, log_variance: logVariance } = await this.#networks[`encoder-${name}`](batch);
    const Z = this.size;
    return Array.from({ length: mean.length / Z }, (_, i) =>
      expertOf(mean.slice(i * Z, (i + 1) * Z), logVariance.slice(i * Z, (i + 1) * Z)),
    );
  }

  async #parameters(name, latents) {
    return (await this.#networks[`decoder-${name}`](latents)).parameters;
  }

  /** What a batch of latents decodes to, in a person's units; probabilities for the label. */
  async #decode(name, latents) {
    const parameters = await this.#parameters(name, latents);
    if (name === LABEL) return softmax(parameters, this.manifest.classes.length);
    const { size, standardisation } = this.modalities[name];
    const values = this.#expectation(name, parameters);
    if (standardisation) {
      const { mean, deviation } = standardisation;
      const share = size / mean.length; // values that one coefficient has
      for (let i = 0; i < values.length; i++) {
        const k = Math.floor((i % size) / share);
        values[i] = values[i] * deviation[k] + mean[k];
      }
    }
    return values;
  }

  /** The mean of a likelihood; in place. */
  #expectation(name, parameters) {
    if (this.modalities[name].likelihood === "bernoulli") {
      for (let i = 0; i < parameters.length; i++) parameters[i] = 1 / (1 + Math.exp(-parameters[i]));
    }
    return parameters;
  }

  #standardised(name, values) {
    const { size, standardisation } = this.modalities[name];
    if (!standardisation) return values;
    const { mean, deviation } = standardisation;
    const share = size / mean.length;
    return values.map((each, i) => (each - mean[Math.floor(i / share)]) / deviation[Math.floor(i / share)]);
  }

  /** One row's share of what was decoded for all. */
  #outputs({ [LABEL]: probabilities, ...outputs }, count, row) {
    const part = (values) => values.slice((row * values.length) / count, ((row + 1) * values.length) / count);
    const found = { outputs: mapped(outputs, part) };
    if (!probabilities) return found;
    const own = part(probabilities);
    return { ...found, label: labelOf(own), probabilities: own };
  }

  #checkRows(inputs, rows) {
    const noises = (this.manifest.rounds + 1) * this.size;
    for (const { given, noise } of rows) {
      this.#checkNames(given, false);
      if (!given.length) throw new RangeError("nothing is given");
      for (const name of given) checkNumbers(name, inputs[name], this.modalities[name].size);
      if (noise) checkNumbers("noise", noise, noises);
    }
  }

  #checkNames(names, label) {
    const unknown = names.find((name) => !this.names.includes(name) && !(label && name === LABEL));
    if (unknown !== undefined) throw new RangeError(`there is no ${unknown}`);
  }
}

function checkNumbers(name, values, length = values?.length) {
  const fits = values instanceof Float32Array && values.length === length && values.every(Number.isFinite);
  if (!fits) throw new RangeError(`${name} must be ${length} finite numbers in a Float32Array`);
}

function mapped(object, change) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}

async function inTurn(items, make) {
  const made = [];
  for (const item of items) made.push(await make(item));
  return made;
}

/** Probabilities of each `size` logits; in place. */
function softmax(logits, size) {
  for (let start = 0; start < logits.length; start += size) {
    const own = logits.subarray(start, start + size);
    const highest = Math.max(...own);
    let sum = 0;
    for (let i = 0; i < size; i++) sum += own[i] = Math.exp(own[i] - highest);
    for (let i = 0; i < size; i++) own[i] /= sum;
  }
  return logits;
}
