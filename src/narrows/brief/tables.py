"""Heads of the CSV tables in the reader's language. The files keep their own keys, for programs."""

from __future__ import annotations

from collections.abc import Sequence

from narrows.brief.wording import Wording
from narrows.core import Locale


def column_titles(columns: Sequence[str], *, language: str) -> tuple[str, ...]:
    """Return a title for each column of a CSV table.

    A column is a key, or keys joined by dots (``ratio.p50``); a part without a title stays.

    >>> column_titles(["lots", "ratio.p50"], language="en")
    ('lots', 'ratio p50')
    """
    wording = Wording(Locale(language))
    return tuple(" ".join(wording.column(part) for part in key.split(".")) for key in columns)
