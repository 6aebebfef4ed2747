"""The poster's task: ten digits, handwritten in Farsi and Kannada, and spoken."""

from mvae.modalities.base import IMAGE_SIZE, MFCC_COEFFICIENTS, MFCC_FRAMES, Modality

DIGITS = 10


FARSI = Modality("farsi", "Farsi digit", (IMAGE_SIZE, IMAGE_SIZE), "bernoulli", weight=3.0)


KANNADA = Modality("kannada", "Kannada digit", (IMAGE_SIZE, IMAGE_SIZE), "bernoulli", weight=3.0)


SPEECH = Modality("speech", "Spoken digit", (MFCC_COEFFICIENTS, MFCC_FRAMES), "gaussian", weight=1.5)


MODALITIES = (FARSI, KANNADA, SPEECH)


LABEL_WEIGHT = 200.0
"""Factor of the label's categorical log-likelihood in the objective."""
