// The discrete Fourier transform of lengths that are products of small primes (Stockham's order: no bits reversed).

/** Transforms of one length; what it needs between two steps is kept. */
export class Fourier {
  /** @param {number} size such as 512, or 320 */
  constructor(size) {
    this.size = size;
    this.spare = [new Float64Array(size), new Float64Array(size)];
    this.steps = [];
    for (let done = 1; done < size; ) {
      const radix = [4, 2, 3, 5].find((each) => (size / done) % each === 0);
      this.steps.push(stepOf(radix, done));
      done *= radix;
    }
  }

  /**
   * Transforms complex numbers in place; exchange the two arguments for the inverse, times the size.
   *
   * @param {Float64Array} re (size,)
   * @param {Float64Array} im (size,)
   */
  transform(re, im) {
    let from = [re, im], to = this.spare;
    for (const step of this.steps) {
      if (step.radix === 4) four(step, from, to);
      else any(step, from, to);
      [from, to] = [to, from];
    }
    if (from[0] === re) return;
    re.set(from[0]);
    im.set(from[1]);
  }
}

/** One step: `done` is the length of the transforms that are there already; `turns` are the factors between them. */
function stepOf(radix, done) {
  const turn = (part, whole) => [Math.cos((2 * Math.PI * part) / whole), -Math.sin((2 * Math.PI * part) / whole)];
  const turns = Array.from({ length: radix }, (_, which) => {
    const factors = Array.from({ length: done }, (_, place) => turn(which * place, radix * done));
    return [0, 1].map((part) => Float64Array.from(factors, (factor) => factor[part]));
  });
  return { radix, done, turns, roots: Array.from({ length: radix }, (_, which) => turn(which, radix)) };
}

function four({ done, turns }, [re, im], [toRe, toIm]) {
  const quarter = re.length / 4, [, [re1, im1], [re2, im2], [re3, im3]] = turns;
  for (let first = 0, start = 0; first < quarter; first += done, start += 4 * done) {
    for (let place = 0; place < done; place++) {
      const a = first + place, b = a + quarter, c = b + quarter, d = c + quarter, at = start + place;
      const bRe = re[b] * re1[place] - im[b] * im1[place], bIm = re[b] * im1[place] + im[b] * re1[place];
      const cRe = re[c] * re2[place] - im[c] * im2[place], cIm = re[c] * im2[place] + im[c] * re2[place];
      const dRe = re[d] * re3[place] - im[d] * im3[place], dIm = re[d] * im3[place] + im[d] * re3[place];
      const evenRe = re[a] + cRe, evenIm = im[a] + cIm, oddRe = re[a] - cRe, oddIm = im[a] - cIm;
      const sumRe = bRe + dRe, sumIm = bIm + dIm, turnedRe = bIm - dIm, turnedIm = dRe - bRe;
      toRe[at] = evenRe + sumRe;
      toIm[at] = evenIm + sumIm;
      toRe[at + done] = oddRe + turnedRe;
      toIm[at + done] = oddIm + turnedIm;
      toRe[at + 2 * done] = evenRe - sumRe;
      toIm[at + 2 * done] = evenIm - sumIm;
      toRe[at + 3 * done] = oddRe - turnedRe;
      toIm[at + 3 * done] = oddIm - turnedIm;
    }
  }
}

function any({ radix, done, turns, roots }, [re, im], [toRe, toIm]) {
  const part = re.length / radix;
  for (let first = 0, start = 0; first < part; first += done, start += radix * done) {
    for (let place = 0; place < done; place++) {
      for (let out = 0; out < radix; out++) {
        let totalRe = 0, totalIm = 0;
        for (let which = 0; which < radix; which++) {
          const at = first + place + which * part, c = turns[which][0][place], s = turns[which][1][place];
          const [rootRe, rootIm] = roots[(which * out) % radix];
          const turnedRe = re[at] * c - im[at] * s, turnedIm = re[at] * s + im[at] * c;
          totalRe += turnedRe * rootRe - turnedIm * rootIm;
          totalIm += turnedRe * rootIm + turnedIm * rootRe;
        }
        toRe[start + place + out * done] = totalRe;
        toIm[start + place + out * done] = totalIm;
      }
    }
  }
}
