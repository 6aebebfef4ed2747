// How well parameters explain a sample, as mvae/model/objective.py: in nats, summed over the sample's values.

/**
 * The mean log-likelihood of a sample under a batch of a decoder's outputs.
 *
 * @param likelihood "bernoulli", of grey levels in [0, 1], or "gaussian", of unit variance.
 * @param parameters Logits or means, those of one latent after the other.
 * @param target The sample, as networks take it.
 */
export function logLikelihood(likelihood, parameters, target) {
  const fit = likelihood === "bernoulli" ? bernoulli : gaussian;
  let sum = 0;
  for (let i = 0; i < parameters.length; i++) sum += fit(parameters[i], target[i % target.length]);
  return sum / (parameters.length / target.length);
}

/** log p = x l - log(1 + exp(l)) for a logit l. */
function bernoulli(logit, value) {
  return value * logit - Math.max(logit, 0) - Math.log1p(Math.exp(-Math.abs(logit)));
}

function gaussian(mean, value) {
  return -0.5 * ((value - mean) ** 2 + Math.log(2 * Math.PI));
}
