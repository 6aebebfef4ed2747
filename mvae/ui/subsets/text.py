"""All that the page All subsets says; `{rows}` is the number of subsets, in words."""

from collections.abc import Sequence

from mvae.ui.text import number_word


class AllSubsets:
    """The page All subsets."""

    TITLE = "All {rows} subsets"
    LEAD = "The same input, through every subset of the {modalities} modalities."
    HEAD_GIVEN, LABEL, ELBO = "Given", "Label", "ELBO of the inputs, nats"
    ACCURACY, ACCURACY_OF_OTHERS = "Accuracy over the test split, Table 1", "Accuracy over the test data"
    ALT = {
        "drawing": "{title}, {state}; the label decoder reads {label}. Row: {row}.",
        "sound": "MFCCs, {state}; the label decoder reads {label}. Row: {row}.",
        "vector": "{title}, {state}: {values}; the label decoder reads {label}. Row: {row}.",
    }
    INPUT_ROW, INPUT, GIVEN, IMAGINED = "The input", "input", "given", "imagined"
    EXPLAINED = (
        "The ELBO (evidence lower bound, in nats) says how well the latent that was inferred from the given modalities "
        "explains all inputs: **higher is better**. It counts {counted}, whether given in that row or not; “highest” marks the "
        "largest, which need not be in the row that is switched on."
    )
    SAME_NOISE = " All rows share the same noise."
    CHOOSE = "**Choose a row** to switch exactly its modalities on; ● marks the row that is switched on now."
    ACCURACY_EXPLAINED = (
        "The last column is not of this input: it is the accuracy over all test triplets from this subset."
    )
    ACCURACY_OF_OTHERS_EXPLAINED = (
        "The last column is not of this input: it is the accuracy over all test examples from this subset."
    )
    ERRORS = {"bernoulli": "BCE {value}", "gaussian": "MSE {value}"}
    ERRORS_EXPLAINED = (
        "Below the pictures stand this input's errors as in Table 1, of what the posterior's mean is decoded to: {errors}; "
        "**lower is better**."
    )
    ERRORS_OF_OTHERS_EXPLAINED = (
        "Below the pictures stand this input's errors, of what the posterior's mean is decoded to: {errors}; "
        "**lower is better**."
    )
    ERRORS_IN_WORDS = {
        "bernoulli": "binary cross-entropy in nats (BCE)",
        "gaussian": "mean squared error in standardised units (MSE)",
    }
    AND, AND_OF_ERRORS = " and ", ", and "
    ABSENT_ONE = "{absent} is missing: {shown} of the {rows} rows can be shown."
    ABSENT_MORE = "{absent} are missing: {shown} of the {rows} rows can be shown."
    LET_THE_MODEL_SAY = "Let the model say {label}"
    LET_SOMEBODY_SAY = "Let somebody say {label}"
    LET_THE_MODEL_IMAGINE = "Let the model imagine {label}"
    ADD_TO_SEE = "Add {needed} to see this row."
    HIGHEST = "highest"
    NOT_MEASURED = "not measured"
    SOUND = "Sound"
    LISTEN_TO, LISTEN_TO_OTHERS = "Listen to the speech of", "Listen to this row"
    LISTEN_ALT = "{sound} reconstructed from {row}"
    ROW_HELP = "Given: {given}. Imagined: {imagined}. Choose it to switch exactly these on."
    NOTHING = "nothing"


def title(modalities: int) -> str:
    """Return the page's title for so many modalities."""
    return AllSubsets.TITLE.format(rows=subsets_in_words(modalities))


def lead(modalities: int) -> str:
    """Return the sentence below the title."""
    return AllSubsets.LEAD.format(modalities=number_word(modalities))


def subsets_in_words(modalities: int) -> str:
    """Return how many subsets so many modalities have, as it is written within a sentence."""
    return number_word(2**modalities - 1)


def joined(names: Sequence[str]) -> str:
    """Return names as they are written within a sentence: "A", "A and B", "A, B and C"."""
    *others, last = names
    return AllSubsets.AND.join([", ".join(others), last] if others else [last])
