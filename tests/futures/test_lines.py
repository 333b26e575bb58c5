from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from narrows.catalog import Catalog
from narrows.core import InputError
from narrows.futures import load_lines


def test_every_citation_is_in_the_catalogue(catalog: Catalog) -> None:
    known = {event.id for event in catalog.events} | set(catalog.chips)
    for line in load_lines():
        for track in line.gates:
            for step in (*track.moves, *([track.ends] if track.ends else [])):
                assert set(step.cites) <= known, (line.id, track.gate, step.cites)


def test_moves_are_written_in_the_order_in_which_they_happened(catalog: Catalog) -> None:
    days = {event.id: event.known_on for event in catalog.events}
    days |= {chip.id: chip.known_on for chip in catalog.chips.values()}
    for line in load_lines():
        for track in line.gates:
            on = [move.day or max(days[cite] for cite in move.cites) for move in track.moves]
            assert on == sorted(on), (line.id, track.gate)


def test_each_move_changes_the_state() -> None:
    for line in load_lines():
        for track in line.gates:
            states = [move.to for move in track.moves]
            assert all(a != b for a, b in itertools.pairwise(states)), line.id


def test_an_uncited_move_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "moves.yaml"
    path.write_text(
        "- id: x\n  covers: y\n  gates:\n    - gate: customs\n"
        "      moves: [{to: shut, cites: [], why: none}]\n"
    )
    with pytest.raises(InputError, match="cites nothing"):
        load_lines(path)


def test_a_line_given_twice_is_refused(tmp_path: Path) -> None:
    entry = "- {id: x, covers: y, gates: []}\n"
    path = tmp_path / "moves.yaml"
    path.write_text(entry * 2)
    with pytest.raises(InputError, match="twice"):
        load_lines(path)
