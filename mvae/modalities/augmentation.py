"""Small random changes of training samples, for more handwriting and voices than the data has.

Each function takes a batch and a generator and changes every sample by its own draw, without a loop. Where
the batch is only a worker's share of a larger one, it draws for the larger one and takes its rows.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from mvae.share import Share

_ROTATION = 0.21  # radians either way: 12 degrees
_SHEAR = 0.2
_SCALE = 0.12
_SHIFT = 0.1  # of half the width: 1.4 pixels
_BENDS = 5  # places along each side that are moved by themselves when an image is bent
_SQUEEZE = 0.18  # change of the speaker's tempo either way
_ONSET = 2.5  # frames of 25 ms either way
_TILT = 0.35  # standard deviations by which a voice's or a microphone's colour may differ


def augment_images(
    images: Tensor, generator: torch.Generator, share: Share | None = None, *, bend: float = 0.0
) -> Tensor:
    """Rotate, shear, scale, shift, bend, and thicken or thin: (B, 28, 28) in [0, 1] -> the same.

    `bend` is the standard deviation, in half widths of an image, by which places 7 pixels apart are moved,
    each by itself and all between them smoothly: an elastic distortion (Simard, Steinkraus & Platt, ICDAR
    2003).
    """
    share = Share.all_of(len(images)) if share is None else share
    rotation, shear, wide, high, right, down, pen = _uniform(7, images, generator, share)
    cos, sin = torch.cos(_ROTATION * rotation), torch.sin(_ROTATION * rotation)
    scale_x, scale_y, slant = 1 + _SCALE * wide, 1 + _SCALE * high, _SHEAR * shear
    grid = _affine_grid(
        images,
        (cos * scale_x, (slant * cos - sin) * scale_y, _SHIFT * right),
        (sin * scale_x, (slant * sin + cos) * scale_y, _SHIFT * down),
    )
    if bend > 0:
        grid = grid + _elastic(images, bend, generator, share)
    batch = functional.grid_sample(images.unsqueeze(1), grid, align_corners=False).squeeze(1)
    pen = _per_image(pen)
    thick, thin = _neighbours(batch, torch.maximum), _neighbours(batch, torch.minimum)
    # Thinning is the gentler of the two: a fine line must not vanish.
    batch = torch.lerp(torch.lerp(batch, thick, 0.6 * pen.clamp(min=0)), thin, 0.4 * (-pen).clamp(min=0))
    return batch.clamp_(0, 1)


def augment_speech(mfcc: Tensor, generator: torch.Generator, share: Share | None = None) -> Tensor:
    """Shift, stretch and colour: (B, 13, 32) standardised -> the same."""
    share = Share.all_of(len(mfcc)) if share is None else share
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


def _per_image(values: Tensor) -> Tensor:
    """Let (B,) values meet (B, H, W) images."""
    return values[:, None, None]


def _affine_grid(images: Tensor, *rows: tuple[Tensor, Tensor, Tensor]) -> Tensor:
    """Say for each pixel where to look: row (a, b, c), (B,) each, gives a x + b y + c; (B, H, W, 2).

    As `torch.nn.functional.affine_grid`, whose matrix product with two columns is slow on a CPU.
    """
    height, width = images.shape[-2:]
    y, x = ((2 * torch.arange(size, device=images.device) + 1) / size - 1 for size in (height, width))
    return torch.stack([
        (_per_image(a) * x + _per_image(c)) + _per_image(b) * y[:, None] for a, b, c in rows
    ], dim=-1)  # fmt: skip


def _elastic(images: Tensor, bend: float, generator: torch.Generator, share: Share) -> Tensor:
    """Say how far from its place to look for each pixel: (B, H, W, 2)."""
    size = (share.total, 2, _BENDS, _BENDS)
    coarse = share.of(bend * torch.randn(size, generator=generator, device=images.device))
    fine = functional.interpolate(coarse, images.shape[-2:], mode="bicubic", align_corners=True)
    return fine.permute(0, 2, 3, 1)


def _neighbours(images: Tensor, pick: Callable[..., Tensor]) -> Tensor:
    """Pick the largest, or the smallest, of each pixel's 3 x 3 neighbours: (B, H, W) -> the same.

    One axis after the other: many times as fast on a CPU as `max_pool2d`, which also notes where it was.
    """
    for axis in (-1, -2):
        result, last = images.clone(), images.shape[axis] - 1
        for start, other in ((0, 1), (1, 0)):
            place = result.narrow(axis, start, last)
            pick(place, images.narrow(axis, other, last), out=place)
        images = result
    return images
