"""Google Speech Commands: all clips of the ten digit words, by some 2,600 people, for whoever asks for it.

Source: Warden, "Speech Commands: A Dataset for Limited-Vocabulary Speech Recognition" (2018),
https://arxiv.org/abs/1804.03209. Its archive holds ``zero/0ab3b47d_nohash_0.wav`` and so on: a folder a word,
the hash of the speaker, a number; each clip is at most a second long, at 16 kHz. Here that clip is called
``0_sc0ab3b47d_0.wav``; of the 22 extra voices that come from the same people, a speaker has the same name.

``testing_list.txt`` and ``validation_list.txt`` in the archive name the clips that are for judging. They go
by speaker: whoever is named there, with whatever word, is kept out of training with all words.

The archive is checked by its SHA-256 before anything is taken out of it. Hashing some 38,900 clips again at
every start would take long, so from then on only names and sizes are compared with those in a manifest, which
is written last: where it is missing, extraction was stopped, and the set is not there.
"""

import json
import os
import re
import tarfile
from pathlib import Path
from typing import Literal

from mvae.data.archives import members
from mvae.data.items import DigitWords
from mvae.files import atomic_path, write_together

Part = Literal["train", "validation", "test"]

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
MANIFEST = "clips.json"
_LISTS: dict[str, Part] = {"validation_list.txt": "validation", "testing_list.txt": "test"}
_CLIP = re.compile(
    rf"(?P<word>{'|'.join(WORDS)})/(?P<speaker>[0-9a-f]{{8}})_nohash_(?P<index>[0-9]{{1,3}})\.wav"
)
_LISTED = re.compile(r"^\w+/([0-9a-f]+)_nohash_[0-9]+\.wav\s*$", re.MULTILINE)
_DAMAGED = "damaged"  # a hash that no archive has


def extract(archive: Path, item: DigitWords, data_dir: Path) -> None:
    """Write the clips of the digit words and, last of all, the manifest.

    Parameters
    ----------
    archive
        The compressed tar file, whose hash has been checked; read once from start to end.
    item
        Where the clips go.
    data_dir
        The data directory.

    Raises
    ------
    tarfile.TarError, zlib.error, EOFError
        If the archive is damaged or lacks clips or lists (of `mvae.data.archives.UNREADABLE`).
    """
    folder = data_dir / item.folder
    (folder / MANIFEST).unlink(missing_ok=True)
    sizes: dict[str, int] = {}
    listed: dict[Part, set[str]] = {}
    for member, content in members(archive):
        part = _LISTS.get(str(member))
        if part is not None:
            listed[part] = {f"sc{speaker}" for speaker in _LISTED.findall(content.decode())}
            continue
        clip = _CLIP.fullmatch(str(member))
        if clip is not None:
            name = f"{WORDS.index(clip['word'])}_sc{clip['speaker']}_{clip['index']}.wav"
            with atomic_path(folder / name) as temporary:
                temporary.write_bytes(content)
            sizes[name] = len(content)
    if not sizes or not all(listed.get(part) for part in _LISTS.values()):
        msg = "no clips, or no lists of those that are for judging"
        raise tarfile.ReadError(msg)
    clips: dict[Part, dict[str, int]] = {"train": {}, "validation": {}, "test": {}}
    for name, size in sorted(sizes.items()):
        speaker = name.split("_")[1]
        clips[next((part for part in listed if speaker in listed[part]), "train")][name] = size
    manifest = {"archive_sha256": item.sha256, "clips": clips}
    write_together(folder, {MANIFEST: (json.dumps(manifest, indent=1) + "\n").encode()})


def archive_hash(folder: Path) -> str | None:
    """Tell which archive the clips were taken from, if they are still all there with their sizes.

    Returns
    -------
    str | None
        The archive's SHA-256; None where there is no manifest; ``"damaged"`` where it cannot be read, or a
        clip is missing or has another size.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        clips = [clip for part in manifest["clips"].values() for clip in part.items()]
        archive = str(manifest["archive_sha256"])
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return _DAMAGED
    with os.scandir(folder) as entries:
        sizes = {entry.name: entry.stat().st_size for entry in entries}
    return archive if all(sizes.get(name) == size for name, size in clips) else _DAMAGED


def clip_names(folder: Path, part: Part) -> list[str]:
    """Names of the clips of the official training, validation or test part, sorted.

    Nobody is in two parts, but some of the 22 extra voices, which are trained on, may be in any of them.
    """
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return sorted(manifest["clips"][part])
