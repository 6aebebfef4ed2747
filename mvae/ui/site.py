"""What a site without a server (`mvae.web.site`) takes from the app: looks, an order, and the map."""

import re
from pathlib import Path
from typing import Any

from mvae.checkpoint.familiarity import load_familiarity
from mvae.checkpoint.latent_map import NEAREST, load_map
from mvae.inference.doubt import SURE
from mvae.inference.latent import active_dimensions
from mvae.inference.pipeline import Pipeline
from mvae.inference.posteriors import ELBO_DRAWS
from mvae.modalities.base import Modality
from mvae.modalities.kinds import SEMITONES
from mvae.tasks.digits import TASK
from mvae.ui.draw.text import DrawAndSpeak
from mvae.ui.glossary.cards import cards
from mvae.ui.glossary.text import WORDS, Poster
from mvae.ui.latent.text import LatentSpace as Text
from mvae.ui.views.constants import view_constants
from mvae.ui.views.pictures import grid_texts
from mvae.ui.views.points import points_of
from mvae.ui.views.short import grid_names
from mvae.ui.views.ways import WAYS, WAYS_CELL, WAYS_SCALE


def of_app(checkpoint: Path) -> dict[str, Any]:
    """Return what the pages of a site of a checkpoint must know of the app, as `json.dumps` takes it.

    Returns
    -------
    dict[str, Any]
        ``views``, which `mvae/web/views/views.js` is given; ``ranking``, the latent's dimensions, the most
        active first; ``elboDraws``, over which an ELBO is averaged; ``map``, what
        `mvae/web/views/plane.js` draws, or None where there is no map; ``ways``, how several draws are
        shown; ``grid``, what is written on grids, and ``shortened``, which says what stands for which class
        there, or nothing; ``words``, the cards of the glossary; ``poster``, how it
        is cited; and ``familiarity``, how unlike inputs are told and what is said of them, or None
        where the checkpoint does not know.

    Raises
    ------
    CheckpointError
        If the checkpoint is damaged.
    """
    pipe, found = Pipeline(checkpoint), load_map(checkpoint)
    drawn = None if found is None else {**points_of(found, pipe.classes), "nearest": NEAREST}
    short = grid_names(pipe.classes)
    pairs = zip(short, pipe.classes, strict=True)
    said = [Text.SHORT_NAME.format(short=each, name=name) for each, name in pairs if each != name]
    return {
        "views": view_constants(),
        "ranking": active_dimensions(pipe, checkpoint).tolist(),
        "elboDraws": ELBO_DRAWS,
        "map": drawn,
        "ways": {"count": WAYS, "cell": WAYS_CELL, "scale": WAYS_SCALE},
        "grid": grid_texts(short),
        "familiarity": _familiarity(pipe) if load_familiarity(checkpoint) else None,
        "words": {name: {**card, "forms": WORDS[name].forms} for name, card in cards().items()},
        "poster": {"words": WORDS["poster"].sentence, "address": Poster.ADDRESS},
        "shortened": Text.SHORTENED.format(names=", ".join(said)) if said else "",
    }


def _familiarity(pipe: Pipeline) -> dict[str, Any]:
    """Return what `mvae/web/live/familiarity.js` is given, and what is said, without the app's Markdown."""
    config = pipe.model.config
    posters = TASK.describes(config)

    def remark(modality: Modality) -> str:
        of_posters = DrawAndSpeak.UNLIKE_SPEECH if modality.kind == "sound" else DrawAndSpeak.UNLIKE_DRAWING
        return _words(of_posters if posters else DrawAndSpeak.UNLIKE).format(title=modality.title)

    return {
        "doubt": {"sure": SURE, "semitones": SEMITONES},
        "guess": DrawAndSpeak.GUESS,
        "onlyAGuess": _words(DrawAndSpeak.ONLY_A_GUESS),
        "unlike": {modality.name: remark(modality) for modality in config.modalities},
    }


def _words(markdown: str) -> str:
    """Return the words of a coloured text, or of a badge behind its icon."""
    return re.sub(r":[\w-]+\[(?::material/\w+: )?(.*)\]", r"\1", markdown)
