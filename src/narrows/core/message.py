"""What rooms say: an id with values. Only ``brief`` turns messages into sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

Value = str | int | float | bool | date | None

_ID = re.compile(r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$")


@dataclass(frozen=True, slots=True, eq=True)
class Message:
    """A message id of the form ``room.noun.what`` and the values that fill it.

    Raises
    ------
    ValueError
        The id is not dotted lower case.
    """

    id: str
    values: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if not _ID.match(self.id):
            msg = f"message id must be dotted lower case: {self.id!r}"
            raise ValueError(msg)

    def __hash__(self) -> int:
        return hash((self.id, tuple(sorted(self.values))))

    def __reduce__(self) -> tuple[Callable[..., Message], tuple[str, dict[str, Value]]]:
        """Say how a message travels between processes; a read-only view alone cannot."""
        return _again, (self.id, dict(self.values))


def message(message_id: str, **values: Value) -> Message:
    """Return a message; the keyword arguments are its values."""
    return Message(message_id, MappingProxyType(values))


def _again(message_id: str, values: dict[str, Value]) -> Message:
    return Message(message_id, MappingProxyType(values))
