// The conflict lab once another input is chosen: the page settles the conflict, until the server's own answer to the same
// comes. The server has told all that can be chosen.

import { preprocessing } from "../preprocess/preprocessing.js";
import { escape, filled } from "../views/texts.js";
import { views } from "../views/views.js";
import { floats } from "./ahead.js";
import { constants } from "./engines.js";
import { Over } from "./over.js";
import { Watching, wordsOf } from "./widgets.js";

/**
 * Makes the tab live.
 *
 * @param {Element} element in the page
 * @returns {Promise<Live>}
 */
export async function live(element) {
  return new Live(element, await constants);
}

class Live extends Watching {
  #prepare;

  constructor(element, constants) {
    super(element.getRootNode().host ?? element, new Painter(views(constants.views)));
    this.#prepare = preprocessing(constants.preprocessing);
  }

  isAhead() {
    const chosen = this.#chosen();
    return chosen !== null && chosen.some(({ option }, at) => option !== this.told.pair[at].chosen);
  }

  async answer(engine) {
    const chosen = this.#chosen(), { pair, seed } = this.told, [first, second] = pair.map(({ name }) => name);
    const { rounds, latent_size: size } = engine.manifest;
    const noise = seed === null ? undefined : this.#prepare.noise(seed, (rounds + 1) * size).value;
    const inputs = { [first]: floats(chosen[0].input), [second]: floats(chosen[1].input) };
    const rows = [[first], [second], [first, second]].map((given) => ({ given, noise }));
    const { status, value } = await engine.ask("complete", { inputs, rows });
    if (status !== "done") return null;
    const label = value.rows[0].label, agreeing = pair[1].options.find(({ option }) => option === String(label));
    const near = await engine.ask("complete", { inputs: { [second]: floats(agreeing.input) }, rows: [{ given: [second] }], of: [] });
    if (near.status !== "done") return null;
    const { experts } = value, judged = judge(value.rows, pair);
    return judged && {
      rows: value.rows,
      judged: {
        ...judged, example: agreeing.words,
        distance: apart(experts[first], experts[second]),
        near: apart(experts[first], near.value.experts[second]),
      },
    };
  }

  /** The options that the lists say, or null while they are on their way, or lists of another pair are. */
  #chosen() {
    const { between, pair } = this.told ?? {};
    if (!pair || ![null, between.words].includes(wordsOf(between.key))) return null;
    const chosen = pair.map(({ key, options }) => options.find(({ words }) => words === wordsOf(key)));
    return chosen.every(Boolean) ? chosen : null;
  }
}

/** As mvae/inference/conflict.py: who wins, and the odds of the label of the first against that of the second. */
function judge([one, other, both], pair) {
  const alone = [one.label, other.label], agree = one.label === other.label;
  const winner = agree ? -1 : alone.indexOf(both.label);
  const odds = Math.log(both.probabilities[one.label]) - Math.log(both.probabilities[other.label]);
  if (!Number.isFinite(odds)) return null; // the label is too sure for numbers of this size
  return { alone, agree, together: both.label, winner: pair[winner]?.name ?? null, turned: winner === 1, odds };
}

/** How far two Gaussians lie apart, as `symmetric_kl` of mvae/inference/gaussians.py, in nats. */
function apart(one, other) {
  return one.mean.reduce((sum, mean, at) => {
    const [variance, second] = [one.variance[at], other.variance[at]], away = (mean - other.mean[at]) ** 2;
    return sum + 0.5 * (variance / second + second / variance - 2 + away / variance + away / second);
  }, 0);
}

/** Paints the tab (mvae/ui/experts/conflict.py) anew in place. */
class Painter extends Over {
  describe({ told, modalities, rows, judged }) {
    const { classes, experts } = told, both = rows.at(-1);
    return {
      ...verdict(told, judged),
      rows: rows.map((row) => this.#row(row, told, modalities)),
      label: this.views.labelBars(both.probabilities, classes),
      shares: this.views.sharesBars(both.shares, experts),
    };
  }

  #row({ given, outputs, label, probabilities }, { texts, names, classes, cell }, modalities) {
    const from = given.length > 1 ? texts.givenBoth : filled(texts.givenAlone, { name: names[given[0]] });
    const pictures = modalities.map((modality) => {
      const { name, standardisation } = modality, kind = given.includes(name) ? texts.reconstructed : texts.imagined;
      const words = { output: names[name], kind, label: classes[label], given: from };
      return {
        src: this.views.toUrl(this.views.samplePicture(modality, outputs[name], standardisation, { cell })),
        alt: filled(texts.outputAlt, words),
      };
    });
    return { pictures, label: classes[label], probability: filled("{share:.1%}", { share: probabilities[label] }) };
  }

  show({ metrics, notes, rows, label, shares }) {
    const { kept } = this;
    const said = document.querySelector(".st-key-experts-conflict-said");
    const values = said?.querySelectorAll('[data-testid="stMetricValue"] p') ?? [];
    values.forEach((place, at) => kept.text(place, metrics[at]));
    const captions = said?.querySelectorAll('[data-testid="stCaptionContainer"] > p:not(.mvae-live)') ?? [];
    captions.forEach((place, at) => this.standIns.paragraph(place, escape(notes[at])));
    document.querySelectorAll(".table tbody tr").forEach((line, at) => this.#paintRow(line, rows[at]));
    for (const player of document.querySelectorAll("audio")) kept.attribute(player, "style", "visibility: hidden"); // it is the server's
    for (const [look, html] of [["label", label], ["shares", shares]]) {
      const drawn = document.querySelector(`.stHtml:has(.bars.${look})`);
      if (drawn) kept.html(drawn, html);
    }
  }

  #paintRow(line, { pictures, label, probability }) {
    const { kept } = this, last = line.querySelector("td:last-child");
    line.querySelectorAll("img").forEach((image, at) => {
      kept.attribute(image, "src", pictures[at].src);
      kept.attribute(image, "alt", pictures[at].alt);
    });
    kept.text(last, label);
    kept.text(last.querySelector("small"), probability);
  }
}

/** What is said of who wins, by how much, and of how far the experts lie apart, as `show_verdict`. */
function verdict({ texts, pair, names, classes, longestWinner }, judged) {
  const { alone, agree, together, winner, turned, odds, distance, near, example } = judged;
  const [first, second] = pair.map((each) => each.within), label = classes[together];
  const won = winner === null
    ? filled(agree && together === alone[0] ? texts.noConflict : texts.third, { label })
    : filled(texts.winner, { name: cut(names[winner], Math.max(longestWinner - [...label].length, 6)), label });
  const [one, other] = turned ? [alone[1], alone[0]] : alone;
  return {
    metrics: [
      won,
      agree ? texts.notApplicable : filled(texts.nats, { value: turned ? -odds : odds }).replace("-", "−"),
      filled(texts.nats, { value: distance }),
    ],
    notes: [
      filled(texts.alone, { first, first_label: classes[alone[0]], second, second_label: classes[alone[1]], together: label }),
      agree ? texts.noOdds : filled(texts.odds, { first: classes[one], second: classes[other] }),
      filled(texts.apart, { first, second, value: near, example, input: texts.input }),
    ],
  };
}

function cut(name, room) {
  const letters = [...name];
  return letters.length <= room ? name : `${letters.slice(0, room - 1).join("").replace(/[ ,]+$/, "")}…`;
}
