// All that a page prepares, and makes audible, with Python's constants: what a worker or a page imports.

import { corruptions } from "./corruption.js";
import { normaliseInk } from "./drawing.js";
import { Voice } from "./griffin_lim.js";
import { Lowering } from "./lowered.js";
import { Speech } from "./mfcc.js";
import { noise } from "./noise.js";
import { answer } from "./refusal.js";
import { render } from "./strokes.js";
import { readWave } from "./wav.js";

/**
 * Returns functions that each give {value}, or {refused: {code, sentence}}.
 *
 * @param {object} constants what mvae/web/constants.py gives
 */
export function preprocessing(constants) {
  const { drawing, sound, corruption } = constants, speech = new Speech(constants), voice = new Voice(sound);
  const spoil = corruptions(corruption), lowering = new Lowering(sound);
  return {
    /** Strokes (strokes, points, 2) -> (28, 28), or null where nothing is drawn. */
    drawing: (strokes) => answer(() => normaliseInk(render(strokes, drawing), drawing.side, drawing)),
    /** A mono waveform (n,) and its rate in hertz -> MFCCs (13, 32). */
    sound: (waveform, rate) => answer(() => speech.mfcc(waveform, rate)),
    /** The bytes of a wav file -> {waveform, rate}, or null where the server must decode it. */
    wave: (bytes) => answer(() => readWave(bytes, sound)),
    /** MFCCs (13, 32) -> a waveform (6200,) at 8 kHz. */
    audible: (coefficients) => answer(() => voice.waveform(coefficients)),
    /** A kind, a way to spoil it, values of that kind, a strength in [0, 1], and a picture's width -> spoilt values. */
    spoilt: (kind, way, values, strength, width) => answer(() => spoil[kind][way](values, strength, width)),
    /** MFCCs (13, 32) and semitones -> the same, said by a larger person. */
    lowered: (coefficients, semitones) => answer(() => lowering.of(coefficients, semitones)),
    /** A seed and how many -> standard normal draws (size,). */
    noise: (seed, size) => answer(() => noise(seed, size)),
  };
}
