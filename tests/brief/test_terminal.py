import re

import pytest

from narrows.brief import render_terminal
from narrows.brief.cells import width_of
from narrows.core import InputError

LANGUAGES = ("en", "zh-Hant", "zh-Hans")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [40, 60, 72, 80, 200])
def test_the_answer_keeps_within_columns_and_lines(result, language, width):
    lines = render_terminal(result, language=language, width=width).splitlines()
    assert len(lines) <= 24
    assert max(width_of(line) for line in lines) <= min(max(width, 60), 80)
    assert sum(not line.strip() for line in lines) <= 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_has_a_column_of_eight(result, language):
    lines = render_terminal(result, language=language).splitlines()
    for line in lines:
        column, used = "", 0
        for character in line:
            if used == 8:
                break
            column += character
            used += width_of(character)
        assert line[len(column)] == " "
    labelled = [line for line in lines if not line.startswith(" ")]
    assert len(labelled) == len(result["study"]["headline"])


def test_the_order_of_labels_is_the_studys(result):
    text = render_terminal(result, language="en")
    labels = re.findall(r"^([A-Z]+) ", text, re.MULTILINE)
    assert labels == [
        "ANSWER",
        "GATES",
        "ARRIVES",
        "WORTH",
        "ORDER",
        "UNKNOWN",
        "CLOCK",
        "TRUST",
        "NEXT",
    ]


def test_many_orders_are_cut_and_counted(result):
    order = next(line for line in result["study"]["headline"] if line["label"] == "ORDER")
    order["messages"] = order["messages"] * 30
    text = render_terminal(result, language="en")
    assert len(text.splitlines()) <= 24
    assert re.search(r"\(\+\d+ more in brief.html\)", text)


def test_even_endless_sentences_fit(result):
    for line in result["study"]["headline"]:
        line["messages"] = [{"id": "study.note", "values": {"text": "long winded " * 200}}] * 3
    text = render_terminal(result, language="en")
    assert len(text.splitlines()) <= 24
    assert max(map(width_of, text.splitlines())) <= 80


def test_a_line_without_messages_is_left_out(result):
    for line in result["study"]["headline"]:
        if line["label"] == "ARRIVES":
            line["messages"] = []
    assert "ARRIVES" not in render_terminal(result, language="en")


def test_escape_sequences_of_a_name_never_reach_the_terminal(result):
    result["study"]["names"]["cloudmatrix-384"] = {"en": "\x1b[2JCloud\u202eMatrix\x07"}
    for record in [*result["orders"], *result["gates"]]:
        record.pop("name", None)
    text = render_terminal(result, language="en")
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[2JCloudMatrix" in text


def test_colour_adds_nothing_but_sequences(result):
    plain = render_terminal(result, language="zh-Hant")
    coloured = render_terminal(result, language="zh-Hant", colour=True)
    assert "\x1b[1m" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain


def test_a_result_without_derivations_is_refused(result):
    del result["derivations"]
    with pytest.raises(InputError, match="derivations"):
        render_terminal(result, language="en")


def test_gates_tell_their_state_in_words(result):
    text = render_terminal(result, language="en")
    gates = re.sub(r"\s+", " ", text.split("GATES")[1].split("ARRIVES")[0])
    assert "US licence 6/11 shown" in gates
    assert "customs SHUT" in gates
    assert "CN approval discretion 20-60 %" in gates
    assert "quota ?" in gates


def test_a_label_without_a_word_stays(result):
    result["study"]["headline"][0]["label"] = "VERDICT AT LENGTH"
    assert render_terminal(result, language="zh-Hant").startswith("VERDICT  ")
