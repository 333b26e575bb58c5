"""``narrows serve``: the best ways to serve a model on a system, under latency limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from cyclopts import Parameter

from narrows.brief.serving import render_serving_html
from narrows.catalog import load_catalog
from narrows.cli.options import AsJson, Language, Output
from narrows.cli.output import print_json, write_page
from narrows.cli.progress import progress
from narrows.cli.serve_options import ASKED, COST, RUN, Asked, Cost, Run
from narrows.cli.serve_question import (
    Compared,
    Ranked,
    asked_second,
    compared,
    page_tree,
    question_of,
    ranked,
)
from narrows.cli.serve_tables import show
from narrows.core import InputError
from narrows.performance.serving import place_named

PAGE = "serving"
"""Name of the page and of the mapping beside it, which holds the same numbers."""


def serve(
    model: str,
    *,
    on: str,
    against: Annotated[tuple[str, ...], Parameter(consume_multiple=True, show_default=False)] = (),
    chips: int | None = None,
    asked: Asked = ASKED,
    run: Run = RUN,
    cost: Cost = COST,
    second_opinion: Annotated[bool, Parameter(negative=())] = False,
    output: Output | None = None,
    lang: Language = "en",
    as_json: AsJson = False,
) -> int:
    """Rank deployments of MODEL on a system or chip by tokens per second under latency limits.

    Parameters
    ----------
    model
        A model's id, name or alias, or a published ``config.json``.
    on
        A system (``dgx-h200``, ``cloudmatrix384``) or a chip; a chip alone is wired by a marked
        assumption.
    against
        Further systems or chips: print decode and prefill rates of each beside ``on`` instead of
        layouts, without a limit on the first token; ``cloudmatrix384:cann`` names an engine with a
        system.
    chips
        Packages; one system's worth if not given.
    second_opinion
        Also ask the tables of aiconfigurator, where it is installed, about the first deployment.
    output
        Folder for serving.html (throughput against latency, the frontier of each chip) and
        serving.json with the same numbers.
    lang
        Language of tables, notes and page; JSON has none.
    as_json
        Print figures as JSON instead of a table.
    """
    catalog = load_catalog()
    place = place_named(catalog, on)
    question = question_of(catalog, model, place, chips, asked, run)
    _check_cost(cost, against)
    answer = compared(question, against, on) if against else ranked(question, place, cost)
    if second_opinion:
        one = _one(answer)
        answer = replace(one, opinion=asked_second(question, place, one.found[0]))
    if output is not None:
        rates = answer.rates if isinstance(answer, Compared) else ()
        with progress() as report:
            tree = page_tree(question, [on, *against], rates, report)
        write_page(output, PAGE, tree, render_serving_html(tree, language=lang))
    if as_json:
        print_json(answer.tree())
    else:
        show(answer, lang)
    return 0


def _check_cost(cost: Cost, against: tuple[str, ...]) -> None:
    if cost.told and against:
        raise InputError(
            "the cost of tokens is of one system", "leave out --against", fieldname=cost.told[0]
        )


def _one(answer: Ranked | Compared) -> Ranked:
    if isinstance(answer, Compared):
        raise InputError(
            "a second opinion is of one system", "leave out --against", fieldname="second-opinion"
        )
    return answer
