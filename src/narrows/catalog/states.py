"""Codes of states and territories, as the rules and studies write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import ClassVar, Final

from pydantic import ConfigDict

from narrows.catalog.files import data_root
from narrows.core import STRICT, read_records

STATE_MEND: Final = "write its two letters of ISO 3166-1, such as CN, GB or KP"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """Codes of a standard, with where they stand and since when they are public."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    source: str
    known_on: date
    codes: tuple[str, ...]


@cache
def state_codes() -> frozenset[str]:
    """Return the packaged codes: ISO 3166-1 alpha-2.

    Raises
    ------
    InputError
        The packaged list is damaged.
    """
    lists = read_records(data_root() / "catalog" / "states.yaml", CodeList)
    return frozenset(code for one in lists for code in one.codes)


def is_state_code(written: str) -> bool:
    """Return whether two capital letters name a state or territory.

    A code that names none (UK, EU, NK) has to be refused: to a rule that lists states it would be
    one more state that the list leaves out.
    """
    return written in state_codes()
