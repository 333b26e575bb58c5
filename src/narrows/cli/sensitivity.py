"""``narrows sensitivity``: which uncertain inputs make up the spread of a study's answer."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from narrows.cli.executor import HERE, Where
from narrows.cli.options import AsJson, Language
from narrows.core import Json, Locale

if TYPE_CHECKING:
    from narrows.brief.node import Node
    from narrows.brief.wording import Wording

WIDTH = 80
CONSTANT = "–"
"""Stands for the index of an output that no input changes."""
OUTPUTS = ("cost", "cost_log", "order")


def sensitivity(
    study: str,
    *,
    samples: int = 64,
    inputs: int = 8,
    as_known_on: date | None = None,
    lang: Language = "en",
    as_json: AsJson = False,
    where: Where = HERE,
) -> int:
    """Move a study's uncertain inputs one at a time, then together, and re-solve the plan.

    Takes about a minute with the default sizes; needs the extra `sensitivity`.

    Parameters
    ----------
    study
        A study file that plans orders, or the name of a packaged one such as h200.
    samples
        Base samples of the Sobol indices, a power of two; samples x (inputs + 2) plans are solved.
    inputs
        How many inputs move together: those that matter most alone.
    as_known_on
        Answer as somebody would have on that day; the study's own day by default.
    lang
        Language of the answer.
    as_json
        Print the tornado and all indices as JSON.
    """
    from narrows.cli.progress import progress
    from narrows.study.sensitivity import study_sensitivity

    with progress() as report:
        found = study_sensitivity(
            study,
            samples=samples,
            inputs=inputs,
            as_known_on=as_known_on,
            executor=where.chosen(),
            report=report,
        )
    if as_json:
        sys.stdout.write(found.to_json())
        return 0
    _print(found.document, lang)
    return 0


def _print(document: Mapping[str, Json], lang: Language) -> None:
    from narrows.brief.node import Node
    from narrows.brief.result import names_in
    from narrows.brief.wording import Wording

    root = Node(dict(document))
    wording, sobol = Wording(Locale(lang), names=names_in(root)), root.at("sobol")
    said = {name: sobol.at(name).value for name in ("solves", "samples")}
    moved, held = (len(sobol.at(name).items) for name in ("moved", "held"))
    out = Console(highlight=False, width=WIDTH)
    heading = wording.phrase("sensitivity.heading", study=root.at("study", "name").value, **said)
    out.print(heading, markup=False)
    out.print(_table(sobol.at("outputs"), wording, root.at("option").value))
    out.print(wording.phrase("sensitivity.note", moved=moved, held=held), markup=False)


def _table(outputs: Node, wording: Wording, option: Json) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column(wording.phrase("sensitivity.input"))
    shown = [name for name in OUTPUTS if outputs.at(name).present]
    for name in shown:
        title = wording.phrase(f"sensitivity.{name}", option=option)
        table.add_column(title, justify="right")
    by_output = {name: _totals(outputs.at(name, "indices")) for name in shown}
    for one in dict.fromkeys(one for totals in by_output.values() for one in totals):
        cells = (by_output[name].get(one, CONSTANT) for name in shown)
        table.add_row(wording.phrase(f"insight.input.{one}"), *cells)
    return table


def _totals(indices: Node) -> dict[str, str]:
    """Return ``total ± half-width`` by input; nothing for an output that never changes."""
    return {
        one.at("input").text or "": f"{total:.2f} ± {half:.2f}"
        for one in indices.items
        if (total := one.at("total").number) is not None
        and (half := one.at("total_half_width").number) is not None
    }
