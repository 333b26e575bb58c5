"""A strict YAML reader: no aliases, tags, duplicate keys, or YAML 1.1 surprises.

A corpus of law must not read ``NO`` as false or ``22:30`` as 1350, and a planner's typing error
must come back with its line. PyYAML only tokenises here; the meaning of a scalar is decided below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeAlias

import yaml

from narrows.core.errors import InputError

Scalar: TypeAlias = str | int | float | bool | date | None
Tree: TypeAlias = "Scalar | list[Tree] | dict[str, Tree]"
Pointer: TypeAlias = tuple[str | int, ...]

FILE_MAX_BYTES = 4_000_000
"""The largest packaged data file is well below; a bigger one is a mistake or an attack."""
DEPTH_MAX = 40
"""The deepest rule card nests below 20; Python's recursion limit is far above 40."""
NODES_MAX = 400_000
"""All packaged data together holds fewer; it bounds memory before anything is built."""

_INT = re.compile(r"^[-+]?(0|[1-9][0-9_]*)$")
_FLOAT = re.compile(r"^[-+]?([0-9][0-9_]*)?\.?[0-9]+([eE][-+]?[0-9]+)?$|^[-+]?[0-9]+\.$")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_WORDS: Mapping[str, Scalar] = {"true": True, "false": False, "null": None, "~": None, "": None}

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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
    root = _compose(text, file)
    builder = _Builder(file)
    tree = None if root is None else builder.build(root, ())
    return Document(file, tree, builder.lines)


def _compose(text: str, file: Path | None) -> yaml.Node | None:
    loader = _LOADER(text)
    try:
        _refuse_anchors(text, file)
        node: yaml.Node | None = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = None if mark is None else mark.line + 1
        problem = f"not valid YAML: {error.problem}"
        raise InputError(problem, "mend the line", file=file, line=line) from error
    except (yaml.YAMLError, RecursionError) as error:
        problem = f"not readable as YAML: {' '.join(str(error).split())}"
        raise InputError(problem, "save it as plain YAML text", file=file) from error
    finally:
        loader.dispose()
    return node


def _refuse_anchors(text: str, file: Path | None) -> None:
    """Refuse aliases before composing: a 300-byte alias bomb expands to millions of nodes."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=_LOADER)):
        line = None if event.start_mark is None else event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise InputError(
                "anchors and aliases are not allowed", "write the value out", file=file, line=line
            )
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth += 1
        if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1
        if depth > DEPTH_MAX:
            raise InputError(
                f"nesting is deeper than {DEPTH_MAX}", "flatten it", file=file, line=line
            )
        if count > NODES_MAX:
            raise InputError(
                f"more than {NODES_MAX:,} nodes", "split the file", file=file, line=line
            )


class _Builder:
    """Turn composed nodes into plain values and remember the line of each."""

    def __init__(self, file: Path | None) -> None:
        self.file = file
        self.lines: dict[Pointer, int] = {}

    def build(self, node: yaml.Node, pointer: Pointer) -> Tree:
        self.lines[pointer] = node.start_mark.line + 1
        self._refuse_tag(node, pointer)
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, pointer))
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*pointer, i)) for i, child in enumerate(node.value)]
        if not isinstance(node, yaml.ScalarNode):
            raise self._error(node, "unknown YAML node", "write a mapping, list or value")
        return self._scalar(node)

    def _pairs(self, node: yaml.MappingNode, pointer: Pointer) -> Iterator[tuple[str, Tree]]:
        seen: set[str] = set()
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key, str):
                raise self._error(key_node, "a key must be a word", "write `key: value`")
            if key in seen:
                raise self._error(key_node, "duplicate key", "keep one of the two", key)
            seen.add(key)
            yield key, self.build(value_node, (*pointer, key))

    def _refuse_tag(self, node: yaml.Node, pointer: Pointer) -> None:
        if node.tag not in _PLAIN_TAGS:
            raise self._error(node, "tags are not allowed", "write a plain value", node.tag)
        assert len(pointer) <= DEPTH_MAX + 1, "depth is bounded before building"  # noqa: S101

    def _scalar(self, node: yaml.ScalarNode) -> Scalar:
        text: str = node.value
        if node.style:  # quoted or block text means text; a plain scalar has no style
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _DAY.match(text):
            return self._day(node)
        if _INT.match(text):
            return int(text.replace("_", ""))
        if _FLOAT.match(text):
            return float(text.replace("_", ""))
        return text

    def _day(self, node: yaml.ScalarNode) -> date:
        try:
            return date.fromisoformat(node.value)
        except ValueError as error:
            raise self._error(node, "no such day", "write YYYY-MM-DD", node.value) from error

    def _error(self, node: yaml.Node, problem: str, mend: str, value: object = None) -> InputError:
        line = node.start_mark.line + 1
        return InputError(problem, mend, file=self.file, line=line, value=value)


_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{kind}"
    for kind in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge", "value")
)
"""What PyYAML assigns to untagged nodes. The scalar's meaning is decided by this module instead."""
