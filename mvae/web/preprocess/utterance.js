// Where the word is in a recording, as mvae/modalities/utterance.py, which says why: not the loudest sound, but the
// one most like speech. A waveform is (n,) at 8 kHz, a frame 10 ms, flags are (T,) of 0 and 1.

import { largest, percentile } from "./float32.js";
import { Refusal } from "./refusal.js";
import { rootMeanSquares, stretches } from "./signals.js";
import { steady, tones } from "./tones.js";
import { Voices } from "./voices.js";

const f32 = Math.fround;

/** Finds words; what it needs for that is prepared once. */
export class Utterances {
  /** @param {object} constants `utterance` of mvae/web/constants.py */
  constructor(constants) {
    this.constants = constants;
    this.voices = new Voices(constants);
  }

  /**
   * Finds the part that is most like a spoken word.
   *
   * @param {Float32Array} waveform
   * @returns {{waveform: Float32Array, start: number, stop: number}} the waveform, beeps and clicks silenced, and the
   *   first and last-plus-one frame of the word
   * @throws {Refusal} if nothing can be heard, or nothing but a tone
   */
  find(waveform) {
    const { silent, leastVoiced, clearly } = this.constants;
    if (largest(this.levels(waveform)) < silent) {
      throw new Refusal("SilenceError", "The recording is silent; check the microphone and say one digit.");
    }
    const clean = this.withoutClicks(this.withoutTones(waveform));
    const level = this.levels(clean), runs = this.runs(level);
    const word = (sound, [start, stop]) => ({ waveform: sound, start, stop });
    if (runs.length === 1) return word(clean, runs[0]);
    const energy = runs.map(([start, stop]) => level.subarray(start, stop).reduce((sum, each) => sum + each * each, 0));
    const loudest = energy.indexOf(largest(energy));
    const spoken = this.spoken(clean, runs), best = spoken.indexOf(largest(spoken));
    if (spoken[best] < leastVoiced || clearly * spoken[loudest] >= spoken[best]) return word(clean, runs[loudest]);
    // Once more without the others, which were louder: where a word begins and ends depends on its level.
    const others = new Uint8Array(level.length).fill(1);
    others.fill(0, best ? runs[best - 1][1] : 0, best + 1 < runs.length ? runs[best + 1][0] : level.length);
    const alone = this.silenced(clean, others), parts = this.runs(this.levels(alone));
    const longest = Math.max(...parts.map(([start, stop]) => stop - start));
    return word(alone, parts.find(([start, stop]) => stop - start === longest));
  }

  /** Root mean square of 20 ms every 10 ms, (T,). */
  levels(waveform) {
    return rootMeanSquares(waveform, this.constants.window, this.constants.hop);
  }

  /** First and last-plus-one frame of each stretch of activity, short gaps bridged. */
  runs(level) {
    const decibels = decibelsOf(level), loudest = largest(decibels), room = percentile(decibels, 10);
    // Above the room's noise where there is some, but never so high that soft consonants are cut.
    const threshold = f32(Math.max(loudest - 35, Math.min(room + 8, loudest - 20)));
    return stretches(decibels.map((each) => each > threshold), this.constants.gap);
  }

  /** Silences beeps, and whatever else sounds the same for a while. */
  withoutTones(waveform) {
    const decibels = decibelsOf(this.levels(waveform)), floor = this.floor(decibels);
    const moving = tones(waveform, decibels, floor, this.constants);
    const still = steady(waveform, decibels, floor, this.constants);
    const found = moving.map((flag, frame) => flag | still[frame]);
    if (!found.includes(1)) return waveform;
    if (largest(decibels.filter((_, frame) => !found[frame])) < floor) {
      throw new Refusal("NoSpeechError", this.constants.steadySentence);
    }
    return this.silenced(waveform, found);
  }

  /** Silences clicks that are louder than the word, unless nothing like a word is left. */
  withoutClicks(waveform) {
    const { click, clickAbove, leastVoiced } = this.constants;
    const decibels = decibelsOf(this.levels(waveform)), floor = this.floor(decibels);
    const rest = decibels.slice(), clicks = [];
    let loudest = largest(rest), found = false;
    for (; loudest > floor; loudest = largest(rest)) {
      const peak = rest.indexOf(loudest);
      const [start, stop] = around(rest, peak, f32(loudest - 20));
      found = stop - start > click;
      if (found) break;
      const [first, end] = around(rest, peak, f32(Math.max(floor, loudest - 35)));
      rest.fill(-Infinity, first, end);
      clicks.push({ loudness: loudest, first, end });
    }
    if (!found) return waveform;
    const silent = new Uint8Array(decibels.length);
    for (const { loudness, first, end } of clicks) {
      if (loudness > f32(loudest + clickAbove)) silent.fill(1, first, end);
    }
    if (!silent.includes(1)) return waveform;
    const without = this.silenced(waveform, silent);
    return largest(this.spoken(without, this.runs(this.levels(without)))) >= leastVoiced ? without : waveform;
  }

  /** Loudness below which nothing counts. */
  floor(decibels) {
    const { audible, silent } = this.constants;
    return f32(Math.max(largest(decibels) - audible, 20 * Math.log10(silent)));
  }

  /** Counts, in each stretch, the voiced frames that are not far softer than its loudest. */
  spoken(waveform, runs) {
    const voiced = this.voices.voiced(waveform), level = this.levels(waveform);
    return runs.map(([start, stop]) => {
      const soft = f32(f32(0.05) * largest(level.subarray(start, stop)));
      let count = 0;
      for (let frame = start; frame < stop; frame++) if (voiced[frame] && level[frame] > soft) count++;
      return count;
    });
  }

  /** Silences the frames that are flagged, with ramps of a frame. */
  silenced(waveform, foreign) {
    const { hop } = this.constants, last = foreign.length - 1;
    return waveform.map((sample, at) => {
      const place = at / hop, frame = Math.floor(place);
      const one = 1 - foreign[frame], other = 1 - foreign[Math.min(frame + 1, last)];
      return sample * (one + (other - one) * (place - frame));
    });
  }
}

function decibelsOf(level) {
  return level.map((each) => 20 * f32(Math.log10(Math.max(each, f32(1e-7)))));
}

/** First and last-plus-one of the frames around one that are above a threshold. */
function around(decibels, frame, threshold) {
  let start = frame, stop = frame;
  while (start > 0 && decibels[start - 1] > threshold) start--;
  while (stop < decibels.length && decibels[stop] > threshold) stop++;
  return [start, stop];
}
