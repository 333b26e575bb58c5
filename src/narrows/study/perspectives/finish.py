"""The parts that every perspective's result has, around its own headline, tables and charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from narrows.core import Figure, lay_out
from narrows.rules import Pack
from narrows.study.cited import with_sources
from narrows.study.facts import FactBook
from narrows.study.perspectives.schema import Common
from narrows.study.result import Result
from narrows.study.say import say
from narrows.study.sections.assumptions import assumptions_section
from narrows.study.sources import CALENDAR, Shelf

Said = Mapping[str, object]


def lay_out_tables(
    facts: FactBook,
    pack: Pack,
    study: Common,
    *,
    lines: Sequence[tuple[str, Sequence[Said]]],
    tables: Sequence[Said],
    charts: Sequence[Said],
    not_checked: Sequence[Said],
    names: Mapping[str, Mapping[str, str]],
) -> Result:
    """Return the result of a perspective that plans no orders.

    Parameters
    ----------
    lines
        Label and messages of the short answer; what is known of trust and what to do next is
        added.
    names
        What the study calls its ids, in three languages.
    """
    assumptions = assumptions_section(facts)
    told = [*lines, ("TRUST", [trust(assumptions, not_checked)]), ("NEXT", [_next(study)])]
    tree = {
        "study": {
            "name": study.study,
            "title": study.title,
            "perspective": study.perspective,
            "buyer": {"name": study.asker_name},
            "currency": study.currency,
            "names": dict(names),
            "headline": [
                {"label": label, "messages": list(messages)} for label, messages in told if messages
            ],
            "assumptions": assumptions,
            "facts": {},
        },
        "clocks": {"as_known_on": study.as_known_on, "in_force_on": study.in_force_on},
        "gates": [],
        "orders": [],
        "tables": list(tables),
        "charts": list(charts),
        "not_checked": list(not_checked),
    }
    laid = lay_out(tree, facts_at="/study/facts")
    shelf = Shelf(facts.catalog, pack, facts.study_source, dict(study.title)["en"])
    return Result(with_sources([laid], shelf))


def trust(assumptions: Sequence[object], not_checked: Sequence[object]) -> dict[str, object]:
    """Return how much of a result stands on the study alone."""
    return say(
        "perspective.trust",
        assumptions=_count(len(assumptions), "assumptions of the study"),
        not_checked=_count(len(not_checked), "matters not checked"),
    )


def _count(count: int, what: str) -> Figure:
    return Figure(count, "1", f"number of {what}", sources=(CALENDAR,))


def _next(study: Common) -> dict[str, object]:
    pointer = "/tables/0/rows/0/cells/0/value"
    return say("study.next", study=study.study, pointer=pointer)
