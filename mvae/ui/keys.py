"""The keys of widgets, of containers and of what a session holds: each is written here and nowhere else.

Streamlit gives the element of a key the CSS class ``st-key-KEY``, which style sheets and `?hide=` name;
`css` makes its selector. A key that ends in ``-`` is the beginning of several: a name follows it.
"""


def css(*keys: str) -> str:
    """Return the CSS selector of the elements with these keys."""
    return ", ".join(f'[class*="st-key-{key}"]' if key.endswith("-") else f".st-key-{key}" for key in keys)


# What a session holds, and the inputs.
SLOTS, BEGUN = "slots", "begun"
CHECKPOINT, CHECKPOINT_PICKER, OWN_MODEL = "checkpoint", "checkpoint_picker", "own-model"
HIDDEN, LINK_WRITTEN, LINK_PROBLEMS = "hidden", "link-written", "link-problems"
IMAGINATION_KIND, IMAGINATION_SEED = "imagination_kind", "imagination_seed"
IMAGINATION_PICKER, IMAGINE_AGAIN = "imagination_picker", "imagine-again"
PRESENT, EXAMPLE, NAMED_EXAMPLE = "present-", "example-", "example-named-"
CANVAS, STROKES, STROKES_COLLECTOR = "canvas-", "strokes-", "collector-"
GUIDE, PICTURE, PICTURE_LISTENER = "guide-", "picture-", "picture-listener-"
MICROPHONE, UPLOAD, UPLOAD_POPOVER, SOUND = "microphone-", "upload-", "upload-popover-", "sound-"
NUMBER, NUMBERS = "number-", "numbers-"
LISTEN = "listen"  # and the name of a modality

# The frame of all pages.
PAGE_TITLE, TOOLS, LESSONS, SHOWN_PARTS = "page-title", "tools", "lessons", "shown-parts"
ADDRESS, ADDRESS_BAR, COPY_LINK, COPY_LINK_BUTTON = "address", "address-bar", "copy-link", "copy-link-button"
EXIT = "exit"
LESSON_AT, LESSON_ANSWERS, LESSON_IS_FOLDED = "lesson-at", "lesson-answers", "lesson-is-folded"
LESSON_PANEL, LESSON_FOLDED, LESSON_HEAD = "lesson-panel", "lesson-folded", "lesson-head"
LESSON_TEXT, LESSON_ANSWER, LESSON_CHOICE = "lesson-text", "lesson-answer", "lesson-choice-"
LESSON_FOLD, LESSON_CLOSE, LESSON_NEXT = "lesson-fold", "lesson-close", "lesson-next"
BAR = "bar"
PROJECTOR, PROJECTOR_TOGGLE = "projector", "projector-toggle"
PROJECTOR_IS_ON, PROJECTOR_PICTURES = "projector-is-on", "projector-pictures"
WORDS = "words"
DOWNLOAD, DOWNLOAD_FILE, DOWNLOAD_PICTURES = "download", "download-", "download-pictures"

# Draw & speak.
COLUMNS, BOARD, CARDS, CARD, PIECE = "columns-", "board", "cards", "card-", "piece-"
INPUT, UNDO, CLEAR = "input-", "undo-", "clear-"
OUTPUTS, OUTPUT, INK, HEAT, REMARK = "outputs", "output-", "pictures-ink-", "pictures-heat-", "remark-"
ANSWER, DIAGRAM, BESIDE, LABEL, SHARES = "answer", "diagram", "beside", "label", "shares"
QUARREL = "quarrel"
IMAGINATION, EIGHT_WAYS, WAYS_OF = "imagination", "eight-ways", "ways-"
PROBLEM, WHICH_INPUT = "problem", "which-input"
WAYS, WAYS_TOGGLE = "ways", "ways-toggle"
RESULT, MADE_FROM, PLAYS, LINK = "result", "made-from", "plays", "link"
PAINTS = "paints"
LIVE, LIVE_ONCE = "live", "once"

# All subsets.
LISTEN_KEY, LISTEN_TO, LISTEN_SOUND = "listen-key", "listen-to", "listen-sound"
CHOOSE_ROW, ROWS = "choose-row", "rows"

# Experts. All that is a setting begins with the first.
EXPERTS = "experts-"
EXPERTS_VIEW, EXPERTS_PLANE = "experts-view", "experts-plane"
ELLIPSES, PLANE_SAID = "experts-ellipses", "experts-plane-said"
PLANE_SWITCHES, PLANE_QUARREL, PLANE_OUTPUTS = "plane-switches", "plane-quarrel", "plane-outputs"
BENCH, BENCH_COUNT, BENCH_PRIOR = "experts-bench", "experts-bench-count", "experts-bench-prior"
BENCH_RESET, BENCH_COMPONENT = "experts-bench-reset", "experts-bench-component"
CONFLICT_BETWEEN, CONFLICT_FIRST, CONFLICT_SECOND = "experts-between", "experts-drawn", "experts-spoken"
CONFLICT_SAID, CONFLICT_COUNTED = "experts-conflict-said", "conflict-counted"
CONFLICT_CHOICES, CONFLICT_OUTPUTS = "conflict-choices", "conflict-outputs"
SPOILT, SPOILT_STRENGTH = "experts-spoilt", "experts-strength"
SPOILT_PICTURES, SPOILT_AFTER = "experts-spoilt-pictures", "experts-spoilt-after"
SPOILT_ANSWER = "experts-spoilt-answer"
SPOILT_CHOICES, SPOILT_OUTPUTS = "spoilt-choices", "spoilt-outputs"
SPOILT_HOW = {
    "drawing": "experts-image-kind", "sound": "experts-sound-kind", "vector": "experts-vector-kind",
}  # fmt: skip

# Latent space. All that is a setting begins with the first, or is a walk's.
LATENT = "latent-"
LATENT_VIEW, LATENT_START = "latent-view", "latent-start"
LATENT_MOVES, LATENT_MOVED_START, LATENT_RESETS = "latent-moves", "latent-shown-start", "latent-resets"
LATENT_SHOWN, LATENT_SLIDERS, LATENT_OUTPUTS = "latent-shown", "latent-sliders", "latent-outputs"
SLIDERS_RESET = "sliders-reset"
LATENT_SOUND = "latent-sound"
GRID, PRESET, POSTER_PRESET = "grid-", "preset-", "poster-preset"
WALK_SAID, WALK_GRID = "walk-said", "walk-grid-"
WALK_SETTINGS, WALK_OUTPUTS = "walk-settings", "walk-outputs"
LATENT_END, LATENT_STEPS, LATENT_STEP = "latent-end", "latent-steps", "latent-heard"
LINE_FILM, LINE_SAID, LINE_LABEL = "line-film", "line-said", "line-label"
LINE_CHOICES, LINE_OUTPUTS, LINE_HEARD = "line-choices", "line-outputs", "line-heard"
LATENT_PLACE, LATENT_MAP, LATENT_MAP_PICK = "latent-place", "latent-map", "latent-map-pick"
MAP_GIVEN, MAP_DECODED, MAP_PLACE, MAP_CLASS = "map-given", "map-decoded", "map-place", "map-digit"
MAP_TO_START, MAP_NEIGHBOURS = "map-to-start", "map-neighbours"
MAP_POINTS, MAP_POINTS_TOLD = "map-points", "map-points-told"
MAP_SHORTCUTS, MAP_OUTPUTS = "map-shortcuts", "map-outputs"
DECODED, LABEL_DECODED, BARS_DECODED = "decoded-", "label-decoded", "bars-decoded"

# Training. All that is chosen for a training of one's own begins with the first.
OWN = "own-"
TRAINING_VIEW, TRAINING_STUDY = "training-view", "training-study"
REPLAY, REPLAY_EPOCH = "replay-", "replay-epoch"
OWN_ENCODER, OWN_LATENT = "own-encoder", "own-latent"
OWN_SUBSETS, OWN_MINUTES = "own-subsets", "own-minutes"
OWN_START, OWN_PAUSE, OWN_GO_ON, OWN_STOP = "own-start", "own-pause", "own-go-on", "own-stop"
OWN_USE, OWN_USED, OWN_COMPLAINT = "own-use", "own-job-used", "own-complaint"

# How it works.
HOW_GIVEN, HOW_DIMENSION, HOW_LIVE = "how-given", "how-dimension", "how-live-"

# Class view.
CLASS_LINK, CLASS_KEPT, CLASS_TAB, CLASS_KEEPER = "class-link", "class-kept", "class-tab", "class-keeper"
CLASS_CODE, CLASS_TRIES, CLASS_SAID = "class-code", "class-tries", "class-said"
CLASS_FORM, CLASS_OPEN, CLASS_END, CLASS_LEAVE = "class-form", "class-open", "class-end", "class-leave"
CLASS_DOOR, CLASS_PLACE, CLASS_BESIDE = "class-door", "class-place", "class-beside"
CLASS_BOARD, CLASS_CLEAR, CLASS_VOTES = "class-board", "class-clear", "class-votes"
CLASS_QUESTION, CLASS_WORDS, CLASS_CHOICES = "class-question", "class-words", "class-choices"
CLASS_ASK, CLASS_CLOSE = "class-ask", "class-close"
CLASS_PART, CLASS_SEND, CLASS_VOTE = "class-part", "class-send", "class-vote-"
