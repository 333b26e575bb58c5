"""``narrows value``: what knowing, planning with a tree and waiting are worth; cost for service."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from narrows.cli.options import AsJson, Language, Output
from narrows.core import Json, Locale

if TYPE_CHECKING:
    from narrows.brief.node import Node
    from narrows.brief.speaker import Speaker

PAGE = "value"
"""Name of the page and of the mapping beside it, which holds the same numbers."""
WIDTH = 80


def value(
    study: str,
    *,
    as_known_on: date | None = None,
    lang: Language = "en",
    as_json: AsJson = False,
    output: Output | None = None,
) -> int:
    """Price foresight, each signal of the next quarter, waiting, and service, by re-solving.

    All in expected money, without the study's aversion to risk and with lots relaxed.

    Parameters
    ----------
    study
        A study file that plans orders, or the name of a packaged one such as h200.
    as_known_on
        Answer as somebody would have on that day; the study's own day by default.
    lang
        Language of the answer.
    as_json
        Print everything as JSON.
    output
        Folder for value.html, with a chart of each, and value.json with the same numbers.
    """
    from narrows.brief.value import render_value_html
    from narrows.cli.output import write_page
    from narrows.cli.progress import progress
    from narrows.study.value import study_value

    with progress() as report:
        found = study_value(study, as_known_on=as_known_on, report=report)
    if output is not None:
        page = render_value_html(found.document, language=lang)
        write_page(output, PAGE, found.document, page)
    if as_json:
        sys.stdout.write(found.to_json())
        return 0
    _print(found.document, lang)
    return 0


def _print(document: Mapping[str, Json], lang: Language) -> None:
    from narrows.brief.node import Node
    from narrows.brief.speaker import Speaker

    root = Node(dict(document))
    speaker = Speaker(root, Locale(lang))
    out = Console(highlight=False, width=WIDTH)
    heading = speaker.t(
        "value.heading", study=root.at("study", "name").value, date=root.at("as_known_on").value
    )
    out.print(heading, markup=False)
    out.print(_worths(root, speaker))
    out.print(_front(root, speaker))
    out.print(speaker.t("value.note"), markup=False)


def _worths(root: Node, speaker: Speaker) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name in ("cost", "evpi", "vss"):
        table.add_row(speaker.t(f"value.{name}"), speaker.money(root.at(f"{name}_cny"), "CNY"))
    for one in root.at("signals").items:
        said = speaker.t(
            "value.signal", regime=one.at("regime").value, quarter=one.at("quarter").value,
            chance=one.at("chance").value,
        )  # fmt: skip
        table.add_row(said, speaker.money(one.at("value_cny"), "CNY"))
    for one in root.at("waiting").items:
        said = speaker.t("value.waiting", quarters=one.at("quarters").value)
        table.add_row(said, speaker.money(one.at("cost_cny"), "CNY"))
    return table


def _front(root: Node, speaker: Speaker) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    option = root.at("option").value
    for name in ("unmet", "least", *(("chips",) if option is not None else ())):
        title = speaker.t(f"value.{name}", option=option)
        table.add_column(title, justify="right")
    for one in root.at("front").items:
        chips = [speaker.count(one.at("chips"))] if option is not None else []
        money = speaker.money(one.at("cost_cny"), "CNY")
        table.add_row(speaker.percent(one.at("unmet")), money, *chips)
    return table
