"""A strict YAML reader: no aliases, tags, duplicate keys, or YAML 1.1 surprises.

A corpus of law must not read ``NO`` as false or ``22:30`` as 1350, and a planner's typing error
must come back with its line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from narrows.core.errors import InputError
from narrows.core.yaml_tree import Pointer, Tree, read_tree

FILE_MAX_BYTES = 4_000_000
"""The largest packaged data file is well below; a bigger one is a mistake or an attack."""


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file and the line on which each of its nodes starts."""

    file: Path | None
    tree: Tree
    lines: Mapping[Pointer, int]

    def line_of(self, pointer: Pointer) -> int | None:
        """Return the line of a node, or of its nearest known ancestor."""
        for length in range(len(pointer), -1, -1):
            if pointer[:length] in self.lines:
                return self.lines[pointer[:length]]
        return None

    def error(self, pointer: Pointer, problem: str, mend: str, value: object = None) -> InputError:
        """Return an error that points at a node of this file."""
        return InputError(
            problem,
            mend,
            file=self.file,
            line=self.line_of(pointer),
            fieldname=".".join(str(part) for part in pointer) or None,
            value=value,
        )


def read_document(path: Path) -> Document:
    """Read one YAML file strictly.

    Raises
    ------
    InputError
        The file is missing, too large, not UTF-8 text, or not within the strict subset.
    """
    return parse_document(_read_text(path), path)


def _read_text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > FILE_MAX_BYTES:
            raise InputError(
                f"file has {size:,} bytes and the limit is {FILE_MAX_BYTES:,}",
                "split it, or check that it is the right file",
                file=path,
            )
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            "file is not UTF-8 text", "save it as UTF-8, or name a YAML file", file=path
        ) from error
    except OSError as error:
        raise InputError(
            f"file cannot be read ({error.strerror})", "check the path", file=path
        ) from error


def parse_document(text: str, file: Path | None = None) -> Document:
    """Parse YAML text strictly; see :func:`read_document`."""
    tree, lines = read_tree(text, file)
    return Document(file, tree, lines)
