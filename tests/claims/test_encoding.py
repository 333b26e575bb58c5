"""An article is read in the encoding it was written in, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from narrows.claims.encoding import text_of
from narrows.core import InputError

TRADITIONAL = "美國商務部的新規把總處理性能低於21,000的晶片改為逐案審查。輝達H200的記憶體為141GB。"
SIMPLIFIED = "美国商务部的新规把总处理性能低于21,000的芯片改为逐案审查。英伟达H200的内存为141GB。"
ENGLISH = "Nvidia’s H200 carries 141 GB of memory – so the café says – at 4.8 TB/s. " * 3
PAGE = "<html>" + "<!-- markup -->" * 400 + "<p>{}</p></html>"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "big5hkscs"),
        (TRADITIONAL, "gb18030"),
        (SIMPLIFIED, "gb18030"),
        (SIMPLIFIED, "gbk"),
        (PAGE.format(TRADITIONAL), "big5"),
        (PAGE.format(SIMPLIFIED), "gbk"),
        (ENGLISH, "cp1252"),
        *((TRADITIONAL, code) for code in ("utf-8", "utf-8-sig", "utf-16")),
    ],
)  # fmt: skip
def test_each_encoding_is_told_from_the_others(text, encoding):
    assert text_of(text.encode(encoding), Path("a.txt")) == text


@pytest.mark.parametrize(
    "raw",
    [
        b"\xb5\xb6\xc1\xd2\x80\x90\xff\xd8",
        "Цены на чипы выросли вдвое, сообщает издание.".encode("koi8-r"),
        "東京エレクトロンの売上高は前年より増えた".encode("euc-jp"),
        b"\xff\xfeA",
        b"text\x00more",
    ],
    ids=["noise", "russian", "japanese", "half a character", "binary"],
)
def test_what_nobody_could_have_written_is_refused(raw):
    with pytest.raises(InputError, match=r"a\.txt"):
        text_of(raw, Path("a.txt"))
