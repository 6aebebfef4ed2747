"""What a modality is, and its kinds: how drawings, sounds and vectors are prepared, changed and shown."""
