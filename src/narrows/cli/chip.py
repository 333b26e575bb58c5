"""``narrows chip``: the card of a chip, a system or a model, with the evidence of every field."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from narrows.cli.options import AsJson, Language
from narrows.cli.output import print_json
from narrows.core import COMPILED_ON, message

if TYPE_CHECKING:
    from collections.abc import Callable

    from narrows.catalog import Card, CardRow
    from narrows.core import Source

WIDTH = 80
"""The terminal width that every answer fits."""
_WORD_FIELDS = frozenset({"dense_basis", "rates_from"})
"""Fields whose value is a word of the house and has a term in every language."""


def chip(
    name: str,
    *,
    as_known_on: date = COMPILED_ON,
    lang: Language = "en",
    as_json: AsJson = False,
) -> int:
    """Show the card of a chip, a system or a model.

    Parameters
    ----------
    name
        An id or a name as people write it, such as h100-sxm, 910C, 昇騰910C or "CloudMatrix 384".
    as_known_on
        Use only what was public on this day.
    lang
        en, zh-Hant or zh-Hans.
    as_json
        Print JSON.
    """
    from narrows.catalog import card, load_catalog

    shown = card(load_catalog().as_known_on(as_known_on), name)
    if as_json:
        print_json(_tree(shown))
        return 0
    _print(shown, as_known_on, lang)
    return 0


def _print(shown: Card, as_known_on: date, lang: Language) -> None:
    from narrows.brief import text

    def say(message_id: str, **values: str | int | float | date | None) -> str:
        return text(message(message_id, **values), language=lang)

    out = Console(highlight=False, width=WIDTH)
    record = shown.record
    out.print(f"{record.name} ({record.id})", style="bold", markup=False)
    known = {"day": record.known_on, "grade": str(record.grade), "basis": str(record.basis)}
    out.print(say("catalog.card.evidence", as_known_on=as_known_on, **known), markup=False)
    if record.notes is not None:
        out.print(record.notes, markup=False)
    out.print(_rows(shown, say))
    for dispute in shown.disputes:
        label = say(f"catalog.field.{dispute.fieldname}")
        seen = "; ".join(dispute.seen)
        values = {"field": label, "seen": seen, "used": dispute.used, "because": dispute.because}
        out.print(say("catalog.card.dispute", **values), markup=False)
    if shown.blank:
        labels = ", ".join(say(f"catalog.field.{name}") for name in shown.blank)
        out.print(say("catalog.card.blank", fields=labels), markup=False)
    for source in shown.sources:
        out.print(_cited(source), markup=False, soft_wrap=True)


def _rows(shown: Card, say: Callable[..., str]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0))
    for width in (27, 23, 27):
        table.add_column(max_width=width, overflow="fold")
    for row in shown.rows:
        table.add_row(say(f"catalog.field.{row.fieldname}"), _value(row, say), _evidence(row, say))
    return table


def _value(row: CardRow, say: Callable[..., str]) -> str:
    if isinstance(row.value, bool):
        return say("term.yes" if row.value else "term.no")
    if isinstance(row.value, (int, float)):
        return f"{row.value:,.6g}{_unit(row)}"
    return say(f"term.{row.value}") if row.fieldname in _WORD_FIELDS else row.value


def _unit(row: CardRow) -> str:
    return "" if row.unit == "1" else f" {row.unit}"


def _evidence(row: CardRow, say: Callable[..., str]) -> str:
    """Return the evidence of a field where it is not that of the whole record."""
    if not row.own_evidence:
        return ""
    return say("catalog.card.own", grade=str(row.grade), basis=str(row.basis), day=row.known_on)


def _cited(source: Source) -> str:
    parts = (source.title, source.publisher, source.date, source.url)
    return f"[{source.id}] " + ", ".join(part for part in parts if part)


def _tree(shown: Card) -> dict[str, object]:
    record = shown.record
    return {
        "kind": shown.kind,
        "id": record.id,
        "name": record.name,
        "grade": str(record.grade),
        "basis": str(record.basis),
        "known_on": _day(record.known_on),
        "notes": record.notes,
        "aliases": list(record.aliases),
        "fields": {row.fieldname: _field(row) for row in shown.rows},
        "blank": list(shown.blank),
        "disputes": [
            {
                "field": dispute.fieldname,
                "seen": list(dispute.seen),
                "used": dispute.used,
                "because": dispute.because,
            }
            for dispute in shown.disputes
        ],
        "sources": {source.id: _source(source) for source in shown.sources},
    }


def _field(row: CardRow) -> dict[str, object]:
    return {
        "value": row.value,
        "unit": row.unit,
        "grade": str(row.grade),
        "basis": str(row.basis),
        "known_on": _day(row.known_on),
        "sources": list(row.sources),
    }


def _source(source: Source) -> dict[str, object]:
    return {
        "title": source.title,
        "publisher": source.publisher,
        "date": source.date,
        "url": source.url,
        "licence": source.licence,
        "known_on": _day(source.known_on),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
