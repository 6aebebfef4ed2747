// Shares in [0, 1] -> horizontal bars as HTML, letter by letter that of mvae/ui/views/bars.py.

import { fixed, grouped } from "../preprocess/refusal.js";
import { escape, filled } from "./texts.js";

/**
 * Draws the probabilities of the classes; the most probable one stands out.
 *
 * @param {Float32Array | number[]} probabilities (C,), sums to 1; of very many the most probable are drawn
 * @param {string[]} classes what a person reads
 * @param {object} constants `bars` of mvae/ui/views/constants.py
 * @returns {string} HTML
 */
export function labelBars(probabilities, classes, constants) {
  const { mostBars, scripts, numbers } = constants;
  const ordered = [...probabilities.keys()].sort((one, other) => probabilities[other] - probabilities[one]);
  const rows = ordered.slice(0, mostBars).sort((one, other) => one - other).map((label) => ({
    kind: label === ordered[0] ? "best" : "other",
    heard: classes[label],
    name: Object.hasOwn(scripts, classes[label]) ? `${classes[label]} <b>${scripts[classes[label]]}</b>`
      : escape(classes[label]),
    share: probabilities[label],
    value: percent(probabilities[label]),
  }));
  const words = { best: classes[ordered[0]], count: numbers[classes.length] ?? grouped(classes.length) };
  const chart = classes.every((name) => Object.hasOwn(scripts, name)) ? "label" : "label named";
  return bars(chart, (heard) => filled(constants.labelBars, { ...words, bars: heard }), rows);
}

/**
 * Draws each expert's share of the posterior's precision, in the expert's own colour.
 *
 * The prior and all modalities have a row, whether given or not, so that the bars keep their place.
 *
 * @param {Object<string, number>} shares of the prior and of what is given; they sum to 1
 * @param {Object<string, string>} experts name of the prior and of each modality -> what a person reads
 * @param {object} constants as of labelBars
 * @returns {string} HTML
 */
export function sharesBars(shares, experts, constants) {
  const { looks, priorLook, missing, short } = constants;
  let modalities = 0;
  const rows = Object.entries(experts).map(([name, title]) => {
    const look = name === "prior" ? priorLook : looks[modalities++ % looks.length];
    return {
      kind: name,
      heard: title,
      name: `${sign(look)} ${escape(title)}`,
      share: Object.hasOwn(shares, name) ? shares[name] : 0,
      value: Object.hasOwn(shares, name) ? percent(shares[name]) : missing,
      colour: look.colour,
    };
  });
  const named = Object.values(experts).some((title) => [...title].length > short);
  return bars(named ? "shares named" : "shares", (heard) => filled(constants.sharesBars, { bars: heard }), rows);
}

/** The sign of an expert, which nobody hears; it stands before the expert's name. */
export function sign({ colour, sign }) {
  return `<em class="sign" style="color: ${colour}" aria-hidden="true">${sign}</em>`;
}

/** Draws rows of {kind, heard, name, share, value, colour}; those who cannot see them hear names and values. */
function bars(chart, describe, rows) {
  const heard = rows.map((row) => `${row.heard} ${row.value}`).join(", ");
  const drawn = rows.map(({ kind, name, share, value, colour }) =>
    `<div class="${kind}"><span>${name}</span><i style="--share: ${fixed(share, 4)}` +
    `${colour === undefined ? "" : `; --colour: ${colour}`}"></i><span>${value}</span></div>`);
  return `<div class="bars ${chart}" role="img" aria-label="${escape(describe(heard))}">${drawn.join("")}</div>`;
}

function percent(share) {
  return `${fixed(100 * share, 1)}%`;
}
