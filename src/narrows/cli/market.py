"""``narrows market``: forecasts side by side, and supply to China by side and year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from narrows.cli.options import AsJson, Language
from narrows.cli.output import print_json
from narrows.core import COMPILED_ON, InputError, RefusalError, message

if TYPE_CHECKING:
    from narrows.catalog import Catalog
    from narrows.core import Estimate
    from narrows.futures import EventStudy, Outlook

Say = Callable[[str], str]
WIDTH = 80
SHOWN_MIN = 0.1
CONFOUNDER_DAYS = 8
"""Calendar days that five sessions after the event can take."""


def market(
    *,
    as_known_on: date = COMPILED_ON,
    prices: Path | None = None,
    event: str | None = None,
    lang: Language = "en",
    as_json: AsJson = False,
) -> int:
    """Show market forecasts with growth recomputed, and supply to China by year.

    Parameters
    ----------
    as_known_on
        Use only what was public on this day.
    prices
        A CSV file of your own (date, close, benchmark): show how it moved around --event instead.
    event
        An event of the catalogue (E071), whose first public day is taken, or a day.
    lang
        en, zh-Hant or zh-Hans.
    as_json
        Print JSON.
    """
    from narrows.brief import text
    from narrows.catalog import load_catalog
    from narrows.futures import market_findings, market_outlook, outlook_tree, reaction_tree

    if prices is not None or event is not None:
        study, others = _react(prices, event)
        if as_json:
            print_json(reaction_tree(study, others))
        else:
            _print_reaction(study, others, lang)
        return 0
    outlook = market_outlook(load_catalog(), known_on=as_known_on)
    if as_json:
        print_json(outlook_tree(outlook))
        return 0

    def say(word: str) -> str:
        return text(message(f"term.{word}"), language=lang)

    out = Console(highlight=False, width=WIDTH)
    out.print(_forecasts(outlook, say))
    out.print(_supply(outlook, say))
    for finding in market_findings(outlook):
        out.print(text(finding, language=lang))
    return 0


def _react(prices: Path | None, event: str | None) -> tuple[EventStudy, list[str]]:
    """Return the event study, and the other events that became public within its windows."""
    from narrows.catalog import load_catalog
    from narrows.futures import event_study, read_prices

    if prices is None or event is None:
        raise InputError("an event study needs --prices and --event", "give both")
    catalog = load_catalog()
    day = _public_day(catalog, event)
    study = event_study(read_prices(prices), event_day=day)
    named = event in {one.id for one in catalog.events}
    last = study.session + timedelta(days=CONFOUNDER_DAYS)
    others = [
        other.id
        for other in catalog.events
        if other.known_on is not None
        and (day < other.known_on <= last or (named and other.known_on == day))
        and other.id != event
    ]
    return study, others


def _public_day(catalog: Catalog, event: str) -> date:
    """Return the day that an event id or a written day means."""
    found = {one.id: one.known_on for one in catalog.events}
    if event in found:
        day = found[event]
        if day is None:
            raise RefusalError(f"event {event} has no first public day", (f"{event}.known_on",))
        return day
    try:
        return date.fromisoformat(event)
    except ValueError as error:
        mend = "write YYYY-MM-DD or an event id such as E071"
        raise InputError("neither a day nor an event", mend, value=event) from error


def _print_reaction(study: EventStudy, others: Sequence[str], lang: Language) -> None:
    from narrows.brief import text
    from narrows.futures import reaction_findings

    out = Console(highlight=False, width=WIDTH)
    for finding in reaction_findings(study, others):
        out.print(text(finding, language=lang))


def _forecasts(outlook: Outlook, say: Say) -> Table:
    years = [band.year for band in outlook.bands]
    heads = (say("house"), *(str(year) for year in years), say("stated"), say("recomputed"))
    table = Table(*heads, box=None, pad_edge=False)
    for view in outlook.views:
        levels = (f"{view.at[year]:,.0f}" if year in view.at else "" for year in years)
        mark = "" if view.fits is None or view.fits else " !"
        growth = f"{view.growth:.1%}{mark}"
        table.add_row(view.name, *levels, f"{view.stated_growth:.1%}", growth)
    ranges = (f"{band.low:,.0f}-{band.high:,.0f}" for band in outlook.bands)
    table.add_row(say("disagreement"), *ranges, "", "")
    return table


def _supply(outlook: Outlook, say: Say) -> Table:
    heads = ("", say("year"), say("thousand_chips"), say("billion_tpp"), say("usd_bn"))
    table = Table(*heads, box=None, pad_edge=False)
    sums = [one for one in outlook.domestic if one.name == "domestic"]
    for one in (*sums, *outlook.imported):
        table.add_row(
            say(one.name),
            str(one.year),
            _shown(one.units, 1e3),
            _shown(one.tpp, 1e9),
            _shown(one.value_usd, 1e9),
        )
    return table


def _shown(estimate: Estimate | None, unit: float) -> str:
    if estimate is None:
        return "?"
    low, middle, high = (_digits(q / unit) for q in (estimate.p05, estimate.p50, estimate.p95))
    return f"{middle} ({low}-{high})"


def _digits(value: float) -> str:
    """Return three significant digits without an exponent; what is below a tenth shows as ~0."""
    if value < SHOWN_MIN:
        return "~0"
    return f"{float(f'{value:.3g}'):,g}"
