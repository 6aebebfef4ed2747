// Diagonal Gaussians, as mvae/model/gaussian.py: {mean, precision}, Float32Arrays of Z each.

/** An encoder's mean and log-variance as an expert. */
export function expertOf(mean, logVariance) {
  return { mean, precision: logVariance.map((each) => Math.exp(-each)) };
}

/** The product of Gaussians; to fuse a subset's experts, the prior must be one of them. */
export function product(factors) {
  const mean = new Float32Array(factors[0].mean.length);
  const precision = new Float32Array(mean.length);
  for (let i = 0; i < mean.length; i++) {
    let sum = 0;
    let weighted = 0;
    for (const factor of factors) {
      sum += factor.precision[i];
      weighted += factor.precision[i] * factor.mean[i];
    }
    precision[i] = sum;
    mean[i] = weighted / sum;
  }
  return { mean, precision };
}

/** The prior, N(0, I). */
export function prior(size) {
  return { mean: new Float32Array(size), precision: new Float32Array(size).fill(1) };
}

/** A draw, given standard normal noise (Z). */
export function draw({ mean, precision }, noise) {
  return mean.map((each, i) => each + noise[i] / Math.sqrt(precision[i]));
}

export function variance({ precision }) {
  return precision.map((each) => 1 / each);
}

/** KL divergence from the prior, in nats, summed over the latent. */
export function divergence({ mean, precision }) {
  let sum = 0;
  for (let i = 0; i < mean.length; i++) {
    const logVariance = -Math.log(precision[i]);
    sum += 0.5 * (mean[i] * mean[i] + Math.expm1(logVariance) - logVariance);
  }
  return sum;
}

/** Each factor's share in the precision of their product, summed over the latent; they sum to 1. */
export function shares(factors) {
  const sums = factors.map(({ precision }) => precision.reduce((sum, each) => sum + each, 0));
  const total = sums.reduce((sum, each) => sum + each, 0);
  return sums.map((each) => each / total);
}
