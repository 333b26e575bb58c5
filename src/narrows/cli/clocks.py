"""``narrows clocks``: every day on which something lapses or returns, if nobody acts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from narrows.cli.options import AsJson, Language
from narrows.cli.output import print_json
from narrows.core import COMPILED_ON, Message, message

if TYPE_CHECKING:
    from narrows.rules import Clock

WIDTH = 80
"""The terminal width that every answer fits."""


def clocks(
    *,
    from_day: Annotated[date, Parameter(name="--from")] = COMPILED_ON,
    as_known_on: date = COMPILED_ON,
    lang: Language = "en",
    as_json: AsJson = False,
) -> int:
    """List what lapses, returns, ends or begins on or after a day, soonest first.

    Parameters
    ----------
    from_day
        The day from which days are counted.
    as_known_on
        Use only what was public on this day.
    lang
        en, zh-Hant or zh-Hans.
    as_json
        Print JSON.
    """
    from narrows.rules import clocks as turning
    from narrows.rules import load_pack

    found = turning(load_pack(), from_day=from_day, known_on=as_known_on)
    if as_json:
        print_json([_tree(clock) for clock in found])
        return 0
    _print(found, from_day, as_known_on, lang)
    return 0


def _tree(clock: Clock) -> dict[str, object]:
    return {
        "day": clock.day.isoformat(),
        "days_left": clock.days_left,
        "turn": str(clock.turn),
        "record": clock.record,
        "certainty": clock.certainty,
        "cites": list(clock.cites),
        "switch": clock.switch,
        "message": {"id": clock.message.id, "values": dict(clock.message.values)},
    }


def _print(found: tuple[Clock, ...], from_day: date, as_known_on: date, lang: Language) -> None:
    from narrows.brief import text

    def say(content: Message) -> str:
        return text(content, language=lang)

    out = Console(highlight=False, width=WIDTH)
    heading = message("rules.label.clocks", from_day=from_day, known_on=as_known_on)
    out.print(say(heading), markup=False)
    table = Table(box=None, padding=(0, 1, 0, 0))
    for label in ("day", "days_left", "change"):
        table.add_column(say(message(f"rules.label.{label}")), overflow="fold")
    for clock in found:
        lines = [say(clock.message), *clock.cites]
        if clock.switch is not None:
            lines.append(say(message("rules.clock.switch", switch=clock.switch)))
        table.add_row(clock.day.isoformat(), str(clock.days_left), "\n".join(lines))
    out.print(table)
