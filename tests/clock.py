"""A clock for tests of what depends on time."""


class Clock:
    """A time that the test moves on."""

    now = 0.0

    def __call__(self) -> float:
        return self.now
