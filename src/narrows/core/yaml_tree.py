"""From YAML text to plain values and the line of each, over the parser's events.

PyYAML only tokenises; it composes no nodes and resolves no tags, which would take as long again.
The meaning of a scalar is decided here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TypeAlias

import yaml

from narrows.core.errors import InputError

Scalar: TypeAlias = str | int | float | bool | date | None
Tree: TypeAlias = "Scalar | list[Tree] | dict[str, Tree]"
Pointer: TypeAlias = tuple[str | int, ...]

DEPTH_MAX = 40
"""The deepest rule card nests below 20; Python's recursion limit is far above 40."""
EVENTS_MAX = 400_000
"""All packaged data together holds fewer; it bounds memory before anything is built."""

_INT = re.compile(r"^[-+]?(0|[1-9][0-9_]*)$")
_FLOAT = re.compile(
    r"^[-+]?(?:[0-9](?:_*[0-9])*(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$|^[-+]?[0-9]+\.$"
)
"""No part of it can match in two ways, so a long text costs no more than its length."""
_NUMBER_STARTS = frozenset("+-.0123456789")
NUMBER_MAX_CHARS = 60
"""No number that a person writes is longer; Python refuses to read one of five thousand digits."""
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_WORDS: Mapping[str, Scalar] = {"true": True, "false": False, "null": None, "~": None, "": None}

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STARTS = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_ENDS = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{kind}"
    for kind in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge", "value")
) | {None, "!"}
"""Tags that change nothing: none, and those that YAML itself gives to plain values."""


def read_tree(text: str, file: Path | None) -> tuple[Tree, dict[Pointer, int]]:
    """Return the values of a text and the line on which each starts.

    Raises
    ------
    InputError
        The text is not within the strict subset.
    """
    builder = _Builder(_events(text, file), file)
    return builder.document(), builder.lines


def _events(text: str, file: Path | None) -> list[yaml.Event]:
    """Return the events of a text, all of them read before any is used."""
    loader = _LOADER(text)
    try:
        return list(_checked(iter(loader.get_event, None), file))
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


def _checked(events: Iterator[yaml.Event], file: Path | None) -> Iterator[yaml.Event]:
    """Yield events; refuse aliases (a 300-byte bomb expands to millions) and what is too large."""
    depth = 0
    for count, event in enumerate(events):
        if getattr(event, "anchor", None):
            mend = "write the value out"
            raise _error(file, event, "anchors and aliases are not allowed", mend)
        if isinstance(event, _STARTS):
            depth += 1
        elif isinstance(event, _ENDS):
            depth -= 1
        if depth > DEPTH_MAX:
            raise _error(file, event, f"nesting is deeper than {DEPTH_MAX}", "flatten it")
        if count > EVENTS_MAX:
            raise _error(file, event, f"more than {EVENTS_MAX:,} nodes", "split the file")
        yield event


class _Builder:
    """Turns events into plain values and remembers the line of each."""

    def __init__(self, events: list[yaml.Event], file: Path | None) -> None:
        self.file = file
        self.lines: dict[Pointer, int] = {}
        self._events = iter(events)

    def document(self) -> Tree:
        """Return the value of the one document; ``None`` where there is none."""
        starts = (event for event in self._events if isinstance(event, yaml.DocumentStartEvent))
        roots = (next(self._events) for _ in starts)
        first = next(roots, None)
        tree = None if first is None else self._value(first, ())
        for second in roots:
            raise self._error(second, "a second document begins", "keep one in a file")
        return tree

    def _value(self, event: yaml.Event, pointer: Pointer) -> Tree:
        self.lines[pointer] = _line(event)
        self._refuse_tag(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.MappingStartEvent):
            return dict(self._pairs(pointer))
        return [self._value(item, (*pointer, i)) for i, item in enumerate(self._until_end())]

    def _until_end(self) -> Iterator[yaml.Event]:
        """Yield the events that start the parts of a mapping or list, each part being read."""
        return iter(self._next, None)

    def _next(self) -> yaml.Event | None:
        event = next(self._events)
        return None if isinstance(event, _ENDS) else event

    def _pairs(self, pointer: Pointer) -> Iterator[tuple[str, Tree]]:
        seen: set[str] = set()
        for event in self._until_end():
            if not isinstance(event, yaml.ScalarEvent):
                raise self._error(event, "a key must be a word", "write `key: value`")
            key: str = event.value
            if key in seen:
                raise self._error(event, "duplicate key", "keep one of the two", key)
            seen.add(key)
            yield key, self._value(next(self._events), (*pointer, key))

    def _refuse_tag(self, event: yaml.Event) -> None:
        tag = getattr(event, "tag", None)
        if tag not in _PLAIN_TAGS:
            raise self._error(event, "tags are not allowed", "write a plain value", tag)

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        text: str = event.value
        if event.style:  # quoted or block text means text; a plain scalar has no style
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _DAY.match(text):
            return self._day(event)
        if text[0] in _NUMBER_STARTS and (_INT.match(text) or _FLOAT.match(text)):
            return self._number(event)
        return text

    def _number(self, event: yaml.ScalarEvent) -> int | float:
        text = event.value.replace("_", "")
        number = int(text) if _INT.match(text) and len(text) <= NUMBER_MAX_CHARS else float(text)
        if len(text) > NUMBER_MAX_CHARS or not math.isfinite(number):
            mend = "write fewer digits, or quote it if it is text"
            raise self._error(event, "a number is too long or too large", mend, event.value)
        return number

    def _day(self, event: yaml.ScalarEvent) -> date:
        try:
            return date.fromisoformat(event.value)
        except ValueError as error:
            raise self._error(event, "no such day", "write YYYY-MM-DD", event.value) from error

    def _error(
        self, event: yaml.Event, problem: str, mend: str, value: object = None
    ) -> InputError:
        return _error(self.file, event, problem, mend, value)


def _error(
    file: Path | None, event: yaml.Event, problem: str, mend: str, value: object = None
) -> InputError:
    return InputError(problem, mend, file=file, line=_line(event), value=value)


def _line(event: yaml.Event) -> int:
    if event.start_mark is None:
        msg = "every event of a text has a place in it"
        raise ValueError(msg)
    return event.start_mark.line + 1
