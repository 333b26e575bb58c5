from narrows.brief.parts.amounts import align_decimals, amount_column
from narrows.core import Locale


def test_one_magnitude_for_the_column():
    column = amount_column([6.87e8, 1.69e8, None, 4.6e7], "CNY", Locale.ZH_HANT)
    assert column.word == "億"
    assert column.cells == ("6.87", "1.69", None, "0.46")


def test_points_stand_under_points():
    cells = align_decimals(["12", "3.4", "0.125", None])
    assert cells[3] is None
    assert len({len(cell) - (cell.find(".") if "." in cell else cell.find("\u2008"))
                for cell in cells if cell}) == 1  # fmt: skip


def test_a_column_of_unknowns():
    assert amount_column([None, None], "USD", Locale.EN).cells == (None, None)
