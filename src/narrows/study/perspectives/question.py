"""A study that was opened but not yet read by its perspective."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from narrows.catalog import Catalog
from narrows.core import Document
from narrows.executors import Executor, Serial
from narrows.rules import Pack
from narrows.study.answered import Planner, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Rolling:
    """The last result, a file or folder, and the file of what was booked since the study began."""

    last: Path
    booked: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A study's document and all that may be asked.

    ``as_known_on`` replaces the study's own day of knowledge where given; ``rolling`` names what
    was planned and booked before; ``executor`` runs searches and draws; ``planner`` decides the
    first orders.
    """

    document: Document
    catalog: Catalog
    pack: Pack
    as_known_on: date | None
    report: Report
    rolling: Rolling | None = None
    executor: Executor = field(default_factory=Serial)
    planner: Planner = Planner.GRAPH
