"""What the members of an archive are recognised as: wav files with other headers, recordings as text."""

import hashlib
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile

from mvae.data.archives import extract
from mvae.data.items import Archive, Recordings
from mvae.data.sources import find_item

FULL_SCALE = 32768 * 0.9  # the loudest sample of a recording made from text


def a_set(clips: dict[str, bytes]) -> Recordings:
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in clips.items()}
    folder = "speech/extra"
    return Recordings(f"{folder}/*.wav", folder, tuple(sorted(clips)), Archive(""), "", 0, hashes)


def archive_of(path: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, content)
    return path


def plain_wav(samples: np.ndarray, rate: int = 16000) -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, format="WAV", subtype="PCM_16")
    return buffer.getvalue()


def as_text(samples: np.ndarray) -> bytes:
    header = [
        f"SAMPLES:\t{len(samples)}",
        "BITSPERSAMPLE:\t16",
        "CHANNELS:\t1",
        "SAMPLERATE:\t16000",
        "NORMALIZED:\tFALSE",
    ]
    return "\n".join([*header, *map(str, samples), ""]).encode()


def test_a_wav_file_with_a_longer_header_is_recognised_by_its_samples(tmp_path: Path) -> None:
    wav = plain_wav(np.arange(-50, 50, dtype=np.int16))
    comment = b"LIST\x10\0\0\0INFOISFT\4\0\0\0abc\0"
    riff = b"RIFF" + (len(wav) - 8 + len(comment)).to_bytes(4, "little") + wav[8:36] + comment + wav[36:]
    archive = archive_of(tmp_path / "a.zip", "folder/other name.wav", riff)
    assert extract(archive, a_set({"0_sai_0.wav": wav}), tmp_path) == 1
    assert (tmp_path / "speech/extra/0_sai_0.wav").read_bytes() == wav


def test_a_recording_published_as_text_is_scaled_to_nine_tenths(tmp_path: Path) -> None:
    samples = np.array([0, 100, -20000, 5000, -1])
    scaled = np.floor(samples * FULL_SCALE / 20000).astype(np.int16)
    archive = archive_of(tmp_path / "a.zip", "Digit 0/rec_1.txt", as_text(samples))
    assert extract(archive, a_set({"0_jay_0.wav": plain_wav(scaled)}), tmp_path) == 1


@pytest.mark.parametrize(
    "text", [b"SAMPLES:\t2\n\n\n\n\n1\nhello\n", b"SAMPLES:", b"only words", b"SAMPLES: 0\n" * 5]
)
def test_other_texts_are_passed_over(tmp_path: Path, text: bytes) -> None:
    archive = archive_of(tmp_path / "a.zip", "rec.txt", text)
    assert extract(archive, a_set({"0_jay_0.wav": plain_wav(np.ones(3, np.int16))}), tmp_path) == 0


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "loudest"),
    [("0_jay_0", 29409), ("3_jay_2", 28991), ("6_jay_0", 25239), ("6_jay_6", 29423), ("8_jay_0", 21443)],
)
def test_text_gives_the_very_files_of_the_data_set(
    data_dir: Path, tmp_path: Path, name: str, loudest: int
) -> None:
    # The published text is not here, but where its loudest sample is known (of 0_jay_0 it was read in the
    # repository, for the others only one fits) each sample follows from the wav file.
    wav = (data_dir / f"speech/extra/{name}.wav").read_bytes()
    scaled, _ = soundfile.read(io.BytesIO(wav), dtype="int16")
    samples = np.round((scaled.astype(int) + 0.5) * loudest / FULL_SCALE).astype(int)
    archive = archive_of(tmp_path / "a.zip", "rec.txt", as_text(samples))
    item = find_item("speech/extra/*_jay_*.wav")
    assert isinstance(item, Recordings)
    assert extract(archive, item, tmp_path) == 1
    assert (tmp_path / f"speech/extra/{name}.wav").read_bytes() == wav
