"""Further sections of a buyer's result: decisions by regime, flows of money, cost of waiting."""

from __future__ import annotations

import numpy as np

from narrows.core import Json, Layout, lay_out
from narrows.study.answered import Answered
from narrows.study.cited import with_sources
from narrows.study.result import Result
from narrows.study.schema import Origin
from narrows.study.sections.decisions import decisions_section
from narrows.study.sections.flows import flows_section
from narrows.study.sections.waiting import waiting_section
from narrows.study.sections.work import work_section
from narrows.study.sources import Shelf

FACTS_AT = "/futures/facts"


def with_insight(answered: Answered, result: Result) -> Result:
    """Return the result with decisions, flows and work under ``futures``, and the cost of waiting.

    A study that imports nothing has no regimes to decide on and stays as it is.
    """
    document = result.document
    futures, sensitive = document["futures"], document["sensitivities"]
    if not isinstance(futures, dict) or not isinstance(sensitive, dict):
        return result
    own = lay_out(
        {
            "futures": {
                "decisions": decisions_section(answered.problem, answered.plan),
                "flows": flows_section(
                    answered.problem, answered.plan, [one.price_cny for one in answered.planned]
                ),
                **_work(answered, futures.get("capability_unit")),
                "facts": {},
            },
            "sensitivities": {"waiting": _waiting(answered)},
        },
        facts_at=FACTS_AT,
    )
    derivations = document["derivations"]
    assert isinstance(derivations, dict), "derivations are a mapping"  # noqa: S101
    rest = {key: value for key, value in document.items() if key not in ("sources", "derivations")}
    facts = answered.facts
    title = dict(facts.study.title)["en"]
    shelf = Shelf(facts.catalog, answered.pack, facts.study_source, title)
    return Result(with_sources([Layout(rest, derivations), own], shelf))


def _work(answered: Answered, reference: Json) -> dict[str, object]:
    """Return who does the work; nothing where the plan has no reference to measure it by."""
    if not isinstance(reference, str) or reference not in answered.problem.axes.systems:
        return {}
    links = work_section(answered.problem, answered.plan, reference, ())
    return {"work": links}


def _waiting(answered: Answered) -> list[dict[str, object]]:
    imports = np.array([one.option.origin is Origin.IMPORT for one in answered.planned])
    if not imports.any():
        return []
    return waiting_section(answered.problem, imports, base=answered.relaxed)
