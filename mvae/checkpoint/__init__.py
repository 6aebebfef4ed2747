"""Checkpoints: the safe store, what is unlike the training data, the latent's map, the replay."""
