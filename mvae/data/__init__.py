"""Data: the download, one loader a source, the prepared splits, the triplets."""
