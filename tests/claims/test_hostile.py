"""Hostile files: a clear error or a harmless reading, and never a hang."""

import re
import time
from contextlib import suppress
from datetime import date

import pytest

from narrows.brief.audit import render_audit
from narrows.claims import article_of, audit, audit_file, html_text, read_article
from narrows.core import InputError

ON = date(2026, 1, 23)


def cpu_of(text):
    start = time.process_time()
    audit(article_of(text), as_known_on=ON)
    return time.process_time() - start


def test_scripts_and_styles_are_dropped_and_text_is_kept():
    page = (
        "<html><head><style>p{}</style></head><body><script>alert('7 億美元')</script>"
        "<p onclick=x>H200 has 141&nbsp;GB</p><iframe src=x>9 GB</iframe></body></html>"
    )
    assert html_text(page) == "H200 has 141 GB"


@pytest.mark.parametrize(
    "page",
    [
        "<html>" + "<div>" * 100_000,
        "<html><p>" + "&#x110000;" * 1000,
        "<html><script>" + "<p>" * 1000,
        "<!doctype html><p>" + "<" * 100_000 + "text",
        "<html><p>1</p><!--" + "-" * 100_000,
    ],
)
def test_broken_pages_do_not_hang(page, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(page)
    start = time.process_time()
    with suppress(InputError):
        read_article(path)
    assert time.process_time() - start < 5


def test_markup_in_an_article_is_shown_and_not_obeyed(tmp_path):
    path = tmp_path / "article.txt"
    path.write_text("<img src=x onerror=alert(1)> The H200 has 192 GB. \x1b[31m\u202e")
    page = render_audit(audit_file(path, as_known_on=ON), language="en")
    assert "<img" not in page
    assert not re.search(r"<script", page)
    assert "script-src 'none'" in page


@pytest.mark.parametrize("raw", [b"", b"   ", b"\x00\x01\x02", b"%PDF-1.7 broken", b"%PDF-"])
def test_what_is_no_article_is_refused_on_one_line(raw, tmp_path):
    path = tmp_path / "article"
    path.write_bytes(raw)
    with pytest.raises(InputError) as caught:
        read_article(path)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError):
        read_article(tmp_path / "none.txt")


@pytest.mark.parametrize(
    "text",
    [
        "9" * 100_000,
        "9," * 30_000,
        "億" * 100_000,
        "美元約" * 20_000,
        "H200 " * 10_000,
        "1 億美元(約港幣 7.8 億元)" * 1_500,
        "(" * 200_000,
        "十" * 100_000,
        "2025 年 " * 8_000,
        "a " * 30_000,
    ],
)
def test_monotone_text_does_not_hang(text):
    assert cpu_of(text) < 15


def test_three_thousand_characters_in_a_second():
    text = "輝達 H200 配備 141 GB 記憶體,售價 27,000 美元(約港幣 21 萬元)。"
    cpu_of(text)
    article = text * (3000 // len(text) + 1)
    assert len(article) >= 3000
    assert cpu_of(article) < 1.0


def test_cost_grows_linearly():
    text = (
        "輝達 H200 配備 141 GB 記憶體。The rule of 13 January 2026 caps sales at 50% of US sales.\n"
    )
    cpu_of(text)
    small, large = text * 150, text * 600
    assert cpu_of(large) < 4 * cpu_of(small) * 1.6
