"""Who asks decides how a study is answered: one function a perspective, one way through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from narrows.study.perspectives.buyer import answer_buyer
from narrows.study.perspectives.lab import answer_lab
from narrows.study.perspectives.policy import answer_policy
from narrows.study.perspectives.question import Question, Rolling
from narrows.study.perspectives.seller import answer_seller
from narrows.study.result import Result
from narrows.study.schema import Perspective

ANSWERS: Mapping[Perspective, Callable[[Question], Result]] = MappingProxyType(
    {
        Perspective.BUYER: answer_buyer,
        Perspective.SELLER: answer_seller,
        Perspective.POLICY: answer_policy,
        Perspective.LAB: answer_lab,
    }
)

__all__ = ["ANSWERS", "Question", "Rolling"]
