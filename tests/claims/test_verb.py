"""The verb and the page, from the file to the exit status."""

import json
from datetime import date
from pathlib import Path

import pytest

from narrows.brief.audit import audit_rows, correction_note, render_audit
from narrows.claims import audit_file
from narrows.cli.audit import audit

ARTICLE = Path(__file__).parents[1] / "data" / "claims" / "article-retold-zh-hant.txt"
ON = date(2026, 1, 23)


def test_the_contract_of_the_json(capsys):
    assert audit(ARTICLE, as_known_on=ON, as_json=True) == 1
    tree = json.loads(capsys.readouterr().out)
    assert list(tree)[:4] == ["as_known_on", "language", "not_understood", "claims"]
    wanted = {"text", "start", "end", "value", "unit", "about", "verdict", "arithmetic", "sources"}
    text = ARTICLE.read_text(encoding="utf-8")
    for claim in tree["claims"]:
        assert wanted <= set(claim)
        assert text[claim["start"] : claim["end"]].strip() == claim["text"].strip()


def test_nothing_wrong_exits_with_zero(tmp_path, capsys):
    path = tmp_path / "fine.txt"
    path.write_text("The H200 has 141 GB of memory.")
    assert audit(path, as_known_on=ON) == 0
    assert "H200" not in capsys.readouterr().err


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
def test_page_table_and_note_in_three_languages(language, tmp_path, capsys):
    page = tmp_path / "page.html"
    assert audit(ARTICLE, as_known_on=ON, lang=language, html=page) == 1
    shown = capsys.readouterr().out
    assert "⟨" not in shown
    html = page.read_text(encoding="utf-8")
    assert "⟨" not in html
    assert html.count("<mark") > 40
    assert html.index('id="claim-1"') > html.index("94.44")
    note = correction_note(audit_file(ARTICLE, as_known_on=ON), language=language)
    assert "944.4 億美元" in note


def test_what_was_not_understood_comes_first(capsys):
    audit(ARTICLE, as_known_on=ON, lang="en")
    out = capsys.readouterr().out
    assert out.startswith("Found and not understood")


def test_the_note_alone_can_be_pasted(capsys):
    audit(ARTICLE, as_known_on=ON, lang="zh-Hant", note=True)
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith("- ") for line in lines)
    assert any("廣達" in line for line in lines)


def test_every_wrong_claim_is_marked_in_the_page():
    tree = audit_file(ARTICLE, as_known_on=ON)
    page = render_audit(tree, language="en")
    for row in audit_rows(tree, language="en"):
        if row.kind == "wrong":
            assert f'href="#claim-{row.number}"' in page
