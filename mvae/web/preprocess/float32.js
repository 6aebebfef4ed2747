// Sums and percentiles of float32 as NumPy forms them, whose last digit may decide to which pixel a centre is rounded.

const f32 = Math.fround;

/** Sums float32 values from `start` to before `end` in NumPy's order: eight at a time, long ones in halves. */
export function sum(values, start = 0, end = values.length) {
  const count = end - start;
  if (count > 128) {
    const half = 8 * Math.floor(count / 16);
    return f32(sum(values, start, start + half) + sum(values, start + half, end));
  }
  let total = 0, at = start;
  if (count >= 8) {
    const parts = values.slice(start, start + 8);
    for (at += 8; at + 8 <= end; at += 8) for (let lane = 0; lane < 8; lane++) parts[lane] += values[at + lane];
    const [a, b, c, d] = [0, 2, 4, 6].map((lane) => f32(parts[lane] + parts[lane + 1]));
    total = f32(f32(a + b) + f32(c + d));
  }
  for (; at < end; at++) total = f32(total + values[at]);
  return total;
}

/** Returns the percentile of float32 values, between two of them by linear interpolation. */
export function percentile(values, percent) {
  const sorted = Float32Array.from(values).sort();
  const place = f32((sorted.length - 1) * f32(f32(percent) / 100)), low = Math.floor(place), share = f32(place - low);
  const one = sorted[low], other = sorted[Math.min(low + 1, sorted.length - 1)], apart = f32(other - one);
  return share >= 0.5 ? f32(other - f32(apart * f32(1 - share))) : f32(one + f32(apart * share));
}

/** Returns the largest of some values; no array is too long for it. */
export function largest(values) {
  let found = -Infinity;
  for (let at = 0; at < values.length; at++) if (values[at] > found) found = values[at];
  return found;
}
