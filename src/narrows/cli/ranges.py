"""Numbers on the command line that make sense, and the error that says which do."""

from __future__ import annotations

from narrows.core import InputError

CHIPS_MAX = 1_048_576
"""Ten times the largest cluster that was ever reported."""
TOKENS_MAX = 10**18
"""A thousand times all text that was ever written."""
SEQUENCE_MAX = 16_777_216
"""Sixteen times the longest context of a published model."""
BATCH_MAX = 16_777_216
"""A step of more sequences would see a whole corpus at once."""
TOP_MAX = 1_000
"""Nobody reads more layouts; JSON of a thousand has a few megabytes."""


def check_range(name: str, value: float, low: float, high: float) -> None:
    """Refuse what is not from ``low`` to ``high``; no number (nan) is within any range.

    Raises
    ------
    InputError
        It is not.
    """
    if low <= value <= high:
        return
    mend = f"give {low:,.0f} to {high:,.0f}"
    raise InputError("out of range", mend, fieldname=name, value=value)


def check_step(*, chips: int, sequence: int, batch: int) -> None:
    """Refuse a cluster or a step that cannot be.

    Raises
    ------
    InputError
        One of the numbers is out of range.
    """
    check_range("chips", chips, 1, CHIPS_MAX)
    check_range("sequence", sequence, 1, SEQUENCE_MAX)
    check_range("batch", batch, 1, BATCH_MAX)
