"""All that the lessons say."""


class Lessons:
    """Six ready lessons, each with two sentences on what to look for."""

    BUTTON = "Lessons"
    INTRO = "Each opens in this tab, and you start afresh: a sound or a model of your own is then gone."
    TITLES = {
        "missing": "What is missing?",
        "hints": "Two weak hints make one strong one",
        "conflict": "Who wins a conflict?",
        "index": "Is index 201 about the digit?",
        "between": "What lies between two digits?",
        "evidence": "Does more evidence always help?",
    }
    LOOK_FOR = {
        "missing": "Only the Farsi digit is given: look at the Kannada digit and the voice that the model imagines. "
        "Imagine again, and see what changes and what does not.",
        "hints": "The beginning of a Farsi 9 and of a Kannada 9 is cut off: alone, the one is read as a 6 and the other "
        "as a 0. Look at the label of Farsi + Kannada: how can two wrong answers multiply to the right one?",
        "conflict": "A drawn 3 and a spoken 7 cannot both be right. See which one the joint posterior believes, by how "
        "many nats, and what it then draws.",
        "index": "The poster walks along index 201 of its latent, and meets four digits. Do the same here, and count; "
        "then choose the index that moves the label most, which is another one.",
        "between": "A straight line leads from a 4 to a 9 through the latent. Watch at which step the label changes, "
        "and whether the pictures on the way are digits.",
        "evidence": "A drawn 4 in both scripts, and a person's spoken one: the ELBO is highest where all three are given, "
        "but the accuracy of Table 1 is highest for speech alone. Why can one more expert cost accuracy?",
    }
