"""What the tabs of the page Latent space show, one module a tab: `sliders`, `walk`, `line` and `atlas`."""
