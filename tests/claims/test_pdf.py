"""PDF by pypdf, where the extra is installed."""

import io

import pytest

from narrows.claims import read_article
from narrows.core import InputError

pypdf = pytest.importorskip("pypdf")


FONT = b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"


def one_page(words):
    """Return a PDF of one page that shows words, written by hand."""
    stream = f"BT /F1 12 Tf 20 700 Td ({words}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R %s >>" % FONT,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    out = io.BytesIO(b"")
    out.write(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    at = out.tell()
    out.write(b"xref\n0 5\n0000000000 65535 f \n")
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % at)
    return out.getvalue()


def test_text_of_a_page_is_read(tmp_path):
    path = tmp_path / "article.pdf"
    path.write_bytes(one_page("The H200 has 141 GB of memory."))
    assert "141 GB" in read_article(path).text


def test_too_many_pages_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("narrows.claims.pdf.PAGES_MAX", 0)
    path = tmp_path / "article.pdf"
    path.write_bytes(one_page("text"))
    with pytest.raises(InputError, match="pages"):
        read_article(path)


@pytest.mark.parametrize("cut", [9, 40, 200, 400, -60])
def test_damaged_files_are_refused_or_read(cut, tmp_path):
    path = tmp_path / "article.pdf"
    path.write_bytes(one_page("The H200 has 141 GB.")[:cut])
    try:
        assert read_article(path).text
    except InputError as error:
        line = str(error)
        assert "\n" not in line
