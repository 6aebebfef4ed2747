"""The class view: students send drawings to their teacher's screen, and vote; nothing is kept."""
