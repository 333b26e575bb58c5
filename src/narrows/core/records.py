"""From a strict document to frozen dataclasses, with errors that name file, line and field.

A record type is a plain frozen dataclass whose ``__pydantic_config__`` forbids unknown keys
(:data:`STRICT`). Pydantic validates at this edge and nowhere else.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from narrows.core.documents import Document, read_document
from narrows.core.errors import FieldValueError, InputError
from narrows.core.yaml_tree import Pointer

if TYPE_CHECKING:
    from pydantic import ConfigDict, TypeAdapter, ValidationError

T = TypeVar("T")

STRICT: ConfigDict = {"extra": "forbid", "arbitrary_types_allowed": True}
"""Set as ``__pydantic_config__`` on a dataclass that is read from a file."""

_PROBLEMS = {"dataclass_type": "needs fields, each on a line of its own as `name: value`"}
"""Pydantic names our own types here, which a reader has never met."""
_MENDS = {
    "missing": "add the field",
    "extra_forbidden": "remove the key or correct its spelling",
    "unexpected_keyword_argument": "remove the key or correct its spelling",
}


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def _adapter(kind: type) -> TypeAdapter[Any]:
    # Pydantic costs 30 ms to import; `narrows --help` reads no record and must not pay for it.
    from pydantic import TypeAdapter

    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def read_record(path: Path, kind: type[T]) -> T:
    """Read a file that holds one record."""
    document = read_document(path)
    return build_record(document, (), document.tree, kind)


def read_records(path: Path, kind: type[T]) -> list[T]:
    """Read a file that holds a list of records.

    Raises
    ------
    InputError
        The file is not a list, or one of its entries is not a valid record.
    """
    document = read_document(path)
    if not isinstance(document.tree, list):
        raise document.error((), "a list of records is expected", "start each with `- id:`")
    return [build_record(document, (i,), entry, kind) for i, entry in enumerate(document.tree)]


def build_record(document: Document, at: Pointer, tree: object, kind: type[T]) -> T:
    """Validate one node as a record of ``kind``.

    Raises
    ------
    InputError
        With file, line, field, value and mend of the first fault.
    """
    from pydantic import ValidationError

    try:
        record: T = _adapter(kind).validate_python(tree)
    except ValidationError as error:
        raise _first_fault(document, at, error) from error
    except InputError as error:
        # A record that checks itself knows what is wrong, but not where it was written.
        raise _placed(document, at, error) from error
    return record


def _first_fault(document: Document, at: Pointer, error: ValidationError) -> InputError:
    fault = error.errors(include_url=False)[0]
    pointer = (*at, *fault["loc"])
    cause = fault.get("ctx", {}).get("error")
    if isinstance(cause, FieldValueError):
        return document.error(pointer, cause.problem, cause.mend, fault["input"])
    if fault["type"] in _MENDS:
        return document.error(pointer, fault["msg"], _MENDS[fault["type"]])
    problem = _PROBLEMS.get(fault["type"], fault["msg"])
    return document.error(pointer, problem, "correct the value", fault["input"])


def _placed(document: Document, at: Pointer, error: InputError) -> InputError:
    pointer = at if error.fieldname is None else (*at, *error.fieldname.split("."))
    return document.error(pointer, error.problem, error.mend, error.value)
