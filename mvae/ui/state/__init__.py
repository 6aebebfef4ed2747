"""What a session holds, and the link that tells of it; no widgets."""
