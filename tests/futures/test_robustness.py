"""The ranking must not hang on one line or on one doubtful placing of an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from narrows.catalog import Catalog
from narrows.core import Gate, GateState
from narrows.futures import Forecaster, Line, load_lines, run_backtest, scores

DOUBTFUL = [
    ("h200", Gate.CN_APPROVAL, "E060", GateState.SHUT),
    ("h200", Gate.CN_APPROVAL, "E071", GateState.DISCRETIONARY),
    ("h20", Gate.CN_APPROVAL, "E031", GateState.SHUT),
    ("h20", Gate.CN_APPROVAL, "E017", GateState.OPEN),
    ("h20", Gate.CUSTOMS, "E042", GateState.SHUT),
    ("h200", Gate.EXPORT_LICENCE, "E076", GateState.SHUT),
    ("h200", Gate.EXPORT_LICENCE, "E050", GateState.CONDITIONAL),
    ("h20", Gate.EXPORT_LICENCE, "E028", GateState.DISCRETIONARY),
    ("h200", Gate.SLOT, "E068", GateState.SHUT),
]


def assert_ahead(catalog: Catalog, lines: Sequence[Line]) -> None:
    done = run_backtest(catalog, lines=lines)
    model, *baselines = (scores(done.states, done.times, who) for who in Forecaster)
    for baseline in baselines:
        assert model.log_score < baseline.log_score
        assert model.crps < baseline.crps


def placed_otherwise(line: str, gate: Gate, cite: str, state: GateState) -> list[Line]:
    def moved(one: Line) -> Line:
        tracks = tuple(
            replace(
                track,
                moves=tuple(
                    replace(move, to=state) if move.cites == (cite,) else move
                    for move in track.moves
                ),
            )
            if track.gate is gate
            else track
            for track in one.gates
        )
        return replace(one, gates=tracks)

    return [moved(one) if one.id == line else one for one in load_lines()]


@pytest.mark.nightly
@pytest.mark.parametrize("left_out", [line.id for line in load_lines()])
def test_no_line_carries_the_ranking(catalog: Catalog, left_out: str) -> None:
    assert_ahead(catalog, [line for line in load_lines() if line.id != left_out])


@pytest.mark.nightly
@pytest.mark.parametrize(("line", "gate", "cite", "state"), DOUBTFUL)
def test_no_doubtful_placing_carries_the_ranking(
    catalog: Catalog, line: str, gate: Gate, cite: str, state: GateState
) -> None:
    assert_ahead(catalog, placed_otherwise(line, gate, cite, state))


def test_the_ranking_holds_without_the_line_that_matters_most(catalog: Catalog) -> None:
    assert_ahead(catalog, [line for line in load_lines() if line.id != "h200"])


def test_the_ranking_holds_with_the_most_doubtful_placing(catalog: Catalog) -> None:
    assert_ahead(catalog, placed_otherwise(*DOUBTFUL[0]))
