// Spoiling an input little by little, as mvae/modalities/corruption.py: pictures and vectors as prepared, sounds as
// recorded. A strength is from 0, which changes nothing, to 1.

import { Generator } from "./random.js";
import { asNumber, rint } from "./refusal.js";

const f32 = Math.fround;
const FARTHEST = 4; // standard deviations to which a blur reaches

/** Returns {kind: {way: (values, strength, width) -> Float32Array}}, width that of a picture. */
export function corruptions({ widestBlur, quietest, steps }) {
  const normal = remembered((size) => new Generator(0).normal(size));
  const greys = remembered((size) => {
    const generator = new Generator(0);
    return { order: generator.uniform(size), greys: generator.uniform(size) };
  });
  return checked({
    drawing: {
      noise: (values, share) => {
        const drawn = greys(values.length);
        return values.map((value, at) => (drawn.order[at] < share ? drawn.greys[at] : value));
      },
      blur: (values, share, width) => blurred(values, width, widestBlur * share),
      cover: covered,
    },
    sound: {
      quieter: (values, share) => {
        const factor = f32(10 ** ((quietest * share) / 20));
        return values.map((value) => f32(rint(f32(f32(value * factor) * steps))) / steps);
      },
      noise: (values, share) => {
        const drawn = normal(values.length), level = Math.sqrt(values.reduce((sum, each) => sum + f32(each * each), 0) / values.length);
        return values.map((value, at) => f32(f32(1 - share) * value) + share * level * drawn[at]);
      },
      cut: (values, share) => {
        const kept = values.slice();
        kept.fill(0, kept.length - rint(share * kept.length));
        return kept;
      },
    },
    vector: {
      noise: (values, share) => {
        const drawn = normal(values.length);
        return values.map((value, at) => value * (1 + share * drawn[at]));
      },
    },
  });
}

/** All of these, which then refuse what is no strength. */
function checked(kinds) {
  const strict = (spoil) => (values, strength, width) => spoil(values, asNumber(strength, "The strength", 0, 1), width);
  return Object.fromEntries(Object.entries(kinds).map(([kind, ways]) =>
    [kind, Object.fromEntries(Object.entries(ways).map(([way, spoil]) => [way, strict(spoil)]))]));
}

/** Covers a share of the ink's height with blank paper, from the top. */
function covered(values, share, width) {
  const kept = values.slice(), inked = [...values.keys()].filter((at) => values[at] > 0);
  if (!inked.length) return kept;
  const [first, last] = [inked[0], inked.at(-1)].map((at) => Math.floor(at / width));
  return kept.fill(0, 0, (first + rint(share * (last + 1 - first))) * width);
}

/** Blurs down, then across; ink that leaves the picture is lost. */
function blurred(values, width, deviation) {
  if (deviation < 1e-15) return values.slice();
  const height = values.length / width, weights = bell(deviation);
  const down = smoothed(values, weights, height, width, width, 1);
  return smoothed(down, weights, width, height, 1, width);
}

/** Smooths lines of a picture: of `length` values, `step` apart, and `lines` of them, `apart` apart. */
function smoothed(values, weights, length, lines, step, apart) {
  const found = new Float32Array(values.length), reach = (weights.length - 1) / 2;
  for (let line = 0; line < lines; line++) {
    for (let at = 0; at < length; at++) {
      let sum = 0;
      for (let tap = Math.max(-reach, -at); tap <= Math.min(reach, length - 1 - at); tap++) {
        sum += weights[tap + reach] * values[line * apart + (at + tap) * step];
      }
      found[line * apart + at * step] = sum;
    }
  }
  return found;
}

function bell(deviation) {
  const reach = Math.floor(FARTHEST * deviation + 0.5);
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, at) => Math.exp((-0.5 / deviation ** 2) * (at - reach) ** 2));
  const total = weights.reduce((sum, each) => sum + each, 0);
  return weights.map((each) => each / total);
}

/** A function of a number that keeps its last value. */
function remembered(make) {
  let last = null;
  return (size) => {
    if (last?.size !== size) last = { size, value: make(size) };
    return last.value;
  };
}
