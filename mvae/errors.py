"""Errors whose message is one sentence for the person at the screen: what is wrong, and what to do.

The app and the command lines print `str(error)` and nothing else; every other exception is a bug.
"""


class MVAEError(Exception):
    """Base of all errors that a user can cause and mend."""


class DataError(MVAEError):
    """A data file is missing, cut short, or not what it should be."""


class DownloadError(DataError):
    """A data file could not be fetched, or its content has the wrong hash."""


class CheckpointError(MVAEError):
    """A checkpoint is missing, damaged, or from another version."""


class TaskError(MVAEError):
    """A task whose classes, modalities and loaders do not fit together, or that is not there."""


class TrainingError(MVAEError):
    """Training went wrong and cannot go on."""


class MissingPackageError(MVAEError):
    """A package that only some uses need is not installed."""


class ReportError(MVAEError):
    """A figure that a page quotes was not measured yet."""


class LessonError(MVAEError):
    """A lesson's file says what is not understood, or is not there."""


class InputError(MVAEError):
    """A drawing, a recording or a latent that the model cannot take."""


class StrokesError(InputError, ValueError):
    """A text that describes no drawing."""


class AudioError(InputError):
    """A recording that cannot be read, or in which no utterance can be found."""


class SilenceError(AudioError):
    """The recording is silent or empty."""


class TooLongError(AudioError):
    """The recording, or the speech in it, is longer than one utterance may be."""


class NoSpeechError(AudioError):
    """There is sound, but nothing in it that could be an utterance."""
