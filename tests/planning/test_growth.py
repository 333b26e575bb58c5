"""How the cost of a walk grows."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from narrows.planning import growth
from narrows.planning.growth import measure_growth, power_law


def test_a_power_law_is_found_again_with_its_error():
    sizes = (4, 8, 16, 32)
    noise = np.exp([0.1, -0.1, -0.1, 0.1])
    law = power_law(sizes, [float(size**1.5 * one) for size, one in zip(sizes, noise, strict=True)])
    assert law.exponent == pytest.approx(1.5, abs=1e-9)
    assert law.standard_error == pytest.approx(0.2 / np.sqrt(2) / np.sqrt(5) / np.log(2))


def test_each_size_is_timed_once_and_each_dimension_fitted(monkeypatch):
    monkeypatch.setattr(growth, "BASE", {"quarters": 3, "regimes": 2, "shocks": 2})
    monkeypatch.setattr(growth, "WALKS", 3)
    rows = measure_growth({"quarters": (3, 4, 5), "shocks": (2, 3, 4)})
    names = [row["name"] for row in rows]
    assert len(set(names)) == len(names) == 7
    fits = [row for row in rows if "exponent" in row]
    assert [row["dimension"] for row in fits] == ["quarters", "shocks"]
    assert all(len(row["walk_cpu_s"]) == 3 and min(row["walk_cpu_s"]) > 0 for row in fits)


def test_the_chart_in_the_docs_is_drawn_from_the_rows_beside_it():
    root = Path(__file__).parents[2]
    spec = importlib.util.spec_from_file_location("draw_growth", root / "bench" / "draw_growth.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    rows = json.loads((root / "docs" / "planning-growth.json").read_text())["rows"]
    assert script.draw(rows) == (root / "docs" / "planning-growth.svg").read_text()
