"""All that the app says in English, in one place: a translation is another file like this one.

One class a page; `Common` is what pages share. Names in braces are filled in by `str.format`.
"""

from collections.abc import Iterable


class Common:
    """What several pages say."""

    APP = "Multimodal VAE"
    NAMES = {"farsi": "Farsi", "kannada": "Kannada", "speech": "Speech"}
    EXPERTS = {"prior": "Prior", **NAMES}
    MISSING = "missing"
    NO_INPUT = "There is no input yet: draw a digit or say one."

    CHECKPOINT = "Model"
    CHECKPOINTS = {"conv": "Convolutional", "linear": "Linear, as the poster"}
    CHECKPOINT_HELP = (
        "The encoders and decoders: convolutional (default), or fully connected as in the poster."
    )
    OWN_MODEL = "Yours"

    IMAGINE_BY, IMAGINE_AGAIN = "Imagine by", "Imagine again"
    KINDS = {"sample": "Sample", "mean": "Mean"}
    HOW_IMAGINED = {
        "sample": "Imagined from **one draw** of the posterior: one of the digits that fit.",
        "mean": "Imagined from the posterior's **mean**: an average of all that fits, so blurred.",
    }

    SAY_ONE = "Say one digit in English, zero to nine"
    SOUND_FILE = "A sound file with one spoken digit: {formats}"
    MICROPHONE, VOICE = "your recording", "the model's imagined voice for {digit}"
    LISTEN, VOICE_COMES = "Listen", "The voice is coming …"

    LABEL_BARS = "Bars: probabilities of the ten labels; the highest is that of {best}: {bars}."
    SHARES_BARS = "Bars: share of each expert in the precision of the posterior: {bars}."

    FAILED = "This did not work, and the fault is ours: your next action tries it again."
    TOO_LARGE = "The server's memory is too small for this: try something smaller."
    LINK_PROBLEM = (
        "This link says something that is not understood ({names}); in its place you see the default."
    )
    COPY_LINK = "Copy link"
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


def listed(names: Iterable[str]) -> str:
    """Return what a person reads for these modalities."""
    return " + ".join(Common.NAMES[name] for name in names)


class Refusals:
    """What the server answers where a session asks for more than it may."""

    TOO_MANY_FILES = (
        "Four files are on their way already: wait until one has arrived, then choose this one again."
    )
    TOO_MUCH = "That is more than this server takes at a time: wait a minute, then choose the file again."


class DrawAndSpeak:
    """The page Draw & speak."""

    TITLE = "Draw & speak"
    LEAD = "Give one, two or all three modalities; the model imagines what is missing."
    SWITCH = "{title}: {state}"
    PRESENT, EMPTY = "present", "empty"
    UNDO, CLEAR, TRACE, UPLOAD = "Undo", "Clear", "Trace", "Upload"
    COPY_ONE = "Copy one"
    PICTURE, PICTURE_FILE = "Picture", "A picture of one digit: PNG, JPEG, WebP, GIF, BMP or TIFF"
    PICTURE_WAYS = "You can also drop a picture onto the card, or paste one while the mouse is over it."
    USE_CAMERA, TAKE_PICTURE = "Use the camera", "Hold the digit before the camera, and press the button."
    NO_CAMERA = (
        "Browsers give pages the camera only over HTTPS. Here, take the picture with the device's own camera "
        "and choose it above."
    )
    FROM_CAMERA, PASTED = "the camera", "the clipboard"
    PICTURE_KEPT = " What was there before is kept."
    PICTURE_ALT = "The picture from {origin}; in its corner, what the model is given of it."
    TRACE_WHICH = "A faint digit to trace over; the model does not see it."
    CANVAS = "Drawing area: draw one digit with mouse, finger or pen, or pick one to copy."
    DRAW_HERE = "draw here"
    IMAGINE_A_VOICE = "Or let the model imagine a voice for"
    SOUND_KEPT = " The sound from before is kept."
    SPOKEN_INPUT = "The input: {origin}"
    SPOKEN_INPUT_ALT = "The spoken input: {origin}."
    NOTHING_RECORDED = "Nothing recorded yet."
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
    WAYS = "Show 8 ways"
    WAYS_HELP = "Eight draws of the posterior, so that you see how sure the model is of what is missing."
    WAYS_CAPTION = "eight draws of the posterior"
    WAYS_ALT = "{title}, imagined in eight ways from the same inputs; the label decoder reads {labels}."
    WAYS_GIVEN = "Given: nothing to imagine."
    LABEL, ONLY_A_GUESS = "**Label**", ":orange-badge[:material/help: only a guess]"
    LABEL_METRIC, GUESS = "Most probable digit", "{label}?"
    SHARES = "**Experts' shares** of the posterior"
    SHARES_NOTE = "The surer an expert is, the larger is its share of the precision. The prior is one, too."
    ALL_MISSING = "All three modalities are missing. Switch one on, draw a digit, or say one."
    UNLIKE_DRAWING = ":orange[This does not look like a {title}.]"
    UNLIKE_SPEECH = ":orange[This does not sound clearly like one spoken digit.]"


class Download:
    """What can be taken home."""

    BUTTON = "Download"
    PICTURES = "Pictures on this page"
    SAVE_PICTURE = "Save as PNG: {name}"
    CHART = "Chart"
    RESULT_JSON, RESULT_CSV = "Result as JSON", "Result as CSV"
    SOUND = "Speech as WAV"
    WORKSHEET = "Worksheet as PNG"
    WORKSHEET_TITLE = "What did the model imagine?"
    WORKSHEET_INPUTS, WORKSHEET_OUTPUTS = "Given", "Reconstructed or imagined"
    WORKSHEET_LABEL, WORKSHEET_SHARES = "Probability of each label", "Experts' shares of the posterior"
    WORKSHEET_NAME, WORKSHEET_DATE = "Name: ______________________", "Date: ____________"
    WORKSHEET_MODEL = (
        "Model “{model}”; KL divergence from the prior {kl:.1f} nats.",
        "Imagined from {how}.",
    )
    FROM_MEAN, FROM_SAMPLE = "the posterior's mean", "one draw of the posterior (seed {seed})"
    WORKSHEET_QUESTIONS = (
        "1. Which modalities were given, and which are imagined? How can you tell?",
        "2. Which expert has the largest share, and why?",
        "3. Switch one modality off. What changes, and what stays?",
    )


class Lessons:
    """Six ready lessons, each with two sentences on what to look for."""

    BUTTON = "Lessons"
    INTRO = "Each opens in this tab, and you start afresh: a sound or a model of your own is then gone."
    TITLES = {
        "missing": "What is missing?",
        "hints": "Two weak hints make one strong one",
        "quarrel": "Who wins a quarrel?",
        "index": "Is index 201 about the digit?",
        "between": "What lies between two digits?",
        "evidence": "Does more evidence always help?",
    }
    LOOK_FOR = {
        "missing": "Only the Farsi digit is given: look at the Kannada digit and the voice that the model imagines. "
        "Imagine again, and see what changes and what does not.",
        "hints": "The beginning of a Farsi 9 and of a Kannada 9 is cut off: alone, the one is read as a 6 and the other "
        "as a 0. Look at the label of Farsi + Kannada: how can two wrong answers multiply to the right one?",
        "quarrel": "A drawn 3 and a spoken 7 cannot both be right. See which one the joint posterior believes, by how "
        "many nats, and what it then draws.",
        "index": "The poster walks along index 201 of its latent, and meets four digits. Do the same here, and count; "
        "then choose the index that moves the label most, which is another one.",
        "between": "A straight line leads from a 4 to a 9 through the latent. Watch at which step the label changes, "
        "and whether the pictures on the way are digits.",
        "evidence": "A drawn 4 in both scripts, and the voice that the model itself imagines for it: the ELBO is highest "
        "for Farsi + Kannada, and lower for all three. For real recordings it is the other way round, as Table 1 on "
        "the page Training says: what is wrong with this voice?",
    }


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


class Experts:
    """The page Experts."""

    TITLE = "Experts"
    LEAD = "The posterior is the product of the inputs' experts and the prior."
    TABS = {
        "plane": "In the latent",
        "bench": "Bench",
        "conflict": "Conflict lab",
        "corrupt": "Corrupt an input",
    }
    NAMES = Common.EXPERTS
    PRODUCT = "Product"

    NO_SECOND_INPUT = "{missing} has no input, so no expert: pick one"

    SWITCH = "{name}: {state}"
    GIVEN = "given"
    OFF = "{name}, missing"
    PLANE = "Plane"
    PLANES = {"pull": "Where they pull apart most", "dimensions": "Two latent dimensions"}
    PLANE_EXPLAINED = (
        "Inner ellipses: one standard deviation; outer ones: two. The plane is the principal one of the "
        "experts' pulls: precision × (expert's mean − product's mean), of all inputs and the prior. "
        "**{share:.0%}** of the squared pull lies in it. It mixes all {size} dimensions, so that the "
        "product may lie off the ellipses: other dimensions hold it there."
    )
    DIMENSIONS_EXPLAINED = (
        "Inner ellipses: one standard deviation; outer ones: two. The dimensions {first} and {second} are "
        "the two in which the experts, of all inputs, and the prior pull the product's mean apart most; "
        "**{share:.0%}** of the squared pull lies there. Along each axis the product is that of the prior "
        "and of the Gaussians that are given."
    )
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

    FARSI_CHOICE, SPEECH_CHOICE = "Drawn, as Farsi", "Spoken"
    OWN_DRAWING, OWN_SOUND = "the drawing on Draw & speak", "the sound on Draw & speak"
    A_DRAWN, A_SPOKEN = "a drawn {digit}", "the model's voice for {digit}"
    HEAD_WINNER, HEAD_ODDS, HEAD_APART = "Who wins", "By", "The experts lie apart"
    WINNER, NO_QUARREL, A_THIRD = "{name}: {digit}", "No quarrel: {digit}", "Neither: {digit}"
    ALONE_NOTE = "Alone, Farsi says {farsi} and speech {speech}; together they say {together}."
    ODDS_NOTE = (
        "Log-odds log p({first}) − log p({second}) of the label decoder, at the mean of the joint posterior."
    )
    NO_ODDS_NOTE = "Both name the same digit, so there are no odds between them."
    NATS = "{value:,.1f} nats"
    NOT_APPLICABLE = "–"
    APART_NOTE = (
        "Symmetric KL divergence of the two experts, KL(Farsi ‖ speech) + KL(speech ‖ Farsi). With the "
        "model's voice for {digit}, which agrees with this drawing, it is {value:,.1f} nats."
    )
    TALLY = (
        "Of all {total} quarrels between ten drawings to copy and the model's ten voices, Farsi wins {farsi} "
        "and speech {speech}; in {neither}, both together say a third digit."
    )
    ALONE, TOGETHER = "{name} alone", "Both"
    TABLE_HEADER = ("Given", *Common.NAMES.values(), "Label")
    RECONSTRUCTED, IMAGINED = "reconstructed", "imagined"
    OUTPUT_ALT = "{output}, {kind}; the label decoder reads {label}. Given: {given}."
    JOINT_LABEL = "**Label** given both"
    JOINT_SOUND = "Speech reconstructed from both"

    CORRUPT_LEAD = (
        "All inputs are given, whether switched on or not; one of them is spoilt, speech as a sound, before "
        "its MFCCs are computed. A share is of precision: of what an expert *claims* to know."
    )
    CORRUPTED_INPUT = "Spoil"
    HOW = "How"
    IMAGE_KINDS = {"noise": "Noise", "blur": "Blur", "cover": "Cover"}
    SOUND_KINDS = {"quieter": "Quieter", "noise": "Noise", "cut": "Cut off"}
    KIND_NOTES = {
        "image-noise": "This share of the pixels is replaced by random greys.",
        "image-blur": "A Gaussian blur of up to {blur:g} pixels.",
        "image-cover": (
            "This share of the ink's height is covered from the top. An empty sheet is not a missing one."
        ),
        "sound-quieter": (
            "Up to {quietest:g} dB, as 16-bit sound. Every recording is brought to the same loudness before "
            "its MFCCs are computed."
        ),
        "sound-noise": "The recording fades over to white noise that is as strong.",
        "sound-cut": "This share of the recording is silenced, from its end.",
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
    SOUND_ALT = "The spoken input, spoilt by {strength} %."
    REFUSED = "Refused, so missing"
    CORRUPT_SHARES = "**Shares** of precision at {strength} %"
    AT_ZERO = "Nothing is spoilt yet: {name} has a share of {before:.1%}."
    FALLS = (
        "{name}'s share **falls** from {before:.1%} to {after:.1%}. {other} gains most: from "
        "{other_before:.1%} to {other_after:.1%}."
    )
    RISES = (
        "{name}'s share does **not** fall, it rises from {before:.1%} to {after:.1%}: this expert claims "
        "to know more, though it was given less."
    )
    STAYS = "{name}'s share hardly changes: {before:.1%} before, {after:.1%} now."
    GONE = "“{complaint}” So speech is missing, and its share of {before:.1%} goes to the others."
    LABEL_STAYS = "All together say {label} at each strength."
    LABEL_CHANGES = (
        "All together say {label} without spoiling, and first something else, {other}, at {strength} %."
    )
    STRANGE = "Drawn or said by you, it would be called unlike a digit: strangeness {score:.1f}, limit 1."
    SHARES_CHART, LABEL_CHART = (
        "**Share of precision** at each strength",
        "**Probability of {label}** at each strength",
    )
    STRENGTH_AXIS = "Strength, %"
    SHARES_AXIS, LABEL_AXIS = "Share, %", "Probability, %"
    TOGETHER_CURVE, ALONE_CURVE = "all inputs", "{name} alone"
    CURVES_ALT = "Line chart over strengths from 0 to 100 %. {ends}."
    CURVE_ALT = "{name} from {first:.0f} to {last:.0f} %"


class LatentSpace:
    """The page Latent space."""

    TITLE = "Latent space"
    LEAD = "Every digit is a point. Move it, and see what the decoders make of it."
    TABS = {"sliders": "Sliders", "walk": "Walk along one dimension", "line": "Interpolate", "map": "Map"}

    START = "Start from"
    CURRENT, DRAWN, PRIOR = "Posterior of the current input", "Posterior of a drawn {digit}", "Prior mean, 0"
    THE_CURRENT, THE_DRAWN, THE_PRIOR = "the current input", "a drawn {digit}", "the prior mean"
    OWN = {"farsi": "My Farsi drawing", "kannada": "My Kannada drawing", "speech": "My sound"}
    THE_OWN = {"farsi": "your Farsi drawing", "kannada": "your Kannada drawing", "speech": "your sound"}
    NOT_THERE = "There is none on the page “Draw & speak”, so this is the prior mean, 0."

    FARSI, KANNADA, SPEECH = "Farsi", "Kannada", "Speech: 13 MFCCs over 0.8 s"
    DIGIT_ALT = "{script} digit decoded from this latent; the label decoder reads {digit}."
    SPEECH_ALT = "Heat map of the MFCCs of this latent."
    HEARD = "The speech decoded from this latent"
    LABEL = "Label **{digit}**"

    SHOWN = "Most active dimensions"
    SHOWN_HELP = "{alive} of the {size} dimensions carry information."
    RESET = "Reset"
    DIMENSION = "Dimension {index} · KL {kl:.2f} nats"

    INDEX, FIRST, STEP = "Index, 0 to {last}", "First value", "Step"
    POSTER = "The poster’s setting"
    POSTER_HELP = "Index {index} from {first:g} in steps of {step:g}, from a drawn {digit}, linear model."
    PRESETS = {
        "label": "Moves the label most: {index}",
        "agnostic": "Moves all modalities: {index}",
        "single": "Moves {modality} alone: {index}",
    }
    PRESET_HELP = {
        "label": "Of all dimensions, this one moves the label most.",
        "agnostic": "Its least effect on a modality is the largest of all dimensions.",
        "single": "Its effect on one modality exceeds that on the next by the most.",
    }
    EFFECTS = (
        "In the study of disentanglement, one and two deviations either way of dimension {index} move {effects}, where "
        "100 % is as far as another digit."
    )
    NOT_ALIVE = "Dimension {index} carries next to nothing, so the study of disentanglement left it out."
    EFFECT = "{output} by {effect:.1%}"
    OUTPUTS = {"label": "the label", "farsi": "Farsi", "kannada": "Kannada", "speech": "speech"}
    NO_STUDY = "The study of disentanglement has not measured these weights, so it names no presets."
    MET = (
        "Digits met along the way: **{met}**  \n"
        "100 tiles, row by row from {first:g} to {last:g}. At the start, dimension {index} is {value:.2f}; it carries "
        "{kl:.2f} nats. Over the training digits its standard deviation is {deviation:.2f}: far beyond, the decoders "
        "see what they were never trained on. {effects}"
    )
    AS_THE_POSTER = (
        "The poster’s own model, from a {digit} and with this setting, met **{met}**. Every training run orders its "
        "latent anew, so index {index} means something else here. The poster names the range −1500 to 1500; 100 tiles "
        "in steps of 30 end at 1470."
    )
    GRID = "{script}; a frame marks each change of the label"
    GRID_ALT = "10 by 10 {script} digits for 100 values of dimension {index}; their labels: {met}."
    SPEECH_GRID = "Speech: MFCCs in the same order"
    SPEECH_GRID_ALT = "10 by 10 heat maps of MFCCs for the same 100 values of dimension {index}."

    END = "Go to"
    STEPS = "Steps"
    CHOSEN = "Step to hear"
    LINE = "A straight line between the means of two posteriors, from {start} to {end}: it need not pass where digits lie."
    NO_CHANGE = "The label is **{digit}** all along."
    CHANGES = "The label changes {changes}."
    CHANGE = "from **{before}** to **{after}** at step {step}"
    FILM_ROWS = ("Step", "Farsi", "Kannada", "Speech", "Label")
    FILM_ALT = "Filmstrip of {steps} steps from {start} to {end}, as Farsi, Kannada and MFCCs of speech; the labels: {labels}."
    FILM = "Step {step} is framed; a filled badge marks each change of the label"
    CHOSEN_LABEL = "Label of step {step}: **{digit}**"
    CHOSEN_HEARD = "The speech decoded at step {step}"

    MAP = (
        "{points:,} triplets of the test split, each drawn as its digit where t-SNE puts the mean of its joint "
        "posterior. It keeps near what is near in the latent; distances between groups, their sizes and the gaps mean "
        "nothing. It has no inverse: decoded is a mean of the latents of the {nearest} nearest points."
    )
    MAP_HOW = "Click or drag, or give the map the focus and press arrow keys (with Shift: further)."
    MAP_ALT = (
        "Map of {points} test triplets in ten groups, one for each digit. Ring: {start}. Cross, {x:.0%} from the left "
        "and {y:.0%} from the top: decoded as {digit}. Arrow keys move the cross."
    )
    MAP_START = "start"
    MAP_LEGEND = "**Ring**: {start}, placed by its {nearest} nearest points. **Cross**: what is decoded."
    NEIGHBOURS = "The {nearest} nearest points: {neighbours}."
    NEIGHBOUR = "{count} × {digit}"
    TO_DIGIT = "Go to the middle of a digit"
    TO_START = "Go to the start"
    NO_MAP = "These weights have no map yet. Draw it with: `python -m mvae map --checkpoint {checkpoint}`"
    NO_MAP_OWN = "Your model has no map: it was stopped before one was drawn. Train another one to its end."


class Training:
    """The page Training."""

    TITLE = "Training"
    LEAD = "How the chosen model learned, what it imagined meanwhile, and its Table 1 beside the poster's."
    ABOUT = (
        "{latent} latent dimensions, trained for {epochs:g} epochs. An epoch shows every Farsi and every "
        "Kannada image of the training splits once, with a spoken digit of its label."
    )
    ABOUT_OWN = (
        "Your own model, of this session alone: {latent} latent dimensions, {epochs:.3g} short epochs."
    )
    TABS = {
        "curves": "Curves", "replay": "Replay", "table": "Table 1", "studies": "Studies",
        "own": "Train one now",
    }  # fmt: skip

    LOSS = "Loss"
    LOSS_EXPLAINED = (
        "The objective that training minimises, averaged over the triplets of each epoch: the negative ELBO "
        "summed over all seven subsets, with the label's term. The KL divergence is phased in over the first "
        "epochs."
    )
    LOSS_AXIS = "Loss, nats a triplet"
    LOSS_ALT = "Line chart of the loss over {epochs} epochs, from {first:,.1f} to {last:,.1f}."
    EPOCH = "Epoch"
    ACCURACY = "Accuracy"
    ACCURACY_AXIS = "Accuracy, %"
    ACCURACY_EXPLAINED = {
        "holdout_accuracy": "Share of the triplets held out of training whose digit is read correctly.",
        "accuracy": "Share of the training triplets whose digit was read correctly from each subset, "
        "while training.",
    }
    ACCURACY_ALT = "Line chart of the accuracy of the seven subsets over the epochs. At the end: {ends}."
    NO_CURVES = (
        "The checkpoint “{name}” came without training curves. Train a new one with "
        "`python train.py --config {name} --out runs/{name}`."
    )
    NO_ACCURACY = "This run drew random subsets in each step, so no accuracy of each subset was recorded."

    REPLAY_EXPLAINED = (
        "After each epoch the model is shown the app's ten drawings of one script, and imagines the other "
        "script; from both it imagines speech. The noise is the same each time, so that only the model "
        "changes. Move the slider, or play."
    )
    NO_REPLAY = (
        "The checkpoint “{name}” came without a replay. Train a new one, which saves it, with "
        "`python train.py --config {name} --out runs/{name}`."
    )
    NO_REPLAY_OWN = "Your model has no replay yet: it was stopped before its first epoch ended."
    REPLAY_ROWS = (
        ("Kannada, imagined from Farsi", "the Kannada digits 0 to 9, imagined from Farsi drawings"),
        ("Farsi, imagined from Kannada", "the Farsi digits 0 to 9, imagined from Kannada drawings"),
        ("Speech, imagined from both: 13 MFCCs over 0.8 s", "heat maps of the MFCCs of the digits 0 to 9"),
    )
    REPLAY_GIVEN = ("One given", "Two given", "All given")
    REPLAY_WORDS = {
        "slider": "Epoch", "play": "Play", "pause": "Pause", "epoch": "Epoch {epoch} of {total}",
        "nothing": "Before the first epoch", "loss": "Loss, nats", "accuracy": "Digits read rightly, %",
    }  # fmt: skip

    TABLE_EXPLAINED = (
        "Bold: this checkpoint. In brackets: the poster, on its training split. It gives neither its pixel scaling nor "
        "its MFCC units, so accuracy compares directly, and the other columns only by their pattern: low where a "
        "modality is given, higher where it is imagined."
    )
    COLUMNS = {
        "accuracy": "Accuracy, %", "negative_elbo": "−ELBO, nats", "farsi_bce": "Farsi BCE, nats",
        "kannada_bce": "Kannada BCE, nats", "speech_mse": "Speech MSE",
    }  # fmt: skip
    GIVEN = "Given"
    SPLITS = {"test": "**Test split**", "train": "**Train split**"}
    NO_TABLE = (
        "The checkpoint “{name}” came without Table 1 of the {split} split. Measure it with "
        "`python -m mvae evaluate --checkpoint {name} --split {split} --json {file}`."
    )
    NO_TABLE_OWN = (
        "Table 1 is not measured for your own model; its accuracy on held-out digits is among the curves."
    )

    STUDY = "Study"
    NO_STUDIES = "No study was run for this checkpoint. Run them with `python -m mvae study`."

    OWN_EXPLAINED = (
        "A small model learns in the background, while you watch. It sees {linear:,} images of each digit of "
        "each script (the convolutional one {conv:,}, as it is slower), and the rest of the app goes first."
    )
    ENCODER = "Encoders"
    ENCODERS = {"linear": "Linear", "conv": "Convolutional"}
    LATENT = "Latent dimensions"
    LATENT_HELP = (
        "With 2 there is hardly room for ten digits; with more, the superfluous ones stay at the prior."
    )
    SUBSETS = "Trained on"
    SUBSETS_CHOICES = {"all": "All seven subsets", "joint": "Everything given, only"}
    SUBSETS_HELP = (
        "The ELBOs that are added up. With the last one alone, no expert learns to speak for itself."
    )
    LENGTH = "Length"
    LENGTHS = {1: "1 minute", 2: "2 minutes"}
    LENGTH_HELP = "About, where nobody else uses the server: everybody who clicks goes first."
    START, PAUSE, GO_ON, STOP, USE, AGAIN = (
        "Start training", "Pause", "Go on", "Stop", "Use it on all pages", "Train another",
    )  # fmt: skip
    COMMAND = "The same on your own machine"
    WAITING = "{people} before you. Your training starts by itself; keep this browser tab open and in front."
    PEOPLE = ("Nobody is", "One person is", "{count} people are")
    LOADING = "The data is being loaded; the first time on a server that takes some minutes."
    LOADING_STEP = "Loading the data"
    LOADING_STEPS = {
        "Preparing train, farsi": "Preparing the Farsi digits",
        "Preparing train, kannada": "Preparing the Kannada digits",
        "Preparing train, speech": "Preparing the recordings",
        "Changing voices": "Making changed copies of the voices",
        "epoch 1": "Training the first epoch",
    }
    LOADED = "{step}: {done:,} of {total:,}"
    TRAINING = "Training: {epochs} of {total} epochs."
    STOPPING = "Saving …"
    PAUSED = "Paused after {epochs} of {total} epochs. If others wait, it goes on by itself after {minutes:g} minutes."
    DONE = "Done after {epochs} epochs."
    STOPPED = "Stopped after {epochs} of {total} epochs."
    STOPPED_EARLY = "Stopped before there was anything to use. Start another training."
    FAILED = (
        "The training ended unexpectedly. Start another one; if that ends as well, tell whoever runs this "
        "server."
    )
    FAILED_WITH = "The training could not go on: {reason}"
    USED = (
        "Your model is “{name}” in the choice at the top, on all pages. Nobody else can see it, and it goes "
        "when you go."
    )
    NO_DATA = (
        "To train, this server needs the data, but {path} is missing. Whoever runs it can fetch the data "
        "with `python -m mvae data download`, or set MVAE_DATA to the folder that has it."
    )


class Studies:
    """The page Training: what the studies found."""

    ACCURACY, ACCURACY_AXIS, COHERENCE_AXIS = "Accuracy", "Accuracy, %", "Coherence, %"
    BARS_ALT = "Bar chart."
    HOW = "Small models, {triplets:,} triplets each, test split."
    SPAN = "{low:.1f} to {high:.1f} %"
    END = "{name} from {low:.1f} % to {high:.1f} %"
    ENDS = "Between {first} and {last} of complete examples: {ends}."

    MISSING = "Missing in training"
    MISSING_TEXT = (
        "Only a share of the examples is complete; every other triplet lacks one or two modalities. With "
        "{fewest} complete, {with_fewest} of the test digits are read rightly, with all complete {with_all}. "
        "{how}"
    )
    SHARE = "Share of complete examples"
    MISSING_ACCURACY = "Accuracy by what is given"
    MISSING_ACCURACY_ALT = "Line chart of the test accuracy of the seven subsets."
    MISSING_COHERENCE = "Coherence: does an independent classifier read the right digit in what was imagined?"
    MISSING_COHERENCE_ALT = "Line chart of the coherence of the six subsets that lack something."
    TRAINED_ALONE, TRAINED_ON_ALL = "Trained on these alone", "Trained on all three"
    FEWER = "A model of fewer modalities, and the full one, on the same inputs"
    FEWER_ALT = "Bar chart of test accuracy."

    SUBSETS = "Why all subsets"
    SUBSETS_TEXT = (
        "Which ELBOs are added up in training: the first four models reconstruct only what they are given, "
        "and differ in nothing else. Without the terms of the single modalities, what is imagined from one "
        "modality is the right digit in {joint:.1f} % of the cases instead of {single:.1f} %. {how}"
    )
    SUBSETS_BARS = (
        "Accuracy, one given", "Accuracy, all given", "Coherence, one given", "Coherence, two given",
    )  # fmt: skip
    SUBSETS_CHART = "Means over the modalities that are given or imagined"

    INDICES = "What each latent index does"
    INDICES_TEXT = (
        "Each index is moved alone, by up to two standard deviations, from the posteriors of {triplets} "
        "training triplets: 0 is no change, 1 as much as to another digit. {alive} of {size} indices are "
        "alive (KL above {threshold:g} nat), and {shared} of these move several modalities at once, by 0.1 or "
        "more; the others move one, or hardly any."
    )
    INDEX, KL, ACTS_ON, EFFECT = "Index", "KL, nats", "Acts on", "Effect"
    OUTPUTS = {**Common.NAMES, "label": "Label"}
    INDICES_CHART = "Effects of all indices that are alive, the strongest first"
    INDICES_ALT = "Heat map of {indices} indices by {outputs} outputs; the strongest indices are {listed}."

    SPEAKERS = "Speech of strangers"
    SPEAKERS_TEXT = (
        "Each speaker in turn is left out of training a small model of speech alone, and then recognised by "
        "it. The mean over {speakers} speakers is {mean:.1f} % (dashed); over all recordings it is "
        "{pooled:.1f} %."
    )
    SPEAKERS_CHART = "Accuracy for each speaker who was left out"
    SPEAKERS_ALT = "Bar chart. {bars} The mean is {mean:.1f} %."

    PEER = "Beside a peer"
    PEERS = {  # name in benchmarks/peer.py -> what a person reads
        "multivae": "MultiVae",
        "ours-unlabelled": "Ours, the same objective",
        "ours": "Ours, with the label",
    }
    PEER_TEXT = (
        "The MVAE of the library MultiVae with the same layers, on the same triplets. It has no label, so "
        "independent classifiers read the digit in what each model decodes from every subset, in all three "
        "modalities. Each was trained on {triplets:,} triplets and judged by {test_triplets:,} of the test split. "
        "Negative ELBO of everything, in nats: {elbos}. Training, step by step side by side: {seconds}. These "
        "seconds are not of like work: MultiVae's matrix products are in {theirs}, ours in {own}, and ours keeps "
        "an average of its weights, which is what is judged."
    )
    PEER_AXIS = "Read rightly, %"
    PEER_CHART = "Digits read in the outputs, by what is given"


class HowItWorks:
    """The page How it works."""

    PAGE = "How it works"
    LEAD = "Formula, picture and code, section by section; the pictures show your own last input."
    CONTENTS = "Contents"
    GIVEN = "Given to the model: the same switches as on “Draw & speak”"
    EXAMPLE = (
        "Nothing is given at present, so this page shows an example: a {digit} drawn in both scripts. "
        "Give a modality on the page “Draw & speak” to see your own."
    )
    CODE = "Code: {names}"
    CODE_PLACE = "`{file}`, from line {line}"

    IDEA = "The idea"
    IDEA_TEXT = """
A Farsi digit, a Kannada digit and a spoken digit look and sound unlike, yet they say the same. The model
supposes a common cause: one point $z$ in a **latent space**. All four things that it knows of, the three
modalities and the label $y$, are generated from $z$.

Once $z$ is known, nothing more is to be learnt about one modality from another. So whatever is missing can
be imagined: infer $z$ from what is given, then generate the rest.

In the picture, filled nodes are given, dashed ones are not. The label is never given to the app.
"""
    MISSING, NEVER_GIVEN, OBSERVED = "missing", "reads {label}", "given"
    LABEL, NONE = "Label y", "none"
    IDEA_ALT = (
        "Graphical model: arrows lead from the latent z to {nodes} and to the label. Given: {given}. Missing: "
        "{missing}. The label decoder reads {label}."
    )

    EXPERT = "Each encoder is an expert"
    EXPERT_TEXT = """
Each modality $m$ has an encoder of its own. It reads the input $x_m$ and answers with a Gaussian in every
latent dimension: a mean $\\mu_m$ and a standard deviation $\\sigma_m$.

The mean says *where* $z$ lies, the deviation *how sure* the expert is. A long line in the picture means
that this input says little about that dimension.
"""
    EXPERT_TITLE = "What the **{expert}** expert says of your input, in the {count} most active dimensions"
    EXPERT_AXIS = "Latent dimension; grey: the prior, 0 ± 1"
    EXPERT_ALT = (
        "Means and standard deviations of the {expert} expert in {count} latent dimensions. The surest is "
        "dimension {surest}: {mean:.2f} ± {deviation:.2f}."
    )

    PRODUCT = "The product of experts"
    PRODUCT_TEXT = """
The experts are fused by multiplying their densities, and the prior $N(0, 1)$ counts as one more expert. A
product of Gaussians is a Gaussian again (Wu & Goodman 2018, section 2.2):

- **precisions**, which are $1/\\sigma^2$, **add up**: with each expert the posterior gets narrower;
- the mean is the experts' **average, weighted by precision**: who is surer has more to say. The prior pulls
  towards 0.

No network is needed for it, and no training.
"""
    DIMENSION = "Latent dimension"
    MOST = "Where the experts say most: {index}"
    PRIOR, POSTERIOR = "Prior", "Product"
    PRODUCT_ALT = "Densities in latent dimension {index}: {curves}."
    CURVE_ALT = "{name} with mean {mean:.2f} and standard deviation {deviation:.2f}"

    SUBSETS = "Missing modalities"
    SUBSETS_TEXT = """
A missing modality is **left out of the product**. It is not replaced by zeros or by a guess: to know
nothing is to have precision 0.

So one network for each modality serves all $2^3 - 1 = 7$ subsets. Each row $s$ of the mask is a subset; all
rows are fused in one matrix product.
"""
    CURRENT, NEEDED = "◀ current", "needs {names}"
    SUBSETS_REMARK = "Remark"
    SUBSETS_CAPTION = "1: the expert takes part; 0: it is left out."

    SAMPLING = "Drawing from the posterior"
    SAMPLING_TEXT = """
The posterior is a cloud, not a point. To draw from it, draw noise $\\varepsilon$ and move and stretch it.
The noise does not depend on the encoders, so gradients flow through $\\mu$ and $\\sigma$ (the
*reparameterisation trick*, Kingma & Welling 2014).

Decoders turn each $z$ into pictures, sound and label. The mean $\\mu$ gives an average of all that fits,
each draw one possibility. Draws of what is not given can look as soft as the mean: section 7 says what the
app does about that.
"""
    SAMPLING_TITLE = "**{target}**, {how}, decoded from the mean and from three draws"
    GIVEN_TOO, IMAGINED = "given", "not given"
    MEAN, DRAW = "mean", "draw {count}"
    SAMPLING_ALT = "Four {target}s: from the mean and from three draws; the label decoder reads {labels}."

    ELBO = "The objective: the ELBO"
    ELBO_TEXT = """
How probable are the data? That is an integral over all $z$, and too hard. The *evidence lower bound* can be
computed: what the decoders explain, less the price of moving from the prior $p$ to the posterior $q_s$ of a
subset $s$. Higher is better.

Training adds up the ELBOs of **all seven subsets**, so that every subset learns to do its best. The factors
$\\lambda$ say what matters more; only where all are 1 is the sum really a lower bound. The numbers beside have
all factors 1, and leave out the label, since nobody told the app which digit you mean.
"""
    TERM, NATS = "Term, given {given}", "nats"
    TERM_GIVEN, TERM_MISSING = "E log p({name} \\| z), given", "E log p({name} \\| z), not given"
    TERM_KL, TERM_SUM = "− KL(q ‖ p)", "ELBO"
    ELBO_BARS = "−ELBO of your input for each subset, in nats: the shorter, the better it is explained"
    ELBO_SUM = "Together, the {count} ELBOs are {total} nats."
    ELBO_ALT = "Bars of the negative ELBO in nats: {bars}."
    BEST = "best"

    TRAINING = "Training and imagining"
    TRAINING_TEXT = """
**Training** encodes each modality once, fuses all seven subsets, draws one $z$ for each, and lets every
subset reconstruct *everything*, given or not. The label is one more thing to reconstruct: it makes the
latent sort itself by digit.

**Imagining** takes one step more. A first draw looks blurred, because a posterior from few experts is wider
than those that the decoders saw most. So the first answer is given back as an input, what was really given
is kept, and $z$ is drawn once more (pseudo-Gibbs; Rezende et al. 2014, appendix F).
"""
    TRAINING_FACTORS = "The factors of this model's training: {factors}, label {label:g}, KL 1."
    TRAINING_TITLE = "**{target}**, imagined from {seen}: the mean, one draw, and three draws given back once"
    FIRST, BACK = "first", "back {count}"
    TRAINING_ALT = "Five {target}s imagined from {seen}; the label decoder reads {label}."
    HONEST = """
**What is honest about it.** The chain would draw from the model's own belief only if the experts were exact,
pixels were drawn too, and it ran for ever; here it runs {rounds} round, and further ones would slowly lose the
digit. Factors above 1 favour sharp pictures and make posteriors
narrower than the true ELBO would. A product of experts can be sure and wrong: multiplying two confident
mistakes gives one more confident mistake.
"""

    DOUBT = "Calibrated doubt"
    DOUBT_TEXT = """
A model that knows ten digits names one of them whatever it sees. So each input is compared with the
training digits: how far its latent mean lies from the nearest class (Mahalanobis distance), and whether it
is reconstructed worse than is usual. A score above 1, which three in a hundred held-out training digits
exceed, is called “does not look like a digit”.

$v$ is where the input lies, $v_c$ the middle of class $c$; $W$ makes the spread within a class the same in all
directions, and $t$ sets where the score is 1. The last coordinate of $W (v - v_c)$ is the error beyond what the
others let expect. It counts only if it is positive: to be reconstructed better than usual is no reason for doubt.
"""
    DOUBT_TITLE = "The scores of your input; the dashed line is where the doubt begins"
    DOUBT_NONE = "This model came without the measurements that the score needs."
    FAMILIAR, UNFAMILIAR = "{score:.2f}, like a digit", "{score:.2f}, unlike a digit"
    DOUBT_ALT = "Bars of the scores, doubt begins at 1: {bars}."

    SOURCES = "Sources"
    SOURCES_TEXT = """
- M. Wu, N. Goodman: *Multimodal Generative Models for Scalable Weakly-Supervised Learning.* NeurIPS 2018.
  [arXiv:1802.05335](https://arxiv.org/abs/1802.05335). The model of this app.
- D. P. Kingma, M. Welling: *Auto-Encoding Variational Bayes.* ICLR 2014.
  [arXiv:1312.6114](https://arxiv.org/abs/1312.6114). The ELBO and reparameterisation.
- G. E. Hinton: *Training Products of Experts by Minimizing Contrastive Divergence.* Neural Computation 14
  (2002). Products of experts.
- D. J. Rezende, S. Mohamed, D. Wierstra: *Stochastic Backpropagation and Approximate Inference in Deep
  Generative Models.* ICML 2014. [arXiv:1401.4082](https://arxiv.org/abs/1401.4082). Imagining what is
  missing.
- K. Lee et al.: *A Simple Unified Framework for Detecting Out-of-Distribution Samples and Adversarial
  Attacks.* NeurIPS 2018. [arXiv:1807.03888](https://arxiv.org/abs/1807.03888). The doubt.
"""
    DATA = "**Data**, with their licences:"
    DATA_LINE = "- [{title}]({homepage}): {licence}"
    DATA_NOTE = (
        "The shipped models were trained on HODA, so its condition holds for them, too: no commercial use. "
        "The code is under the MIT licence."
    )
