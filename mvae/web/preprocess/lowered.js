// MFCCs as if a larger person had said the same, as `lowered` of mvae/modalities/sound.py.

import { cosines } from "./mfcc.js";
import { Spectra } from "./spectrum.js";

/** Moves formants down; what it needs for that is prepared once. */
export class Lowering {
  #frames;
  #hertz; // in the middle of each band
  #cosines; // one row for each coefficient that is kept

  /** @param {object} constants `sound` of mvae/web/constants.py */
  constructor(constants) {
    this.#frames = constants.frames;
    this.#hertz = new Spectra(constants).edges(constants.melBands).slice(1, -1);
    this.#cosines = cosines(constants.coefficients, constants.melBands);
  }

  /**
   * Moves all formants down.
   *
   * @param {Float32Array} coefficients (13, 32) MFCCs, not standardised
   * @param {number} semitones twelve halve all frequencies
   * @returns {Float32Array} (13, 32)
   */
  of(coefficients, semitones) {
    const found = new Float32Array(coefficients.length), frames = this.#frames;
    const places = this.#hertz.map((each) => this.#placeOf(each * 2 ** (semitones / 12)));
    for (let frame = 0; frame < frames; frame++) {
      const decibels = this.#hertz.map((_, band) =>
        this.#cosines.reduce((sum, row, at) => sum + row[band] * coefficients[at * frames + frame], 0));
      const moved = places.map(({ low, share }) =>
        decibels[low] + share * ((decibels[low + 1] ?? decibels[low]) - decibels[low]));
      this.#cosines.forEach((row, at) => {
        found[at * frames + frame] = moved.reduce((sum, each, band) => sum + each * row[band], 0);
      });
    }
    return found;
  }

  /** Between which bands a frequency lies; what is above the highest is there. */
  #placeOf(hertz) {
    const above = this.#hertz.findIndex((each) => each > hertz), last = this.#hertz.length - 1;
    if (above === -1) return { low: last, share: 0 };
    const low = above - 1;
    return { low, share: (hertz - this.#hertz[low]) / (this.#hertz[above] - this.#hertz[low]) };
  }
}
