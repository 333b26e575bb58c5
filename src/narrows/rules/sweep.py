"""Answers to one question for many cases, as codes into the question's scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from narrows.rules.answer import JOIN_SIGN, Held
from narrows.rules.arrays import Truths
from narrows.rules.question import Question, Resolve

Codes: TypeAlias = npt.NDArray[np.signedinteger]

UNSETTLED = -2
NONE_HOLDS = -1


@dataclass(frozen=True, slots=True)
class AnswerArray:
    """Answers of shape ``(n,)``.

    Attributes
    ----------
    codes
        For a strictest answer its place on the scale; for joined answers a bit for each. -1 where
        none holds, -2 where the answer is not settled.
    """

    question: Question
    codes: Codes

    def words(self) -> list[str | None]:
        """Return the answers as words; ``None`` where not settled."""
        spelled = {int(code): self._word(int(code)) for code in np.unique(self.codes)}
        return [spelled[int(code)] for code in self.codes]

    def _word(self, code: int) -> str | None:
        if code == UNSETTLED:
            return None
        if code == NONE_HOLDS:
            return self.question.none.id
        if self.question.resolve is Resolve.STRICTEST:
            return self.question.answers[code].id
        words = [option.id for i, option in enumerate(self.question.answers) if code >> i & 1]
        return JOIN_SIGN.join(words)


def resolve_arrays(
    question: Question, held: Sequence[Held], swept: Sequence[Truths], n: int
) -> AnswerArray:
    """Return the answers that swept cards give together."""
    if not held:
        return AnswerArray(question, np.full(n, UNSETTLED, dtype=np.int64))
    combine = _strictest if question.resolve is Resolve.STRICTEST else _joined
    return AnswerArray(question, combine(held, swept, n))


def _strictest(held: Sequence[Held], swept: Sequence[Truths], n: int) -> Codes:
    codes = np.full(n, NONE_HOLDS, dtype=np.int16)
    for one, truths in sorted(zip(held, swept, strict=True), key=lambda pair: pair[0].rank):
        np.putmask(codes, truths.true, one.rank)
    for one, truths in zip(held, swept, strict=True):
        if truths.known is not None:
            # An open card can change the answer only where a milder one stands.
            np.putmask(codes, ~truths.known & (codes < one.rank), UNSETTLED)
    return codes


def _joined(held: Sequence[Held], swept: Sequence[Truths], n: int) -> Codes:
    bits = np.zeros(n, dtype=np.int64)
    open_ = np.zeros(n, dtype=np.int64)
    for one, truths in zip(held, swept, strict=True):
        bits |= truths.true.astype(np.int64) << one.rank
        if truths.known is not None:
            open_ |= (~truths.known).astype(np.int64) << one.rank
    codes = np.where(bits == 0, NONE_HOLDS, bits)
    return np.where(open_ & ~bits != 0, UNSETTLED, codes)


__all__ = ["NONE_HOLDS", "UNSETTLED", "AnswerArray", "resolve_arrays"]
