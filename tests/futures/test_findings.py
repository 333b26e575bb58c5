from __future__ import annotations

from pathlib import Path

import narrows.futures
from narrows.catalog import Catalog
from narrows.core import read_document
from narrows.futures import (
    GateChains,
    answer_deliveries,
    backtest_findings,
    delivery_findings,
    gate_findings,
    load_backtest_plan,
    run_backtest,
)

MESSAGES = Path(narrows.futures.__file__).parents[1] / "data" / "messages" / "futures.yaml"


def test_each_finding_has_its_sentence(catalog: Catalog, chains: GateChains) -> None:
    tree = read_document(MESSAGES).tree
    assert isinstance(tree, dict)
    found = (
        *backtest_findings(run_backtest(catalog)),
        *delivery_findings(answer_deliveries(catalog, load_backtest_plan().deliveries)),
        *gate_findings(chains, "h200", quarters=4),
    )
    for finding in found:
        assert finding.id in tree


def test_the_backtest_is_compared_with_both_baselines_on_three_scores(catalog: Catalog) -> None:
    found = backtest_findings(run_backtest(catalog))
    compared = {(f.values["baseline"], f.values["score"]) for f in found if "score" in f.values}
    assert len(compared) == 6
