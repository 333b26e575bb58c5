"""The short answer on a terminal: at most 80 columns and 24 lines, with a column of labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from narrows.brief.cells import pad, wrap
from narrows.brief.headline import Line, headline
from narrows.brief.result import names_in, read_result
from narrows.brief.wording import Wording
from narrows.core import Json, Locale

LINES_MAX = 24
"""A terminal as everybody's opens; an answer that scrolls away is no answer."""
WIDTH_MIN, WIDTH_MAX = 60, 80
"""Below the least, 24 lines do not hold an answer; beyond the most, the eye loses the line."""
LABEL_COLUMNS = 8
_KEPT_WHOLE = "ANSWER"
_CUTS = (4, 3, 2, 1)
"""Lines that a sentence may keep when dropping sentences was not enough, mildest cut first."""
_GAP = " "
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


@dataclass(frozen=True, slots=True)
class _Block:
    """A label with the wrapped lines of each of its sentences."""

    label: str
    sentences: tuple[tuple[str, ...], ...]
    dropped: int = 0

    @property
    def height(self) -> int:
        return sum(len(lines) for lines in self.sentences) + (self.dropped > 0)

    def without_last(self) -> _Block:
        return _Block(self.label, self.sentences[:-1], self.dropped + 1)

    def cut(self, lines_max: int) -> _Block:
        sentences = tuple(_cut(lines, lines_max) for lines in self.sentences)
        return _Block(self.label, sentences, self.dropped)


def render_terminal(
    result: Mapping[str, Json], *, language: str, width: int = 80, colour: bool = False
) -> str:
    """Return the short answer as text that ends with a line break.

    Parameters
    ----------
    result
        The mapping of a ``result.json``.
    language
        ``zh-Hant``, ``zh-Hans`` or ``en``.
    width
        Columns of the terminal; fewer than 60 are taken as 60, more than 80 as 80.
    colour
        Whether labels may be set bold by escape sequences; nothing is told by them alone.

    Raises
    ------
    InputError
        The mapping lacks a part that every result has.
    """
    root = read_result(result)
    wording = Wording(Locale(language), names=names_in(root))
    columns = min(max(width, WIDTH_MIN), WIDTH_MAX) - LABEL_COLUMNS - len(_GAP)
    blocks = _fit([_block(line, columns) for line in headline(root, wording)])
    lines = [line for block in blocks for line in _lines(block, wording, colour=colour)]
    return "\n".join(lines) + "\n"


def _block(line: Line, columns: int) -> _Block:
    wrapped = (tuple(wrap(sentence, columns)) for sentence in line.sentences)
    return _Block(line.label, tuple(lines for lines in wrapped if lines))


def _fit(blocks: list[_Block]) -> list[_Block]:
    """Drop last sentences, from the tallest label first, then cut sentences, until all fits."""
    while _height(blocks) > LINES_MAX and any(_may_drop(block) for block in blocks):
        droppable = [index for index, block in enumerate(blocks) if _may_drop(block)]
        tallest = max(droppable, key=lambda index: blocks[index].height)
        blocks[tallest] = blocks[tallest].without_last()
    for lines_max in _CUTS:
        if _height(blocks) <= LINES_MAX:
            break
        blocks = [block.cut(lines_max) for block in blocks]
    return blocks


def _cut(lines: tuple[str, ...], lines_max: int) -> tuple[str, ...]:
    if len(lines) <= lines_max:
        return lines
    return (*lines[: lines_max - 1], f"{lines[lines_max - 1][:-2]}…")


def _height(blocks: list[_Block]) -> int:
    return sum(block.height for block in blocks)


def _may_drop(block: _Block) -> bool:
    return len(block.sentences) > 1 and block.label != _KEPT_WHOLE


def _lines(block: _Block, wording: Wording, *, colour: bool) -> list[str]:
    body = [line for sentence in block.sentences for line in sentence]
    if block.dropped:
        body.append(wording.phrase("brief.more", left=block.dropped))
    label = wording.label(block.label)
    margins = [_margin(label, colour=colour), *[" " * LABEL_COLUMNS] * (len(body) - 1)]
    return [f"{margin}{_GAP}{line}" for margin, line in zip(margins, body, strict=True)]


def _margin(label: str, *, colour: bool) -> str:
    first, *_ = wrap(label, LABEL_COLUMNS) or [""]
    padded = pad(first, LABEL_COLUMNS)
    return f"{_BOLD}{padded}{_PLAIN}" if colour else padded
