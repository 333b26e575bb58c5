"""An article as plain text with its language: from text, HTML or PDF, none of them trusted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from narrows.claims.encoding import text_of
from narrows.core import InputError, Locale

BYTES_MAX = 20_000_000
"""Press PDFs stay below; a bigger file is a mistake or an attack."""
CHARS_MAX = 2_000_000
"""A long book; an article has some thousand characters."""
PAGES_MAX = 300
"""More pages than any article or report has; each costs about 20 ms to read."""

_UNSEEN_TAGS = frozenset({"script", "style", "noscript", "template", "svg", "head", "iframe"})
_BLOCK_TAGS = frozenset(
    [
        "p",
        "div",
        "br",
        "li",
        "tr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "blockquote",
        "td",
        "th",
        "figcaption",
    ]
)
_TRADITIONAL = frozenset("國這對為個們來時會發業學臺灣說與億萬從實體關應華網點類東車門問間")
_SIMPLIFIED = frozenset("国这对为个们来时会发业学台湾说与亿万从实体关应华网点类东车门问间")
_HAN_SHARE_MIN = 0.15
"""An English article on China quotes a few names in Han; below this share it stays English."""
_LANGUAGE_SAMPLE_CHARS = 20_000
"""The language of an article does not change after its first pages."""

_FULL_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94) if offset not in (11, 26, 27)}
"""Full-width digits, letters and brackets as ASCII; the comma and colons stay clause marks."""
_SPACES = {0x00A0: " ", 0x2009: " ", 0x202F: " ", 0x3000: " ", 0x2007: " ", 0xFEFF: " "}


@dataclass(frozen=True, slots=True)
class Article:
    """The text as it is shown, the same text folded for reading (same length), its language."""

    text: str
    folded: str
    locale: Locale


def article_of(text: str) -> Article:
    """Return plain text as an article.

    Raises
    ------
    InputError
        There is no text, or more than :data:`CHARS_MAX` characters.
    """
    if not text.strip():
        raise InputError("the article holds no text", "give a file with text in it")
    if len(text) > CHARS_MAX:
        raise InputError(
            f"the article has {len(text):,} characters and the limit is {CHARS_MAX:,}",
            "split it",
        )
    return Article(text, text.translate(_FULL_WIDTH).translate(_SPACES), _locale(text))


def read_article(path: Path) -> Article:
    """Read an article from a text, HTML or PDF file; the content decides which it is.

    Raises
    ------
    InputError
        The file is missing, too large, no text, or a PDF that holds none.
    """
    try:
        size = path.stat().st_size
        if size > BYTES_MAX:
            raise InputError(
                f"file has {size:,} bytes and the limit is {BYTES_MAX:,}", "split it", file=path
            )
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"file cannot be read ({error.strerror})", "check the path", file=path
        ) from error
    if raw.startswith(b"%PDF-"):
        from narrows.claims.pdf import pdf_text

        return article_of(pdf_text(path))
    text = text_of(raw, path)
    return article_of(html_text(text) if _is_html(text) else text)


def html_text(page: str) -> str:
    """Return the visible text of a page; scripts and styles are dropped, nothing is fetched."""
    reader = _VisibleText()
    reader.feed(page)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).splitlines())
    return "\n".join(line for line in lines if line)


class _VisibleText(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen: str | None = None

    def handle_starttag(self, tag: str, attrs: Iterable[object]) -> None:
        del attrs
        if self._unseen is None and tag in _UNSEEN_TAGS:
            self._unseen = tag
        elif tag == "body":
            self._unseen = None
        if tag in _BLOCK_TAGS:
            self.parts.append("\n")

    def handle_startendtag(self, tag: str, attrs: Iterable[object]) -> None:
        del attrs
        if tag in _BLOCK_TAGS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unseen:
            self._unseen = None
        if tag in _BLOCK_TAGS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if self._unseen is None:
            self.parts.append(data)


def _is_html(text: str) -> bool:
    start = text.lstrip()[:2000].lower()
    return start.startswith(("<!doctype html", "<html")) or (
        start.startswith("<") and ("<p" in start or "<body" in start or "<div" in start)
    )


def _locale(text: str) -> Locale:
    sample = text[:_LANGUAGE_SAMPLE_CHARS]
    han = sum("\u4e00" <= character <= "\u9fff" for character in sample)
    letters = sum(character.isalpha() for character in sample)
    if han < _HAN_SHARE_MIN * max(letters, 1):
        return Locale.EN
    traditional = sum(character in _TRADITIONAL for character in sample)
    simplified = sum(character in _SIMPLIFIED for character in sample)
    return Locale.ZH_HANS if simplified > traditional else Locale.ZH_HANT
