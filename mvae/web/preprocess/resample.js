// A recording at any rate -> 8 kHz, by the filters that librosa's resampler (soxr, HQ) has. Each is a sinc under a
// window of Kaiser's, written [cutoff, half its length, shape of the window].

const STEPS = 1024; // of a filter, to a sample: what lies between them is interpolated
const TAIL = 8; // samples by which a filter's answer is longer than the waveform

/** Brings waveforms to one rate; filters are kept once they were needed. */
export class Resampler {
  /** @param {{rate: number, resampling: object}} constants the wanted rate, and the filters of mvae/web/constants.py */
  constructor({ rate, resampling }) {
    Object.assign(this, { rate, resampling });
    this.kernels = new Map();
  }

  /**
   * Resamples a waveform.
   *
   * @param {Float32Array} waveform (n,)
   * @param {number} rate in hertz; of one that has no filter, that of the nearest is taken
   * @returns {Float32Array} (n · 8,000 / rate, rounded up)
   */
  resample(waveform, rate) {
    if (rate === this.rate) return waveform;
    const resampled = new Float32Array(Math.ceil(waveform.length * (this.rate / rate)));
    const count = Math.floor((waveform.length * this.rate) / rate + 0.5); // so many soxr gives; librosa adds a zero
    const { halving, cutoff, last } = this.resampling;
    let sound = waveform, from = rate;
    for (; from >= 4 * this.rate; from /= 2) {
      sound = this.filtered(sound, halving, from, from, from / 2, Math.ceil(sound.length / 2) + TAIL);
    }
    const { filter, broken } = this.main(rate), main = [cutoff, filter[1], filter[2]];
    const lower = Math.min(from, this.rate);
    if (!broken) {
      resampled.set(this.filtered(sound, main, lower, from, this.rate, count));
      return resampled;
    }
    const times = from < 2 * this.rate ? 2 : 1;
    sound = this.filtered(sound, main, lower, from, times * from, times * sound.length + TAIL);
    resampled.set(this.filtered(sound, last, times * from, times * from, this.rate, count));
    return resampled;
  }

  /** Returns the main filter of the nearest rate, and whether the last one follows. */
  main(rate) {
    const { whole, broken } = this.resampling;
    const exact = whole.find((each) => each[0] === rate);
    if (exact) return { filter: exact, broken: false };
    const apart = (filter) => Math.abs(Math.log(filter[0] / rate));
    return { filter: broken.reduce((best, each) => (apart(each) < apart(best) ? each : best)), broken: true };
  }

  /**
   * Filters a waveform and takes its values at another rate.
   *
   * @param {Float32Array} waveform (n,)
   * @param {number[]} filter
   * @param {number} unit the rate at which the filter's cutoff and length count
   * @param {number} from the waveform's rate
   * @param {number} to the other
   * @param {number} count of values
   * @returns {Float64Array} (count,)
   */
  filtered(waveform, filter, unit, from, to, count) {
    const kernel = this.kernel(filter), scale = unit / from, reach = filter[1] / scale;
    return Float64Array.from({ length: count }, (_, at) => {
      const centre = (at * from) / to;
      const end = Math.min(waveform.length, Math.floor(centre + reach) + 1);
      let total = 0;
      for (let place = Math.max(0, Math.ceil(centre - reach)); place < end; place++) {
        const step = Math.abs(place - centre) * scale * STEPS, low = Math.floor(step);
        total += waveform[place] * (kernel[low] + (step - low) * (kernel[low + 1] - kernel[low]));
      }
      return total * scale;
    });
  }

  /** Returns the right half of a filter, `STEPS` values to a sample, and zeros behind it. */
  kernel(filter) {
    const name = String(filter), [cutoff, half, shape] = filter;
    if (!this.kernels.has(name)) {
      this.kernels.set(name, Float64Array.from({ length: Math.ceil(half * STEPS) + 2 }, (_, step) => {
        const time = step / STEPS, share = time / half;
        if (share >= 1) return 0;
        const sinc = time === 0 ? cutoff : Math.sin(Math.PI * cutoff * time) / (Math.PI * time);
        return (sinc * bessel(shape * Math.sqrt(1 - share * share))) / bessel(shape);
      }));
    }
    return this.kernels.get(name);
  }
}

/** The modified Bessel function of the first kind, order 0. */
function bessel(x) {
  let total = 1, term = 1;
  for (let count = 1; term > 1e-17 * total; count++) {
    term *= (x / (2 * count)) ** 2;
    total += term;
  }
  return total;
}
