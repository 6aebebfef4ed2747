"""All that the page Experts says."""


def within(title: str) -> str:
    """Return a modality's name as it stands within a sentence."""
    return Experts.WITHIN_SENTENCES.get(title, title)


class Experts:
    """The page Experts.

    Texts by kind are those of a drawing, a sound and a vector.
    """

    TITLE = "Experts"
    LEAD = "The posterior is the product of the inputs' experts and the prior."
    TABS = {
        "plane": "In the latent",
        "bench": "Bench",
        "conflict": "Conflict lab",
        "corrupt": "Corrupt an input",
    }
    PRODUCT = "Product"
    WITHIN_SENTENCES = {"Speech": "speech"}

    NO_SECOND_INPUT = "{missing} has no input, so no expert: pick one"

    SWITCH = "{name}: {state}"
    GIVEN = "given"
    OFF = "{name}, missing"
    PLANE = "Plane"
    PLANES = {
        "agree": "Where they agree, and are sure",
        "pull": "Where they pull apart most",
        "dimensions": "Two latent dimensions",
    }
    PLANES_EXPLAINED = {
        "agree": (
            "Inner ellipses: one standard deviation; outer ones: two. The dimensions {first} and {second} are the two in "
            "which the least sure of the experts, of all inputs, is surest, among those where none is more than two of "
            "its standard deviations off the product. The product lies among those that are given, nearer to the surer "
            "ones, and is narrower than each."
        ),
        "pull": (
            "Inner ellipses: one standard deviation; outer ones: two. The plane is the principal one of the "
            "experts' pulls: precision × (expert's mean − product's mean), of all inputs and the prior. "
            "**{share:.0%}** of the squared pull lies in it. It mixes all {size} dimensions, so that the "
            "product may lie off the ellipses: other dimensions hold it there."
        ),
        "dimensions": (
            "Inner ellipses: one standard deviation; outer ones: two. The dimensions {first} and {second} are "
            "the two in which the experts, of all inputs, and the prior pull the product's mean apart most; "
            "**{share:.0%}** of the squared pull lies there. Along each axis the product is that of the prior "
            "and of the Gaussians that are given."
        ),
    }
    ALL_MISSING = "All modalities are missing: the product is the prior, alone."
    SHARES = "**Shares** of the product's precision"
    AXIS_PULL = "Direction {number}, in standard deviations of the posterior of all inputs"
    AXIS_DIMENSION = "Latent dimension {number}, in standard deviations of the posterior of all inputs"
    PLANE_ALT = "Ellipses in a plane of the latent. {places}."
    PLACE = "{name} at {x:.0f}, {y:.0f}, {wide:.1f} by {high:.1f} standard deviations"

    BENCH_LEAD = (
        "One latent dimension. Drag a **round** handle to move a Gaussian and a **square** one to widen "
        "it, or reach a handle by Tab and move it by the arrow keys."
    )
    BENCH_COUNT = "Gaussians"
    BENCH_PRIOR = "The prior N(0, 1) is an expert, too"
    BENCH_RESET = "Reset"
    BENCH_WORDS = {
        "mean": "Mean of {name}",
        "width": "Standard deviation of {name}",
        "prior": "prior",
        "product": "product",
        "chart": "Densities of the Gaussians and of their product",
        "formula": "The product's formula with these numbers",
    }
    BENCH_CHECK = "The package computes from these numbers: mean **{mean:.2f}**, standard deviation **{deviation:.2f}**."

    BETWEEN, PAIR = "Between", "{first} and {second}"
    ONE_MODALITY = "This model has one modality: a conflict is between two."
    CHOICES = {"drawing": "Drawn, as {name}", "sound": "Spoken", "vector": "Values of {name}"}
    OWN = {
        "drawing": "the drawing on {page}", "sound": "the sound on {page}", "vector": "the values on {page}",
    }  # fmt: skip
    TEMPLATE, RECORDING = "a drawn {label}", "a recorded {label}"
    EXAMPLES = {
        "drawing": "the model's drawing for {label}", "sound": "the model's voice for {label}",
        "vector": "the model's values for {label}",
    }  # fmt: skip
    HEAD_WINNER, HEAD_ODDS, HEAD_APART = "Who wins", "By", "The experts lie apart"
    WINNER, NO_CONFLICT, A_THIRD = "{name}: {label}", "No conflict: {label}", "Neither: {label}"
    ALONE_NOTE = (
        "Alone, {first} says {first_label} and {second} {second_label}; together they say {together}."
    )
    ODDS_NOTE = (
        "Log-odds log p({first}) − log p({second}) of the label decoder, at the mean of the joint posterior."
    )
    NO_ODDS_NOTE = "Both name the same {digit}, so there are no odds between them."
    NATS = "{value:,.1f} nats"
    NOT_APPLICABLE = "–"
    APART_NOTE = (
        "Symmetric KL divergence of the two experts, KL({first} ‖ {second}) + KL({second} ‖ {first}). With "
        "{example}, which agrees with this {input}, it is {value:,.1f} nats."
    )
    INPUT = {"drawing": "drawing", "sound": "sound", "vector": "vector"}
    COUNTS = (
        "Of all {total} conflicts between {firsts} and {seconds}, {first} wins {first_wins} "
        "and {second} {second_wins}; in {neither}, both together say a third {digit}."
    )
    ALL_TEMPLATES, ALL_RECORDINGS = "{count} drawings to copy", "{count} recordings"
    ALL_EXAMPLES = {
        "drawing": "the model's {count} drawings", "sound": "the model's {count} voices",
        "vector": "the model's {count} vectors",
    }  # fmt: skip
    OF_MODALITY = "{examples} of {name}"
    DIGIT, CLASS = "digit", "class"
    ALONE, TOGETHER = "{name} alone", "Both"
    TABLE_GIVEN, TABLE_LABEL = "Given", "Label"
    RECONSTRUCTED, IMAGINED = "reconstructed", "imagined"
    OUTPUT_ALT = "{output}, {kind}; the label decoder reads {label}. Given: {given}."
    JOINT_LABEL = "**Label** given both"
    JOINT_SOUND = "{name} {kind} from both"

    CORRUPT_LEAD = (
        "All inputs are given, whether switched on or not; one of them is spoilt{as_sound}. "
        "A share is of precision: of what an expert *claims* to know."
    )
    AS_SOUND = ", {name} as a sound, before its MFCCs are computed"
    CORRUPTED_INPUT = "Spoil"
    HOW = "How"
    WAYS = {
        "drawing": {"noise": "Noise", "blur": "Blur", "cover": "Cover"},
        "sound": {"quieter": "Quieter", "noise": "Noise", "cut": "Cut off"},
        "vector": {"noise": "Noise"},
    }
    WAY_NOTES = {
        "drawing": {
            "noise": "This share of the pixels is replaced by random greys.",
            "blur": "A Gaussian blur of up to {blur:g} pixels.",
            "cover": (
                "This share of the ink's height is covered from the top. An empty sheet is not a missing one."
            ),
        },
        "sound": {
            "quieter": (
                "Up to {quietest:g} dB, as 16-bit sound. Every recording is brought to the same loudness before "
                "its MFCCs are computed."
            ),
            "noise": "The recording fades over to white noise that is as strong.",
            "cut": "This share of the recording is silenced, from its end.",
        },
        "vector": {
            "noise": (
                "Each value is changed at random, by a share of itself whose standard deviation is the strength."
            ),
        },
    }
    HEARD_AGAIN = (
        "The model's own voice is turned into sound first and heard again, so that its MFCCs, and the shares, "
        "differ a little from those on the other pages, even where nothing is spoilt."
    )
    STRENGTH = "Strength"
    SPOILT = "spoilt by {strength} %"
    SPOILT_ALT = "{name}, spoilt by {strength} %."
    UNSPOILT = "as it was"
    UNSPOILT_ALT = "{name}, not spoilt."
    VALUES_ALT = "Each value of {name}, as it was and spoilt by {strength} %."
    SOUND_ALT = "The spoken input, spoilt by {strength} %."
    REFUSED = "Refused, so missing"
    CORRUPT_SHARES = "**Shares** of precision at {strength} %"
    AT_ZERO = "Nothing is spoilt yet: {name} has a share of {before:.1%}."
    FALLS = (
        "{name}'s share **falls** from {before:.1%} to {after:.1%}. {other} gains most: from "
        "{other_before:.1%} to {other_after:.1%}."
    )
    RISES = (
        "{name}'s share does **not** fall, it rises from {before:.1%} to {after:.1%}: this expert claims to know more, "
        "though it was given less. It was trained on whole inputs alone: precision is a claim, not knowledge."
    )
    EMPTY = (
        "**Nothing is left to see**, yet {name}'s expert claims {after:.1%}, after {before:.1%}: it was trained on whole "
        "inputs alone, and takes an empty one for one more. Only a missing input leaves the product."
    )
    STAYS = "{name}'s share hardly changes: {before:.1%} before, {after:.1%} now."
    GONE = "“{complaint}” So {name} is missing, and its share of {before:.1%} goes to the others."
    LABEL_STAYS = "All together say {label} at each strength."
    LABEL_CHANGES = (
        "All together say {label} without spoiling, and first something else, {other}, at {strength} %."
    )
    STRANGE = "Drawn or said by you, it would be called unlike a digit: strangeness {score:.1f}, limit 1."
    STRANGE_OF_OTHERS = (
        "Given by you, it would be called unlike the training data: strangeness {score:.1f}, limit 1."
    )
    SHARES_CHART, LABEL_CHART = (
        "**Share of precision** at each strength",
        "**Probability of {label}** at each strength",
    )
    STRENGTH_AXIS = "Strength, %"
    RISES_SOMEWHERE = (
        "Where {name}'s curve rises, its expert claims to know more of an input of which less is left: it was trained on "
        "whole inputs alone, and precision is what it claims, not what it knows."
    )
    SHARES_AXIS, LABEL_AXIS = "Share, %", "Probability, %"
    TOGETHER_CURVE, ALONE_CURVE = "all inputs", "{name} alone"
    CURVES_ALT = "Line chart over strengths from 0 to 100 %. {ends}."
    CURVE_ALT = "{name} from {first:.0f} to {last:.0f} %"
