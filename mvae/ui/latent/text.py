"""All that the page Latent space says: of the poster's task, and where that would be false, of any other."""

from mvae.ui.state.task import shown


class LatentSpace:
    """The page Latent space, of the poster's task; `words` returns that of the task which the app shows."""

    TITLE = "Latent space"
    LEAD = "Every digit is a point. Move it, and see what the decoders make of it."
    TABS = {"sliders": "Sliders", "walk": "Walk along one dimension", "line": "Interpolate", "map": "Map"}

    START = "Start from"
    CURRENT, DRAWN, PRIOR = "Posterior of the current input", "Posterior of a drawn {name}", "Prior mean, 0"
    THE_CURRENT, THE_DRAWN, THE_PRIOR = "the current input", "a drawn {name}", "the prior mean"
    OF_CLASS, THE_OF_CLASS = "Mean latent of {name}", "the mean latent of {name}"
    OWN = {"farsi": "My Farsi drawing", "kannada": "My Kannada drawing", "speech": "My sound"}
    THE_OWN = {"farsi": "your Farsi drawing", "kannada": "your Kannada drawing", "speech": "your sound"}
    OF_MODALITY, THE_OF_MODALITY = "My input: {name}", "your input “{name}”"
    NOT_THERE = "There is none on the page “Draw & speak”, so this is the prior mean, 0."
    NO_MEAN = "So this is the prior mean, 0."

    SOUND = "{name}: 13 MFCCs over 0.8 s"
    DRAWING_ALT = "{name} digit decoded from this latent; the label decoder reads {label}."
    SOUND_ALT = "Heat map of the MFCCs of this latent."
    VECTOR_ALT = "Bars of the values of {name} decoded from this latent; the label decoder reads {label}."
    DECODED = "decoded"
    LISTEN_TO = "Listen to"
    HEARD = "The speech decoded from this latent"
    LABEL = "Label **{label}**"

    SHOWN = "Most active dimensions"
    SHOWN_HELP = (
        "{alive} of the {size} dimensions carry information. KL is the model's mean over its training data, not that of this "
        "start."
    )
    RESET = "Reset"
    DIMENSION = "Dimension {index} · KL {kl:.2f} nats"

    INDEX, FIRST, STEP = "Index, 0 to {last}", "First value", "Step"
    RANGE, REACH = "From … to …", "As far as"
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
    GRID = "{name}; a frame marks each change of the label"
    GRID_ALT = "10 by 10 {name} digits for 100 values of dimension {index}; their labels: {met}."
    HEAT_GRID = "{name}: MFCCs in the same order"
    HEAT_GRID_ALT = "10 by 10 heat maps of MFCCs for the same 100 values of dimension {index}."
    SHORTENED = "In the pictures, {names}."
    SHORT_NAME = "{short} is {name}"

    END = "Go to"
    STEPS = "Steps"
    CHOSEN = "Step to hear"
    LINE = "A straight line between the means of two posteriors, from {start} to {end}: it need not pass where digits lie."
    NO_CHANGE = "The label is **{label}** all along."
    CHANGES = "The label changes {changes}."
    CHANGE = "from **{before}** to **{after}** at step {step}"
    FILM_STEP, FILM_LABEL = "Step", "Label"
    FILM_ALT = "Filmstrip of {steps} steps from {start} to {end}, as Farsi, Kannada and MFCCs of speech; the labels: {labels}."
    FILM = "Step {step} is framed; a filled badge marks each change of the label"
    CHOSEN_LABEL = "Label of step {step}: **{label}**"
    CHOSEN_HEARD = "The speech decoded at step {step}"

    MAP = (
        "{points:,} triplets of the test split, each drawn as its digit where t-SNE puts the mean of its joint "
        "posterior. It keeps near what is near in the latent; distances between groups, their sizes and the gaps mean "
        "nothing. It has no inverse: decoded is a mean of the latents of the {nearest} nearest points."
    )
    MAP_HOW = "Click or drag, or give the map the focus and press arrow keys (with Shift: further)."
    MAP_ALT = (
        "Map of {points} test triplets in ten groups, one for each digit. Ring: {start}. Cross, {x:.0%} from the left "
        "and {y:.0%} from the top: decoded as {label}. Arrow keys move the cross."
    )
    MAP_START = "start"
    MAP_LEGEND = "**Ring**: {start}, placed by its {nearest} nearest points. **Cross**: what is decoded."
    MAP_MARKS_ALT = "Marks of the classes on the map: {names}."
    NEIGHBOURS = "The {nearest} nearest points: {neighbours}."
    NEIGHBOUR = "{count} × {label}"
    TO_CLASS = "Go to the middle of a digit"
    TO_START = "Go to the start"
    NO_MAP = "These weights have no map yet. Draw it with: `python -m mvae map --checkpoint {checkpoint}`"
    NO_MAP_OWN = "Your model has no map: it was stopped before one was drawn. Train another one to its end."


class LatentSpaceOfAnyTask(LatentSpace):
    """What it says of another task."""

    LEAD = "Every sample is a point. Move it, and see what the decoders make of it."
    OWN: dict[str, str] = {}
    THE_OWN: dict[str, str] = {}
    DRAWING_ALT = "{name} decoded from this latent; the label decoder reads {label}."
    SOUND_ALT = "Heat map of the MFCCs of {name}, decoded from this latent."
    HEARD = "The sound decoded from this latent"
    EFFECTS = (
        "In the study of disentanglement, one and two deviations either way of dimension {index} move {effects}, where "
        "100 % is as far as another class."
    )
    OUTPUTS = {"label": "the label"}
    NO_STUDY = ""
    MET = (
        "Classes met along the way: **{met}**  \n"
        "100 tiles, row by row from {first:g} to {last:g}. At the start, dimension {index} is {value:.2f}; it carries "
        "{kl:.2f} nats. Over the training samples its standard deviation is {deviation:.2f}: far beyond, the decoders "
        "see what they were never trained on. {effects}"
    )
    GRID_ALT = "10 by 10 pictures of {name} for 100 values of dimension {index}; their labels: {met}."
    HEAT_GRID_ALT = "10 by 10 heat maps of the MFCCs of {name} for the same 100 values of dimension {index}."
    CHOSEN = "Step to look at"
    LINE = "A straight line in the latent, from {start} to {end}: it need not pass where samples lie."
    FILM_ALT = "Filmstrip of {steps} steps from {start} to {end}, as {modalities}; the labels: {labels}."
    CHOSEN_HEARD = "The sound decoded at step {step}"
    MAP = (
        "{points:,} test samples of all modalities together, each drawn as the mark of its class where t-SNE puts the "
        "mean of its joint posterior. It keeps near what is near in the latent; distances between groups, their sizes "
        "and the gaps mean nothing. It has no inverse: decoded is a mean of the latents of the {nearest} nearest points."
    )
    MAP_ALT = (
        "Map of {points} test samples, each drawn as the mark of its class. Ring: {start}. Cross, {x:.0%} from the left "
        "and {y:.0%} from the top: decoded as {label}. Arrow keys move the cross."
    )
    TO_CLASS = "Go to the middle of a class"
    NO_MAP = (
        "These weights have no map yet: a training draws one at its end where the task has a test split. Draw it with: "
        "`python -m mvae map --checkpoint {checkpoint} --task FILE.py:TASK`"
    )


def words() -> type[LatentSpace]:
    """Return what the page says of the task that the app shows."""
    return LatentSpace if shown().is_posters else LatentSpaceOfAnyTask
