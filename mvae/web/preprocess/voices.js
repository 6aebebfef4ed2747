// In which frames of a recording the waveform repeats itself as a voice does; mvae/modalities/utterance.py says why.

import { Fourier } from "./fourier.js";
import { filtered, windowAround } from "./signals.js";

/** Finds voices; what it needs for that is prepared once. */
export class Voices {
  /** @param {object} constants `utterance` of mvae/web/constants.py */
  constructor(constants) {
    this.constants = constants;
    this.fourier = new Fourier(8 * constants.hop);
  }

  /** Tells which frames of a waveform (n,) are voiced: (T,). */
  voiced(waveform) {
    const { hop, aboveThumps, voiceFrom, voiceTo, voiced } = this.constants;
    const sound = filtered(aboveThumps, waveform), window = 4 * hop, { size } = this.fourier;
    const re = new Float64Array(size), im = new Float64Array(size);
    return Uint8Array.from({ length: 1 + Math.floor(waveform.length / hop) }, (_, frame) => {
      windowAround(sound, frame, window, hop, re);
      const power = re.reduce((sum, each) => sum + each * each, 1e-12);
      im.fill(0);
      this.fourier.transform(re, im);
      for (let at = 0; at < size; at++) re[at] = re[at] * re[at] + im[at] * im[at];
      im.fill(0);
      this.fourier.transform(re, im); // the power is symmetric: forwards and backwards are the same
      let most = -Infinity;
      for (let lag = voiceFrom; lag < voiceTo; lag++) {
        most = Math.max(most, re[lag] / size / power / (1 - lag / window));
      }
      return most > voiced ? 1 : 0;
    });
  }
}
