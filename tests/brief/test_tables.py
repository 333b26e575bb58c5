from narrows.brief import column_titles


def test_columns_have_titles_in_each_language():
    columns = ["lots", "cost_cny", "ratio.p50", "name.zh-Hant", "novel_key"]
    assert column_titles(columns, language="zh-Hant") == (
        "批數", "費用（人民幣元）", "比率 p50", "名稱 zh-Hant", "novel_key",
    )  # fmt: skip
    assert column_titles(columns, language="en")[1] == "cost (CNY)"
