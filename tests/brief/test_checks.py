import textwrap

from narrows.brief import check_catalogues
from narrows.brief.checks import used_ids
from narrows.brief.glossary import foreign_words, glossary
from narrows.core import Locale


def test_the_packaged_catalogues_have_no_fault():
    assert [str(fault) for fault in check_catalogues()] == []


def _problems(tmp_path, text):
    (tmp_path / "room.yaml").write_text(textwrap.dedent(text), encoding="utf-8")
    return [fault.problem for fault in check_catalogues(tmp_path)]


def test_a_missing_language_is_a_fault(tmp_path):
    assert _problems(tmp_path, "a.b: {en: x, zh-Hant: y}") == ["no text in zh-Hans"]


def test_unequal_placeholders_are_a_fault(tmp_path):
    (problem,) = _problems(tmp_path, 'a.b: {en: "{n:int}", zh-Hant: "{m:int}", zh-Hans: "{n}"}')
    assert problem.startswith("placeholders differ")


def test_a_title_in_the_texts_own_language_is_equal_in_all(tmp_path):
    text = 'a.b: {en: "{en}", zh-Hant: "{zh_hant}", zh-Hans: "{zh_hans}"}'
    assert _problems(tmp_path, text) == []


def test_an_unknown_kind_is_a_fault(tmp_path):
    problems = _problems(tmp_path, 'a.b: {en: "{n:furlong}", zh-Hant: "{n}", zh-Hans: "{n}"}')
    assert problems[0].startswith("en: unknown kind furlong")


def test_a_stray_brace_is_a_fault(tmp_path):
    problems = _problems(tmp_path, 'a.b: {en: "{n", zh-Hant: x, zh-Hans: x}')
    assert problems == ["en: a brace that is no placeholder"]


def test_mainland_words_do_not_enter_the_hong_kong_column(tmp_path):
    problems = _problems(tmp_path, "a.b: {en: chip, zh-Hant: 芯片, zh-Hans: 晶片}")
    assert problems == ["zh-Hant: write 晶片, not 芯片", "zh-Hans: write 芯片, not 晶片"]


def test_simplified_characters_do_not_enter_the_hong_kong_column(tmp_path):
    problems = _problems(tmp_path, "a.b: {en: rule, zh-Hant: 规則, zh-Hans: 规則}")
    assert problems == ["zh-Hant: write 規, not 规", "zh-Hans: write 则, not 則"]


def test_taiwan_words_enter_neither(tmp_path):
    problems = _problems(tmp_path, "a.b: {en: AI, zh-Hant: 人工智慧, zh-Hans: 人工智能}")
    assert problems == ["zh-Hant: write 人工智能, not 人工智慧"]


def test_two_wordings_of_one_id_are_a_fault(tmp_path):
    (tmp_path / "a.yaml").write_text("a.b: {en: x, zh-Hant: x, zh-Hans: x}", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("a.b: {en: y, zh-Hant: x, zh-Hans: x}", encoding="utf-8")
    (fault,) = check_catalogues(tmp_path)
    assert str(fault) == "b.yaml:1 a.b: worded differently in a.yaml:1"


def test_ids_are_found_in_source(tmp_path):
    module = tmp_path / "m.py"
    module.write_text('message("a.b")\ncore.message(f"a.c.{x}", y=1)\nprint("a.d")\n', "utf-8")
    assert list(used_ids(module)) == [(1, "a.b"), (2, "a.c.*")]


def test_the_glossary_rows_are_not_each_others_fault():
    for row in glossary().words:
        assert not list(foreign_words(row.hant, Locale.ZH_HANT))
        assert not list(foreign_words(row.hans, Locale.ZH_HANS))
