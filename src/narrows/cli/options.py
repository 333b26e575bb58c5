"""Options that many verbs share, each written once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from cyclopts import Parameter

from narrows.core import COMPILED_ON

Language: TypeAlias = Literal["en", "zh-Hant", "zh-Hans"]
"""``--lang``: the languages in which the brief speaks."""
AsJson: TypeAlias = Annotated[bool, Parameter(name="--json", negative=())]
"""``--json``: the answer for a program."""
InForceOn: TypeAlias = Annotated[date, Parameter(name=("--on", "--in-force-on"))]
"""``--on`` or ``--in-force-on``: the day whose law applies."""
Output: TypeAlias = Annotated[Path, Parameter(name=("--output", "-o"))]
"""``--output`` or ``-o``: the file, or the folder, into which an answer goes."""


def knowledge_of(day: date) -> date:
    """Return the day whose knowledge answers: no later than the facts go, whatever was asked.

    An answer says by this day what it knows; it must not claim to know a year that it never saw.
    """
    return min(day, COMPILED_ON)
