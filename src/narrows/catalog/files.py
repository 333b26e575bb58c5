"""Where the packaged data lies, and how a folder of YAML lists becomes records with their place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from narrows.core import Document, InputError, build_record, read_document

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
S = TypeVar("S")

FILES_MAX = 500
"""The catalogue has fewer than a hundred files; more means a wrong folder was given."""


def data_root() -> Path:
    """Return the folder of the packaged data, ``narrows/data``."""
    return Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True, slots=True)
class Entry(Generic[T_co]):
    """A record and the place it was read from."""

    record: T_co
    document: Document
    index: int

    def with_record(self, record: S) -> Entry[S]:
        """Return another record at the same place."""
        return Entry(record, self.document, self.index)

    def error(self, fieldname: str, problem: str, mend: str, value: object = None) -> InputError:
        """Return an error that points at a field of this record."""
        name = getattr(self.record, "id", self.index)
        return InputError(
            problem,
            mend,
            file=self.document.file,
            line=self.document.line_of((self.index, fieldname)),
            fieldname=f"{name}.{fieldname}",
            value=value,
        )


def read_folder(folder: Path, kind: type[T]) -> list[Entry[T]]:
    """Read every YAML file below a folder, in order of path, as lists of records of one kind.

    Raises
    ------
    InputError
        The folder is missing, holds too many files, or a file holds something else.
    """
    if not folder.is_dir():
        raise InputError("folder is missing", "restore the packaged data", file=folder)
    paths = sorted(folder.rglob("*.yaml"))
    if len(paths) > FILES_MAX:
        raise InputError(f"more than {FILES_MAX} files", "check the folder", file=folder)
    return [entry for path in paths for entry in read_entries(path, kind)]


def read_entries(path: Path, kind: type[T]) -> Iterator[Entry[T]]:
    """Yield the records of one file with their places."""
    document = read_document(path)
    if not isinstance(document.tree, list):
        raise document.error((), "a list of records is expected", "start each with `- id:`")
    for index, tree in enumerate(document.tree):
        yield Entry(build_record(document, (index,), tree, kind), document, index)


def unwrap(entries: Iterable[Entry[T]]) -> list[T]:
    """Return the records alone."""
    return [entry.record for entry in entries]
