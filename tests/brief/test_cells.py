from hypothesis import given
from hypothesis import strategies as st

from narrows.brief.cells import pad, width_of, wrap

TEXT = st.text(alphabet="ab，。（「」）晶片 H200 ●→-\u00a0", max_size=120)


def test_han_characters_take_two_columns():
    assert width_of("晶片 H200") == 9
    assert width_of("e\u0301") == 1


def test_latin_words_stay_whole_and_han_breaks_anywhere():
    assert wrap("order now 晶片晶片", 9) == ["order now", "晶片晶片"]
    assert wrap("晶片晶片晶片", 8) == ["晶片晶片", "晶片"]


def test_no_line_begins_with_closing_punctuation():
    assert wrap("晶片晶片，晶片", 8) == ["晶片晶", "片，晶片"]


def test_no_line_ends_with_opening_punctuation():
    assert wrap("晶片晶（晶片）", 8) == ["晶片晶", "（晶片）"]


def test_a_word_longer_than_the_line_is_cut():
    assert wrap("a" * 12, 5) == ["aaaaa", "aaaaa", "aa"]


def test_padding_counts_columns():
    assert pad("答案", 8) == "答案    "


@given(TEXT, st.integers(4, 40))
def test_wrapping_keeps_the_width_and_loses_no_letter(text, width):
    lines = wrap(text, width)
    assert all(width_of(line) <= width for line in lines)
    joined = "".join(lines).replace(" ", "")
    assert joined == text.replace(" ", "").replace("\u00a0", "")
