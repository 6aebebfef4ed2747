"""All that the app says in English, in one place: a translation is another file like this one.

One class a page; `Common` is what pages share. Names in braces are filled in by `str.format`.
"""

from collections.abc import Iterable

_PAGE_OF_INPUTS = {
    ("drawing", "sound"): "Draw & speak", ("drawing",): "Draw", ("sound",): "Speak", ("vector",): "Give numbers",
}  # fmt: skip


def inputs_title(kinds: Iterable[str]) -> str:
    """Return the title of the page where inputs of these kinds are given."""
    return _PAGE_OF_INPUTS.get(tuple(sorted(set(kinds))), "Give inputs")


class Common:
    """What several pages say."""

    APP = "Multimodal VAE"
    PRIOR = "Prior"
    MISSING = "missing"
    NO_INPUT, NO_INPUT_OF_OTHERS = (
        "There is no input yet: draw a digit or say one.",
        "There is no input yet: give one.",
    )

    CHECKPOINT = "Model"
    CHECKPOINTS = {"conv": "Convolutional", "linear": "Linear, as the poster"}
    CHECKPOINT_HELP = (
        "The encoders and decoders: convolutional (default), or fully connected as in the poster."
    )
    OWN_MODEL = "Yours"

    IMAGINE_BY, IMAGINE_AGAIN = "Imagine by", "Imagine again"
    KINDS = {"sample": "Sample", "mean": "Mean"}
    ONE_DRAW = "Imagined from **one draw** of the posterior: one of those that fit."
    HOW_IMAGINED = {
        "sample": "Imagined from **one draw** of the posterior: one of the digits that fit.",
        "mean": "Imagined from the posterior's **mean**: an average of all that fits, so blurred.",
    }

    MICROPHONE = "your recording"
    SAID_BY = "{speaker} says {name} (FSDD, take {take})"
    IMAGINED_AS = {
        "drawing": "the model's imagined drawing for {name}",
        "sound": "the model's imagined voice for {name}",
        "vector": "the model's imagined values for {name}",
    }
    NO_CLASS_MEANS = (
        "This checkpoint does not say what is typical of each class; it is written at the end of a training: "
        "go on with the same command and --resume, or train it again."
    )
    LISTEN, VOICE_COMES = "Listen", "The voice is coming …"

    LABEL_BARS = "Bars: probabilities of the {count} labels; the highest is that of {best}: {bars}."
    SHARES_BARS = "Bars: share of each expert in the precision of the posterior: {bars}."

    FAILED = "This did not work, and the fault is ours: your next action tries it again."
    TOO_LARGE = "The server's memory is too small for this: try something smaller."
    LINK_PROBLEM = (
        "This link says something that is not understood ({names}); in its place you see the default."
    )
    COPY_LINK = "Copy link"
    CLASS = "Class"
    COPIED = "Copied"
    COPIED_WITHOUT = "Copied, but for {names}"
    OWN_MODEL_IN_WORDS, DRAWING_IN_WORDS, SOUND_IN_WORDS = (
        "your model",
        "a drawing too long",
        "your recording",
    )
    PICTURE_IN_WORDS = "your picture"
    NO_DIGIT_ON_PICTURE = (
        "No digit can be found on this picture; write one larger or darker, and take it again in more light."
    )


_NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def number_word(number: int) -> str:
    """Return a number as it is written within a sentence: up to twelve in letters."""
    return _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"


class Projector:
    """The switch for a room that looks at a projector."""

    SWITCH = "Projector"
    HELP = (
        "For a room: larger text, no small numbers, and a click on a picture (or Enter) shows it over the whole "
        "screen, until Escape or the next click."
    )
    OPEN, CLOSE = "Enter shows it over the whole screen.", "Close"


class Diagram:
    """The diagram of the page Draw & speak."""

    PRODUCT, LABEL, MISSING = "Product", "Label", Common.MISSING
    CAPTION = (
        "Curves: dimension {dimension} of the latent, −{reach:g} to {reach:g}, drawn equally high. "
        "The thicker a line, the larger the share."
    )
    EXPERT_TIP = (
        "{title}: mean {mean:.2f} and standard deviation {deviation:.2f} in dimension {dimension} of the latent; "
        "{share:.1%} of the product’s precision in all dimensions."
    )
    MISSING_TIP = "{title}: missing, so the product is made without it."
    PRODUCT_TIP = (
        "The product of the experts and the prior, from which all is decoded: mean {mean:.2f} and standard deviation "
        "{deviation:.2f} in dimension {dimension} of the latent."
    )
    ALT = (
        "Diagram: the experts are multiplied, with these shares of the product: {shares}. Imagined from the product: "
        "{imagined}. The label is {label}."
    )
    ALL_GIVEN_ALT = (
        "Diagram: the experts are multiplied, with these shares of the product: {shares}. Nothing has to be imagined. "
        "The label is {label}."
    )
    NOTHING_ALT = "Diagram: nothing is given, so the product is the prior."


class CommandLine:
    """What `streamlit run app.py -- --help` says."""

    ABOUT = "The interactive demo."
    CHECKPOINT = "show this checkpoint and its task, such as runs/mine; by default the shipped ones"
    LESSONS = "show the lessons of this folder, a file *.md each, in place of the app's own"


class Inputs:
    """What the input cards say: the canvas, the ways to give a picture, the sounds, and the numbers."""

    TRACE, TRACE_WHICH = "Trace", "A faint digit to trace over; the model does not see it."
    COPY_ONE, IMAGINE_A_DRAWING = "Copy one", "Or let the model draw"
    DRAW_HERE = "draw here"
    SAY_ONE = "Say one digit in English, zero to nine"
    SAY = "{title}: record one"
    SOUND_FILE = "A sound file with one spoken digit: {formats}"
    ANY_SOUND_FILE = "A sound file: {formats}"
    UPLOAD = "Upload"
    IMAGINE_A_VOICE, PICK_A_RECORDING = (
        "Or let the model imagine a voice for",
        "Or let somebody else say",
    )
    SOUND_KEPT = " The sound from before is kept."
    SPOKEN_INPUT = "The input: {origin}"
    SPOKEN_INPUT_ALT = "The spoken input: {origin}."
    NOTHING_RECORDED = "Nothing recorded yet."
    IMAGINE_VALUES = "Values that are typical of"
    VALUE, NO_VALUE = "Value {place}", "none"
    ALL_VALUES = "{count} numbers, with commas between them"
    NO_NUMBERS = "This is no list of numbers: write them with a point, and commas between them."
    CANVAS = "Drawing area: draw one digit with mouse, finger or pen, or pick one to copy."
    ANY_CANVAS = "Drawing area: draw with mouse, finger or pen."
    PICTURE, PICTURE_FILE = "Picture", "A picture of one digit: PNG, JPEG, WebP, GIF, BMP or TIFF"
    ANY_PICTURE_FILE = "A picture of one drawing: PNG, JPEG, WebP, GIF, BMP or TIFF"
    PICTURE_WAYS = "You can also drop a picture onto the card, or paste one while the mouse is over it."
    USE_CAMERA, TAKE_PICTURE = "Use the camera", "Hold the digit before the camera, and press the button."
    NO_CAMERA = (
        "Browsers give pages the camera only over HTTPS. Here, take the picture with the device's own camera "
        "and choose it above."
    )
    FROM_CAMERA, PASTED = "the camera", "the clipboard"
    PICTURE_KEPT = " What was there before is kept."
    PICTURE_ALT = "The picture from {origin}; in its corner, what the model is given of it."


class Quarrels:
    """What is said of inputs that are read as different classes."""

    ALONE = "Alone, it is read as {label}, {probability:.1%}."
    READS, AND = "{name} says {label}", ", "
    WON = (
        "They disagree: {readings}. Together they are read as {label}, so {winners} wins: {label} over {against} by "
        "{nats:,.1f} nats, {odds}."
    )
    NEITHER = (
        "They disagree: {readings}. Together they are read as {label}, which none of them says alone: {label} over "
        "{against} by {nats:,.1f} nats, {odds}."
    )
    EVEN, ODDS, MORE = "hardly more than even", "about {count} to one", "more than a trillion to one"
    POWERS = (
        "one", "ten", "a hundred", "a thousand", "ten thousand", "a hundred thousand", "a million", "ten million",
        "a hundred million", "a billion", "ten billion", "a hundred billion",
    )  # fmt: skip


class Refusals:
    """What the server answers where a session asks for more than it may."""

    TOO_MANY_FILES = (
        "Four files are on their way already: wait until one has arrived, then choose this one again."
    )
    TOO_MUCH = "That is more than this server takes at a time: wait a minute, then choose the file again."


class Download:
    """What can be taken home."""

    BUTTON = "Download"
    PICTURES = "Pictures on this page"
    SAVE_PICTURE = "Save as PNG: {name}"
    CHART = "Chart"
    RESULT_JSON, RESULT_CSV = "Result as JSON", "Result as CSV"
    SOUND = "Speech as WAV"
    HANDOUT = "Handout as PDF, {paper}"


class Handout:
    """What stands on the page to print."""

    TITLE = "What did the model imagine?"
    NAME_AND_DATE = "Name: ______________________________     Date: ______________"
    INPUTS, OUTPUTS = "Given", "Reconstructed or imagined"
    LABEL, SHARES = "Probability of each label", "Experts' shares of the posterior"
    MODEL = "Model “{model}”; KL divergence from the prior {kl:.1f} nats. Imagined from {how}."
    FROM_MEAN, FROM_SAMPLE = "the posterior's mean", "one draw of the posterior (seed {seed})"
    QUESTIONS = (
        "1. Which modalities were given, and which are imagined? How can you tell?",
        "2. Which expert has the largest share, and why?",
        "3. Switch one modality off. What changes, and what stays?",
    )
    LESSON = "Lesson: {title}"
    PREDICTED = "Predicted: {answer}"
    WAS_RIGHT, WAS_WRONG = "That was right.", "That was not so. Right is: {right}"


class Values:
    """A vector's values as a table."""

    VALUE = "Value"
    MORE = "… and {count:,} more"
