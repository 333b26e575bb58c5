"""What a study would have answered at each quarter, beside what then happened."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from narrows.catalog import Catalog, load_catalog
from narrows.core import COMPILED_ON, InputError, Json, lay_out
from narrows.futures import quarter_ends, quarters_after
from narrows.rules import Pack, load_pack
from narrows.study.answered import Report
from narrows.study.bridge.calendar import quarters_from
from narrows.study.cited import with_sources
from narrows.study.facts import Facts
from narrows.study.load import check_study, open_study, perspective_of
from narrows.study.replay_day import (
    FAN_QUARTERS,
    LARGE_QUARTERS,
    Day,
    ask_on,
    day_section,
    names_of,
)
from narrows.study.replay_happened import Happened, happened_section, what_happened
from narrows.study.replay_headline import replay_headline
from narrows.study.replay_regret import regret_lines, regret_section, regrets
from narrows.study.replay_scores import DayScores, LargeDelivery, gate_scores, scores_section
from narrows.study.schema import ORDERING, Study
from narrows.study.sources import Shelf

QUARTERS_MAX = 24
"""Six years: rules on these chips began in 2022."""


@dataclass(frozen=True, slots=True)
class Replay:
    """A replay as one JSON document; see ``docs/study.md``."""

    document: dict[str, Json]

    @property
    def name(self) -> str:
        """The study's name."""
        study = self.document["study"]
        assert isinstance(study, Mapping), "a replay says which study it answers"  # noqa: S101
        return str(study["name"])

    def to_json(self) -> str:
        """Return the document; equal replays give equal bytes."""
        return json.dumps(self.document, ensure_ascii=False, indent=1, sort_keys=False) + "\n"


def replay_study(
    name_or_path: str,
    *,
    to: date,
    root: Path | None = None,
    report: Report = lambda _: None,
) -> Replay:
    """Answer a study on its own day and at each whole quarter after it, up to a day.

    Each day is answered from what was public on it; only ``happened`` and ``scores`` know ``to``.
    Every day is asked as a first plan: orders of earlier days are not carried over.

    Raises
    ------
    InputError
        The study is not well formed, or ``to`` is before its day or after the facts end.
    """
    report("reading the catalogue")
    catalog = load_catalog(root)
    pack = load_pack(root if root is None else root / "rules")
    study = _ordering(name_or_path, catalog)
    asked = _days(study, to)
    days = []
    for day in asked:
        report(f"asking on {day}")
        ends = days_ahead(day, FAN_QUARTERS)
        days.append(ask_on(study, catalog, pack, day, ends[LARGE_QUARTERS - 1]))
    report("scoring")
    return Replay(_document(study, catalog, pack, days, to))


def _ordering(name_or_path: str, catalog: Catalog) -> Study:
    document = open_study(name_or_path)
    if perspective_of(document) not in ORDERING:
        raise document.error(
            ("perspective",), "only a study that orders can be replayed",
            f"name one whose perspective is {' or '.join(ORDERING)}", str(perspective_of(document)),
        )  # fmt: skip
    return check_study(document, catalog).study


def _days(study: Study, to: date) -> tuple[date, ...]:
    first = study.as_known_on
    if not first <= to <= COMPILED_ON:
        raise InputError(
            f"no day between the study's, {first}, and the end of the facts, {COMPILED_ON}",
            "name one between them", fieldname="--to", value=to.isoformat(),
        )  # fmt: skip
    days = tuple(quarter_ends(first, to))
    if len(days) > QUARTERS_MAX:
        raise InputError(
            f"{len(days)} quarters to replay", f"ask for at most {QUARTERS_MAX}",
            fieldname="--to", value=to.isoformat(),
        )  # fmt: skip
    return days


def days_ahead(first: date, quarters: int) -> tuple[date, ...]:
    """Return the days one, two, ... whole quarters after a day."""
    return tuple(quarters_after(first, step) for step in range(1, quarters + 1))


def _document(
    study: Study, catalog: Catalog, pack: Pack, days: Sequence[Day], to: date
) -> dict[str, Json]:
    happened = what_happened(catalog, known_on=to)
    scores = dict(_scores(study, catalog, days, to))
    asked = {day.quarter: day.large for day in days if day.large is not None}
    said = [
        lay_out(
            {"said": {day.quarter: day_section(day, days_ahead(day.known_on, FAN_QUARTERS))}},
            facts_at=f"/said/{day.quarter}/facts",
        )
        for day in days
    ]
    later = lay_out(_later(study, days, happened, scores, asked, to), facts_at="/study/facts")
    facts = Facts(catalog.as_known_on(to), study)
    shelf = Shelf(facts.catalog, pack, facts.study_source, dict(study.title)["en"])
    return with_sources([later, *said], shelf)


def _scores(
    study: Study, catalog: Catalog, days: Sequence[Day], to: date
) -> Iterator[tuple[str, DayScores]]:
    lines = sorted({option.line for option in study.options if option.line is not None})
    for day in days:
        if day.outlook is not None:
            yield day.quarter, gate_scores(day.outlook.chains, catalog, lines, to=to)


def _later(
    study: Study,
    days: Sequence[Day],
    happened: Happened,
    scores: Mapping[str, DayScores],
    asked: Mapping[str, LargeDelivery],
    to: date,
) -> dict[str, object]:
    """Return the sections that know the last day."""
    scored = scores_section(scores, asked, happened, to=to)
    found = regrets(days, happened)
    sorry = regret_lines(found, happened, days[-1])
    return {
        "study": {
            "name": study.study,
            "title": study.title,
            "perspective": study.perspective,
            "currency": study.currency,
            "names": names_of(study),
            "headline": replay_headline(days, happened, scored, sorry),
            "facts": {},
        },
        "clocks": {
            "first": study.as_known_on,
            "as_known_on": to,
            "in_force_on": to,
            "quarters": list(quarters_from(days[0].quarter, len(days))),
        },
        "happened": happened_section(happened),
        "scores": scored,
        "regret": regret_section(found),
    }
