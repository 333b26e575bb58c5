"""``narrows data check``: read all packaged data strictly and list what is blank."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from narrows.cli.options import AsJson, Language
from narrows.cli.output import print_json
from narrows.core import message

if TYPE_CHECKING:
    from narrows.catalog import Catalog, Gap


def check(*, root: Path | None = None, lang: Language = "en", as_json: AsJson = False) -> int:
    """Read the data strictly and list its gaps; bad data stops with its file, line and mend.

    Parameters
    ----------
    root
        A folder laid out as the packaged data; the packaged data by default.
    lang
        en, zh-Hant or zh-Hans.
    as_json
        Print JSON.
    """
    from narrows.catalog import gaps, load_catalog

    catalog = load_catalog(root)
    counts = {**_counts(catalog), **_other_counts(root)}
    found = gaps(catalog)
    if as_json:
        listed = [{"kind": g.kind, "id": g.record_id, "missing": list(g.missing)} for g in found]
        tree = {"read": counts, "gaps": listed}
        print_json(tree)
        return 0
    _print(counts, found, lang)
    return 0


def _counts(catalog: Catalog) -> dict[str, int]:
    return {
        "chips": len(catalog.chips),
        "systems": len(catalog.systems),
        "models": len(catalog.models),
        "events": len(catalog.events),
        "market_figures": len(catalog.market),
        "exchange_rates": len(catalog.rates),
        "sources": len(catalog.sources),
    }


def _other_counts(root: Path | None) -> dict[str, int]:
    """Read what lies beside the catalogue; of another folder only what it holds."""
    from narrows.catalog import (
        load_comparisons,
        load_kernel_efficiency,
        load_serving_runs,
        load_training_runs,
    )

    counts = {"comparisons": len(load_comparisons(root))}
    folder = None if root is None else root / "measurements"
    if folder is not None and not folder.is_dir():
        return counts
    counts["training_runs"] = len(load_training_runs(_table(folder, "training_runs")))
    counts["serving_runs"] = len(load_serving_runs(_table(folder, "serving_runs")))
    counts["kernel_figures"] = len(load_kernel_efficiency(_table(folder, "kernel_efficiency")))
    return counts


def _table(folder: Path | None, name: str) -> Path | None:
    return None if folder is None else folder / f"{name}.csv"


def _print(counts: dict[str, int], found: tuple[Gap, ...], lang: Language) -> None:
    from narrows.brief import text

    for word, count in counts.items():
        line = text(message("catalog.check.read", what=word, count=count), language=lang)
        sys.stdout.write(f"{line}\n")
    for gap in found:
        values = {"kind": gap.kind, "id": gap.record_id, "missing": ", ".join(gap.missing)}
        sys.stdout.write(text(message("catalog.check.gap", **values), language=lang) + "\n")
    total = text(message("catalog.check.total", count=len(found)), language=lang)
    sys.stdout.write(f"{total}\n")
