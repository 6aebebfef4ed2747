"""Tasks: which classes there are, which modalities, and where their samples come from."""
