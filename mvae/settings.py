"""Settings that a dataclass declares once: types, the values allowed, and what its docstring says of them.

Conventions
-----------
A setting is a field of type ``bool``, ``int``, ``float`` or ``Literal`` of texts, or one of these ``| None``.
A number is ``Annotated`` with its `Range`. Its description is the field's entry in the section *Attributes*
of the class's docstring, in numpydoc's form. Other fields, such as tuples, are no settings.
"""

import inspect
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from mvae.arguments import said
from mvae.errors import InputError

Scalar = bool | int | float | str | None

_ATTRIBUTES = re.compile(r"^Attributes\n-+\n(.*?)(?=\n\S[^\n]*\n-+$|\Z)", re.MULTILINE | re.DOTALL)
_NONE = "none"


@dataclass(frozen=True)
class Range:
    """The numbers from `least` to `most`, both finite, each of them allowed itself unless it is left out."""

    least: float
    most: float
    without_least: bool = False
    without_most: bool = False

    def __contains__(self, number: float) -> bool:
        return (
            self.least <= number <= self.most
            and not (self.without_least and number == self.least)
            and not (self.without_most and number == self.most)
        )

    def __str__(self) -> str:
        lower = "above" if self.without_least else "of at least"
        upper = "below" if self.without_most else "at most"
        return f"{lower} {self.least:,} and {upper} {self.most:,}"


@dataclass(frozen=True)
class Setting:
    """One setting.

    Attributes
    ----------
    name
        Of the field.
    kind
        ``bool``, ``int``, ``float`` or ``str``.
    allowed
        A `Range` of numbers, or the texts there are; of bool nothing.
    optional
        Whether it may be None.
    description
        What the docstring says, without markup; empty where it says nothing.
    """

    name: str
    kind: type
    allowed: Range | tuple[str, ...] = ()
    optional: bool = False
    description: str = ""

    @property
    def expected(self) -> str:
        """What is allowed, to end a sentence that begins with “must be”."""
        if self.kind is bool:
            what = "true or false"
        elif self.kind is str:
            what = f"one of {', '.join(self.allowed)}" if isinstance(self.allowed, tuple) else ""
        else:
            what = f"a {'whole ' if self.kind is int else ''}number {self.allowed}"
        return f"{what}, or {_NONE}" if self.optional else what

    def check(self, value: object) -> Scalar:
        """Return a value, as JSON holds it, in the setting's type.

        Raises
        ------
        InputError
            If it is not allowed.
        """
        if value is None and self.optional:
            return None
        if self.kind is bool and isinstance(value, bool):
            return value
        if isinstance(value, str) and isinstance(self.allowed, tuple) and value in self.allowed:
            return value
        if (
            isinstance(self.allowed, Range)
            and type(value) in {int, self.kind}
            and isinstance(value, int | float)
            and value in self.allowed
        ):
            return self.kind(value)  # type: ignore[no-any-return]
        msg = f"{self.name} must be {self.expected}, not {said(value)}."
        raise InputError(msg)

    def parse(self, text: str) -> Scalar:
        """Return the value that a text gives; errors as `check`."""
        if self.optional and text.lower() == _NONE:
            return None
        return self.check(text if self.kind is str else _number(text))


@cache
def settings_of(declared: type) -> Mapping[str, Setting]:
    """Return the settings of a dataclass, by name, in its order."""
    described = _descriptions(declared)
    hints = get_type_hints(declared, include_extras=True)
    found = {}
    for field in fields(declared):
        setting = _setting(field.name, hints[field.name], described.get(field.name, ""))
        if setting is not None:
            found[field.name] = setting
    return found


def _setting(name: str, hint: Any, description: str) -> Setting | None:
    optional, allowed = False, None
    while get_origin(hint) in {Annotated, Union, UnionType}:
        if get_origin(hint) is Annotated:
            hint, *notes = get_args(hint)
            allowed = next((note for note in notes if isinstance(note, Range)), allowed)
            continue
        optional = NoneType in get_args(hint)
        others = [each for each in get_args(hint) if each is not NoneType]
        if len(others) != 1:
            return None
        (hint,) = others
    if get_origin(hint) is Literal:
        return Setting(name, str, get_args(hint), optional, description)
    if hint is bool:
        return Setting(name, bool, (), optional, description)
    if hint in {int, float}:
        if allowed is None:
            msg = f"The number {name} is declared without a Range"
            raise TypeError(msg)
        return Setting(name, hint, allowed, optional, description)
    return None


def _descriptions(declared: type) -> dict[str, str]:
    """Read the section *Attributes*: a line of names, and below it, indented, what they are."""
    section = _ATTRIBUTES.search(inspect.getdoc(declared) or "")
    found = {}
    for entry in re.split(r"^(?=\S)", section[1], flags=re.MULTILINE) if section else ():
        names, _, text = entry.partition("\n")
        for name in names.partition(":")[0].split(","):
            found[name.strip()] = " ".join(text.replace("`", "").split())
    return found


def _number(text: str) -> int | float | str:
    """Return the number that a text writes, whole where it can be; else the text."""
    try:
        return int(text)
    except ValueError:
        try:
            number = float(text)
        except ValueError:
            return text
    return number if math.isfinite(number) else text
