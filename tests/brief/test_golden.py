"""One golden file a language and face. ``NARROWS_WRITE_GOLDEN=1`` writes them anew."""

import os
import re
from html import unescape
from pathlib import Path

import pytest

from narrows.brief import explain, render_html, render_terminal

GOLDEN = Path(__file__).parent / "golden"
LANGUAGES = ("en", "zh-Hant", "zh-Hans")


def held_to(name, text):
    path = GOLDEN / name
    if os.environ.get("NARROWS_WRITE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def words_of(page, language):
    """The text of one language's part of a page, one block a line."""
    main = page.split(f'<main id="{language}"')[1].split("</main>")[0].partition(">")[2]
    main = re.sub(r"</(p|li|tr|h\d|dt|dd|div|text|summary|figcaption|b)>", "\n", main)
    lines = (" ".join(line.split()) for line in unescape(re.sub(r"<[^>]+>", "", main)).split("\n"))
    return "\n".join(line for line in lines if line) + "\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_terminal_answer(result, language):
    held_to(f"answer-{language}.txt", render_terminal(result, language=language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page(result, language):
    held_to(f"page-{language}.txt", words_of(render_html(result, language=language), language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_explanation(result, language):
    held_to(f"explain-{language}.txt", explain(result, "/orders/0", language=language))
