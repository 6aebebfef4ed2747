"""Start-up and serving."""
