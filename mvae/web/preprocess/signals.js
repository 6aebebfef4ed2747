// Small things that NumPy and SciPy do to a waveform.

const f32 = Math.fround;

/** Filters a waveform (n,) by second-order sections, (sections, 6) as SciPy designs them: (n,) in double precision. */
export function filtered(sections, waveform) {
  const found = Float64Array.from(waveform);
  for (const [b0, b1, b2, , a1, a2] of sections) {
    let one = 0, two = 0;
    for (let at = 0; at < found.length; at++) {
      const given = found[at], out = b0 * given + one;
      one = b1 * given - a1 * out + two;
      two = b2 * given - a2 * out;
      found[at] = out;
    }
  }
  return found;
}

/** Root mean square of the window of so many samples around every `hop`th: (T,), zeros beyond the ends. */
export function rootMeanSquares(waveform, window, hop) {
  return Float32Array.from({ length: 1 + Math.floor(waveform.length / hop) }, (_, frame) => {
    const start = Math.max(0, frame * hop - window / 2), end = Math.min(waveform.length, frame * hop + window / 2);
    let total = 0;
    for (let at = start; at < end; at++) total += waveform[at] * waveform[at];
    return Math.sqrt(f32(total / window));
  });
}

/** Copies the window around a frame, zeros beyond the ends, into the beginning of an array whose rest becomes 0. */
export function windowAround(waveform, frame, window, hop, into) {
  into.fill(0);
  const start = frame * hop - window / 2;
  const first = Math.max(0, start), end = Math.min(waveform.length, start + window);
  if (first < end) into.set(waveform.subarray(first, end), first - start);
}

/** NumPy's symmetric window: a raised cosine that is 0 at both ends. */
export function hanning(size) {
  return Float32Array.from({ length: size }, (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / (size - 1)));
}

/** Returns the first and last-plus-one of frames that are flagged, bridging gaps shorter than so many. */
export function stretches(flags, gap = 1) {
  const found = [];
  flags.forEach((flag, frame) => {
    if (!flag) return;
    const latest = found.at(-1);
    if (latest && frame - latest[1] < gap) latest[1] = frame + 1;
    else found.push([frame, frame + 1]);
  });
  return found;
}
