// A wav file's bytes -> its samples, and what recordings are refused for, as mvae/modalities/sound_file.py. Other
// formats, and other kinds of wav, are for the server to decode.

import { sum } from "./float32.js";
import { Refusal, fixed, grouped } from "./refusal.js";

const WHOLE = 1, FLOAT = 3, EXTENSIBLE = 0xfffe;
const WIDTHS = { [WHOLE]: [1, 2, 3, 4], [FLOAT]: [4, 8] }; // bytes of a sample
const MOST_CHUNKS = 1000; // before the samples

/**
 * Reads a wav file of whole numbers or floats. The sizes in it are not believed: a recorder that was stopped leaves a
 * zero, or all ones, where the size of the samples belongs.
 *
 * @param {Uint8Array} bytes
 * @param {object} constants `sound` of mvae/web/constants.py
 * @returns {{waveform: Float32Array, rate: number} | null} the mean of its channels, (n,), and its rate in hertz; null
 *   where it is another kind of file
 * @throws {Refusal} if it is empty, too long, or of more channels or samples than a voice needs
 */
export function readWave(bytes, constants) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (nameAt(bytes, 0) !== "RIFF" || nameAt(bytes, 8) !== "WAVE") return null;
  let layout = null, at = 12;
  for (let chunk = 0; chunk < MOST_CHUNKS && at + 8 <= bytes.length; chunk++) {
    const name = nameAt(bytes, at), size = view.getUint32(at + 4, true), begin = at + 8;
    if (name === "fmt ") layout = layoutOf(view, begin, Math.min(size, 40, bytes.length - begin));
    if (name === "data") {
      const rest = bytes.length - begin;
      return layout && samples(view, begin, size === 0 ? rest : Math.min(size, rest), layout, constants);
    }
    at = begin + size + (size % 2);
  }
  return null;
}

/** Refuses a recording that was not made as a voice may be. */
export function checkRate(rate, channels, { lowestRate, highestRate, densest }) {
  if (!(rate >= lowestRate && rate <= highestRate)) {
    const limits = `${grouped(lowestRate)} to ${grouped(highestRate)}`;
    throw new Refusal("AudioError", `A sample rate of ${grouped(rate)} Hz is not supported; record at ${limits} Hz.`);
  }
  if (channels * rate <= densest) return;
  const sentence = `The recording has ${channels} channels at ${grouped(rate)} Hz; record in mono or stereo.`;
  throw new Refusal("AudioError", sentence);
}

/** Refuses more samples than one digit can need. */
export function checkLength(count, rate, { longestRecording }) {
  const seconds = count / rate;
  if (seconds <= longestRecording) return;
  const needed = fixed(longestRecording, 0);
  const sentence = `The recording lasts ${fixed(seconds, 0)} seconds; one digit needs at most ${needed}.`;
  throw new Refusal("TooLongError", sentence);
}

function nameAt(bytes, at) {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

/** Returns kind, bytes of a sample, channels and rate, or null where a decoder is needed. */
function layoutOf(view, at, size) {
  if (size < 16) return null;
  const [tag, channels, frame, bits] = [0, 2, 12, 14].map((offset) => view.getUint16(at + offset, true));
  const kind = tag === EXTENSIBLE && size >= 26 ? view.getUint16(at + 24, true) : tag;
  const width = bits / 8;
  if (!WIDTHS[kind]?.includes(width) || frame !== channels * width || !channels) return null;
  return { kind, width, channels, rate: view.getUint32(at + 4, true) };
}

function samples(view, begin, size, { kind, width, channels, rate }, constants) {
  const count = Math.floor(size / (width * channels));
  checkRate(rate, channels, constants);
  checkLength(count, rate, constants);
  if (!count) {
    const sentence = "The recording is empty, or was cut off before its sound begins. Record or send it again.";
    throw new Refusal("SilenceError", sentence);
  }
  const read = reader(view, kind, width), frame = new Float32Array(channels);
  const waveform = Float32Array.from({ length: count }, (_, at) => {
    const start = begin + at * channels * width;
    for (let channel = 0; channel < channels; channel++) frame[channel] = read(start + channel * width);
    return sum(frame) / channels;
  });
  return { waveform, rate };
}

/** Returns what reads the sample at a place: full scale is [-1, 1). */
function reader(view, kind, width) {
  if (kind === FLOAT) return width === 4 ? (at) => view.getFloat32(at, true) : (at) => view.getFloat64(at, true);
  if (width === 1) return (at) => view.getUint8(at) / 128 - 1;
  if (width === 2) return (at) => view.getInt16(at, true) / 2 ** 15;
  if (width === 3) return (at) => (view.getUint16(at, true) + 2 ** 16 * view.getInt8(at + 2)) / 2 ** 23;
  return (at) => Math.fround(view.getInt32(at, true)) / 2 ** 31;
}
