"""Lessons: which there are, how far a person is in one, and the panel that stands beside the page."""
