// Many latents in a row (n, Z), as mvae/inference/latent.py makes them.

/** So many latents, evenly from one to another, both among them. */
export function straightLine(start, end, steps) {
  const latents = new Float32Array(steps * start.length);
  for (let step = 0; step < steps; step++) {
    const share = Math.fround(step / (steps - 1));
    start.forEach((from, at) => { latents[step * start.length + at] = (1 - share) * from + share * end[at]; });
  }
  return latents;
}

/** A latent once for each value of one of its dimensions. */
export function traverse(mean, index, values) {
  const latents = new Float32Array(values.length * mean.length);
  values.forEach((value, at) => {
    latents.set(mean, at * mean.length);
    latents[at * mean.length + index] = value;
  });
  return latents;
}
