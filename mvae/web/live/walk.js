// The tab of a walk along one dimension, while its numbers or the ends of its range change, or a button chooses another: the grids follow.

import { labelsOf } from "../engine/labels.js";
import { traverse } from "../engine/latents.js";
import { escape, filled, marked } from "../views/texts.js";
import { floats, PATIENCE } from "./ahead.js";
import { painted } from "./painter.js";
import { Tab } from "./tab.js";
import { isMoved, numberOf, pointOf, thumbsOf } from "./widgets.js";

const NAMES = ["index", "first", "step"]; // of a walk's numbers
const COLUMNS = 10, TILES = COLUMNS * COLUMNS;

/** See Tab; what it is told is that of mvae/ui/latent/walk.py. The server answers with its widgets alone, once the page paints. */
export class Walk extends Tab {
  #pressed = null; // the walk of a button, until the widgets say it, and since when
  #agreed = {}; // what the widgets said last when the range was that of the numbers

  hear(told) {
    super.hear(told);
    const { fields: { first, step }, range: { value: [low, high] } } = told;
    this.#agreed = { first: first.value, step: step.value, low, high };
    this.#forget();
  }

  /** Takes note of what was clicked. */
  clicked(target) {
    const { presets, start, points } = this.told;
    const [, preset] = Object.entries(presets).find(([key]) => target.closest(`.st-key-${CSS.escape(key)} button`)) ?? [];
    if (!preset) return;
    const { start: words, ...numbers } = preset, { mean: from } = words ? points[words] : pointOf(start, points);
    this.#pressed = { walk: { ...numbers, from }, since: performance.now() };
  }

  /** Returns {index, first, step, from}, the last a mean in base64. */
  moved() {
    this.#forget();
    const now = this.#pressed?.walk ?? this.#said();
    if (Object.values(now).some((each) => each === null) || !Number.isInteger(now.index)) return null;
    const { fields, start } = this.told, isTold = now.from === start.mean && NAMES.every((name) => now[name] === fields[name].value);
    return isTold ? null : now;
  }

  /** The walk that the widgets say: by the ends of the range, where these were moved, else by the numbers, which the range follows. */
  #said() {
    const numbers = this.#numbers(), thumbs = thumbsOf(this.told.range.key), { low, high, first, step } = this.#agreed;
    if (thumbs.length < 2 || ![low, high].some((end, at) => isMoved(thumbs[at], end))) return numbers;
    const ends = thumbs.map(({ value }) => value);
    if (numbers.first === first && numbers.step === step) return { ...numbers, ...between(...ends) };
    this.#agreed = { first: numbers.first, step: numbers.step, low: ends[0], high: ends[1] };
    return numbers;
  }

  #numbers() {
    const { fields, start, points } = this.told;
    return {
      ...Object.fromEntries(NAMES.map((name) => [name, numberOf(fields[name].key)])), from: pointOf(start, points).mean,
    };
  }

  /** Forgets a button once the widgets say what it led to. */
  #forget() {
    if (!this.#pressed) return;
    const { walk, since } = this.#pressed, now = this.#numbers();
    const isSaid = Object.entries(walk).every(([name, value]) => now[name] === value);
    if (isSaid || performance.now() - since > PATIENCE) this.#pressed = null;
  }

  async compose(engine, { index, first, step, from }) {
    if (step === 0) return null;
    const mean = floats(from), values = Float32Array.from({ length: TILES }, (_, tile) => first + step * tile);
    const { status, value } = await engine.ask("decode", { latents: traverse(mean, index, values) }, "walk");
    if (status !== "done") return null;
    const { modalities, classes } = engine.manifest, { outputs, probabilities } = value;
    const labels = labelsOf(probabilities, classes.length), rows = values.filter((_, tile) => tile % COLUMNS === 0);
    const input = { modalities, outputs, options: { columns: COLUMNS, labels, rows }, told: this.told.grid };
    const files = await painted("grids", input, Object.values(outputs).map(({ buffer }) => buffer));
    return { files, labels, index, values, value: mean[index] };
  }

  describe({ told, modalities, images, labels, index, values, value }) {
    const { texts, kl, deviation } = this.told;
    const met = labels.filter((label, tile) => label !== labels[tile - 1]).map((label) => told.classes[label]);
    const grids = modalities.map(({ name }, at) => ({
      name,
      image: images[at],
      alt: filled(texts.alts[name], { name: told.texts.names[name], index, met: met.join(", ") }),
    }));
    const said = filled(marked(texts.met), {
      met: escape(met.join(" → ")), first: values[0], last: values.at(-1), index, value,
      kl: floats(kl)[index], deviation: floats(deviation)[index], effects: escape(this.#effects(index)),
    });
    return { grids, said };
  }

  show({ grids, said }) {
    for (const { name, image, alt } of grids) {
      const theirs = document.querySelector(`.st-key-walk-grid-${CSS.escape(name)} img`);
      if (theirs) this.kept.attribute(theirs, "alt", alt);
      this.standIns.image(theirs, image);
    }
    this.standIns.paragraph(document.querySelector(".st-key-walk-said p"), said);
  }

  /** What the study of disentanglement found that a dimension moves. */
  #effects(index) {
    const { effects, texts } = this.told;
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
