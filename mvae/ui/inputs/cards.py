"""The input card of each kind."""

from collections.abc import Mapping

from mvae.modalities.base import KindName
from mvae.ui.inputs.card import Card
from mvae.ui.inputs.drawing_card import DrawingCard
from mvae.ui.inputs.numbers_card import NumbersCard
from mvae.ui.inputs.sound_card import SoundCard

CARDS: Mapping[KindName, type[Card]] = {"drawing": DrawingCard, "sound": SoundCard, "vector": NumbersCard}
