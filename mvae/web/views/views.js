// All that a page paints, with Python's constants: pictures, bars and tables that look as those of the app.

import { labelBars, sharesBars } from "./bars.js";
import { bitmapOf, toUrl } from "./bitmaps.js";
import { diagram } from "./diagram.js";
import { filmPicture, filmTexts } from "./film.js";
import { gridTexts } from "./grids.js";
import { valuesTable } from "./numbers.js";
import { coloured, heatPicture, inkPicture, mosaic, toCanvas } from "./pictures.js";
import { quarrelTexts } from "./quarrel.js";
import { sampleGrid, samplePicture } from "./samples.js";

/**
 * Returns the functions of these modules, with their constants.
 *
 * @param {object} constants what mvae/ui/views/constants.py gives
 */
export function views(constants) {
  const { pictures, samples, bars, numbers, quarrel: disagreement } = constants;
  return {
    /** (height, width) in [0, 1], and {width, height, scale, smooth} -> a picture of ink. */
    inkPicture: (values, options) => inkPicture(values, options, pictures),
    /** (height, width) in [0, 1], and {width, height, cell} -> a heat map. */
    heatPicture: (values, options) => heatPicture(values, options, pictures),
    /** Pictures of one size, and how many in a row -> one picture of all. */
    mosaic: (tiles, columns) => mosaic(tiles, columns, pictures),
    /** A modality, its sample, its standardisation or null, and {scale, cell} -> a picture. */
    samplePicture: (modality, sample, standardisation, options) =>
      samplePicture(modality, sample, standardisation, options, { ...samples, pictures }),
    /** A modality, its samples, its standardisation or null, and options of grids.js -> a picture in levels. */
    sampleGrid: (modality, values, standardisation, options) =>
      sampleGrid(modality, values, standardisation, options, { ...samples, pictures }),
    gridTexts,
    filmPicture,
    filmTexts,
    bitmapOf,
    coloured,
    /** Probabilities and names of classes -> HTML. */
    labelBars: (probabilities, classes) => labelBars(probabilities, classes, bars),
    /** {expert: share} and {expert: what a person reads} -> HTML. */
    sharesBars: (shares, experts) => sharesBars(shares, experts, bars),
    /** {expert: what a person reads}, a dimension of the latent, and what was fused or null -> HTML. */
    diagram: (experts, dimension, fused) => diagram(experts, dimension, fused, constants.diagram),
    /** A modality, [[heading, values], …] and a description -> HTML. */
    valuesTable: (modality, columns, description) => valuesTable(modality, columns, description, numbers),
    /** What inputs alone are read as, or null, and what a person reads -> {alone: {name: HTML}, sentence: HTML}. */
    quarrelTexts: (quarrel, names, classes) => quarrelTexts(quarrel, names, classes, disagreement),
    toCanvas,
    toUrl,
  };
}
