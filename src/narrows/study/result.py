"""A result: one JSON document, and the files that are written from it."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from narrows.core import InputError, Json, harmless_cell, whole_file

JSON_NAME = "result.json"


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to a study as a JSON document; see ``docs/result.md`` for its parts."""

    document: dict[str, Json]

    @property
    def name(self) -> str:
        """The study's name."""
        study = self.document["study"]
        assert isinstance(study, Mapping), "a result says which study it answers"  # noqa: S101
        return str(study["name"])

    def to_json(self) -> str:
        """Return the document; equal results give equal bytes."""
        return json.dumps(self.document, ensure_ascii=False, indent=1, sort_keys=False) + "\n"

    def write(self, folder: Path) -> list[Path]:
        """Write ``result.json`` and the tables as CSV, each whole; return the paths written.

        Raises
        ------
        InputError
            The folder cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            written = [folder / JSON_NAME]
            with whole_file(written[0]) as file:
                file.write(self.to_json())
            for name, rows in self.tables().items():
                path = folder / f"{_file_stem(name)}.csv"
                _write_csv(path, rows)
                written.append(path)
        except OSError as error:
            raise InputError(
                f"folder cannot be written ({error.strerror})", "name another", file=folder
            ) from error
        return written

    def tables(self) -> dict[str, list[dict[str, str]]]:
        """Return the parts of the document that are lists of like rows, flattened."""
        found = {
            name: _rows(self.document.get(name)) for name in ("orders", "worth", "gates", "reached")
        }
        futures = self.document.get("futures")
        if isinstance(futures, Mapping):
            found["capability"] = _rows(futures.get("capability"))
        sensitivities = self.document.get("sensitivities")
        if isinstance(sensitivities, Mapping):
            for name in ("domestic_share", "cap", "power", "delay", "waiting", "margins"):
                found[name] = _rows(sensitivities.get(name))
            tornado = sensitivities.get("tornado")
            if isinstance(tornado, Mapping):
                found["tornado"] = _rows(tornado.get("inputs"))
        given = _given(self.document.get("tables"))
        found |= {f"table-{name}" if name in found else name: rows for name, rows in given}
        return {name: rows for name, rows in found.items() if rows}


def _file_stem(name: str) -> str:
    """Return a table's name without what would put its file into another folder."""
    return re.sub(r"[/\\\0]|^\.+", "_", name)


def _rows(part: object) -> list[dict[str, str]]:
    if not isinstance(part, list):
        return []
    return [_flat(entry) for entry in part if isinstance(entry, Mapping)]


def _given(tables: object) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Yield the tables that a perspective brings along, by id; messages are told by their id."""
    for table in _mappings(tables):
        columns = [_last_part(column) for column in _mappings(table["columns"])]
        rows = [_given_row(row, columns) for row in _mappings(table["rows"])]
        yield str(table["id"]), rows


def _mappings(part: object) -> list[Mapping[str, object]]:
    return [one for one in part if isinstance(one, Mapping)] if isinstance(part, list) else []


def _given_row(row: Mapping[str, object], columns: Sequence[str]) -> dict[str, str]:
    values = [cell["value"] for cell in _mappings(row["cells"])]
    told = {name: _told(value) for name, value in zip(columns, values, strict=True)}
    return _flat({"row": _told(row["head"]), **told})


def _last_part(message: Mapping[str, object]) -> str:
    return str(message["id"]).rpartition(".")[2]


def _told(value: object) -> object:
    """Return a cell's value; a message by the last part of its id."""
    return _last_part(value) if isinstance(value, Mapping) and "values" in value else value


def _flat(entry: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    """Return scalar cells, nested mappings as dotted columns; lists stay in the JSON file."""
    cells: dict[str, str] = {}
    for key, value in entry.items():
        if isinstance(value, Mapping):
            cells |= _flat(value, f"{prefix}{key}.")
        elif not isinstance(value, list):
            cells[f"{prefix}{key}"] = "" if value is None else str(value)
    return cells


def _write_csv(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with whole_file(path) as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows({key: harmless_cell(value) for key, value in row.items()} for row in rows)
