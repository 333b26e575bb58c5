"""``narrows run``: the main job."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from narrows.cli.executor import HERE, Where
from narrows.cli.options import Language
from narrows.core import InputError

if TYPE_CHECKING:
    from narrows.study import Result, Rolling

BRIEF_NAME = "brief.html"
DEFAULT_FOLDER = Path("narrows-output")


def run(
    study: str,
    *,
    as_known_on: date | None = None,
    last: Annotated[Path | None, Parameter(name="--from")] = None,
    booked: Path | None = None,
    output: Path | None = None,
    lang: Language = "en",
    explain: str | None = None,
    planner: Literal["graph", "tree"] | None = None,
    where: Where = HERE,
) -> int:
    """Answer a study: what may pass, what it is worth, what to order now, and why.

    Parameters
    ----------
    study
        A study file, or the name of a packaged study such as h200.
    as_known_on
        Answer as somebody would have on that day; the study's own day by default.
    last
        Plan the quarter after this result (its folder, or its result.json); needs --booked and
        --as-known-on.
    booked
        CSV of what was ordered, delivered, turned away, cancelled and ported since the study began,
        and of what is left in the banks.
    output
        Folder for result.json, the tables and brief.html.
    lang
        Language of the answer and of the brief.
    explain
        JSON pointer of one figure, such as /orders/0/cost_cny: print how it came about instead.
    planner
        Who decides the first orders: the policy graph, which sees the regime in every quarter, or
        the scenario tree that explains them; the graph unless it cannot carry the study.
    """
    from narrows.brief import explain as explain_figure
    from narrows.cli.progress import progress
    from narrows.study import Planner, run_study

    with progress() as report:
        result = run_study(
            study,
            as_known_on=as_known_on,
            rolling=_rolling(last, booked),
            executor=where.chosen(),
            planner=None if planner is None else Planner(planner),
            report=report,
        )
    if explain is not None:
        sys.stdout.write(explain_figure(result.document, explain, language=lang))
        return 0
    _tell(result, output or DEFAULT_FOLDER / result.name, lang)
    return 0


def _tell(result: Result, folder: Path, lang: Language) -> None:
    """Write the result, its tables and its brief, and print the short answer."""
    from narrows.brief import render_html, render_terminal

    result.write(folder)
    page = render_html(result.document, language=lang)
    _write(folder / BRIEF_NAME, page)
    colour = sys.stdout.isatty()
    sys.stdout.write(render_terminal(result.document, language=lang, colour=colour))
    sys.stderr.write(f"brief: {folder / BRIEF_NAME}\n")


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        problem = f"page cannot be written ({error.strerror})"
        raise InputError(problem, "name another folder", file=path) from error


def _rolling(last: Path | None, booked: Path | None) -> Rolling | None:
    from narrows.study import Rolling

    if last is None and booked is None:
        return None
    if last is None:
        raise InputError("bookings follow a result", "give --from as well", fieldname="--booked")
    if booked is None:
        mend = "give --booked, the file of what has happened since"
        raise InputError("a result alone says what was planned, not booked", mend,
                         fieldname="--from")  # fmt: skip
    return Rolling(last=last, booked=booked)
