"""The six ready lessons."""
