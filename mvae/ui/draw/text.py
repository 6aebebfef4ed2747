"""All that the page Draw & speak says."""

from mvae.ui.text import number_word


def lead(count: int) -> str:
    """Return the sentence below the title, for so many modalities."""
    some = {1: DrawAndSpeak.GIVE_IT, 2: DrawAndSpeak.GIVE_BOTH, 3: DrawAndSpeak.GIVE_THREE}
    return some.get(count, DrawAndSpeak.GIVE_ANY.format(count=number_word(count)))


def all_missing(count: int, *, posters: bool) -> str:
    """Return what is said while nothing is given, of so many modalities."""
    return DrawAndSpeak.ALL_MISSING if posters else DrawAndSpeak.ALL_OF.format(count=number_word(count))


class DrawAndSpeak:
    """The page Draw & speak."""

    GIVE_IT = "Give an input; the model reconstructs it."
    GIVE_BOTH = "Give one modality or both; the model imagines what is missing."
    GIVE_THREE = "Give one, two or all three modalities; the model imagines what is missing."
    GIVE_ANY = "Give any of the {count} modalities; the model imagines what is missing."
    WHICH_INPUT = "Which input is shown"
    SWITCH = "{title}: {state}"
    PRESENT, EMPTY = "present", "empty"
    UNDO, CLEAR = "Undo", "Clear"
    BADGE_GIVEN = ":blue-badge[:material/check: given]"
    BADGE_IMAGINED = ":violet-badge[:material/auto_awesome: imagined]"
    BADGE_MISSING = ":gray-badge[missing]"
    RECONSTRUCTED = "reconstructed"
    IMAGINED = "imagined: {kind}"
    GIVEN_CAPTION = "given to the model"
    GIVEN_ALT = "{title}, as the model is given it; the label decoder reads {label}."
    NOT_GIVEN, NOT_GIVEN_ALT = "not given", "{title}: missing."
    OUTPUT_ALT = "{title}, {verb} by the model; the label decoder reads {label}."
    LISTEN = "The spoken digit, made from the MFCCs above."
    LISTEN_ANY = "{title}, made from the MFCCs above."
    WAYS = "Show 8 ways"
    WAYS_HELP = "Eight draws of the posterior, so that you see how sure the model is of what is missing."
    WAYS_CAPTION = "eight draws of the posterior"
    WAYS_ALT = "{title}, imagined in eight ways from the same inputs; the label decoder reads {labels}."
    WAYS_GIVEN = "Given: nothing to imagine."
    LABEL, ONLY_A_GUESS = "**Label**", ":orange-badge[:material/help: only a guess]"
    LABEL_METRIC, GUESS = "Most probable class", "{label}?"
    SHARES = "**Experts' shares** of the posterior"
    SHARES_NOTE = "The surer an expert is, the larger is its share of the precision. The prior is one, too."
    ALL_MISSING = "All three modalities are missing. Switch one on, draw a digit, or say one."
    ALL_OF = "All {count} modalities are missing. Switch one on, or give one."
    UNLIKE_DRAWING = ":orange[This does not look like a {title}.]"
    UNLIKE_SPEECH = ":orange[This does not sound clearly like one spoken digit.]"
    UNLIKE = ":orange[This is unlike what the model was trained with: {title}.]"
    VALUES_ALT = "Each value of {title}, given and as the model has it."
    VALUE_GIVEN, VALUE_MADE = "given", "model"
