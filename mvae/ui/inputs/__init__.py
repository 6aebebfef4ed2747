"""Widgets that fill the session's state."""
