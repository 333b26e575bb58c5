"""How verbs hand over an answer: JSON, a table, or a page beside the mapping with its numbers."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from narrows.core import InputError, Json, harmless_cell, whole_file


def print_json(tree: object) -> None:
    """Print a mapping or a list for a program to read."""
    sys.stdout.write(json.dumps(tree, ensure_ascii=False, indent=1) + "\n")


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV file, whole or not at all; a spreadsheet runs none of its cells.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    try:
        with whole_file(path) as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows([harmless_cell(cell) for cell in row] for row in rows)
    except OSError as error:
        raise InputError(
            f"file cannot be written ({error.strerror})", "check the folder", file=path
        ) from error


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
