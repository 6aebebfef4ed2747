"""All that the page All seven subsets says."""


class AllSubsets:
    """The page All seven subsets."""

    TITLE = "All seven subsets"
    LEAD = "The same input, through every subset of the three modalities."
    HEAD_GIVEN, LABEL, ELBO, ACCURACY = "Given", "Label", "ELBO, nats", "Accuracy, Table 1"
    ALT_SPEECH = "MFCCs, {kind}; the label decoder reads {label}. Row: {row}."
    ALT_DIGIT = "{script} digit, {kind}; the label decoder reads {label}. Row: {row}."
    INPUT_ROW, INPUT, GIVEN, IMAGINED = "The input", "input", "given", "imagined"
    EXPLAINED = (
        "The ELBO (evidence lower bound, in nats) says how well the latent that was inferred from the given modalities "
        "explains all inputs: **higher is better**. It counts {counted}, whether given in that row or not. {how}"
    )
    SAME_NOISE = " All rows share the same noise."
    CHOOSE = "**Choose a row** to switch exactly its modalities on; ● marks the row that is switched on now."
    ACCURACY_EXPLAINED = "Accuracy is that of all test triplets from this subset."
    ERRORS = {"farsi": "BCE {value}", "kannada": "BCE {value}", "speech": "MSE {value}"}
    ERRORS_EXPLAINED = (
        "Below the pictures stand this input's errors as in Table 1, of what the posterior's mean is decoded to: binary "
        "cross-entropy in nats (BCE), and mean squared error in standardised units (MSE); **lower is better**."
    )
    AND = " and "
    ABSENT_ONE = "{absent} is missing: {shown} of the seven rows can be shown."
    ABSENT_MORE = "{absent} are missing: {shown} of the seven rows can be shown."
    LET_THE_MODEL_SAY = "Let the model say {digit}"
    ADD_TO_SEE = "Add {needed} to see this row."
    HIGHEST = "highest"
    NOT_MEASURED = "not measured"
    LISTEN_TO = "Listen to the speech of"
    LISTEN_ALT = "Speech reconstructed from {row}"
    ROW_HELP = "Given: {given}. Imagined: {imagined}. Choose it to switch exactly these on."
    NOTHING = "nothing"
