"""What a result says: message ids with values that can be walked back to their sources."""

from __future__ import annotations

from collections.abc import Sequence

from narrows.core import Figure, Message


def say(message_id: str, **values: object) -> dict[str, object]:
    """Return a message whose values may be figures."""
    return {"id": message_id, "values": values}


def quote(said: Message, sources: Sequence[str]) -> dict[str, object]:
    """Return another room's message; its numbers become figures with the sources of the finding.

    Parameters
    ----------
    sources
        Ids of what the finding cites, at least one.
    """
    values = {key: _figured(key, value, sources) for key, value in said.values.items()}
    return {"id": said.id, "values": values}


def _figured(key: str, value: object, sources: Sequence[str]) -> object:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    return Figure(value, "1", f"{key}, as the finding states it", sources=tuple(sources))
