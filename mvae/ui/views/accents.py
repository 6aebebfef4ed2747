"""A style sheet that gives each modality's cards and switches its colour, and its sign before its name."""

from collections.abc import Mapping

from mvae.ui import keys
from mvae.ui.views.colours import looks


def accents(modalities: Mapping[str, str]) -> str:
    """Return rules for what carries a modality's name in its key: its cards, outputs and switches.

    Parameters
    ----------
    modalities
        Name -> what a person reads, in their order.
    """
    drawn = looks(modalities)
    return "".join(_rules(name, drawn[name].colour, drawn[name].sign) for name in modalities)


def _rules(name: str, colour: str, sign: str) -> str:
    card, output, switch = (keys.css(f"{key}{name}") for key in (keys.CARD, keys.OUTPUT, keys.PRESENT))
    # Nobody hears a sign: what stands beside it names the modality.
    before = f'content: "{sign}" / ""; color: {colour}; font-size: 0.8em; margin-right: 0.35em;'
    return (
        f"{card}, {output} {{ border-top: 4px solid {colour}; }} "
        f"{switch} p::before {{ {before} }} "
        f'{output} > [data-testid="stElementContainer"]:first-child p strong::before {{ {before} }} '
        f'{switch} [data-selected="true"] label > span + div {{ background-color: {colour}; }} '
    )
