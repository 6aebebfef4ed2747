// The conflict lab once another input is chosen, or another pair of modalities: the page settles the conflict, until the
// server's own answer to the same comes. The server has told all that can be chosen.

import { preprocessing } from "../preprocess/preprocessing.js";
import { escape, filled } from "../views/texts.js";
import { views } from "../views/views.js";
import { floats } from "./ahead.js";
import { constants } from "./engines.js";
import { valuesOf } from "./once.js";
import { Over } from "./over.js";
import { Watching, wordsOf } from "./widgets.js";

/**
 * Makes the tab live.
 *
 * @param {Element} element in the page
 * @param {(name: string, value: object) => void} say tells the server a value of the component's state
 * @returns {Promise<Live>}
 */
export async function live(element, say) {
  return new Live(element, say, await constants);
}

class Live extends Watching {
  #prepare;

  constructor(element, say, constants) {
    super(element.getRootNode().host ?? element, new Painter(views(constants.views)), say);
    this.#prepare = preprocessing(constants.preprocessing);
  }

  isAhead() {
    const chosen = this.#chosen();
    return chosen !== null && chosen.some(({ name, option }, at) => {
      const { name: shown, chosen: answered } = this.told.pair[at];
      return name !== shown || option !== answered;
    });
  }

  async answer(engine) {
    const chosen = this.#chosen(), { seed } = this.told, [first, second] = chosen.map(({ name }) => name);
    const inputs = await valuesOf(this.told.inputs), inputOf = (name, option) => floats(inputs[name][option]);
    const { rounds, latent_size: size } = engine.manifest;
    const noise = seed === null ? undefined : this.#prepare.noise(seed, (rounds + 1) * size).value;
    const given = Object.fromEntries(chosen.map(({ name, option }) => [name, inputOf(name, option)]));
    const rows = [[first], [second], [first, second]].map((each) => ({ given: each, noise }));
    const { status, value } = await engine.ask("complete", { inputs: given, rows });
    if (status !== "done") return null;
    const label = String(value.rows[0].label), { options } = this.told;
    const agreeing = { inputs: { [second]: inputOf(second, label) }, rows: [{ given: [second] }], of: [] };
    const near = await engine.ask("complete", agreeing);
    if (near.status !== "done") return null;
    const pair = [first, second], { experts } = value, judged = judge(value.rows, pair);
    if (!judged) this.leaveToServer();
    return judged && {
      pair,
      rows: value.rows,
      judged: {
        ...judged,
        example: Object.keys(options[second]).find((words) => options[second][words] === label),
        distance: apart(experts[first], experts[second]),
        near: apart(experts[first], near.value.experts[second]),
      },
    };
  }

  /** What the lists say, {name, option} of both, or null while they are on their way. */
  #chosen() {
    const { between, pair, options } = this.told ?? {};
    if (!pair) return null;
    const words = wordsOf(between.key), names = words === null ? pair.map(({ name }) => name) : between.pairs[words];
    const chosen = names?.map((name, at) => {
      const { key, first, name: before } = pair[at], said = wordsOf(key);
      const option = options[name][said] ?? options[before][said]; // its words are still of the one before
      if (option === undefined) return null;
      return { name, option: Object.values(options[name]).includes(option) ? option : first };
    });
    return chosen?.every(Boolean) ? chosen : null;
  }
}

/** As mvae/inference/conflict.py: who wins, and the odds of the label of the first against that of the second. */
function judge([one, other, both], pair) {
  const alone = [one.label, other.label], agree = one.label === other.label;
  const winner = agree ? -1 : alone.indexOf(both.label);
  const odds = Math.log(both.probabilities[one.label]) - Math.log(both.probabilities[other.label]);
  if (!Number.isFinite(odds)) return null; // the label is too sure for numbers of this size
  return { alone, agree, together: both.label, winner: pair[winner] ?? null, turned: winner === 1, odds };
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
  describe({ told, modalities, pair, rows, judged }) {
    const { classes, experts } = told, both = rows.at(-1);
    return {
      ...verdict(told, pair, judged),
      isCounted: pair.every((name, at) => name === told.pair[at].name),
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
        kind,
        src: this.views.toUrl(this.views.samplePicture(modality, outputs[name], standardisation, { cell })),
        alt: filled(texts.outputAlt, words),
      };
    });
    return { from, pictures, label: classes[label], probability: filled("{share:.1%}", { share: probabilities[label] }) };
  }

  show({ metrics, notes, rows, label, shares, isCounted }) {
    const { kept } = this;
    const said = document.querySelector(".st-key-experts-conflict-said");
    const values = said?.querySelectorAll('[data-testid="stMetricValue"] p') ?? [];
    values.forEach((place, at) => kept.text(place, metrics[at]));
    const captions = said?.querySelectorAll('[data-testid="stCaptionContainer"] > p:not(.mvae-live)') ?? [];
    captions.forEach((place, at) => this.standIns.paragraph(place, escape(notes[at])));
    document.querySelectorAll(".table tbody tr").forEach((line, at) => this.#paintRow(line, rows[at]));
    const theirs = [...document.querySelectorAll("audio")], counted = document.querySelector(".st-key-conflict-counted p");
    if (counted && !isCounted) theirs.push(counted);
    for (const each of theirs) kept.attribute(each, "style", "visibility: hidden"); // only the server knows
    for (const [look, html] of [["label", label], ["shares", shares]]) {
      const drawn = document.querySelector(`.stHtml:has(.bars.${look})`);
      if (drawn) kept.html(drawn, html);
    }
  }

  #paintRow(line, { from, pictures, label, probability }) {
    const { kept } = this, last = line.querySelector("td:last-child");
    kept.text(line.querySelector("th"), from);
    line.querySelectorAll("td:has(img)").forEach((cell, at) => {
      const { kind, src, alt } = pictures[at], image = cell.querySelector("img");
      kept.attribute(image, "src", src);
      kept.attribute(image, "alt", alt);
      kept.attribute(cell, "class", kind);
      kept.text(cell.querySelector("figcaption"), kind);
    });
    kept.text(last, label);
    kept.text(last.querySelector("small"), probability);
  }
}

/** What is said of who wins, by how much, and of how far the experts lie apart, as `show_verdict`. */
function verdict({ texts, within, names, classes, longestWinner }, pair, judged) {
  const { alone, agree, together, winner, turned, odds, distance, near, example } = judged;
  const [first, second] = pair.map((name) => within[name]), label = classes[together];
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
      filled(texts.apart, { first, second, value: near, example, input: texts.inputs[pair[0]] }),
    ],
  };
}

function cut(name, room) {
  const letters = [...name];
  return letters.length <= room ? name : `${letters.slice(0, room - 1).join("").replace(/[ ,]+$/, "")}…`;
}
