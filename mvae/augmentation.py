"""Small random changes of training samples, so that the model meets more hands and voices than the data has.

Each function takes a batch and a generator and changes every sample by its own draw, without a loop. Where
the batch is only a worker's share of a larger one, it draws for the larger one and takes its rows.
"""

import torch
from torch import Tensor
from torch.nn import functional

from mvae.distributed import ALONE, Share

_ROTATION = 0.21  # radians either way: 12 degrees
_SHEAR = 0.2
_SCALE = 0.12
_SHIFT = 0.1  # of half the width: 1.4 pixels
_SQUEEZE = 0.18  # change of the speaker's tempo either way
_ONSET = 2.5  # frames of 25 ms either way
_TILT = 0.35  # standard deviations by which a voice's or a microphone's colour may differ


def augment_images(images: Tensor, generator: torch.Generator, share: Share | None = None) -> Tensor:
    """Rotate, shear, scale, shift, and thicken or thin: (B, 28, 28) in [0, 1] -> the same."""
    share = share or ALONE.share(len(images))
    rotation, shear, wide, high, right, down, pen = _uniform(7, images, generator, share)
    angle = _ROTATION * rotation
    cos, sin = torch.cos(angle), torch.sin(angle)
    scale_x, scale_y = 1 + _SCALE * wide, 1 + _SCALE * high
    slant = _SHEAR * shear
    matrix = torch.stack([
        torch.stack([cos * scale_x, (slant * cos - sin) * scale_y, _SHIFT * right], dim=-1),
        torch.stack([sin * scale_x, (slant * sin + cos) * scale_y, _SHIFT * down], dim=-1),
    ], dim=1)  # (B, 2, 3)  # fmt: skip
    batch = images.unsqueeze(1)  # (B, 1, 28, 28)
    grid = functional.affine_grid(matrix, list(batch.shape), align_corners=False)
    batch = functional.grid_sample(batch, grid, align_corners=False)
    thick = functional.max_pool2d(batch, 3, stride=1, padding=1)
    thin = -functional.max_pool2d(-batch, 3, stride=1, padding=1)
    pen = pen.view(-1, 1, 1, 1)
    # Thinning is the gentler of the two: a fine line must not vanish.
    batch = batch + pen.clamp(min=0) * 0.6 * (thick - batch) + (-pen).clamp(min=0) * 0.4 * (thin - batch)
    return torch.clamp(batch.squeeze(1), 0, 1)


def augment_speech(mfcc: Tensor, generator: torch.Generator, share: Share | None = None) -> Tensor:
    """Shift, stretch and colour: (B, 13, 32) standardised -> the same."""
    share = share or ALONE.share(len(mfcc))
    tempo, onset = _uniform(2, mfcc, generator, share)
    frames = mfcc.shape[-1]
    time = torch.linspace(-1, 1, frames, device=mfcc.device)
    # Stretching about the first frame keeps the onset where it was.
    stretched = (time + 1) * (1 + _SQUEEZE * tempo[:, None]) - 1  # (B, 32)
    position = stretched + _ONSET * 2 / frames * onset[:, None]
    grid = torch.stack([position, torch.zeros_like(position)], dim=-1).unsqueeze(1)  # (B, 1, 32, 2)
    warped = functional.grid_sample(mfcc.unsqueeze(2), grid, padding_mode="border", align_corners=True)
    tilt = torch.randn(share.total, mfcc.shape[1], 1, generator=generator, device=mfcc.device)
    return warped.squeeze(2) + _TILT * share.of(tilt)


def _uniform(count: int, batch: Tensor, generator: torch.Generator, share: Share) -> Tensor:
    """Return (count, B) draws from [-1, 1]."""
    whole = torch.rand(count, share.total, generator=generator, device=batch.device)
    return share.of(whole, dim=1) * 2 - 1
