"""The same posed question gives the same fingerprint, on every machine."""

from __future__ import annotations

import hashlib
from dataclasses import fields, is_dataclass
from typing import Protocol

import numpy as np


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...


def fingerprint(posed: object) -> str:
    """Return 64 hexadecimal digits that depend on every number and name of a problem or graph.

    Raises
    ------
    TypeError
        Something in it is neither a dataclass, an array, a container nor a plain value.
    """
    digest = hashlib.sha256()
    _feed(digest, posed)
    return digest.hexdigest()


def _feed(digest: _Hash, value: object) -> None:
    match value:
        case np.ndarray():
            digest.update(f"array{value.dtype.str}{value.shape}".encode())
            digest.update(np.ascontiguousarray(value).tobytes())
        case tuple() | list():
            digest.update(f"row{len(value)}".encode())
            for item in value:
                _feed(digest, item)
        case frozenset():
            _feed(digest, sorted(value))
        case None | bool() | int() | float() | str():
            digest.update(f"{type(value).__name__}{value!r};".encode())
        case _ if is_dataclass(value):
            digest.update(type(value).__name__.encode())
            for each in fields(value):
                digest.update(f".{each.name}".encode())
                _feed(digest, getattr(value, each.name))
        case _:
            msg = f"no fingerprint of a {type(value).__name__}"
            raise TypeError(msg)
