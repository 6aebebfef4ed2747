"""Words that a student may not know: a sentence and a small picture of each, where it is first mentioned."""
