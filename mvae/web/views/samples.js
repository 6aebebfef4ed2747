// Samples of any modality -> pictures, as mvae/ui/views/samples.py: what is seen of each kind (Kind.pictures of
// mvae/modalities/kinds.py), as ink or as heat.

import { rint } from "../preprocess/refusal.js";
import { standardise } from "../preprocess/scaling.js";
import { heatGrid, inkGrid } from "./grids.js";
import { heatPicture, inkPicture } from "./pictures.js";

const f32 = Math.fround;
const between = (value) => Math.min(1, Math.max(0, value));

/**
 * Draws one sample.
 *
 * @param {{kind: string, shape: number[], likelihood: string}} modality as of a manifest
 * @param {Float32Array} sample of the modality's shape, in a person's units
 * @param {{mean: number[], deviation: number[]} | null} standardisation the modality's, as of a manifest
 * @param {{scale?: number, cell?: [number, number]}} options pixels for each value of ink; width and height of one
 *   value of a heat map
 * @param {object} constants `samples` of mvae/ui/views/constants.py, and its `pictures`
 */
export function samplePicture(modality, sample, standardisation, { scale, cell } = {}, constants) {
  const { heat, smooth } = constants.kinds[modality.kind];
  const { width, height, values } = seenOf(modality, sample, standardisation, constants);
  return heat ? heatPicture(values, { width, height, cell }, constants.pictures)
    : inkPicture(values, { width, height, scale, smooth }, constants.pictures);
}

/**
 * Draws samples in one picture, row by row; ink has labels, whose changes are marked.
 *
 * @param {object} modality as of samplePicture
 * @param {Float32Array} samples one behind the other, otherwise as there
 * @param {object | null} standardisation as there
 * @param {object} options as of inkGrid of grids.js
 * @param {object} constants as of samplePicture
 */
export function sampleGrid(modality, samples, standardisation, options, constants) {
  const { heat, smooth } = constants.kinds[modality.kind], size = modality.shape.reduce((product, side) => product * side, 1);
  const tiles = Array.from({ length: samples.length / size }, (_, tile) =>
    seenOf(modality, samples.subarray(tile * size, (tile + 1) * size), standardisation, constants));
  return heat ? heatGrid(tiles, options, constants.pictures) : inkGrid(tiles, { ...options, smooth }, constants.pictures);
}

/** What is seen of a sample, {width, height, values}: ink, or heat, in [0, 1]. */
function seenOf(modality, sample, standardisation, constants) {
  const { kind, shape: [height, width] } = modality;
  const values = standardisation ? standardise(sample, standardisation, width ?? 1) : sample;
  if (kind === "vector") return bars(values, modality.likelihood === "bernoulli", constants);
  return { width, height, values: kind === "sound" ? upsideDown(values, width, constants) : values };
}

/** Standardised coefficients -> their place between the furthest shown, the lowest coefficient at the bottom. */
function upsideDown(values, frames, { furthestShown }) {
  return values.map((_, at) => {
    const row = values.length / frames - 1 - Math.floor(at / frames);
    return between(f32(f32(values[row * frames + (at % frames)] / (2 * furthestShown)) + 0.5));
  });
}

/**
 * Draws a bar for each value, below one another: from the middle, which is the mean, or from the left.
 *
 * @param {Float32Array} values (d,) standardised, or in [0, 1]
 * @param {boolean} fromLeft whether they are in [0, 1]
 * @returns {{width: number, height: number, values: Float32Array}} what is seen
 */
function bars(values, fromLeft, { imageSize: side, furthestShown, middle }) {
  const pitch = (side - 2) / values.length, thick = Math.max(1, Math.floor(0.8 * pitch));
  const ink = new Float64Array(side * side);
  values.forEach((value, place) => {
    const end = fromLeft ? value : f32(0.5 + f32(value / (2 * furthestShown)));
    const [low, high] = fromLeft ? [0, end] : [Math.min(end, 0.5), Math.max(end, 0.5)];
    const top = rint(1 + pitch * place), down = covered(top, top + thick, side);
    const along = covered(...[low, high].map((each) => f32(1 + f32((side - 2) * between(each)))), side);
    for (let y = 0; y < side; y++) {
      if (down[y]) for (let x = 0; x < side; x++) ink[y * side + x] += down[y] * along[x];
    }
  });
  const line = fromLeft ? 0 : middle / 2;
  const onLine = (x, y) => y > 0 && y < side - 1 && (x === side / 2 - 1 || x === side / 2);
  const seen = Float32Array.from(ink, (value, at) =>
    Math.max(between(value), onLine(at % side, Math.floor(at / side)) ? line : 0));
  return { width: side, height: side, values: seen };
}

/** Returns which share of each pixel of a side lies between low and high. */
function covered(low, high, side) {
  return Float64Array.from({ length: side }, (_, at) => between(Math.min(high, at + 1) - Math.max(low, at)));
}
