// The tab of a line between two points, while the number of its steps or the chosen one changes: the film follows.

import { labelsOf } from "../engine/labels.js";
import { straightLine } from "../engine/latents.js";
import { escape, filled, marked } from "../views/texts.js";
import { floats } from "./ahead.js";
import { painted } from "./painter.js";
import { Tab } from "./tab.js";
import { pointOf, thumbsOf } from "./widgets.js";

/** See Tab; what it is told is that of mvae/ui/latent/line.py. */
export class Line extends Tab {
  #last = {}; // what was decoded last, and of what

  /** Returns {steps, chosen, start, end}: how many, which of them is chosen, from 0, and points, {mean, words}. */
  moved() {
    const { told } = this, [steps, chosen] = [told.steps, told.chosen].map(({ key }) => thumbsOf(key)[0]?.value);
    const [start, end] = [told.ends.start, told.ends.end].map((each) => pointOf(each, told.points));
    const same = steps === told.steps.value && chosen === told.chosen.value
      && start.mean === told.ends.start.mean && end.mean === told.ends.end.mean;
    return !steps || !chosen || same ? null : { steps, chosen: Math.min(chosen, steps) - 1, start, end };
  }

  async compose(engine, { steps, chosen, start, end }) {
    const decoded = await this.#decoded(engine, steps, start.mean, end.mean);
    if (!decoded) return null;
    const { modalities, classes } = engine.manifest, { outputs, probabilities } = decoded;
    const labels = labelsOf(probabilities, classes.length);
    const files = await painted("film", { modalities, outputs, labels, chosen, told: this.told.film });
    return { files, labels, probabilities, chosen, places: { start: start.words, end: end.words } };
  }

  describe({ told: { classes }, images: [image], labels, probabilities, chosen, places }) {
    const { texts, modalities } = this.told, names = labels.map((label) => classes[label]), count = classes.length;
    const html = (text, values) => filled(marked(text), values), step = chosen + 1;
    const changes = names.flatMap((after, at) => {
      if (at === 0 || labels[at] === labels[at - 1]) return [];
      return html(texts.change, { before: escape(names[at - 1]), after: escape(after), step: at + 1 });
    });
    const begun = changes.length ? html(texts.changes, { changes: changes.join("; ") })
      : html(texts.noChange, { label: escape(names[0]) });
    return {
      image,
      alt: filled(texts.alt, { ...places, modalities, steps: labels.length, labels: names.join(", ") }),
      caption: filled(texts.caption, { step }),
      said: `${begun} ${html(texts.line, { start: escape(places.start), end: escape(places.end) })}`,
      label: html(texts.label, { step, label: escape(names[chosen]) }),
      bars: this.views.labelBars(probabilities.subarray(chosen * count, (chosen + 1) * count), classes),
    };
  }

  show({ image, alt, caption, said, label, bars }) {
    const { kept, standIns } = this;
    const place = document.querySelector(".st-key-line-film"), theirs = place?.querySelector("img");
    if (theirs) kept.attribute(theirs, "alt", alt);
    standIns.image(theirs, image);
    kept.text(place?.querySelector('[data-testid="stImageCaption"] p'), caption);
    standIns.paragraph(document.querySelector(".st-key-line-said p"), said);
    standIns.paragraph(document.querySelector(".st-key-line-label p"), label);
    const drawn = document.querySelector(".st-key-line-label .stHtml");
    if (drawn) kept.html(drawn, bars);
  }

  /** What is decoded of so many latents on the line, or null where something newer is asked for. */
  async #decoded(engine, steps, start, end) {
    const way = `${steps} ${start} ${end}`;
    if (this.#last.way === way && this.#last.engine === engine) return this.#last.value;
    const { status, value } = await engine.ask("decode", { latents: straightLine(floats(start), floats(end), steps) }, "line");
    if (status !== "done") return null;
    this.#last = { way, engine, value };
    return value;
  }
}
