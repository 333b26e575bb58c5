"""The text of a PDF by pypdf, which runs no script and follows no link."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from narrows.claims.article import CHARS_MAX, PAGES_MAX
from narrows.core import InputError


def pdf_text(path: Path) -> str:
    """Return the text of a PDF, page by page.

    Raises
    ------
    InputError
        pypdf is not installed, the file is damaged or locked, or it has too many pages.
    """
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError as error:
        raise InputError(
            "reading PDF needs the extra `pdf`", "pip install 'narrows[pdf]'", file=path
        ) from error
    try:
        reader = PdfReader(path)
        pages = len(reader.pages)
        if pages > PAGES_MAX:
            raise InputError(
                f"the PDF has {pages:,} pages and the limit is {PAGES_MAX}", "split it", file=path
            )
        return _joined(page.extract_text() for page in reader.pages)
    # A hostile file reaches any corner of the parser; all of these mean that it is damaged.
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        OSError,
        OverflowError,
        AssertionError,
    ) as error:
        problem = f"the PDF cannot be read ({type(error).__name__})"
        raise InputError(problem, "save the article as text", file=path) from error


def _joined(pages: Iterable[str]) -> str:
    parts: list[str] = []
    length = 0
    for page in pages:
        parts.append(page)
        length += len(page)
        if length > CHARS_MAX:
            break
    return "\n".join(parts)
