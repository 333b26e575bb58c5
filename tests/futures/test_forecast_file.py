from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from narrows.catalog import Catalog
from narrows.core import COMPILED_ON, InputError
from narrows.futures import (
    fit_chains,
    forecasts_text,
    load_forecasts,
    make_forecasts,
    packaged_forecasts,
    score_forecasts,
)


def test_the_packaged_file_is_made_on_the_day_of_compilation(catalog: Catalog) -> None:
    newest = load_forecasts(packaged_forecasts()[-1])
    assert newest.made_on == COMPILED_ON
    assert min(one.target for one in newest.forecasts) > newest.made_on
    known = {event.id for event in catalog.events} | set(catalog.chips)
    assert all(set(one.evidence) <= known for one in newest.forecasts)


def test_a_file_reads_back_as_it_was_made(catalog: Catalog, tmp_path: Path) -> None:
    kept = make_forecasts(fit_chains(catalog, known_on=date(2025, 12, 31)), horizons_quarters=(2,))
    path = tmp_path / "outlook.yaml"
    path.write_text(forecasts_text(kept))
    assert load_forecasts(path) == kept


def test_only_what_has_come_is_scored(catalog: Catalog) -> None:
    day = date(2025, 12, 31)
    kept = make_forecasts(fit_chains(catalog, known_on=day), horizons_quarters=(2, 8))
    scored = score_forecasts(kept, catalog, judged_until=date(2026, 9, 30))
    assert scored
    assert {one.forecast.target for one in scored} == {date(2026, 6, 30)}
    assert all(one.log_score > 0 for one in scored)
    newest = load_forecasts(packaged_forecasts()[-1])
    assert score_forecasts(newest, catalog, judged_until=COMPILED_ON) == ()


def test_an_edited_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "outlook.yaml"
    path.write_text(
        "made_on: 2026-01-01\nforecasts:\n  - {line: x, gate: customs, target: 2026-06-30,"
        " open: 0.5, conditional: 0.5, discretionary: 0.5, shut: 0.0, evidence: []}\n"
    )
    with pytest.raises(InputError, match="no distribution"):
        load_forecasts(path)
