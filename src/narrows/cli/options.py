"""Options that many verbs share, each written once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from cyclopts import Parameter

Language: TypeAlias = Literal["en", "zh-Hant", "zh-Hans"]
"""``--lang``: the languages in which the brief speaks."""
AsJson: TypeAlias = Annotated[bool, Parameter(name="--json", negative=())]
"""``--json``: the answer for a program."""
Output: TypeAlias = Annotated[Path, Parameter(name=("--output", "-o"))]
"""``--output`` or ``-o``: the file, or the folder, into which an answer goes."""
