"""The last result: which quarter it planned, and what had been booked by then."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from narrows.core import InputError
from narrows.study.result import JSON_NAME


@dataclass(frozen=True, slots=True, kw_only=True)
class Last:
    """What the next quarter must agree with.

    Attributes
    ----------
    booked
        The rows that it was planned on; they do not change any more.
    """

    path: Path
    study: str
    first_quarter: str
    known_on: date
    booked: tuple[tuple[object, ...], ...]


def read_last(path: Path) -> Last:
    """Read a ``result.json`` that ``narrows run`` wrote, or the folder that holds it.

    Raises
    ------
    InputError
        This is no result of a buyer's study.
    """
    file = path / JSON_NAME if path.is_dir() else path
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        quarter = str(document["clocks"]["first_quarter"])
        return Last(
            path=file,
            study=str(document["study"]["name"]),
            first_quarter=quarter,
            known_on=date.fromisoformat(document["clocks"]["as_known_on"]),
            booked=tuple(_told(row) for row in document.get("booked", {}).get("rows", ())),
        )
    except OSError as error:
        problem = f"the last result cannot be read ({error.strerror})"
        mend = "name the folder that narrows run wrote"
        raise InputError(problem, mend, file=file) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        mend = "name a result.json that narrows run wrote for a buyer's study"
        raise InputError("this is no last result", mend, file=file) from error


def _told(row: Mapping[str, object]) -> tuple[object, ...]:
    return (
        row["quarter"], row["event"], row["what"], row["where"], row["chips"], row["money_cny"],
        row["ordered_in"],
    )  # fmt: skip
