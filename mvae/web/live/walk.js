// The tab of a walk along one dimension, while its numbers or the ends of its range change: the grids follow.

import { escape, filled, marked } from "../views/texts.js";
import { floats } from "./ahead.js";
import { isMoved, numberOf, thumbsOf } from "./inputs.js";
import { Over } from "./over.js";
import { StandIns } from "./stand_ins.js";

const COLUMNS = 10, TILES = COLUMNS * COLUMNS;

export class Walk {
  #views;
  #over = new Over(() => this.#paint());
  #standIns;
  #told = null; // see mvae/ui/latent/walk.py
  #texts = null; // a promise of what is written on grids
  #painted = null;

  /** @param {object} views what views/views.js makes */
  constructor(views) {
    this.#views = views;
    this.#standIns = new StandIns(views.toCanvas);
  }

  hear(told) {
    this.#told = told;
    this.#texts = this.#views.gridTexts(told.grid);
  }

  isAhead() {
    return this.#moved() !== null;
  }

  async answer(engine) {
    const moved = this.#moved(), mean = floats(this.#told.mean), latents = new Float32Array(TILES * mean.length);
    if (!moved || moved.step === 0) return null;
    const { index, first, step } = moved, values = Float32Array.from({ length: TILES }, (_, tile) => first + step * tile);
    for (let tile = 0; tile < TILES; tile++) {
      latents.set(mean, tile * mean.length);
      latents[tile * mean.length + index] = values[tile];
    }
    const [{ status, value }, texts] = await Promise.all([engine.ask("decode", { latents }, "walk"), this.#texts]);
    return status === "done" ? { tab: this, ...value, index, values, value: mean[index], texts } : null;
  }

  /** Paints an answer, and again whenever Streamlit changes something, before anybody sees it. */
  paint({ told, modalities, outputs, probabilities, index, values, value, texts }) {
    const { classes } = told, labels = labelsOf(probabilities, classes.length);
    const met = labels.filter((label, tile) => label !== labels[tile - 1]).map((label) => classes[label]);
    const rows = Array.from({ length: COLUMNS }, (_, row) => values[row * COLUMNS]);
    const grids = modalities.map((modality) => {
      const { name, standardisation } = modality, options = { columns: COLUMNS, labels, rows, texts };
      return {
        name,
        picture: this.#views.sampleGrid(modality, outputs[name], standardisation, options),
        alt: filled(this.#told.texts.alts[name], { name: told.texts.names[name], index, met: met.join(", ") }),
      };
    });
    const said = filled(marked(this.#told.texts.met), {
      met: escape(met.join(" → ")), first: values[0], last: values.at(-1), index, value,
      kl: floats(this.#told.kl)[index], deviation: floats(this.#told.deviation)[index], effects: escape(this.#effects(index)),
    });
    this.#painted = { grids, said };
    this.#over.paint();
  }

  /** Shows what the server says. */
  release() {
    if (this.#painted === null) return;
    this.#painted = null;
    this.#over.release();
    this.#standIns.release();
  }

  #paint() {
    const { grids, said } = this.#painted;
    for (const { name, picture, alt } of grids) {
      const image = document.querySelector(`.st-key-walk-grid-${CSS.escape(name)} img`);
      if (image) this.#over.kept.attribute(image, "alt", alt);
      this.#standIns.picture(image, picture);
    }
    this.#standIns.paragraph(document.querySelector(".st-key-walk-said p"), said);
  }

  /** What is walked, {index, first, step}, or null where it is the server's, too. */
  #moved() {
    const { fields, range } = this.#told, names = ["index", "first", "step"];
    const now = Object.fromEntries(names.map((name) => [name, numberOf(fields[name].key)]));
    if (names.some((name) => now[name] === null) || !Number.isInteger(now.index)) return null;
    if (names.slice(1).some((name) => now[name] !== fields[name].value)) return now; // the range follows them
    const thumbs = thumbsOf(range.key);
    if (thumbs.length === 2 && thumbs.some((thumb, at) => isMoved(thumb, range.value[at]))) {
      return { ...now, ...between(...thumbs.map(({ value }) => value)) };
    }
    return now.index === fields.index.value ? null : now;
  }

  /** What the study of disentanglement found that a dimension moves. */
  #effects(index) {
    const { effects, texts } = this.#told;
    if (!Object.keys(effects).length) return texts.noStudy;
    if (!(index in effects)) return filled(texts.notAlive, { index });
    const each = Object.entries(effects[index]).map(([name, effect]) =>
      filled(texts.effect, { output: texts.outputs[name], effect }));
    return filled(texts.effects, { index, effects: each.join(", ") });
  }
}

/** The walk from one value to another, as walk_between of mvae/ui/latent/walk.py. */
function between(low, high) {
  const rounded = (value) => Number(value.toPrecision(4)), first = rounded(low);
  return { first, step: low < high ? rounded((high - first) / (TILES - 1)) : 0 };
}

/** The most probable label of each of many rows of probabilities. */
export function labelsOf(probabilities, classes) {
  return Array.from({ length: probabilities.length / classes }, (_, row) => {
    const own = probabilities.subarray(row * classes, (row + 1) * classes);
    return own.indexOf(Math.max(...own));
  });
}
