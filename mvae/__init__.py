"""Multimodal variational autoencoders with missing modalities.

    import mvae
    pipe = mvae.load_pretrained()
    out = pipe(farsi=image, speech=(waveform, sample_rate))
    out.label, out.kannada, out.expert_shares

Names are imported on first use: importing the package alone does not load torch or librosa.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mvae.errors import MVAEError
    from mvae.inference.completion import Completion, Decoding
    from mvae.inference.pipeline import Pipeline, load_pretrained
    from mvae.model.model import MVAE, MVAEConfig

__all__ = ["MVAE", "Completion", "Decoding", "MVAEConfig", "MVAEError", "Pipeline", "load_pretrained"]

_HOME = {
    "MVAE": "model.model", "MVAEConfig": "model.model", "MVAEError": "errors",
    "Completion": "inference.completion", "Decoding": "inference.completion",
    "Pipeline": "inference.pipeline", "load_pretrained": "inference.pipeline",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"mvae.{_HOME[name]}"), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
