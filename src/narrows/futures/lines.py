"""Lines of products and the dated moves of their gates, as a person wrote them down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from narrows.core import STRICT, Gate, GateState, InputError, read_records

DATA = Path(__file__).resolve().parents[1] / "data" / "futures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One gate goes to a state, on the evidence of the records it cites.

    ``day`` is given only where the citations imply an earlier day than their own.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    to: GateState
    cites: tuple[str, ...]
    why: str
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The line is followed no further from the day on which this became known."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    cites: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GateMoves:
    """The moves of one gate of one line, in the order in which they happened."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    gate: Gate
    moves: tuple[Move, ...]
    ends: End | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A class of products that one rule moves together."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    covers: str
    gates: tuple[GateMoves, ...]


def load_lines(path: Path = DATA / "gate_moves.yaml") -> tuple[Line, ...]:
    """Read the lines, ordered by id.

    Raises
    ------
    InputError
        The file is not valid, an id occurs twice, or a move cites nothing.
    """
    lines = sorted(read_records(path, Line), key=lambda line: line.id)
    seen: set[str] = set()
    for line in lines:
        if line.id in seen:
            raise InputError("line occurs twice", "merge the two", file=path, value=line.id)
        seen.add(line.id)
        _check_citations(line, path)
    return tuple(lines)


def _check_citations(line: Line, path: Path) -> None:
    for track in line.gates:
        if all(move.cites for move in track.moves) and track.moves:
            continue
        raise InputError(
            f"a move of {line.id} {track.gate} cites nothing",
            "name the event that shows it",
            file=path,
        )
