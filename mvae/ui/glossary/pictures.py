"""A small picture of each word of the glossary, as SVG: lines in the page's own colour, experts in theirs."""

from collections.abc import Callable, Mapping
from functools import cache
from math import exp, pi, sin
from types import MappingProxyType

from mvae.modalities.strokes import template
from mvae.ui.views.colours import MODALITIES, PRIOR, Look, svg_dashes

_WIDTH, _HEIGHT, _FLOOR = 180, 72, 64
_FIRST, _SECOND, _THIRD = MODALITIES[:3]
_DIGIT = 3


@cache
def picture(name: str) -> str:
    """Return the picture of a word of the glossary; it says nothing that the word's sentence does not."""
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" fill="none" '
        f'stroke="currentColor" stroke-width="2" aria-hidden="true">{_PICTURES[name]()}</svg>'
    )


def _bell(
    mean: float, deviation: float, look: Look | None = None, *, width: float = 2, fill: str = "none"
) -> str:
    """Draw a Gaussian over the floor, the higher the narrower; without a look, it is the product."""
    top = min(56.0, 520 / deviation)
    points = " ".join(
        f"{x},{_FLOOR - top * exp(-0.5 * ((x - mean) / deviation) ** 2):.1f}"
        for x in range(4, _WIDTH - 3, 3)
        if abs(x - mean) < 3.4 * deviation
    )
    line = "" if look is None else f'stroke="{look.colour}" stroke-dasharray="{svg_dashes(look)}" '
    return f'<polyline points="{points}" {line}stroke-width="{width}" fill="{fill}" fill-opacity="0.25"/>'


def _axis() -> str:
    return f'<path d="M4 {_FLOOR}H{_WIDTH - 4}" stroke-opacity="0.5" stroke-width="1"/>'


def _digit(script: str, look: Look, left: float, top: float, side: float) -> str:
    """Draw the strokes of a digit into a square."""
    lines = "".join(
        '<polyline points="{}"/>'.format(
            " ".join(f"{left + side * x:.1f},{top + side * y:.1f}" for x, y in stroke)
        )
        for stroke in template(script, _DIGIT)
    )
    return f'<g stroke="{look.colour}" stroke-width="4" stroke-linecap="round">{lines}</g>'


def _sound(left: float, middle: float, width: float, height: float) -> str:
    """Draw a sound as it swells and fades."""
    bars = "".join(
        f"M{left + at * width / 15:.1f} {middle - half:.1f}v{2 * half:.1f}"
        for at in range(16)
        for half in [1 + height * sin(pi * at / 15) * (0.55 + 0.45 * sin(2.1 * at))]
    )
    return f'<path d="{bars}" stroke="{_THIRD.colour}" stroke-width="2.5"/>'


def _arrow(x: float, y: float, length: float) -> str:
    return f'<path d="M{x} {y}h{length}m-6 -5l6 5l-6 5"/>'


def _poster() -> str:
    rows = "".join(f"M64 {y}h22M94 {y}h22" for y in (30, 36, 42, 48, 54))
    sheet = '<rect x="54" y="4" width="72" height="64" rx="3"/><path d="M64 14h52M74 21h32"/>'
    return f'{sheet}<path d="{rows}" stroke-width="1.5"/>'


def _modality() -> str:
    scripts = _digit("farsi", _FIRST, 6, 10, 50) + _digit("kannada", _SECOND, 66, 10, 50)
    return scripts + _sound(128, 36, 44, 24)


def _latent() -> str:
    lines = "".join(
        f'<path d="M34 36L118 {y}" stroke="{look.colour}"/><rect x="118" y="{y - 8}" width="16" height="16" '
        f'fill="{look.colour}" stroke="none"/>'
        for y, look in zip((12, 36, 60), (_FIRST, _SECOND, _THIRD), strict=True)
    )
    return f'{lines}<circle cx="24" cy="36" r="13"/><circle cx="24" cy="36" r="4" fill="currentColor"/>'


def _expert() -> str:
    return f"{_digit('farsi', _FIRST, 4, 12, 46)}{_arrow(58, 36, 26)}{_bell(134, 14, _FIRST)}{_axis()}"


def _prior() -> str:
    middle = f'<path d="M90 {_FLOOR}v6" stroke-width="1.5"/>'
    return _axis() + middle + _bell(90, 28, PRIOR)


def _precision() -> str:
    return _axis() + _bell(46, 9.5, _FIRST) + _bell(126, 26, _SECOND)


def _product() -> str:
    return _axis() + _bell(56, 20, _FIRST) + _bell(118, 14, _SECOND) + _bell(98, 9.3, width=3.5)


def _posterior() -> str:
    return _axis() + _bell(90, 30, PRIOR) + _bell(116, 9.3, width=3.5)


def _kl() -> str:
    return _axis() + _bell(70, 24, PRIOR) + _bell(118, 13, width=3.5, fill="currentColor")


def _nats() -> str:
    bars = "".join(
        f'<rect x="{x}" y="{_FLOOR - high}" width="26" height="{high}"/>' for x, high in ((52, 20), (100, 54))
    )
    return f'{_axis()}<g fill="currentColor" fill-opacity="0.25">{bars}</g>'


def _elbo() -> str:
    ceiling = '<path d="M20 12H160" stroke-dasharray="6 5"/>'
    bar = f'<rect x="70" y="24" width="40" height="{_FLOOR - 24}" fill="currentColor" fill-opacity="0.25"/>'
    return f"{_axis()}{ceiling}{bar}"


def _coherence() -> str:
    same = '<path d="M150 38l8 9l16 -22" stroke-width="3.5"/>'
    scripts = _digit("farsi", _FIRST, 4, 12, 46) + _digit("kannada", _SECOND, 92, 12, 46)
    return scripts + _arrow(56, 36, 24) + same


def _mfcc() -> str:
    cells = "".join(
        f'<rect x="{66 + 9 * column}" y="{8 + 11 * row}" width="9" height="11" '
        f'fill-opacity="{0.15 + 0.8 * (0.5 + 0.5 * sin(1.7 * row + 0.8 * column)):.2f}"/>'
        for row in range(5)
        for column in range(12)
    )
    return f'{_sound(6, 36, 30, 22)}{_arrow(42, 36, 18)}<g fill="{_THIRD.colour}" stroke="none">{cells}</g>'


_PICTURES: Mapping[str, Callable[[], str]] = MappingProxyType(
    {
        "poster": _poster, "modality": _modality, "latent": _latent, "expert": _expert, "prior": _prior,
        "precision": _precision, "product": _product, "posterior": _posterior, "kl": _kl, "nats": _nats,
        "elbo": _elbo, "coherence": _coherence, "mfcc": _mfcc,
    }
)  # fmt: skip
