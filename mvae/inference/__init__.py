"""Numpy in, numpy out: the pipeline, its completions, walks in the latent, experts."""
