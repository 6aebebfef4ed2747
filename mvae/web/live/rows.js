// The page All subsets once a row is chosen, or imagined otherwise: the row is marked, and what is imagined in all rows is
// painted anew, until the server's own answer to the same comes. Labels, errors and ELBOs are of the posterior's mean.

import { preprocessing } from "../preprocess/preprocessing.js";
import { escape, filled, marked } from "../views/texts.js";
import { views } from "../views/views.js";
import { Ahead, floats, PATIENCE } from "./ahead.js";
import { constants } from "./engines.js";
import { Over } from "./over.js";
import { Settings } from "./settings.js";

const MARK = '<span aria-hidden="true">●</span> '; // as mvae/ui/views/table.py writes it

/**
 * Makes the page live.
 *
 * @param {Element} element in the page
 * @param {(name: string, value: object) => void} say tells the server a value of the component's state
 * @returns {Promise<Live>}
 */
export async function live(element, say) {
  return new Live(element, say, await constants);
}

class Live extends Ahead {
  #prepare;
  #chosen = null; // {row, since}, where the server has not answered to it
  #settings;
  #ending = new AbortController();

  constructor(element, say, constants) {
    super(element.getRootNode().host ?? element, new Painter(views(constants.views)), say);
    this.#prepare = preprocessing(constants.preprocessing);
    this.#settings = new Settings(this, say);
    document.addEventListener("click", ({ target }) => this.#clicked(target), { capture: true, signal: this.#ending.signal });
  }

  /** Takes what the server says now: see mvae/ui/subsets/live.py. */
  hear(told) {
    const { row, since } = this.#chosen ?? {};
    if (row === told.row || performance.now() - since > PATIENCE) this.#chosen = null;
    this.#settings.hear(told);
    return super.hear(told);
  }

  stop() {
    this.#ending.abort();
    this.#settings.stop();
    this.#chosen = null;
    super.stop();
  }

  #clicked(target) {
    const button = target.closest?.(".table tbody tr")?.querySelector("button[data-choice]");
    if (!button || !this.engine) return;
    const row = button.dataset.choice;
    this.#chosen = row === this.told.row ? null : { row, since: performance.now() };
    this.update();
  }

  isAhead() {
    return this.#chosen !== null || this.#settings.isAhead();
  }

  async answer(engine) {
    const { told } = this, { kind, seed } = this.#settings, row = this.#chosen?.row ?? told.row;
    if (!this.#settings.isAhead()) return { row };
    const { rounds, latent_size: size, modalities } = engine.manifest;
    const noise = kind === "mean" ? undefined : this.#prepare.noise(seed, (rounds + 1) * size).value;
    const inputs = Object.fromEntries(Object.entries(told.inputs).map(([name, values]) => [name, floats(values)]));
    const rows = told.rows.filter(Boolean).map((given) => ({ given, noise }));
    const { status, value } = await engine.ask("complete", { inputs, rows });
    return status === "done" ? { row, kind, rows: value.rows } : null;
  }
}

/** Paints the page (mvae/ui/subsets/rows.py) anew in place. */
class Painter extends Over {
  /** Says which row is marked, and, if they are given, what is imagined in all rows. */
  describe({ told, modalities, row, kind, rows }) {
    const { how, texts } = told;
    return {
      row, pictures: rows && this.#pictures(told, modalities, rows),
      how: rows && marked(how[kind] + (kind === "sample" ? texts.sameNoise : "")),
    };
  }

  /** Of each row of the table, and each modality that is imagined there, by its place: {src, alt, tip}. */
  #pictures({ rows: subsets, texts, classes, cell }, modalities, rows) {
    const answers = rows[Symbol.iterator]();
    return subsets.map((subset) => {
      if (!subset) return [];
      const { given, outputs, label } = answers.next().value;
      return modalities.map((modality) => {
        const { name, kind, standardisation } = modality, sample = outputs[name];
        if (given.includes(name)) return null;
        const values = kind === "vector" ? valuesOf(modality, sample) : "", row = texts.rows[given.join("+")];
        const words = { title: texts.titles[name], state: texts.imagined, values, label: classes[label], row };
        return {
          src: this.views.toUrl(this.views.samplePicture(modality, sample, standardisation, { cell })),
          alt: filled(texts.alts[kind], words),
          tip: values,
        };
      });
    });
  }

  show({ row, pictures, how }) {
    const { kept } = this;
    for (const button of document.querySelectorAll(".table button[data-choice]")) {
      const { choice } = button.dataset, isMarked = choice === row, words = button.lastChild;
      kept.attribute(button, "aria-pressed", String(isMarked));
      if (isMarked !== (words !== button.firstChild)) kept.html(button, (isMarked ? MARK : "") + escape(words.data.trimStart()));
    }
    if (!pictures) return;
    const [, ...lines] = document.querySelectorAll(".table tbody tr"); // the first has the inputs
    lines.forEach((line, at) => line.querySelectorAll("td img").forEach((image, place) => {
      const picture = pictures[at]?.[place];
      if (!picture) return;
      kept.attribute(image, "src", picture.src);
      kept.attribute(image, "alt", picture.alt);
      if (picture.tip) kept.attribute(image, "title", picture.tip);
    }));
    this.standIns.paragraph(document.querySelector('.st-key-imagination [data-testid="stCaptionContainer"] > p:not(.mvae-live)'), how);
  }
}

/** The numbers of a vector, each with its name. */
function valuesOf({ value_names: names }, values) {
  return Array.from(values, (value, at) => filled("{name} {value:,.4g}", { name: names[at] ?? at + 1, value })).join(", ");
}
