"""What a written chip name says beside the product: count, memory, board, dies, and its words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import prod

from narrows.catalog.names import Spelling

_TIMES = re.compile(r"[×✕✖*]")
_GRID = re.compile(r"(?<![\w.])\d{1,3}(?:x\d{1,3}){1,2}(?!\w)")
_COUNT_BEHIND = re.compile(r"(?:(?<=[0-9bx])x|(?<=[\s)])x\s?)(\d{1,5})(?!\w)")
"""Behind a number, ``GB`` or an X: the X of RTX and of CloudMatrix384 counts nothing."""
_COUNT_BEFORE = re.compile(r"(?<![\w.])(\d{1,5})\s*x(?!\d)")
_COUNT_NAMED = re.compile(
    r"(?<![\w.,])(\d{1,3}(?:,\d{3})+|\d{1,6})[\s-]*"
    r"(?:gpus?|npus?|tpus?(?!\s*v?\d)|chips?|cards?|devices?)\b"
)
_OF_SERVERS = re.compile(r"\d\s*x?\s*(?:nodes?|servers?|hosts?|racks?|台|机|機)")
_NUMBER = re.compile(r"\d+(?:,\d{3})*")
_RACK = re.compile(r"(nvl\d+)x\d+")
_CAPACITY = re.compile(
    r"(?<![\w.])(\d+(?:\.\d+)?)\s*(?:gib|gb|g)(?![\w/])"
    r"(?!\s*(?:ib\b|infiniband|roce|rdma|nics?\b|ethernet|network))"
)
_KIND = re.compile(r"\b(hbm\d?e?|gddr\dx?|lpddr\dx?)\b")
_WHOLE_PACKAGE = re.compile(
    r"(?:(?<!\w)(?:dual|two|2|both)|双|雙|两|兩)[\s-]*dies?(?![a-z])", re.ASCII
)
_DIE = re.compile(r"(?<![a-z])(?:dies?|gcds?)(?![a-z])")
_SLICE = re.compile(
    r"(?:(?:tpu[\s_-]*)v?(?P<n>\d)(?!\d)|(?<![\w])v(?P<bare>\d)(?=(?:[ep]|litepod)?-\d))"
    r"[\s_-]*(?P<line>lite|e|p|x)?(?:[\s_-]*pod(?:slice)?)?(?:-(?P<of>\d+))?(?!\w)"
)
_WORD = re.compile(r"[a-z0-9.]+|[^\W_a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipWords:
    """A chip's written name in parts; ``words`` are what may name a product, in order.

    ``count`` is that of the name itself (``8x H100``), ``slice_of`` the number behind a TPU's
    version, of cores or of chips as the version has it.
    """

    words: tuple[str, ...]
    count: int | None
    slice_of: int | None
    capacity_gb: float | None
    memory_kind: str | None
    counts_dies: bool


def chip_words(written: str, spelling: Spelling) -> ChipWords:
    """Return the parts of a written chip name, in any case, width and of either language.

    >>> chip_words("8×H800 SXM, 80 GB", Spelling()).words
    ('h800', 'sxm')
    """
    text = _parted(_TIMES.sub("x", spelling.folded(written)), spelling)
    text, slice_of = _without_slice(text)
    text, count = _without_count(text)
    capacity, kind = _CAPACITY.search(text), _KIND.search(text)
    whole = _WHOLE_PACKAGE.search(text) is not None
    text = _WHOLE_PACKAGE.sub(" ", text)
    counts_dies = not whole and _DIE.search(text) is not None
    for pattern in (_CAPACITY, _KIND, _DIE):
        text = pattern.sub(" ", text)
    return ChipWords(
        words=tuple(word for word in _WORD.findall(text) if word not in spelling.silent),
        count=count,
        slice_of=slice_of,
        capacity_gb=None if capacity is None else float(capacity[1]),
        memory_kind=None if kind is None else kind[1],
        counts_dies=counts_dies,
    )


def _parted(text: str, spelling: Spelling) -> str:
    """Return the text with makers and lines of products apart from the number behind them."""
    makers = "|".join(sorted(map(re.escape, spelling.silent), key=len, reverse=True))
    return re.sub(rf"\b({makers})(?=\d)", r"\1 ", text) if makers else text


def _without_slice(text: str) -> tuple[str, int | None]:
    """Return the text with a TPU's version in one form, and the number of its slice."""
    sizes = [int(found["of"]) for found in _SLICE.finditer(text) if found["of"] is not None]
    return _SLICE.sub(_tpu, text), sizes[0] if sizes else None


def _tpu(found: re.Match[str]) -> str:
    line = {"lite": "e", "x": "", None: ""}.get(found["line"], found["line"])
    return f" tpu v{found['n'] or found['bare']}{line} "


def _product(text: str) -> int:
    return prod(int(each.replace(",", "")) for each in _NUMBER.findall(text))


def _without_count(text: str) -> tuple[str, int | None]:
    """Return the text without its counts, and the count where it gives one of chips alone.

    A grid (``2x8``) counts its product; two counts, or one of servers, leave it open.
    """
    counts: list[int] = []
    whole = _OF_SERVERS.search(text) is None
    text = _RACK.sub(r"\1", text)
    for pattern in (_GRID, _COUNT_BEHIND, _COUNT_BEFORE, _COUNT_NAMED):
        counts += [_product(each[0]) for each in pattern.finditer(text)]
        text = pattern.sub(" ", text)
    return text, counts[0] if len(counts) == 1 and whole else None
