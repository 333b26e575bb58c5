"""A page and the mapping with the same numbers, written side by side into a folder."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from narrows.core import InputError, Json


def write_page(folder: Path, name: str, tree: Mapping[str, Json], page: str) -> None:
    """Write ``NAME.json`` and ``NAME.html`` and say so on standard error.

    Raises
    ------
    InputError
        The folder cannot be made or written.
    """
    written = json.dumps(tree, ensure_ascii=False, indent=1) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.json").write_text(written, encoding="utf-8")
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"folder cannot be written ({error.strerror})", "give another folder", file=folder
        ) from error
    sys.stderr.write(f"page: {folder / name}.html\n")
