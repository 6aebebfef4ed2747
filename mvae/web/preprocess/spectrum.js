// Short-time spectra and mel bands, as librosa forms them. Shapes: T frames, K = 257 frequencies, row by row.

import { Fourier } from "./fourier.js";
import { largest } from "./float32.js";

const f32 = Math.fround;

/** Spectra of one kind: their frames, window and length. */
export class Spectra {
  /** @param {{fft: number, window: number, hop: number, rate: number}} constants in samples, and hertz */
  constructor({ fft, window, hop, rate }) {
    Object.assign(this, { size: fft, hop, rate, frequencies: fft / 2 + 1, begins: (fft - window) / 2 });
    this.window = Float64Array.from({ length: window }, (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / window));
    this.fourier = new Fourier(fft);
    this.spare = { re: new Float64Array(fft), im: new Float64Array(fft) };
  }

  /**
   * Transforms a waveform (n,), with zeros beyond its ends.
   *
   * @returns {{frames: number, re: Float64Array, im: Float64Array}} (T, K) each, T = 1 + n / hop
   */
  of(waveform, frames = 1 + Math.floor(waveform.length / this.hop)) {
    const { size, hop, frequencies, begins, window, fourier, spare } = this;
    const found = { frames, re: new Float64Array(frames * frequencies), im: new Float64Array(frames * frequencies) };
    for (let frame = 0; frame < frames; frame++) {
      spare.re.fill(0);
      spare.im.fill(0);
      const start = frame * hop - size / 2 + begins;
      for (let at = 0; at < window.length; at++) spare.re[begins + at] = (waveform[start + at] ?? 0) * window[at];
      fourier.transform(spare.re, spare.im);
      found.re.set(spare.re.subarray(0, frequencies), frame * frequencies);
      found.im.set(spare.im.subarray(0, frequencies), frame * frequencies);
    }
    return found;
  }

  /** Returns the waveform (hop · (T - 1),) whose spectra are nearest to some (Griffin & Lim 1984). */
  waveform({ frames, re, im }) {
    const { size, hop, frequencies, begins, window, fourier, spare } = this;
    const sound = new Float64Array(hop * (frames - 1)), weight = new Float64Array(sound.length);
    for (let frame = 0; frame < frames; frame++) {
      const row = frame * frequencies;
      for (let which = 0; which < frequencies; which++) {
        const mirror = (size - which) % size, real = mirror === which || which === size / 2;
        spare.re[which] = spare.re[mirror] = re[row + which];
        spare.im[mirror] = real ? 0 : -im[row + which];
        spare.im[which] = real ? 0 : im[row + which];
      }
      fourier.transform(spare.im, spare.re); // backwards
      const start = frame * hop - size / 2 + begins;
      for (let at = Math.max(0, -start); at < window.length && start + at < sound.length; at++) {
        sound[start + at] += (spare.re[begins + at] / size) * window[at];
        weight[start + at] += window[at] * window[at];
      }
    }
    for (let at = 0; at < sound.length; at++) if (weight[at] > 0) sound[at] /= weight[at];
    return sound;
  }

  /** Returns where so many mel bands begin, peak and end, in hertz: (count + 2,). */
  edges(count) {
    const top = toMel(this.rate / 2);
    return Array.from({ length: count + 2 }, (_, at) => toHertz((top * at) / (count + 1)));
  }

  /**
   * Returns mel bands (Slaney 1998), each with the first frequency that it hears and the weights from there on.
   *
   * @param {number} count
   * @returns {{first: number, weights: Float64Array}[]}
   */
  mel(count) {
    const edges = this.edges(count);
    return Array.from({ length: count }, (_, band) => {
      const [low, middle, high] = edges.slice(band, band + 3);
      const weights = Float64Array.from({ length: this.frequencies }, (_, which) => {
        const hertz = (which * this.rate) / this.size;
        const height = Math.min((hertz - low) / (middle - low), (high - hertz) / (high - middle));
        return f32(f32(Math.max(0, height)) * (2 / (high - low)));
      });
      const first = weights.findIndex((weight) => weight > 0);
      return { first, weights: weights.subarray(first, weights.findLastIndex((weight) => weight > 0) + 1) };
    });
  }
}

/** Returns the power (T, K) of spectra. */
export function powerOf({ re, im }) {
  return Float32Array.from(re, (each, at) => each * each + im[at] * im[at]);
}

/**
 * Turns power into decibels in bands, no softer than so far below the loudest.
 *
 * @param {{first: number, weights: Float64Array}[]} bands
 * @param {Float32Array} power (T, K)
 * @param {number} frequencies K
 * @param {number} range in decibels
 * @returns {Float32Array[]} for each band (T,)
 */
export function decibelsIn(bands, power, frequencies, range) {
  const frames = power.length / frequencies;
  const found = bands.map(({ first, weights }) => Float32Array.from({ length: frames }, (_, frame) => {
    const place = frame * frequencies + first;
    let total = 0;
    for (let at = 0; at < weights.length; at++) total += weights[at] * power[place + at];
    return 10 * Math.log10(Math.max(1e-10, f32(total)));
  }));
  const softest = f32(largest(found.map(largest)) - range);
  return found.map((row) => row.map((each) => Math.max(each, softest)));
}

function toMel(hertz) {
  return hertz < 1000 ? (hertz * 3) / 200 : 15 + (Math.log(hertz / 1000) * 27) / Math.log(6.4);
}

function toHertz(mel) {
  return mel < 15 ? (mel * 200) / 3 : 1000 * Math.exp(((mel - 15) * Math.log(6.4)) / 27);
}
