"""All that the panel and the menu of lessons say; the lessons' own texts lie in ``lessons/``."""


class Lessons:
    """The menu, and the panel beside a page."""

    BUTTON = "Lessons"
    INTRO = "Each opens in this tab, and you start afresh: a sound or a model of your own is then gone."
    MINUTES = "{minutes} minutes, {steps} steps"
    ANSWERED = "{minutes} minutes, {answered} of {steps} questions answered"
    ALTOGETHER = "Together {minutes} minutes. Your predictions are in the handout under *Download*."
    WHERE = "{title} · step {number} of {steps}"
    FOLD, UNFOLD, CLOSE = "Fold", "Unfold", "End"
    PREDICT = "Predict before you see"
    HIDDEN = "What you predict is hidden until you have chosen."
    RIGHT, WRONG = "Right: {text}", "Not so: {text}"
    RIGHT_WOULD_BE = "Right is: {text}"
    NEXT, BACK, NEXT_LESSON = "Next step", "Back", "Next lesson: {title}"
    DONE = "This was the last step. Your predictions are in the handout under *Download*."
