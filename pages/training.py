"""Training: curves (the poster's Figure 4), replay, Table 1, the studies, and a training of one's own."""

from mvae.ui.frame import frame
from mvae.ui.frame.link import keep_link
from mvae.ui.frame.tabs import Tabs
from mvae.ui.keys import TRAINING_VIEW
from mvae.ui.runtime.failures import error_boundary
from mvae.ui.state import models
from mvae.ui.state.task import shown
from mvae.ui.training import live, replay, studies
from mvae.ui.training.curves import show_curves
from mvae.ui.training.table import show_tables
from mvae.ui.training.text import Training as Text
from mvae.ui.training.text import lead, tabs

posters = shown().is_posters
choice = Tabs("training", TRAINING_VIEW, tabs(posters=posters))
fields = (choice.field, *replay.FIELDS, *studies.FIELDS, *live.FIELDS)
frame.page_header(Text.TITLE, lead(posters=posters), fields)
description = frame.pipeline().description  # says what to do if there is none
directory = models.checkpoint_directory()
own = models.chosen_checkpoint() not in shown().checkpoints
opened, place = choice.show()
with place, error_boundary():
    if opened == "curves":
        show_curves(directory, description.model.latent_size, description.epochs, own=own)
    elif opened == "replay":
        replay.show_kept_replay(directory, own=own)
    elif opened == "table":
        show_tables(directory, own=own)
    elif opened == "studies":
        studies.show_studies(directory, description.latent_kl)
    else:
        live.show_training()
keep_link(fields)
