"""Bytes of an article as text: Unicode, else the encoding in which they read as Chinese."""

from __future__ import annotations

import codecs
from pathlib import Path

from narrows.core import InputError

_MARKS_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CHINESE_ENCODINGS = ("gb18030", "big5hkscs")
"""Nearly all bytes of the one can be read as the other, as characters that nobody writes."""
_WESTERN = "cp1252"
_WESTERN_SHARE_MAX = 0.06
"""English has few bytes of quotes and accents in a hundred; more is another language."""
_SAMPLE_CHARS = 20_000
_FREQUENT = frozenset(
    "的一是在不了有和人中大上以要到用生作出就分成可主年同工也能下子面而方定行所民得十三之等部度家力如水化高自二理起小"
    "物加量都使本去把性好合因由其些然前外天政四日那社事平形相全表各重新正心反明看原又利比或但第向道命此只解意建月公"
    "這为為个個国國时時来來们們对對会會发發动動过過说說产產种種后後学學经經进進于於着著电電现現实實两兩体體制"
    "机機当當点點从從业業应應开開还還间間样樣与與关關线線内內数數质質气氣变變条條没沒结結问問无無万萬亿億元美，、。：「」（）"
)
"""Of any Chinese text, a third or more; of one read by the wrong table, almost nothing."""
_FREQUENT_SHARE_MIN = 0.15


def text_of(raw: bytes, path: Path) -> str:
    """Return the text of a file.

    Raises
    ------
    InputError
        The bytes are no text, or no encoding reads them as English or Chinese.
    """
    if raw.startswith(_MARKS_UTF16):
        return _utf16(raw, path)
    if b"\x00" in raw[:4096]:
        mend = "save the article as one of them"
        raise InputError("file is not text, HTML or PDF", mend, file=path)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _other(raw, path)


def _utf16(raw: bytes, path: Path) -> str:
    try:
        return raw.decode("utf-16")
    except UnicodeDecodeError as error:
        raise InputError("file is damaged UTF-16 text", "save it as UTF-8", file=path) from error


def _other(raw: bytes, path: Path) -> str:
    read = [text for name in _CHINESE_ENCODINGS if (text := _decoded(raw, name)) is not None]
    best = max(read, key=_frequent_share, default="")
    if _frequent_share(best) >= _FREQUENT_SHARE_MIN:
        return best
    high = sum(byte >= 0x80 for byte in raw)
    western = _decoded(raw, _WESTERN) if high <= _WESTERN_SHARE_MAX * len(raw) else None
    if western is None:
        raise InputError("file is not text in a known encoding", "save it as UTF-8", file=path)
    return western


def _decoded(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _frequent_share(text: str) -> float:
    """Return which part of the characters beyond ASCII are those that Chinese is made of."""
    beyond = [character for character in text[:_SAMPLE_CHARS] if not character.isascii()]
    return sum(one in _FREQUENT for one in beyond) / len(beyond) if beyond else 0.0
