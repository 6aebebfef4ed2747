// What each input alone is read as, and who wins where they disagree, as mvae/ui/views/quarrel.py says it.

import { formatted } from "./formats.js";
import { escape, filled } from "./texts.js";

/**
 * Returns {alone: {name: HTML}, sentence: HTML}, of the cards of these modalities and of all inputs.
 *
 * @param {{alone: {name: {label, probability}}, together: number, against: number | null, nats: number} | null} quarrel
 *   as engine/model.js gives it; null where nothing is given
 * @param {Object<string, string>} names of all modalities -> what a person reads
 */
export function quarrelTexts(quarrel, names, classes, { texts, most }) {
  const several = quarrel !== null && Object.keys(quarrel.alone).length > 1;
  const alone = Object.keys(names).map((name) => {
    const reading = several && Object.hasOwn(quarrel.alone, name) ? quarrel.alone[name] : null;
    const words = reading === null ? "" : filled(texts.alone, { label: classes[reading.label], probability: reading.probability });
    return [name, `<p class="alone" data-name="${escape(name)}">${escape(words)}</p>`];
  });
  const sentence = quarrelWords(quarrel, names, classes, { texts, most });
  return { alone: Object.fromEntries(alone), sentence: `<p class="quarrel" role="status">${escape(sentence)}</p>` };
}

function quarrelWords(quarrel, names, classes, { texts, most }) {
  if (quarrel === null || quarrel.against === null) return "";
  const { alone, together, against, nats } = quarrel, readings = Object.entries(alone);
  const winners = readings.filter(([, { label }]) => label === together).map(([name]) => names[name]).join(texts.and);
  return filled(winners ? texts.won : texts.neither, {
    readings: readings.map(([name, { label }]) => filled(texts.reads, { name: names[name], label: classes[label] })).join(texts.and),
    winners, label: classes[together], against: classes[against], nats, odds: oddsInWords(nats, { texts, most }),
  });
}

/** What log-odds mean, with one digit. */
export function oddsInWords(nats, { texts, most }) {
  const tens = nats / Math.LN10;
  let power = Math.floor(tens), digit = Math.floor(10 ** (tens - power) + 0.5);
  if (digit === 10) [digit, power] = [1, power + 1];
  if (power >= most) return texts.more;
  if (digit === 1 && power === 0) return texts.even;
  return filled(texts.odds, { count: digit === 1 ? texts.powers[power] : formatted(digit * 10 ** power, ",") });
}
