"""The keys of widgets, of containers and of what a session holds: each is written here and nowhere else.

Streamlit gives the element of a key the CSS class ``st-key-KEY``, which style sheets, `?hide=` and tests name;
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
PRESENT = "present-"
EXAMPLE = "example-"

# The frame of all pages.

# Draw & speak.

# All subsets.

# Experts.
EXPERTS_VIEW, EXPERTS_PLANE = "experts-view", "experts-plane"
BENCH, BENCH_COUNT, BENCH_PRIOR = "experts-bench", "experts-bench-count", "experts-bench-prior"
BENCH_RESET, BENCH_COMPONENT = "experts-bench-reset", "experts-bench-component"
CONFLICT_BETWEEN, CONFLICT_FIRST, CONFLICT_SECOND = "experts-between", "experts-drawn", "experts-spoken"
SPOILT, SPOILT_STRENGTH = "experts-spoilt", "experts-strength"
SPOILT_HOW = {
    "drawing": "experts-image-kind", "sound": "experts-sound-kind", "vector": "experts-vector-kind",
}  # fmt: skip

# Latent space.

# Training.

# How it works.
HOW_GIVEN, HOW_DIMENSION, HOW_LIVE = "how-given", "how-dimension", "how-live-"
