"""All that the page Training says; `{rows}` is the number of subsets, in words."""

from mvae.ui.text import number_word


class Training:
    """The page Training."""

    TITLE = "Training"
    LEAD = "How the chosen model learned, what it imagined meanwhile, and its Table 1 beside the poster's."
    LEAD_OF_OTHERS = (
        "How the chosen model learned, what it imagined meanwhile, and how well it does on test data."
    )
    ABOUT = (
        "{latent} latent dimensions, trained for {epochs:g} epochs. An epoch shows every Farsi and every "
        "Kannada image of the training splits once, with a spoken digit of its label."
    )
    ABOUT_OTHERS = "{latent} latent dimensions, trained for {epochs:g} epochs."
    ABOUT_OWN = (
        "Your own model, of this session alone: {latent} latent dimensions, {epochs:.3g} short epochs."
    )
    TABS = {
        "curves": "Curves", "replay": "Replay", "table": "Table 1", "studies": "Studies",
        "own": "Train one now",
    }  # fmt: skip
    TABLE_OF_OTHERS = "Table"
    TASK = "mine.py:TASK"

    # What the examples of a task, one, and what is read in them are called: of the poster's, and of others.
    POSTERS_WORDS = {"examples": "triplets", "example": "a triplet", "label": "digit"}
    OTHERS_WORDS = {"examples": "examples", "example": "an example", "label": "class"}

    LOSS = "Loss"
    LOSS_EXPLAINED = (
        "The objective that training minimises, averaged over the {examples} of each epoch: the negative ELBO "
        "summed over all {rows} subsets, with the label's term. The KL divergence is phased in over the first "
        "epochs."
    )
    LOSS_AXIS = "Loss, nats {example}"
    LOSS_ALT = "Line chart of the loss over {epochs} epochs, from {first:,.1f} to {last:,.1f}."
    EPOCH = "Epoch"
    ACCURACY = "Accuracy"
    ACCURACY_AXIS = "Accuracy, %"
    ACCURACY_EXPLAINED = {
        "holdout_accuracy": "Share of the {examples} held out of training whose {label} is read correctly.",
        "accuracy": "Share of the training {examples} whose {label} was read correctly from each subset, "
        "while training.",
    }
    SOME_SUBSETS = " Of the {rows} subsets, those of one modality are drawn, and that of all."
    ACCURACY_ALT = "Line chart of the accuracy of the {rows} subsets over the epochs. At the end: {ends}."
    NO_CURVES = "The checkpoint “{name}” came without training curves. Train a new one with `{command}`."
    NO_ACCURACY = "This run drew random subsets in each step, so no accuracy of each subset was recorded."

    REPLAY_EXPLAINED = (
        "After each epoch the model is shown the app's ten drawings of one script, and imagines the other "
        "script; from both it imagines speech. The noise is the same each time, so that only the model "
        "changes. Move the slider, or play."
    )
    NO_REPLAY = (
        "The checkpoint “{name}” came without a replay. Train a new one, which saves it, with `{command}`."
    )
    REPLAY_OF_OTHERS_EXPLAINED = (
        "After each epoch the model is shown an example of every class, and imagines each modality from other ones. The noise "
        "is the same each time, so that only the model changes. Move the slider, or play."
    )
    NO_REPLAY_OWN = "Your model has no replay yet: it was stopped before its first epoch ended."
    REPLAY_ROWS = {  # of the poster's task, in this order
        "kannada": (
            "Kannada, imagined from Farsi",
            "the Kannada digits 0 to 9, imagined from Farsi drawings",
        ),
        "farsi": ("Farsi, imagined from Kannada", "the Farsi digits 0 to 9, imagined from Kannada drawings"),
        "speech": (
            "Speech, imagined from both: 13 MFCCs over 0.8 s",
            "heat maps of the MFCCs of the digits 0 to 9",
        ),
    }
    REPLAY_ROW, REPLAY_ROW_ALT = "{title}, imagined", "{title}, imagined of {classes}"
    SOME_GIVEN, ALL_GIVEN = "{count} given", "All given"
    REPLAY_WORDS = {
        "slider": "Epoch", "play": "Play", "pause": "Pause", "epoch": "Epoch {epoch} of {total}",
        "nothing": "Before the first epoch", "loss": "Loss, nats", "accuracy": "Digits read rightly, %",
    }  # fmt: skip
    CLASSES_READ = "Classes read rightly, %"

    TABLE_EXPLAINED = (
        "Bold: this checkpoint. In brackets: the poster, on its training split. It gives neither its pixel scaling nor "
        "its MFCC units, so accuracy compares directly, and the other columns only by their pattern: low where a "
        "modality is given, higher where it is imagined. −ELBO has the sign that the poster gives it, so **lower is "
        "better**, unlike the ELBO on the other pages; it counts all modalities."
    )
    TABLE_OF_OTHERS_EXPLAINED = (
        "Of every subset: the share of the test examples whose class is read correctly, the negative ELBO of all "
        "modalities, and what the modalities' errors are, given or imagined: binary cross-entropy (BCE), or mean squared "
        "error in standardised units (MSE). Accuracy is better high, all else low."
    )
    COLUMNS = {"accuracy": "Accuracy, %", "negative_elbo": "−ELBO, nats"}
    ERRORS = {"bernoulli": "{name} BCE, nats", "gaussian": "{name} MSE"}
    GIVEN = "Given"
    SPLITS = {"test": "**Test split**", "train": "**Train split**"}
    NO_TABLE = (
        "The checkpoint “{name}” came without Table 1 of the {split} split. Measure it with `{command}`."
    )
    NO_TABLE_OF_OTHERS = "The checkpoint “{name}” came without a table. Measure it with `{command}`."
    NO_TABLE_OWN = (
        "Table 1 is not measured for your own model; its accuracy on held-out digits is among the curves."
    )

    STUDY = "Study"
    NO_STUDIES = "No study was run for this checkpoint. Run them with `python -m mvae study`."
    STUDIES_OF_POSTER = (
        "The studies are of the poster's task, so there are none to show. To compare models of this one, train them with "
        "other options: `{command}`, where `--help` lists the options."
    )
    TRAINING_OF_POSTER = (
        "In the app itself only the poster's task can be trained. Train a model of this one with "
        "`{command}`, and show it with "
        "`streamlit run app.py -- --checkpoint runs/mine`."
    )

    OWN_EXPLAINED = (
        "A small model learns in the background, while you watch. It sees {linear:,} images of each digit of "
        "each script (the convolutional one {conv:,}, as it is slower), and the rest of the app goes first."
    )
    OWN_EXPLAINED_WITHOUT = (
        "A small model learns in the background, while you watch, and the rest of the app goes first."
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
    LOADING = "The data is being loaded; the first time on a server that takes half a minute."
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
        "This server has no data ({path} is missing), so the model learns from stand-ins: our own strokes of the "
        "twenty digits in a shaky hand, and digits and voices that the shipped model imagines. It learns to read tidy "
        "digits, and no handwriting. Whoever runs the server can fetch the data with `python -m mvae data download`, "
        "or set MVAE_DATA to the folder that has it."
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
    LABEL = "Label"
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
        "Negative ELBO of everything, in nats, lower is better: {elbos}. Training, step by step side by side: {seconds}. These "
        "seconds are not of like work: MultiVae's matrix products are in {theirs}, ours in {own}, and ours keeps "
        "an average of its weights, which is what is judged."
    )
    PEER_AXIS = "Read rightly, %"
    PEER_CHART = "Digits read in the outputs, by what is given"


def lead(*, posters: bool) -> str:
    """Return the sentence below the title: of the poster's task, or of another."""
    return Training.LEAD if posters else Training.LEAD_OF_OTHERS


def tabs(*, posters: bool) -> dict[str, str]:
    """Return the titles of the tabs by name."""
    return Training.TABS | ({} if posters else {"table": Training.TABLE_OF_OTHERS})


def filled_in(text: str, modalities: int, *, posters: bool, **more: str) -> str:
    """Return a text with the words of the task filled in, how many subsets it has, and what is given."""
    words = Training.POSTERS_WORDS if posters else Training.OTHERS_WORDS
    return text.format(**words, rows=number_word(2**modalities - 1), **more)


def given(count: int, modalities: int) -> str:
    """Return what stands for so many given modalities of these."""
    if count == modalities:
        return Training.ALL_GIVEN
    return Training.SOME_GIVEN.format(count=number_word(count).capitalize())
