"""Three-valued logic (Kleene's strong K3). Unknown is a value, never a default."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import TYPE_CHECKING, NoReturn

from narrows.core.errors import FieldValueError

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


class Truth(Enum):
    """True, false or unknown. It refuses to be used as a Python truth value."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"

    def __and__(self, other: Truth) -> Truth:
        if Truth.FALSE in (self, other):
            return Truth.FALSE
        return Truth.UNKNOWN if Truth.UNKNOWN in (self, other) else Truth.TRUE

    def __or__(self, other: Truth) -> Truth:
        if Truth.TRUE in (self, other):
            return Truth.TRUE
        return Truth.UNKNOWN if Truth.UNKNOWN in (self, other) else Truth.FALSE

    def __invert__(self) -> Truth:
        return _NOT[self]

    def __bool__(self) -> NoReturn:
        msg = "a Truth has three values; compare it with `is Truth.TRUE`"
        raise TypeError(msg)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[Truth], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Read true, false, or nothing at all (unknown) as a person writes them in a file."""
        from pydantic_core import core_schema

        del source, handler
        return core_schema.no_info_plain_validator_function(_read)

    @property
    def known(self) -> bool:
        """Whether the value is true or false."""
        return self is not Truth.UNKNOWN


_NOT = {
    Truth.TRUE: Truth.FALSE,
    Truth.FALSE: Truth.TRUE,
    Truth.UNKNOWN: Truth.UNKNOWN,
}


def _read(written: object) -> Truth:
    if isinstance(written, Truth):
        return written
    if written is None or isinstance(written, bool):
        return truth_of(written)
    raise FieldValueError("not a truth", "write true, false, or leave it out for unknown")


def truth_of(value: bool | None) -> Truth:  # noqa: FBT001 - converts exactly this value
    """Return the truth of a fact; ``None`` is unknown.

    >>> truth_of(None)
    <Truth.UNKNOWN: 'unknown'>
    """
    if value is None:
        return Truth.UNKNOWN
    return Truth.TRUE if value else Truth.FALSE


def all_true(truths: Iterable[Truth]) -> Truth:
    """Return the conjunction; true for an empty iterable."""
    result = Truth.TRUE
    for truth in truths:
        result &= truth
    return result


def any_true(truths: Iterable[Truth]) -> Truth:
    """Return the disjunction; false for an empty iterable."""
    result = Truth.FALSE
    for truth in truths:
        result |= truth
    return result
