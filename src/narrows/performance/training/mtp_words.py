"""Whether a run trains layers for further tokens: its own words, else the model's recipe."""

from __future__ import annotations

import re

from narrows.catalog import Model
from narrows.performance.training.names import packs_samples, trains_adapters
from narrows.performance.training.row import RunRow

_NAMED = re.compile(r"(?<![a-z])mtp(?![a-z])|multi[- ]?token[- ]?prediction", re.IGNORECASE)
_NEGATED = re.compile(
    r"(?:\bno|\bnot|\bnon|\bwithout|\bw/o|\bsans|\boff|[无不]含?|[無沒]有?|沒)[\s_-]*(?:the\s+)?"
    r"(?:mtp(?![a-z])|multi[- ]?token[- ]?prediction)"
    r"|(?<![a-z])mtp\s*(?:[:=]\s*)?(?:off|disabled|false|none|0)(?![0-9a-z])",
    re.IGNORECASE,
)
_AFFIRMED = re.compile(
    r"[\s(（,+_-]*(?:\bwith|\bw/|\bon|含|有)?\s*"
    r"(?:(?<![a-z])mtp(?![a-z])|multi[- ]?token[- ]?prediction)[\s)）]*",
    re.IGNORECASE,
)
ASSUMED = "mtp_layers"


def without_mtp(name: str) -> str:
    """Return a model's name without what it says of layers for further tokens."""
    return _AFFIRMED.sub(" ", _NEGATED.sub(" ", name)).strip(" (（")


def mtp_layers(row: RunRow, model: Model | None, *, whole: bool) -> tuple[int, tuple[str, ...]]:
    """Return the layers for further tokens that a run trains, and what of that is assumed.

    The row's own count comes first, then its words (``w/o MTP``). Where it is silent, pre-training
    follows the model's published recipe; tuning and models that a source cut to some layers have
    none.
    """
    if row.mtp_layers is not None:
        return int(row.mtp_layers), ()
    recipe = 0 if model is None or model.mtp_layers is None else model.mtp_layers
    words = f"{row.model} {row.framework} {row.config_source}"
    if _NEGATED.search(words):
        return 0, ()
    if _NAMED.search(words):
        return max(1, recipe), ()
    if recipe == 0 or not whole or trains_adapters(row.model) or packs_samples(row.model):
        return 0, ()
    return recipe, (ASSUMED,)
