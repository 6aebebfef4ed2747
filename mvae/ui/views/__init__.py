"""Arrays to pictures, charts, tables, sounds and files; no state."""
