"""``narrows rules timeline|list|diff``: the rulebook as tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter
from rich.table import Table

from narrows.cli.options import AsJson, InForceOn, Language, knowledge_of
from narrows.cli.rules_speech import Switch, chip_facts, print_json, term, terminal, voice
from narrows.core import COMPILED_ON, InputError, message, parse_document

if TYPE_CHECKING:
    from narrows.catalog import Catalog, Chip
    from narrows.rules import Overlay, Pack, Timeline, Title

LayerWord = Literal["codified", "enforced", "company_notice"]

LAYERS: tuple[LayerWord, ...] = ("codified", "enforced", "company_notice")
TIMELINE_CHIPS = (
    "nv-a100-80-sxm",
    "nv-a800-sxm",
    "nv-h100-sxm",
    "nv-h800-sxm",
    "nv-h20",
    "nv-h200-sxm",
    "nv-b200",
    "nv-l40",
    "nv-l4",
    "nv-rtx4090",
    "nv-rtx4090d",
    "amd-mi308x",
    "amd-mi325x",
)
"""Chips whose treatment changed while their silicon stayed the same, and their neighbours."""


def timeline(
    *chips: str,
    layer: LayerWord | None = None,
    until: date = COMPILED_ON,
    as_known_on: date | None = None,
    lang: Language = "en",
    as_json: AsJson = False,
) -> int:
    """Show how chips were treated on each day on which a rule turned.

    Parameters
    ----------
    chips
        Ids or names; a set of well-known ones where none is given.
    layer
        codified, enforced or company_notice; all of them where left out.
    until
        The last day to show.
    as_known_on
        One day of knowledge for the whole table; each column's own day where left out.
    lang
        en, zh-Hant or zh-Hans.
    as_json
        Print JSON, with all layers.
    """
    from narrows.catalog import load_catalog
    from narrows.rules import load_pack, turning_days
    from narrows.rules import timeline as treatments

    catalog, pack = load_catalog(), load_pack()
    records = _records(catalog, chips)
    days = turning_days(pack, known_on=as_known_on or until, until=until)
    table = treatments(pack, records, days, known_on=as_known_on)
    if as_json:
        print_json(_timeline_tree(table))
        return 0
    _print_timeline(table, [layer] if layer else LAYERS, lang)
    return 0


def _records(catalog: Catalog, names: Sequence[str]) -> list[Chip]:
    return [catalog.chip(name) for name in (names or TIMELINE_CHIPS)]


def _timeline_tree(table: Timeline) -> dict[str, object]:
    return {
        "dates": [day.isoformat() for day in table.dates],
        "known_on": None if table.known_on is None else table.known_on.isoformat(),
        "names": dict(table.names),
        "cells": {
            str(layer): {chip: list(words) for chip, words in rows.items()}
            for layer, rows in table.cells.items()
        },
    }


def _print_timeline(table: Timeline, layers: Sequence[LayerWord], lang: Language) -> None:
    say = voice(lang)
    out = terminal()
    known = "fixed" if table.known_on is not None else "known"
    out.print(say(message("rules.label.timeline")), markup=False)
    out.print(say(message(f"rules.label.timeline_{known}", known_on=table.known_on)), markup=False)
    for heard in _alike(table, layers):
        out.print(" + ".join(term(layer, lang) for layer in heard), style="bold", markup=False)
        out.print(_matrix(table, heard[0], lang))
    used = sorted({word for rows in table.cells.values() for row in rows.values() for word in row})
    legend = [f"{SIGN[word]} {term(word, lang)}" for word in used if word in SIGN]
    out.print("   ".join(legend), markup=False)


def _alike(table: Timeline, layers: Sequence[LayerWord]) -> list[list[LayerWord]]:
    """Return layers in groups that treat every chip alike on every day."""
    groups: list[list[LayerWord]] = []
    for layer in layers:
        same = next((g for g in groups if table.rows(g[0]) == table.rows(layer)), None)
        if same is None:
            groups.append([layer])
        else:
            same.append(layer)
    return groups


def _matrix(table: Timeline, layer: LayerWord, lang: Language) -> Table:
    """Return chips by days, a day in three short lines: year, month, day."""
    grid = Table(box=None, padding=(0, 1, 0, 0))
    grid.add_column(voice(lang)(message("rules.label.chip")), overflow="fold")
    for day in table.dates:
        grid.add_column(f"{day:%y}\n{day:%m}\n{day:%d}", justify="right")
    for chip, words in table.rows(layer).items():
        grid.add_row(table.names[chip], *(SIGN.get(word, word) for word in words))
    return grid


SIGN = {
    "not_announced": "-",
    "no_rule": "_",
    "free": ".",
    "undecided": "?",
    "licence": "L",
    "nac_notice": "N",
    "presumed_approval": "A",
    "case_by_case": "C",
    "unpublished": "U",
    "presumed_denial": "D",
    "denied": "X",
}
"""One sign a treatment, the same in every language; the legend says what it means."""


def listing(
    *,
    on: InForceOn = COMPILED_ON,
    as_known_on: date | None = None,
    side: str | None = None,
    facts: Switch = False,
    lang: Language = "en",
    as_json: AsJson = False,
) -> int:
    """List the cards in force on a day, with their layers, rungs and citations.

    Parameters
    ----------
    on
        The day whose law applies.
    as_known_on
        Use only what was public on this day; the day itself where left out.
    side
        The first part of the ids to list, such as us, cn or tw.
    facts
        List the facts that cards ask for instead.
    lang
        en, zh-Hant or zh-Hans.
    as_json
        Print JSON.
    """
    from narrows.rules import load_pack

    whole = load_pack()
    sides = sorted({name.split(".")[0] for name in whole.cards})
    if side is not None and side not in sides:
        mend = f"name one of: {', '.join(sides)}"
        raise InputError("no cards of that side", mend, fieldname="--side", value=side)
    if side is not None and facts:
        raise InputError(
            "facts belong to no side", "leave --side or --facts out", fieldname="--side"
        )
    pack = whole.as_known_on(knowledge_of(as_known_on or on))
    rows = _fact_rows(pack, lang) if facts else _card_rows(pack, on, lang)
    wanted = [row for row in rows if side is None or row[0].split(".")[0] == side]
    if as_json:
        print_json(wanted)
        return 0
    out = terminal()
    for identifier, title, *rest in wanted:
        out.print(f"{identifier}  {title}", markup=False)
        for line in rest:
            out.print(f"    {line}", markup=False, soft_wrap=True)
    return 0


def _card_rows(pack: Pack, on: date, lang: Language) -> list[list[str]]:
    return [
        [
            card.id,
            _in_language(card.title, lang),
            f"{card.formality} {', '.join(card.layers)}",
            *(cite.text for cite in card.cite),
        ]
        for card in pack.cards.values()
        if on in card.force
    ]


def _fact_rows(pack: Pack, lang: Language) -> list[list[str]]:
    return [
        [
            fact.id,
            _in_language(fact.title, lang),
            f"{fact.kind} {fact.unit}",
            ", ".join(fact.values),
        ]
        for fact in pack.facts.values()
    ]


def _in_language(title: Title, lang: Language) -> str:
    return {"en": title.en, "zh-Hant": title.zh_hant, "zh-Hans": title.zh_hans}[lang]


def diff(
    *,
    on: InForceOn,
    as_known_on: date | None = None,
    and_known_on: date | None = None,
    setting: Annotated[tuple[str, ...], Parameter(name="--set", show_default=False)] = (),
    question: tuple[str, ...] = ("us.licence", "us.china_review", "us.review", "us.tariff_band"),
    lang: Language = "en",
    as_json: AsJson = False,
) -> int:
    """List the chips whose answers change under an overlay, or with what became known later.

    Parameters
    ----------
    on
        The day whose law applies.
    as_known_on
        The earlier day of knowledge; the day whose law applies where left out.
    and_known_on
        The later day of knowledge; the earlier one where left out.
    setting
        A parameter and its value, such as us.window.cap_ratio=0.3 or us.bill.s3374.enacted=on; an
        assumption from the first day on.
    question
        The questions to compare.
    lang
        en, zh-Hant or zh-Hans.
    as_json
        Print JSON.
    """
    from narrows.catalog import load_catalog
    from narrows.rules import DIRECT_EXPORT, SCREENED, Posture, differences, load_pack

    first = knowledge_of(as_known_on or on)
    later = knowledge_of(and_known_on or first)
    pack = load_pack()
    before = pack.at(on=on, known_on=first, posture=Posture.CAUTIOUS)
    after = pack.with_(_overlays(setting)).at(on=on, known_on=later, posture=Posture.CAUTIOUS)
    chips = load_catalog().as_known_on(later).chips
    cases = {
        chip.id: {**chip_facts(chip, pack), **DIRECT_EXPORT, **SCREENED} for chip in chips.values()
    }
    found = differences(before, after, cases, *question)
    if as_json:
        rows = [
            {"chip": one.case, "question": one.question, "before": one.before, "after": one.after}
            for one in found
        ]
        print_json(rows)
        return 0
    out = terminal()
    if not found:
        out.print(voice(lang)(message("rules.label.no_difference")), markup=False)
    for one in found:
        words = [term(word or "undecided", lang) for word in (one.before, one.after)]
        out.print(f"{one.case}  {one.question}: {words[0]} -> {words[1]}", markup=False)
    return 0


def _overlays(settings: tuple[str, ...]) -> list[Overlay]:
    from narrows.rules import Overlay

    overlays = []
    for setting in settings:
        path, sign, value = setting.partition("=")
        if not sign:
            raise InputError("not a setting", "write parameter=value", value=setting)
        tree = parse_document(value.strip()).tree
        overlays.append(Overlay(path=path.strip(), value=_parameter_value(tree, setting)))
    return overlays


def _parameter_value(tree: object, setting: str) -> str | float | tuple[str, ...] | None:
    if isinstance(tree, list):
        return tuple(str(member) for member in tree)
    if tree is None or isinstance(tree, (str, int, float)):
        return tree
    raise InputError("not a value of a parameter", "write a number or a word", value=setting)
