// From a modality's units to what networks take, and back, as mvae/model/scaling.py.

/**
 * Standardises values that are in the modality's units.
 *
 * @param {Float32Array} values (…, C, frames) sequences, or (…, C) vectors, row by row
 * @param {{mean: number[], deviation: number[]}} standardisation (C,) each
 * @param {number} frames of a sequence; 1 for vectors
 * @returns {Float32Array} of the values' shape
 */
export function standardise(values, { mean, deviation }, frames = 1) {
  return values.map((value, at) => {
    const row = Math.floor(at / frames) % mean.length;
    return Math.fround(value - Math.fround(mean[row])) / Math.fround(deviation[row]);
  });
}

/** Returns standardised values in the modality's units; parameters as of `standardise`. */
export function undo(values, { mean, deviation }, frames = 1) {
  return values.map((value, at) => {
    const row = Math.floor(at / frames) % mean.length;
    return Math.fround(value * Math.fround(deviation[row])) + Math.fround(mean[row]);
  });
}
