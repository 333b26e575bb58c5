"""What one try of a job comes to, and the code that a worker runs for it."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import cast

from narrows.core import NarrowsError
from narrows.executors.outcome import Cause

REASON_MAX_CHARS = 300
"""A reason is one line of a report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The end of one try. ``cause`` is ``None`` where there is a value."""

    value: object = None
    cause: Cause | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bug:
    """A try that ended in an error which is no answer."""

    reason: str


def attempt(payload: bytes) -> bytes:
    """Run a packed job and return its packed reply.

    Refusals, arithmetic and short resources are answers. Any other error is a bug and is not
    caught: the run stops and says where.
    """
    work, arguments = pickle.loads(payload)  # noqa: S301 # packed by our own caller
    try:
        return _packed(Reply(value=work(*arguments)))
    except (MemoryError, OSError) as error:
        return _packed(Reply(cause=Cause.SHORT, reason=one_line(error)))
    except (NarrowsError, ArithmeticError, ValueError) as error:
        return _packed(Reply(cause=Cause.RAISED, reason=one_line(error)))


def _packed(reply: Reply) -> bytes:
    return pickle.dumps(reply, protocol=pickle.HIGHEST_PROTOCOL)


def unpacked(answer: bytes) -> Reply:
    """Read what :func:`attempt` returned."""
    return cast("Reply", pickle.loads(answer))  # noqa: S301 # packed by our own worker


def one_line(error: BaseException) -> str:
    """Return an error as its type and text on one short line."""
    text = " ".join(f"{type(error).__name__}: {error}".split())
    return text if len(text) <= REASON_MAX_CHARS else f"{text[:REASON_MAX_CHARS]}..."
