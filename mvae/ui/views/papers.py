"""What a handout is made of besides a result; nothing that makes PDFs is loaded for it."""

from dataclasses import dataclass

PAPERS = ("A4", "Letter")


@dataclass(frozen=True)
class Predicted:
    """One answer in a lesson: all as plain text, whether it is right, and which one is."""

    lesson: str
    question: str
    answer: str
    is_right: bool
    right: str
