"""``narrows latency``: what single requests meet, by simulating engines as requests come."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.table import Table

from narrows.catalog import load_catalog
from narrows.cli.options import AsJson, Language
from narrows.cli.output import print_json
from narrows.cli.serve_options import ASKED, COST, RUN, Asked, Run
from narrows.cli.serve_question import question_of, ranked, setting_of
from narrows.cli.serve_tables import Telling
from narrows.core import InputError, Json
from narrows.performance.serving import (
    Load,
    Requests,
    ServingPrediction,
    Setting,
    Simulated,
    logged_requests,
    place_named,
    simulate_candidate,
    steady_requests,
)

SHARES = (0.3, 0.5, 0.7, 0.9)
"""Of what the deployment does under the limits, where no rate is given."""
RATES_MAX = 12
"""Each takes a second or two."""
MILLI = 1e3


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """What requests met at one rate; ``requests_per_s`` is that of the whole deployment."""

    requests_per_s: float
    simulated: Simulated

    def tree(self) -> dict[str, Json]:
        """Return it as a mapping, times in milliseconds."""
        found = self.simulated
        return {
            "requests_per_s": self.requests_per_s,
            "requests": found.requests,
            "ttft_ms": {name: s * MILLI for name, s in asdict(found.ttft_s).items()},
            "tpot_ms": {name: s * MILLI for name, s in asdict(found.tpot_s).items()},
        }


def latency(
    model: str,
    *,
    on: str,
    chips: int | None = None,
    rates: Annotated[tuple[float, ...], Parameter(consume_multiple=True, show_default=False)] = (),
    log: Path | None = None,
    asked: Asked = ASKED,
    run: Run = RUN,
    lang: Language = "en",
    as_json: AsJson = False,
) -> int:
    """Print percentiles of time to first token and time per token of the best deployment.

    Parameters
    ----------
    model
        A model's id, name or alias, or a published ``config.json``.
    on
        A system or a chip; ``cloudmatrix384:cann`` names an engine with it.
    chips
        Packages; one system's worth if not given.
    rates
        Requests a second that come at random (Poisson); 30 to 90 % of what the best deployment
        does under the limits, where neither rates nor a log are given.
    log
        A CSV of your own: ``arrived_s`` and, where known, ``output_tokens`` of each request.
    lang
        Language of the answer.
    as_json
        Print JSON.
    """
    catalog = load_catalog()
    place = place_named(catalog, on)
    question = question_of(catalog, model, place, chips, asked, run)
    best = ranked(question, place, COST).found[0]
    known, load = setting_of(question, place), question.asked.load
    met = [
        Met(
            requests_per_s=coming.requests_per_s,
            simulated=simulate_candidate(known, best.candidate, load, coming),
        )
        for coming in _coming(known, load, best, rates, log)
    ]
    if as_json:
        print_json(_tree(best, met))
        return 0
    _show(best, met, Telling(lang))
    return 0


def _coming(
    known: Setting,
    load: Load,
    best: ServingPrediction,
    rates: tuple[float, ...],
    log: Path | None,
) -> list[Requests]:
    """Return the requests of each line of the answer.

    Raises
    ------
    InputError
        Both rates and a log are given, too many rates, or one that the deployment cannot do.
    """
    if log is not None:
        if rates:
            raise InputError("rates and a log", "give one of them", fieldname="log", value=log)
        return [logged_requests(log, output_tokens=load.output_tokens)]
    if len(rates) > RATES_MAX:
        raise InputError(
            "too many rates", f"give at most {RATES_MAX}", fieldname="rates", value=len(rates)
        )
    wanted = rates or tuple(share * best.requests_per_s for share in SHARES)
    return [steady_requests(known, best.candidate, load, requests_per_s=each) for each in wanted]


def _tree(best: ServingPrediction, met: list[Met]) -> dict[str, Json]:
    return {
        "model": best.model,
        "chip": best.chip,
        "chips": best.chips,
        "layout": best.layout,
        "engine": best.engine,
        "most_requests_per_s": best.requests_per_s,
        "rows": [each.tree() for each in met],
    }


def _show(best: ServingPrediction, met: list[Met], told: Telling) -> None:
    told.console.print(_table(best, met, told))
    told.line(told.say("latency.most", requests=best.requests_per_s))
    told.line(told.say("latency.note"))


def _table(best: ServingPrediction, met: list[Met], told: Telling) -> Table:
    title = told.say(
        "latency.title", model=best.model, chips=best.chips, chip=best.chip, layout=best.layout
    )
    names = ("ttft", "tpot")
    heads = [
        told.say(f"latency.head.{name}", percentile=str(each))
        for name in names
        for each in (50, 90, 99)
    ]
    table = told.table(title, told.say("latency.head.rate"), *heads, left=0)
    for each in met:
        cells = [
            time_s * MILLI
            for found in (each.simulated.ttft_s, each.simulated.tpot_s)
            for time_s in (found.p50, found.p90, found.p99)
        ]
        table.add_row(told.number(each.requests_per_s), *(told.number(cell) for cell in cells))
    return table
