// Which frames of a recording are of tones, or of a sound that stays as it is; mvae/modalities/utterance.py says why.

import { Fourier } from "./fourier.js";
import { hanning, stretches, windowAround } from "./signals.js";

const f32 = Math.fround;

/**
 * Tells which frames are of one tone or two, steady, or moving as a whistle does.
 *
 * @param {Float32Array} waveform (n,)
 * @param {Float32Array} decibels (T,) level of each frame
 * @param {number} floor decibels below which nothing counts
 * @param {object} constants `utterance` of mvae/web/constants.py
 * @returns {Uint8Array} (T,)
 */
export function tones(waveform, decibels, floor, constants) {
  const { predictable, lowestTone, steady: stays, shortestTone, highTone, shortestMoving } = constants;
  const { error, pitch } = foretelling(waveform, decibels.length, constants);
  const last = pitch.length - 1;
  const tonal = error.map((each, frame) => decibels[frame] > floor && each < predictable && pitch[frame] > lowestTone);
  const still = tonal.map((flag, frame) =>
    flag && Math.abs(pitch[Math.min(last, frame + 1)] - pitch[Math.max(0, frame - 1)]) < stays);
  const long = stretches(still).filter(([start, stop]) => stop - start >= shortestTone);
  const moving = stretches(tonal).filter(([start, stop]) =>
    pitch.subarray(start, stop).filter((each) => each > highTone).length >= shortestMoving);
  const found = new Uint8Array(decibels.length);
  // The frames at its ends are only half filled.
  for (const [start, stop] of [...long, ...moving]) found.fill(1, Math.max(0, start - 2), stop + 2);
  return found;
}

/**
 * Tells which frames are of a sound whose spectrum stays as it is, or comes back as in ringing; parameters as of
 * `tones`.
 */
export function steady(waveform, decibels, floor, constants) {
  const { kept: limit, keptFrom, keptTo, shortestTone } = constants;
  const spectra = directions(waveform, decibels.length, constants);
  const audible = decibels.map((each) => each > floor);
  const lags = Array.from({ length: keptTo - keptFrom }, (_, at) => keptFrom + at);
  const kept = lags.map((lag) => audible.map((flag, frame) =>
    frame >= lag && flag && audible[frame - lag] && apart(spectra[frame], spectra[frame - lag]) < limit));
  const found = new Uint8Array(decibels.length);
  for (const [first, end] of stretches(audible.map((_, frame) => kept.some((row) => row[frame])))) {
    if (end - first < shortestTone) continue;
    kept.forEach((row, at) => {
      for (const [start, stop] of stretches(row.subarray(first, end))) {
        found.fill(1, Math.max(0, first + start - lags[at] - 3), first + stop + 3);
      }
    });
  }
  return found;
}

/** Returns for each frame its spectrum's direction: (K,), of length 1. */
function directions(waveform, frames, { hop }) {
  const window = 4 * hop, fourier = new Fourier(window), faded = hanning(window);
  const re = new Float64Array(window), im = new Float64Array(window);
  return Array.from({ length: frames }, (_, frame) => {
    windowAround(waveform, frame, window, hop, re);
    im.fill(0);
    for (let at = 0; at < window; at++) re[at] *= faded[at];
    fourier.transform(re, im);
    const spectrum = Float32Array.from({ length: window / 2 + 1 }, (_, which) => Math.hypot(re[which], im[which]));
    const length = Math.sqrt(spectrum.reduce((sum, each) => sum + each * each, 0)) + 1e-12;
    return spectrum.map((each) => each / length);
  });
}

/** Returns how far apart two spectra are. */
function apart(one, other) {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += (one[at] - other[at]) ** 2;
  return f32(Math.sqrt(sum));
}

/** Returns for each frame the error of prediction, dB relative to the sound, and the main frequency in hertz. */
function foretelling(waveform, frames, { rate, hop, window, predictionOrder }) {
  const faded = hanning(window).map(Math.sqrt);
  const error = new Float64Array(frames), pitch = new Float64Array(frames), frame = new Float64Array(window);
  for (let at = 0; at < frames; at++) {
    windowAround(waveform, at, window, hop, frame);
    const { power, missed } = predicted(frame, predictionOrder);
    error[at] = 10 * Math.log10((missed + 1e-20) / (power + 1e-12));
    // Of a window that fades out, or the frequency would seem to waver with the phase.
    let similar = 0, all = 0, before = 0;
    for (let place = 0; place < window; place++) {
      const now = f32(frame[place] * faded[place]);
      similar += now * before;
      all += now * now;
      before = now;
    }
    pitch[at] = (Math.acos(Math.min(1, Math.max(-1, similar / (all + 1e-12)))) * rate) / (2 * Math.PI);
  }
  return { error, pitch };
}

/** Predicts each sample from as many before it; returns the power to be predicted and what of it was missed. */
function predicted(frame, order) {
  const size = order + 1, products = Array.from({ length: size }, () => new Float64Array(size));
  for (let one = 0; one < size; one++) {
    for (let other = one; other < size; other++) {
      let sum = 0;
      for (let at = 0; at + order < frame.length; at++) sum += frame[at + one] * frame[at + other];
      products[one][other] = products[other][one] = sum;
    }
  }
  const power = products[order][order], target = products.slice(0, order).map((row) => row[order]);
  const matrix = products.slice(0, order).map((row, at) => {
    const equation = [...row.subarray(0, order), target[at]];
    equation[at] += 1e-9 * power + 1e-20;
    return equation;
  });
  const weights = solved(matrix);
  return { power, missed: Math.max(0, power - weights.reduce((sum, weight, at) => sum + weight * target[at], 0)) };
}

/** Solves equations, each its coefficients and then the right side, by elimination with pivots (in place). */
function solved(equations) {
  const size = equations.length;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(equations[row][column]) > Math.abs(equations[pivot][column])) pivot = row;
    }
    [equations[column], equations[pivot]] = [equations[pivot], equations[column]];
    for (let row = column + 1; row < size; row++) {
      const factor = equations[row][column] / equations[column][column];
      for (let at = column; at <= size; at++) equations[row][at] -= factor * equations[column][at];
    }
  }
  const solution = new Array(size).fill(0);
  for (let row = size - 1; row >= 0; row--) {
    let rest = equations[row][size];
    for (let at = row + 1; at < size; at++) rest -= equations[row][at] * solution[at];
    solution[row] = rest / equations[row][row];
  }
  return solution;
}
