// Labels as the label branch reads them.

/** The most probable label, by the probabilities (C,) of all. */
export function labelOf(probabilities) {
  return probabilities.indexOf(Math.max(...probabilities));
}

/** The most probable label of each of many latents, by the probabilities (n, C) of all. */
export function labelsOf(probabilities, classes) {
  return Array.from({ length: probabilities.length / classes }, (_, row) =>
    labelOf(probabilities.subarray(row * classes, (row + 1) * classes)));
}
