"""What a site without a server (`mvae.web.site`) takes from the app: looks, an order, and the map."""

from pathlib import Path
from typing import Any

from mvae.checkpoint.latent_map import NEAREST, load_map
from mvae.inference.latent import active_dimensions
from mvae.inference.pipeline import Pipeline
from mvae.inference.posteriors import ELBO_DRAWS
from mvae.ui.views.constants import view_constants
from mvae.ui.views.points import points_of


def of_app(checkpoint: Path) -> dict[str, Any]:
    """Return what the pages of a site of a checkpoint must know of the app, as `json.dumps` takes it.

    Returns
    -------
    dict[str, Any]
        ``views``, which `mvae/web/views/views.js` is given; ``ranking``, the latent's dimensions, the most
        active first; ``elboDraws``, over which an ELBO is averaged; and ``map``, what
        `mvae/web/views/plane.js` draws, or None where there is no map.

    Raises
    ------
    CheckpointError
        If the checkpoint is damaged.
    """
    pipe, found = Pipeline(checkpoint), load_map(checkpoint)
    drawn = None if found is None else {**points_of(found, pipe.classes), "nearest": NEAREST}
    return {
        "views": view_constants(),
        "ranking": active_dimensions(pipe, checkpoint).tolist(),
        "elboDraws": ELBO_DRAWS,
        "map": drawn,
    }
