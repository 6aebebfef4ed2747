// The tab of a walk along one dimension, while its numbers or the ends of its range change: the grids follow.

import { labelsOf } from "../engine/labels.js";
import { traverse } from "../engine/latents.js";
import { escape, filled, marked } from "../views/texts.js";
import { floats } from "./ahead.js";
import { painted } from "./painter.js";
import { Tab } from "./tab.js";
import { isMoved, numberOf, pointOf, thumbsOf } from "./widgets.js";

const COLUMNS = 10, TILES = COLUMNS * COLUMNS;

/** See Tab; what it is told is that of mvae/ui/latent/walk.py. */
export class Walk extends Tab {
  /** Returns {index, first, step, from}, the last a mean in base64. */
  moved() {
    const { fields, range, start, points } = this.told, names = ["index", "first", "step"];
    const { mean: from } = pointOf(start, points);
    const now = { ...Object.fromEntries(names.map((name) => [name, numberOf(fields[name].key)])), from };
    if (names.some((name) => now[name] === null) || !Number.isInteger(now.index)) return null;
    if (names.slice(1).some((name) => now[name] !== fields[name].value)) return now; // the range follows them
    const thumbs = thumbsOf(range.key);
    if (thumbs.length === 2 && thumbs.some((thumb, at) => isMoved(thumb, range.value[at]))) {
      return { ...now, ...between(...thumbs.map(({ value }) => value)) };
    }
    return now.index === fields.index.value && from === start.mean ? null : now;
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
