"""What a link or a lesson may hide; nothing of Streamlit is loaded for it."""

from mvae.ui import keys
from mvae.ui.keys import css
from mvae.ui.state.task import shown

_HIDEABLE = {
    "model": css(keys.CHECKPOINT_PICKER),
    "lessons": css(keys.LESSONS),
    "link": css(keys.COPY_LINK),
    "class": css(keys.CLASS_LINK),
    "download": css(keys.DOWNLOAD),
    "pages": f'[data-testid="stHeader"], {css(keys.BAR)}',
    "tabs": '[data-testid="stTabs"] [role="tablist"]',
    "switches": css(keys.PRESENT, keys.HOW_GIVEN),
    "examples": css(keys.EXAMPLE),
    "trace": css(keys.GUIDE),
    "undo": css(keys.UNDO, keys.CLEAR),
    "upload": css(keys.UPLOAD_POPOVER),
    "picture": css(keys.PICTURE),
    "microphone": '[data-testid="stAudioInput"]',
    "listen": f'[class*="st-key-{keys.LISTEN}"]',
    "settings": f"{css(keys.EXPERTS)}:not({css(keys.EXPERTS_VIEW, keys.BENCH_COMPONENT)}), "
    f"{css(keys.LATENT)}:not({css(keys.LATENT_VIEW, keys.LATENT_MAP)}), {css(keys.PRESET, keys.GRID)}",
    "training": css(keys.OWN, keys.TRAINING_STUDY),
    "projector": css(keys.PROJECTOR),
    "diagram": css(keys.DIAGRAM),
    "label": css(keys.LABEL),
    "shares": css(keys.SHARES),
    "imagination": css(keys.IMAGINATION),
    "ways": css(keys.WAYS_OF),
}


def hideable() -> dict[str, str]:
    """Return what `?hide=` may name, and the CSS selector of what it hides."""
    return {
        name: ", ".join(f".st-key-{key}{name}" for key in (keys.CARD, keys.OUTPUT, keys.WAYS_OF))
        for name in shown().names
    } | _HIDEABLE
