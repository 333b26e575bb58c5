"""The posture: which layers a reader lets speak. It is named in every verdict."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from narrows.rules.law import Layer


class Posture(StrEnum):
    """How far a reader relies on what an authority says beside its text."""

    CODIFIED = "codified"
    """The published text, and what the firm was told individually."""
    ENFORCED = "enforced"
    """What the authority says that it enforces, notices and informal guidance."""
    CAUTIOUS = "cautious"
    """All layers; the strictest answer wins."""


LAYERS_OF: Mapping[Posture, frozenset[Layer]] = MappingProxyType(
    {
        Posture.CODIFIED: frozenset({Layer.CODIFIED, Layer.COMPANY_NOTICE}),
        Posture.ENFORCED: frozenset({Layer.ENFORCED, Layer.COMPANY_NOTICE, Layer.INFORMAL}),
        Posture.CAUTIOUS: frozenset(Layer),
    }
)

__all__ = ["LAYERS_OF", "Posture"]
