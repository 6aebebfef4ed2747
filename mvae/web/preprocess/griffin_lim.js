// MFCCs -> an audible waveform, with the phases of Griffin & Lim (1984), as `waveform_of` of mvae/modalities/sound.py.

import { largest } from "./float32.js";
import { cosines } from "./mfcc.js";
import { twister } from "./noise.js";
import { Refusal } from "./refusal.js";
import { Spectra } from "./spectrum.js";

const f32 = Math.fround;
const ROUNDS = 32, MOMENTUM = 0.99; // librosa's
const FADE = 80, PEAK = 0.9; // samples at both ends, and what the loudest becomes
const TINY = 2 ** -126; // the least normal number of float32

/** Makes MFCCs audible; what it needs for that is prepared once. */
export class Voice {
  /** @param {object} constants `sound` of mvae/web/constants.py */
  constructor(constants) {
    this.constants = constants;
    this.spectra = new Spectra(constants);
    this.cosines = cosines(constants.coefficients, constants.melBands);
    this.bands = this.spectra.mel(constants.melBands);
    this.inverse = inverse(this.bands.map((one) => this.bands.map((other) => product(one, other))));
    this.phases = phases(this.spectra.frequencies * constants.frames);
  }

  /**
   * Makes MFCCs audible. The same input gives the same sound.
   *
   * @param {Float32Array} coefficients (13, 32) MFCCs, not standardised
   * @returns {Float32Array} (6200,): 0.775 s at 8 kHz, peak 0.9
   * @throws {Refusal} if they are no finite numbers of this shape
   */
  waveform(coefficients) {
    this.check(coefficients);
    const magnitude = this.magnitude(coefficients), { frames } = this.constants, { frequencies } = this.spectra;
    let spectra = { frames, re: new Float64Array(magnitude.length), im: new Float64Array(magnitude.length) };
    magnitude.forEach((size, at) => {
      const phase = this.phases[(at % frequencies) * frames + Math.floor(at / frequencies)];
      spectra.re[at] = size * Math.cos(phase);
      spectra.im[at] = size * Math.sin(phase);
    });
    let before = null;
    for (let round = 0; round < ROUNDS; round++) {
      const found = this.spectra.of(this.spectra.waveform(spectra), frames);
      this.turn(spectra, magnitude, found, before);
      before = found;
    }
    return faded(this.spectra.waveform(spectra));
  }

  check(coefficients) {
    const { coefficients: rows, frames } = this.constants;
    const expected = `MFCCs must be finite numbers of shape (${rows}, ${frames});`;
    if (coefficients.length !== rows * frames) {
      throw new Refusal("InputError", `${expected} these have the shape (${coefficients.length},).`);
    }
    if (!coefficients.every(Number.isFinite)) {
      throw new Refusal("InputError", `${expected} not all of these are finite.`);
    }
  }

  /** Returns the magnitude (T, K) of spectra that have these MFCCs. */
  magnitude(coefficients) {
    const { frames, melBands, audibleRange } = this.constants, { frequencies } = this.spectra;
    const decibels = Array.from({ length: frames }, (_, frame) => Float64Array.from({ length: melBands }, (_, band) =>
      this.cosines.reduce((sum, row, at) => sum + row[band] * coefficients[at * frames + frame], 0)));
    const loudest = largest(decibels.map(largest));
    const found = new Float32Array(frames * frequencies);
    decibels.forEach((row, frame) => {
      const power = row.map((each) => f32(10 ** (Math.max(each - loudest, -audibleRange) / 10)));
      // The least of all spectra with this power in the bands, and what of it is negative taken away: the first
      // guess of librosa's least squares, which for MFCCs is its answer.
      const weights = this.inverse.map((each) => each.reduce((sum, factor, at) => sum + factor * power[at], 0));
      const spectrum = new Float64Array(frequencies);
      this.bands.forEach((band, at) => band.weights.forEach((weight, place) => {
        spectrum[band.first + place] += weight * weights[at];
      }));
      found.set(spectrum.map((each) => Math.sqrt(Math.max(0, each))), frame * frequencies);
    });
    return found;
  }

  /** Takes over the phases that were found, pushed on by those found before; the magnitude stays. */
  turn({ re, im }, magnitude, found, before) {
    const push = MOMENTUM / (1 + MOMENTUM);
    for (let at = 0; at < magnitude.length; at++) {
      const x = found.re[at] - (before ? push * before.re[at] : 0);
      const y = found.im[at] - (before ? push * before.im[at] : 0);
      const scale = magnitude[at] / (Math.sqrt(x * x + y * y) + TINY);
      re[at] = x * scale;
      im[at] = y * scale;
    }
  }
}

/** Returns so many angles, evenly drawn, as NumPy's legacy generator of seed 0 does. */
function phases(count) {
  const next = twister(0);
  return Float64Array.from({ length: count }, () => {
    const high = next() >>> 5, low = next() >>> 6;
    return (2 * Math.PI * (high * 2 ** 26 + low)) / 2 ** 53;
  });
}

function faded(waveform) {
  const last = waveform.length - 1;
  const soft = waveform.map((sample, at) => sample * Math.min(1, at / FADE, (last - at) / FADE));
  const scale = PEAK / Math.max(1e-6, largest(soft.map(Math.abs)));
  return Float32Array.from(soft, (sample) => sample * scale);
}

function product(one, other) {
  let sum = 0;
  one.weights.forEach((weight, at) => { sum += weight * (other.weights[at + one.first - other.first] ?? 0); });
  return sum;
}

/** Inverts a symmetric positive definite matrix (Gauss and Jordan). */
function inverse(matrix) {
  const size = matrix.length;
  const rows = matrix.map((row, at) => Float64Array.from({ length: 2 * size }, (_, column) =>
    column < size ? row[column] : Number(column - size === at)));
  for (let pivot = 0; pivot < size; pivot++) {
    const lead = rows[pivot].map((each) => each / rows[pivot][pivot]);
    rows[pivot] = lead;
    rows.forEach((row, at) => {
      const factor = at === pivot ? 0 : row[pivot];
      if (factor) for (let column = 0; column < 2 * size; column++) row[column] -= factor * lead[column];
    });
  }
  return rows.map((row) => row.slice(size));
}
