"""Messages become sentences here and nowhere else."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import TypeAlias, TypeGuard

from narrows.brief import figures
from narrows.brief.catalogue import Catalogue, Placeholder, literal_parts, load_catalogue
from narrows.core import Json, Locale, Message

Names: TypeAlias = Mapping[str, Mapping[str, str]]
"""Names of systems, buyers and the like by id and language."""
Content: TypeAlias = Message | Mapping[str, Json]
"""A message as a room returns it, or as ``result.json`` holds it: ``{"id", "values"}``."""

NESTING_MAX = 6
"""A message may hold messages; the deepest real one nests twice."""
NO_NAMES: Names = MappingProxyType({})

_LIST_SEPARATOR = {Locale.EN: ", ", Locale.ZH_HANT: "、", Locale.ZH_HANS: "、"}
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_BETWEEN_HAN = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])")
"""A space that a pattern sets beside a Latin name; beside a Chinese name it must go."""
_KEPT_CONTROLS = "\n\t"


def text(message: Content, *, language: str, names: Names = NO_NAMES) -> str:
    """Return the sentence of a message.

    What has no text yet shows as its id in angle brackets, so that a reader sees that something
    is missing; ``check_catalogues`` reports it before a release.

    Parameters
    ----------
    message
        A message, or its JSON form.
    language
        ``zh-Hant``, ``zh-Hans`` or ``en``.
    names
        Names by id and language for placeholders of the kind ``name``.
    """
    return Wording(Locale(language), names=names).say(message)


FORMULA_ORIGINS = {
    "assumed in the study": "brief.formula.assumed",
    "stated in the study": "brief.formula.in_study",
    "stated": "brief.formula.stated",
    "as booked": "brief.formula.booked",
    "chips x price": "brief.formula.chips_price",
    "chips x price in yuan": "brief.formula.chips_price_cny",
    "system's figure / packages": "brief.formula.per_package",
}
"""Formulas that are words, as results write them; results keep them in one language."""


class Wording:
    """One language's voice: its catalogue, and the names that a result brings along."""

    def __init__(
        self, language: Locale, *, names: Names = NO_NAMES, catalogue: Catalogue | None = None
    ) -> None:
        self.language = language
        self._names = names
        self._catalogue = load_catalogue() if catalogue is None else catalogue

    @property
    def sentence_gap(self) -> str:
        """What stands between two sentences."""
        return " " if self.language is Locale.EN else ""

    def say(self, message: Content) -> str:
        """Return the sentence of a message."""
        return self._say(message, 0)

    def phrase(self, message_id: str, **values: Json) -> str:
        """Return the sentence of an id with values."""
        return self.say({"id": message_id, "values": dict(values)})

    def formula(self, written: str) -> str:
        """Return a formula with the words for where a figure comes from in the reader's language.

        They stand alone or behind a law (``p05 of `30 to 60 MW`, stated``); the rest stays.
        """
        law, comma, origin = written.rpartition(", ")
        known = FORMULA_ORIGINS.get(origin)
        return written if known is None else f"{law}{comma}{self.phrase(known)}"

    def label(self, label: str) -> str:
        """Return the reader's word for a label of the answer; one without a word stays."""
        return self._word("brief.label", label)

    def column(self, part: str) -> str:
        """Return the reader's word for a part of a column's key; one without a word stays."""
        return self._word("brief.csv", part)

    def term(self, word: str) -> str:
        """Return the reader's word for a word of the rooms (``customs``, ``shut``)."""
        return self._word("term", word)

    def _word(self, family: str, word: str) -> str:
        pattern = self._catalogue.pattern(f"{family}.{_key(word)}", self.language)
        return printable(word) if pattern is None else pattern

    def name(self, identifier: str) -> str:
        """Return the name that a result gives to an id, else its term, else the id."""
        by_language = self._names.get(identifier, {})
        for language in (self.language, Locale.EN):
            if language in by_language:
                return printable(by_language[language])
        return self.term(identifier)

    def _say(self, message: Content, depth: int) -> str:
        message_id, values = _parts(message)
        pattern = self._catalogue.pattern(message_id, self.language)
        if pattern is None or depth > NESTING_MAX:
            return f"⟨{printable(message_id)}⟩"
        filled = "".join(
            part if isinstance(part, str) else self._fill(part, values, depth)
            for part in literal_parts(pattern)
        )
        return _BETWEEN_HAN.sub("", filled)

    def _fill(self, wanted: Placeholder, values: Mapping[str, Json], depth: int) -> str:
        if wanted.name not in values:
            return f"⟨{wanted.name}⟩"
        value = values[wanted.name]
        if value is None:
            return self.term("unknown")
        if isinstance(value, Mapping):
            return self._say(value, depth + 1)
        if isinstance(value, list):
            return self._several(value, wanted.kind, depth)
        if wanted.kind is not None and wanted.kind in _WITH_INTERVAL:
            return self._with_interval(value, wanted.kind, values)
        return self._one(value, wanted.kind)

    def _with_interval(self, middle: Json, kind: str, values: Mapping[str, Json]) -> str:
        quantiles = [values.get("low"), middle, values.get("high")]
        numbers = [float(value) for value in quantiles if _is_number(value)]
        if len(numbers) != len(quantiles):
            return self._one(middle, _WITHOUT_INTERVAL[kind])
        p05, p50, p95 = numbers
        return _WITH_INTERVAL[kind](p05, p50, p95, self.language)

    def _several(self, items: list[Json], kind: str | None, depth: int) -> str:
        shares = [float(item) for item in items if _is_number(item)]
        if kind is not None and kind in _OF_SEVERAL and len(shares) == len(items):
            return _OF_SEVERAL[kind](shares, self.language)
        wanted = Placeholder("item", kind)
        written = [self._fill(wanted, {"item": item}, depth + 1) for item in items]
        return _LIST_SEPARATOR[self.language].join(written)

    def _one(self, value: Json, kind: str | None) -> str:
        if isinstance(value, bool):
            return self.term("yes" if value else "no")
        if isinstance(value, (int, float)):
            if not math.isfinite(value):
                return self.term("unknown")
            return _OF_NUMBER.get(kind or "number", figures.number)(value, self.language)
        word = str(value)
        if kind in ("term", "name"):
            return self.term(word) if kind == "term" else self.name(word)
        if kind in ("date", "quarter"):
            return figures.period(word, self.language)
        return printable(word)


def _parts(message: Content) -> tuple[str, Mapping[str, Json]]:
    if isinstance(message, Message):
        return message.id, {key: _plain(value) for key, value in message.values.items()}
    message_id = message.get("id")
    values = message.get("values")
    return str(message_id), values if isinstance(values, Mapping) else {}


def _plain(value: object) -> Json:
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    return str(value)


def _is_number(value: Json) -> TypeGuard[float]:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return math.isfinite(value)


def _key(word: str) -> str:
    return _NOT_WORD.sub("_", word.lower()).strip("_")


def printable(word: str) -> str:
    """Return text without control and direction characters: names come from strangers.

    A terminal obeys escape sequences, and a direction override makes one name look like another.
    """
    if word.isprintable():
        return word
    return "".join(
        character
        for character in word
        if character in _KEPT_CONTROLS or unicodedata.category(character) not in _UNSEEN
    )


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co"})


def _usd(value: float, language: Locale) -> str:
    return figures.money(value, "USD", language)


def _cny(value: float, language: Locale) -> str:
    return figures.money(value, "CNY", language)


def _hkd(value: float, language: Locale) -> str:
    return figures.money(value, "HKD", language)


_OF_NUMBER: Mapping[str, Callable[[float, Locale], str]] = MappingProxyType(
    {
        "number": figures.number,
        "int": figures.count,
        "percent": figures.percent,
        "change": figures.change,
        "usd": _usd,
        "cny": _cny,
        "hkd": _hkd,
    }
)
_WITH_INTERVAL: Mapping[str, Callable[[float, float, float, Locale], str]] = MappingProxyType(
    {"interval": figures.interval, "percent_interval": figures.percent_interval}
)
"""Kinds that also read ``low`` and ``high`` of their message."""
_WITHOUT_INTERVAL = {"interval": "number", "percent_interval": "percent"}
_OF_SEVERAL: Mapping[str, Callable[[list[float], Locale], str]] = MappingProxyType(
    {
        "percent": figures.percents,
        "percent_range": figures.percent_range,
        "change": figures.changes,
        "change_range": figures.change_range,
    }
)

KINDS = frozenset({*_OF_NUMBER, *_WITH_INTERVAL, *_OF_SEVERAL, "term", "name", "date", "quarter"})
"""The kinds of placeholders that a text may use."""
