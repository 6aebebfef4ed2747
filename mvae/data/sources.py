"""The registry of data sources: which files there are, where they are published, what they must hash to.

The addresses name a branch's newest state (``HEAD``), not a commit: what is fetched is checked by its hash
anyway. That of the archive of Speech Commands is the one that torchaudio and TensorFlow Datasets publish;
there was no network here to compare it with the archive itself.
"""

import json
from importlib.resources import files
from itertools import product

from mvae.data.items import Archive, DataFile, DigitWords, Item, Recordings, Source
from mvae.data.verification import listing_hash

_GITHUB = "https://github.com"
_KANNADA = f"{_GITHUB}/vinayprabhu/Kannada_MNIST/raw/HEAD/data/output_tensors/MNIST_format"
_FSDD_SPEAKERS = ("george", "jackson", "lucas", "nicolas", "theo", "yweweler")
_SPEECH_COMMANDS_SHA256 = "af14739ee7dc311471de98f5f9d2c9191b18aedfe957f4a6ff791c709868ff58"
_SPEECH_COMMANDS = Archive(
    "https://download.tensorflow.org/data/speech_commands_v0.02.tar.gz",
    2_428_923_189,
    _SPEECH_COMMANDS_SHA256,
)


def _kannada(stem: str, images: str, labels: str, size: int) -> tuple[Item, ...]:
    return tuple(
        DataFile(f"kannada/{name}", f"{_KANNADA}/{name}", sha256, file_size)
        for name, sha256, file_size in (
            (f"X_{stem}-idx3-ubyte.gz", images, size),
            (f"y_{stem}-idx1-ubyte.gz", labels, 200),
        )
    )


def _fsdd() -> Recordings:
    takes = product(range(10), _FSDD_SPEAKERS, range(50))
    return Recordings(
        path="speech/recordings/*.wav",
        folder="speech/recordings",
        names=tuple(sorted(f"{digit}_{speaker}_{index}.wav" for digit, speaker, index in takes)),
        archive=Archive(f"{_GITHUB}/Jakobovski/free-spoken-digit-dataset/archive/HEAD.zip"),
        sha256="7bd8db2710c7d56d97fa0a53401594cdce898765a60fbf3424cc2a0d8b1b5a7e",
        size=21_128_848,
        clips={},
    )


def _extra_voices(name: str, pattern: str, archive: Archive, size: int) -> Recordings:
    manifest = files("mvae.data").joinpath("extra_voices.json").read_text()
    clips: dict[str, str] = json.loads(manifest)[name]
    folder = "speech/extra"
    return Recordings(
        path=f"{folder}/{pattern}",
        folder=folder,
        names=tuple(sorted(clips)),
        archive=archive,
        sha256=listing_hash(folder, clips),
        size=size,
        clips=clips,
    )


SOURCES: tuple[Source, ...] = (
    Source(
        name="hoda",
        title="HODA, Farsi digits (60,000 for training, 20,000 for testing)",
        licence="free for research and non-commercial use (farsiocr.ir)",
        homepage="http://farsiocr.ir",
        items=(
            DataFile(
                "farsi/Data_hoda_full.mat",
                f"{_GITHUB}/Alireza-Akhavan/class.vision/raw/HEAD/dataset/Data_hoda_full.mat",
                "39629eb751892b39fc5d1e987b472d441e4dffcbe8218931b73f466d8b2f3ce2",
                3_989_009,
            ),
            DataFile(
                "farsi/Test 20000.cdb",
                f"{_GITHUB}/amir-saniyan/HodaDatasetReader/raw/HEAD/DigitDB/Test%2020000.cdb",
                "f947c38071c886677ec212fe5000863fafae0b4ed349d97d51c33abe3c8e2b07",
                2_184_440,
            ),
        ),
    ),
    Source(
        name="kannada-mnist",
        title="Kannada-MNIST, Kannada digits (60,000 for training, 10,000 for testing)",
        licence="CC BY-SA 4.0",
        homepage=f"{_GITHUB}/vinayprabhu/Kannada_MNIST",
        items=(
            *_kannada(
                "kannada_MNIST_train",
                "105351b61538741814301e54ee5cfdac7464c0e2554e2a9967c63ef7ceaf7558",
                "42d8a31792fb59dcec85b8e5b62bd03598c1a96f4edffe6f6a3e95daac9319ef",
                6_900_000,
            ),
            *_kannada(
                "kannada_MNIST_test",
                "be3a7f7fd24b3eb62f28ab1e3f9e5a380738e87000f99417c14f94ca89616cf4",
                "2a4fb3eec0877aa3d4ab80d8f59374733af9b2b2966e8be0e50efe715f443a4d",
                1_100_000,
            ),
        ),
    ),
    Source(
        name="dig-mnist",
        title="Dig-MNIST, Kannada digits by non-native writers (10,240, for evaluation only)",
        licence="CC BY-SA 4.0",
        homepage=f"{_GITHUB}/vinayprabhu/Kannada_MNIST",
        items=_kannada(
            "dig_MNIST",
            "80f10e9328072991d61cc2db57a8793ae4ffcf030aa8b73a37dd64787da464ae",
            "270a721d62dee2a1e9459e0192e425c086de49f1f9610fb3d7b9f457e3dd83fe",
            1_400_000,
        ),
        optional=True,
    ),
    Source(
        name="fsdd",
        title="Free Spoken Digit Dataset, 6 voices (2,700 for training, 300 for testing)",
        licence="CC BY-SA 4.0",
        homepage=f"{_GITHUB}/Jakobovski/free-spoken-digit-dataset",
        items=(_fsdd(),),
    ),
    Source(
        name="speech-commands",
        title="Google Speech Commands, 22 further voices (100 clips), on request some 2,600 (38,900 clips)",
        licence="CC BY 4.0",
        homepage="https://arxiv.org/abs/1804.03209",
        items=(
            DigitWords(
                path="speech/commands/*.wav",
                folder="speech/commands",
                archive=_SPEECH_COMMANDS,
                sha256=_SPEECH_COMMANDS_SHA256,
                size=1_230_000_000,
                on_request="speech-commands",
            ),
            _extra_voices("speech-commands", "*_sc*.wav", _SPEECH_COMMANDS, 3_193_226),
        ),
        optional=True,
    ),
    Source(
        name="sai",
        title="CS566 Speech Processing, the voice of Sai (200 recordings, for training)",
        licence="Apache-2.0",
        homepage=f"{_GITHUB}/Sai-004/CS566-Speech-Processing",
        items=(
            _extra_voices(
                "sai",
                "*_sai_*.wav",
                Archive(f"{_GITHUB}/Sai-004/CS566-Speech-Processing/archive/HEAD.zip"),
                7_657_612,
            ),
        ),
        optional=True,
    ),
    Source(
        name="jay",
        title="HMM digit recognition, the voice of Jay (200 recordings, for training)",
        licence="MIT",
        homepage=f"{_GITHUB}/jayskhatri/hmm-digit-recognition",
        items=(
            _extra_voices(
                "jay",
                "*_jay_*.wav",
                Archive(f"{_GITHUB}/jayskhatri/hmm-digit-recognition/archive/HEAD.zip"),
                18_047_552,
            ),
        ),
        optional=True,
    ),
)


def find_item(path: str) -> Item:
    """Look an item up by its path."""
    return next(item for source in SOURCES for item in source.items if item.path == path)
