// The tab of a line between two points, while the number of its steps or the chosen one changes: the film follows.

import { escape, filled, marked } from "../views/texts.js";
import { floats } from "./ahead.js";
import { thumbsOf } from "./inputs.js";
import { Over } from "./over.js";
import { StandIns } from "./stand_ins.js";
import { labelsOf } from "./walk.js";

export class Line {
  #views;
  #over = new Over(() => this.#paint());
  #standIns;
  #told = null; // see mvae/ui/latent/line.py
  #texts = null; // a promise of what is written on films
  #last = {}; // what was decoded last, of which way
  #painted = null;

  /** @param {object} views what views/views.js makes */
  constructor(views) {
    this.#views = views;
    this.#standIns = new StandIns(views.toCanvas);
  }

  hear(told) {
    this.#told = told;
    this.#texts = this.#views.filmTexts(told.film);
  }

  isAhead() {
    return this.#moved() !== null;
  }

  async answer(engine) {
    const moved = this.#moved();
    if (!moved) return null;
    const texts = await this.#texts, film = await this.#film(engine, moved.steps, texts);
    return film && { tab: this, ...film, chosen: moved.chosen, film: texts };
  }

  /** Paints an answer, and again whenever Streamlit changes something, before anybody sees it. */
  paint({ told, rows, probabilities, chosen, film }) {
    const { classes } = told, { texts, places } = this.#told, labels = labelsOf(probabilities, classes.length);
    const names = labels.map((label) => classes[label]), count = classes.length, step = chosen + 1;
    const html = (text, values) => filled(marked(text), values);
    const changes = names.flatMap((after, at) => {
      if (at === 0 || labels[at] === labels[at - 1]) return [];
      return html(texts.change, { before: escape(names[at - 1]), after: escape(after), step: at + 1 });
    });
    const begun = changes.length ? html(texts.changes, { changes: changes.join("; ") })
      : html(texts.noChange, { label: escape(names[0]) });
    this.#painted = {
      picture: this.#views.filmPicture(rows, labels, chosen, film),
      alt: filled(texts.alt, { ...places, steps: labels.length, labels: names.join(", ") }),
      caption: filled(texts.caption, { step }),
      said: `${begun} ${html(texts.line, { start: escape(places.start), end: escape(places.end) })}`,
      label: html(texts.label, { step, label: escape(names[chosen]) }),
      bars: this.#views.labelBars(probabilities.subarray(chosen * count, (chosen + 1) * count), classes),
    };
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
    const { kept } = this.#over, { picture, alt, caption, said, label, bars } = this.#painted;
    const place = document.querySelector(".st-key-line-film"), image = place?.querySelector("img");
    if (image) kept.attribute(image, "alt", alt);
    this.#standIns.picture(image, picture);
    kept.text(place?.querySelector('[data-testid="stImageCaption"] p'), caption);
    this.#standIns.paragraph(document.querySelector(".st-key-line-said p"), said);
    this.#standIns.paragraph(document.querySelector(".st-key-line-label p"), label);
    const drawn = document.querySelector(".st-key-line-label .stHtml");
    if (drawn) kept.html(drawn, bars);
  }

  /** How many steps there are, and which of them is chosen, from 0; or null where it is the server's, too. */
  #moved() {
    const told = this.#told, [steps, chosen] = [told.steps, told.chosen].map(({ key }) => thumbsOf(key)[0]?.value);
    if (!steps || !chosen || (steps === told.steps.value && chosen === told.chosen.value)) return null;
    return { steps, chosen: Math.min(chosen, steps) - 1 };
  }

  /** The pictures of the latents of so many steps, by modality, and the probabilities of their labels. */
  async #film(engine, steps, { scale, cell }) {
    const { start, end } = this.#told, way = `${steps} ${start} ${end}`;
    if (this.#last.way === way && this.#last.engine === engine) return this.#last.film;
    const { status, value } = await engine.ask("decode", { latents: between(floats(start), floats(end), steps) }, "line");
    if (status !== "done") return null;
    const rows = engine.manifest.modalities.map((modality) => {
      const samples = value.outputs[modality.name], size = samples.length / steps;
      return Array.from({ length: steps }, (_, at) => this.#views.samplePicture(
        modality, samples.subarray(at * size, (at + 1) * size), modality.standardisation, { scale, cell }));
    });
    const film = { rows, probabilities: value.probabilities };
    this.#last = { way, engine, film };
    return film;
  }
}

/** So many latents, evenly from one to another, as straight_line of mvae/inference/latent.py. */
function between(start, end, steps) {
  const latents = new Float32Array(steps * start.length);
  for (let step = 0; step < steps; step++) {
    const share = Math.fround(step / (steps - 1));
    start.forEach((from, at) => { latents[step * start.length + at] = (1 - share) * from + share * end[at]; });
  }
  return latents;
}
