// Speech: a recording of one spoken digit -> 13 MFCCs x 32 frames, as mvae/modalities/sound.py. A waveform is
// (n,) in [-1, 1], mono.

import { largest, percentile, sum } from "./float32.js";
import { Refusal, asNumber, fixed } from "./refusal.js";
import { Resampler } from "./resample.js";
import { filtered } from "./signals.js";
import { Spectra, decibelsIn, powerOf } from "./spectrum.js";
import { Utterances } from "./utterance.js";
import { checkLength, checkRate } from "./wav.js";

const f32 = Math.fround;
const COARSE_BANDS = 8; // in which a sound moves or does not

/** Turns recordings into MFCCs; what it needs for that is prepared once. */
export class Speech {
  /** @param {{sound: object, utterance: object}} constants those of mvae/web/constants.py */
  constructor({ sound, utterance }) {
    this.constants = sound;
    this.resampler = new Resampler(sound);
    this.utterances = new Utterances(utterance);
    this.spectra = new Spectra(sound);
    this.bands = this.spectra.mel(sound.melBands);
    this.coarseBands = this.spectra.mel(COARSE_BANDS);
    this.cosines = cosines(sound.coefficients, sound.melBands);
  }

  /**
   * Turns a recording of one spoken digit into MFCCs.
   *
   * @param {Float32Array} waveform louder than 1 is scaled down
   * @param {number} rate in hertz, 4,000 to 192,000
   * @returns {Float32Array} (13, 32), in the units of an orthonormal DCT of decibels; not standardised
   * @throws {Refusal} with a sentence for the person who spoke
   */
  mfcc(waveform, rate) {
    const { hop, frames, dynamicRange } = this.constants;
    const found = this.find(this.toMono(waveform, rate));
    const speech = new Float32Array(Math.max(found.length, (frames - 1) * hop));
    speech.set(found);
    const power = powerOf(this.spectra.of(speech));
    const decibels = decibelsIn(this.bands, power, this.spectra.frequencies, dynamicRange);
    const coefficients = this.cosines.map((weights) => decibels[0].map((_, frame) => {
      let total = 0;
      for (let band = 0; band < weights.length; band++) total += weights[band] * decibels[band][frame];
      return total;
    }));
    const squeezed = new Float32Array(coefficients.length * frames);
    coefficients.forEach((row, at) => squeezed.set(squeeze(row, frames), at * frames));
    return squeezed;
  }

  /**
   * Cuts out what is most like a spoken word and brings it to a fixed loudness.
   *
   * @param {Float32Array} recording (n,) at 8 kHz
   * @returns {Float32Array} (k,), with 30 ms around it where the recording has them
   */
  find(recording) {
    const { rate, fft, frame, margin, loudness, shortestSpeech, longestSpeech } = this.constants;
    const { waveform, start, stop } = this.utterances.find(recording);
    const duration = (stop - start) / 100;
    if (duration < shortestSpeech || waveform.length < fft) {
      const sentence = "Only a click can be heard; say one digit, a little longer and closer to the microphone.";
      throw new Refusal("NoSpeechError", sentence);
    }
    if (duration > longestSpeech) {
      const seconds = fixed(duration, 1);
      const sentence = `The speech lasts ${seconds} seconds without a pause; say one digit only, in a quiet room.`;
      throw new Refusal("TooLongError", sentence);
    }
    const around = Math.round(margin * rate);
    const speech = waveform.slice(Math.max(0, start * frame - around), stop * frame + around);
    this.checkItVaries(speech);
    const gain = f32(loudness / f32(Math.sqrt(f32(sum(speech.map((each) => each * each)) / speech.length))));
    return speech.map((each) => each * gain);
  }

  /** Refuses what stays the same throughout, as hum and noise do; even a whisper moves on. */
  checkItVaries(speech) {
    const { dynamicRange, flat, steadyNoise, steadyTone, steadySentence } = this.constants;
    const power = powerOf(this.spectra.of(speech)), { frequencies } = this.spectra;
    // The first and last frame hold the margins.
    const rows = decibelsIn(this.coarseBands, power, frequencies, dynamicRange).map((row) => row.slice(1, -1));
    const moves = rows.reduce((total, row) => total + deviation(row), 0) / rows.length;
    if (moves < (percentile(flatness(power, frequencies), 20) > flat ? steadyNoise : steadyTone)) {
      throw new Refusal("NoSpeechError", steadySentence);
    }
  }

  /** Brings a recording to 8 kHz, without what cannot be heard: a constant, and rumble; parameters as of `mfcc`. */
  toMono(waveform, rate) {
    asNumber(rate, "A sample rate in hertz", 1, 1e9, "AudioError");
    checkRate(rate, 1, this.constants);
    if (!waveform.length) throw new Refusal("SilenceError", "The recording is empty; press record and say one digit.");
    checkLength(waveform.length, rate, this.constants);
    const given = Float32Array.from(waveform);
    if (!given.every(Number.isFinite)) {
      const sentence = "The recording holds values that are not finite numbers; record it again.";
      throw new Refusal("AudioError", sentence);
    }
    const peak = Math.max(1, largest(given.map(Math.abs)));
    const scaled = given.map((each) => each / peak), mean = f32(sum(scaled) / scaled.length);
    const resampled = this.resampler.resample(scaled.map((each) => each - mean), rate);
    return Float32Array.from(filtered(this.constants.aboveRumble, resampled));
  }
}

/** Returns rows of the orthonormal type-2 DCT: `count` of (size,). */
export function cosines(count, size) {
  return Array.from({ length: count }, (_, row) => Float64Array.from({ length: size }, (_, at) =>
    Math.sqrt((row ? 2 : 1) / size) * Math.cos((Math.PI * row * (2 * at + 1)) / (2 * size))));
}

/** Fits (T,) to so many frames by linear interpolation. */
function squeeze(row, frames) {
  if (row.length === frames) return row;
  return Float32Array.from({ length: frames }, (_, frame) => {
    const place = (frame * (row.length - 1)) / (frames - 1), low = Math.min(Math.floor(place), row.length - 2);
    return row[low] + (row[low + 1] - row[low]) * (place - low);
  });
}

/** Returns how flat the spectra of power (T, K) are: their geometric mean by their mean, (T,). */
function flatness(power, frequencies) {
  return Float32Array.from({ length: power.length / frequencies }, (_, frame) => {
    let logarithms = 0, total = 0;
    for (let at = frame * frequencies; at < (frame + 1) * frequencies; at++) {
      const audible = Math.max(1e-10, power[at]);
      logarithms += Math.log(audible);
      total += audible;
    }
    return Math.exp(logarithms / frequencies) / (total / frequencies);
  });
}

function deviation(row) {
  const mean = row.reduce((total, each) => total + each, 0) / row.length;
  return Math.sqrt(row.reduce((total, each) => total + (each - mean) ** 2, 0) / row.length);
}
