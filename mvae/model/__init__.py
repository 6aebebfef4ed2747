"""The model and its mathematics: PyTorch only, no files and no data."""
