"""The words of a study file: who asks, names in three languages, quarters, days and counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from narrows.catalog import STATE_MEND, is_state_code
from narrows.core import FieldValueError

COUNT_MAX = 1_000_000_000
"""More than all chips, sequences or tokens of context that anybody could mean."""
_QUARTER = re.compile(r"^\d{4}-?Q[1-4]$")
NAME_MAX_CHARS = 60
"""In UTF-8 at most 240 bytes; file systems take 255 for a name."""
_FOLDER_NAME = re.compile(rf"^\w[\w. -]{{0,{NAME_MAX_CHARS - 1}}}$(?<![. ])")
_LANGUAGES = ("en", "zh-Hant", "zh-Hans")


def _text3(names: Mapping[str, str]) -> Mapping[str, str]:
    missing = [language for language in _LANGUAGES if not names.get(language)]
    if missing or set(names) - set(_LANGUAGES):
        raise FieldValueError(
            f"needs exactly the languages {', '.join(_LANGUAGES)}", "write the text in all three"
        )
    return dict(names)


def _quarter(text: str) -> str:
    if not _QUARTER.match(text):
        raise FieldValueError("not a quarter", "write it as 2026-Q1")
    return text.replace("-", "")


def _day(raw: object) -> object:
    """Refuse a number, which would be read as seconds since 1970."""
    if isinstance(raw, (int, float)):
        raise FieldValueError("not a day", "write it as 2026-01-23")
    return raw


def _count(number: int) -> int:
    if not 1 <= number <= COUNT_MAX:
        raise FieldValueError("not a number of things", f"write a whole number, 1 to {COUNT_MAX:,}")
    return number


def _name(text: str) -> str:
    if not text.strip():
        raise FieldValueError("is blank", "write a name")
    return text


def _study_name(text: str) -> str:
    """Refuse what would name another folder: results are kept in one named after the study."""
    if not _FOLDER_NAME.match(text):
        raise FieldValueError(
            "not a name for a study", f"use letters, digits, - and _, {NAME_MAX_CHARS} at most"
        )
    return text


def _country(code: str) -> str:
    if not is_state_code(code):
        raise FieldValueError("not the code of a country", STATE_MEND)
    return code


Text3 = Annotated[Mapping[str, str], AfterValidator(_text3)]
Quarter = Annotated[str, AfterValidator(_quarter)]
Day = Annotated[date, BeforeValidator(_day)]
Count = Annotated[int, Field(strict=True), AfterValidator(_count)]
"""A whole number of things, at least one."""
Whole = Annotated[int, Field(strict=True)]
Flag = Annotated[bool, Field(strict=True)]
Name = Annotated[str, AfterValidator(_name)]
StudyName = Annotated[str, AfterValidator(_study_name)]
"""A name that is a folder's name as well."""
Country = Annotated[str, AfterValidator(_country)]


class Perspective(StrEnum):
    """Who asks."""

    BUYER = "buyer"
    SELLER = "seller"
    POLICY = "policy"
    LAB = "lab"


ORDERING = (Perspective.BUYER, Perspective.LAB)
"""Perspectives whose study plans orders."""


class Origin(StrEnum):
    """Which side's gates an option has to pass."""

    IMPORT = "import"
    DOMESTIC = "domestic"


class WorkKind(StrEnum):
    """What the compute is for."""

    TRAINING = "training"
    SERVING = "serving"


class ShareBasis(StrEnum):
    """What a required domestic share is counted in."""

    UNITS = "units"
    TPP = "tpp"
    SPEND = "spend"
