"""Checkpoints: the safe store, what is no digit, the latent's map, the replay."""
