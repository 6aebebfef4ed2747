"""Picture files of any content give a small upright image or a sentence; nothing else, nor much work."""

import io
import os
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mvae.arguments import LARGEST_FILE
from mvae.errors import InputError
from mvae.modalities.drawing import prepare_drawing
from mvae.modalities.picture_files import FORMATS, read_picture
from mvae.modalities.pixels import WORKING_SIDE
from mvae.modalities.strokes import render, template

PAGE = Image.fromarray(255 - render(template("farsi", 7), size=160, pen_width=12))


IN_64_MB = """
import resource, sys
from pathlib import Path
from mvae.modalities import paper
from mvae.modalities.drawing import prepare_drawing
from mvae.modalities.picture_files import read_picture
small, *large = [Path(name).read_bytes() for name in sys.argv[1:]]
assert prepare_drawing(read_picture(small)) is not None  # and OpenBLAS has its buffers
data = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_DATA, (data + 64 * 10**6,) * 2)
for content in large:
    image = read_picture(content)
    prepare_drawing(image)
    print(*image.size)
"""


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_that_claims(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_read(kind: str) -> None:
    found, expected = prepare_drawing(read_picture(saved(PAGE.convert("RGB"), kind))), prepare_drawing(PAGE)
    assert found is not None
    assert np.corrcoef(found.ravel(), expected.ravel())[0, 1] > 0.98


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("size", [(160, 120), (2000, 1500)])
def test_a_picture_comes_upright_and_small(kind: str, size: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    image = Image.new("RGB", size, (200, 200, 200))
    image.paste((0, 0, 0), (0, 0, size[0] // 4, size[1] // 4))  # the dark corner comes to the upper right
    found = read_picture(saved(image, kind, exif=exif.tobytes()))
    assert found.height > found.width
    assert max(found.size) <= WORKING_SIDE
    pixels = np.asarray(found.convert("L"))
    assert pixels[5, -5] < 50 < pixels[5, 5]


@pytest.mark.parametrize("side", [5_000, 30_000, 2**31 - 1])
def test_what_claims_to_be_huge_is_refused_before_it_is_decoded(side: int) -> None:
    began = time.process_time()
    with pytest.raises(InputError):
        read_picture(png_that_claims(side, side))
    assert time.process_time() - began < 0.5


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says how much memory a process has")
def test_no_mode_takes_more_than_64_mb(tmp_path: Path) -> None:
    side = 3_500
    black, palette = Image.new("L", (side, side)), Image.new("P", (side, side))
    large = {
        "palette": saved(palette, "PNG"), "its opacity": saved(palette, "PNG", transparency=bytes(256)),
        "gif": saved(black, "GIF"), "one transparent grey": saved(black, "PNG", transparency=3),
        "16 bits": saved(black.convert("I;16"), "PNG"), "one bit": saved(black.convert("1"), "PNG"),
        "floats": saved(black.convert("F"), "TIFF", compression="tiff_deflate"),
        "opaque": saved(Image.new("RGBA", (1_280, 1_280), (9, 9, 9, 255)), "PNG"),
    }  # fmt: skip
    files = [tmp_path / name for name in ("small", *large)]
    for file, content in zip(files, (saved(PAGE.convert("RGB"), "PNG"), *large.values()), strict=True):
        file.write_bytes(content)
    child = subprocess.run(
        [sys.executable, "-c", IN_64_MB, *map(str, files)],
        capture_output=True, text=True, check=False, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    assert child.returncode == 0, child.stderr
    assert child.stdout.splitlines() == ["1167 1167"] * (len(large) - 1) + ["1280 1280"]


def test_a_large_picture_of_a_palette_is_the_same_as_in_colours() -> None:
    page = PAGE.resize((2_400, 2_000)).convert("RGB")
    expected = np.asarray(read_picture(saved(page, "PNG")).convert("L")).astype(int)
    for picture in (page.quantize(256), page.convert("1", dither=Image.Dither.NONE), page.convert("L")):
        found = np.asarray(read_picture(saved(picture, "PNG")).convert("L")).astype(int)
        assert found.shape == expected.shape
        assert np.abs(found - expected).mean() < 2


def test_a_jpeg_of_very_many_scans_is_refused() -> None:
    content = saved(PAGE.convert("RGB"), "JPEG", progressive=True)
    assert read_picture(content)
    last_scan = content[content.rindex(b"\xff\xda") : -2]
    with pytest.raises(InputError, match="scans"):
        read_picture(content[:-2] + last_scan * 1000 + content[-2:])


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(InputError, match="MB"):
        read_picture(bytes(LARGEST_FILE + 1))


@pytest.mark.parametrize("brand", [b"ftypheic", b"ftypmif1", b"ftypavif"])
def test_what_phones_make_by_default_is_named(brand: bytes) -> None:
    with pytest.raises(InputError, match="save it as JPEG"):
        read_picture(bytes(4) + brand + bytes(100))


def test_other_formats_of_pillow_are_not_opened() -> None:
    for kind in ("PPM", "TGA", "ICO", "PCX", "EPS"):
        with pytest.raises(InputError, match="no picture"):
            read_picture(saved(PAGE.convert("RGB"), kind))


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(FORMATS), st.data())
def test_whatever_the_bytes_are_only_a_sentence_comes(kind: str, data: st.DataObject) -> None:
    content = bytearray(saved(PAGE.resize((40, 40)).convert("RGB"), kind))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(0, len(content)))
    try:
        prepare_drawing(read_picture(bytes(content[:end])))
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017 - not every change is an error


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=200))
def test_noise_is_no_picture(content: bytes) -> None:
    with pytest.raises(InputError):
        read_picture(content)
