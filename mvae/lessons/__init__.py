"""Lessons: texts that teach, one file each."""
