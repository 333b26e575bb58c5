from datetime import date

import pytest

from narrows.brief import text
from narrows.brief.catalogue import load_catalogue
from narrows.brief.wording import Wording, printable
from narrows.core import Locale, message


@pytest.fixture
def voice(tmp_path):
    (tmp_path / "room.yaml").write_text(
        """
room.all:
  en: "{a} {b:int} {c:percent} {d:date} {e:term} {f:usd} {g:quarter} {h:name}"
room.list:
  en: "{items:percent}; {names:term}"
  zh-Hant: "{items:percent}；{names:term}"
room.outer: {en: "({inner})", zh-Hant: "（{inner}）", zh-Hans: "（{inner}）"}
room.belief: {en: "{p:percent_interval}", zh-Hant: "{p:percent_interval}", zh-Hans: "x"}
room.spaced: {en: "Order {what:name} now", zh-Hant: "訂購 {what:name} 現在", zh-Hans: "x"}
term.customs: {en: customs, zh-Hant: 海關, zh-Hans: 海关}
term.unknown: {en: unknown, zh-Hant: 未知, zh-Hans: 未知}
""",
        encoding="utf-8",
    )
    names = {"h200": {"en": "H200"}, "cm": {"zh-Hant": "超節點", "en": "CM"}}

    def speak(language, said):
        wording = Wording(Locale(language), names=names, catalogue=load_catalogue(tmp_path))
        return wording.say(said).replace("\u00a0", " ")

    return speak


def test_each_kind_is_written_in_its_way(voice):
    said = message(
        "room.all", a="word", b=1234, c=0.14, d=date(2026, 1, 14), e="customs", f=1.2e9,
        g="2026Q3", h="h200",
    )  # fmt: skip
    assert voice("en", said) == "word 1,234 14 % 14 Jan 2026 customs USD 1.2 bn Q3 2026 H200"


def test_lists_share_a_sign_or_a_separator(voice):
    said = {"id": "room.list", "values": {"items": [0, 0.2, 0.5], "names": ["customs", "quota"]}}
    assert voice("en", said) == "0/20/50 %; customs, quota"
    assert voice("zh-Hant", said) == "0/20/50%；海關、quota"


def test_a_message_may_hold_a_message(voice):
    inner = {"id": "room.outer", "values": {"inner": "x"}}
    assert voice("en", {"id": "room.outer", "values": {"inner": inner}}) == "((x))"


def test_messages_that_hold_themselves_end(voice):
    said = {"id": "room.outer", "values": {}}
    said["values"]["inner"] = said
    assert voice("en", said) == "(((((((⟨room.outer⟩)))))))"


def test_a_share_reads_its_interval_from_its_siblings(voice):
    values = {"p": 0.14, "low": 0.05, "high": 0.31}
    assert voice("en", {"id": "room.belief", "values": values}) == "14 % (5-31)"
    assert voice("en", {"id": "room.belief", "values": {"p": 0.14}}) == "14 %"


def test_spaces_beside_latin_stay_and_between_han_go(voice):
    assert voice("zh-Hant", message("room.spaced", what="h200")) == "訂購 H200 現在"
    assert voice("zh-Hant", message("room.spaced", what="cm")) == "訂購超節點現在"


def test_what_is_missing_shows(voice):
    assert voice("en", message("room.outer")) == "(⟨inner⟩)"
    assert voice("en", message("no.such_id")) == "⟨no.such_id⟩"
    assert voice("en", message("room.outer", inner=None)) == "(unknown)"


def test_control_and_direction_characters_go():
    assert printable("a\x1b[31m\u202eb\x00\u200b") == "a[31mb"


def test_the_packaged_catalogue_speaks():
    said = message("study.reason.binding", rule="power")
    assert text(said, language="zh-Hant") == "受限於：機房供電。"
    assert text(said, language="zh-Hans") == "受限于：机房供电。"


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="fr"):
        text(message("study.answer.nothing_now"), language="fr")
