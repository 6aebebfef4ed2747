"""Training: settings, one step, the loop, several workers, and jobs in the background."""
