"""How far ahead of what is known a study may plan."""

from __future__ import annotations

from datetime import date

from narrows.core import COMPILED_ON, Document, InputError
from narrows.study.bridge.calendar import place
from narrows.study.schema import QUARTERS_MAX


def beyond_known(
    document: Document, *, start: str, quarters: int, as_known_on: date
) -> InputError | None:
    """Return the fault of a horizon that ends beyond what any fact reaches, or ``None``.

    Facts reach :data:`QUARTERS_MAX` quarters from the last day that is known, however late a day
    the study names.
    """
    known = min(as_known_on, COMPILED_ON)
    ahead = place(start, f"{known.year}Q{(known.month + 2) // 3}") + quarters
    if ahead <= QUARTERS_MAX:
        return None
    return document.error(
        ("start",),
        f"ends {ahead} quarters after {known}, the last day that its facts cover; no rule, price "
        f"or roadmap reaches beyond {QUARTERS_MAX}",
        f"start earlier, at most {QUARTERS_MAX - quarters} quarters after that day",
        start,
    )
