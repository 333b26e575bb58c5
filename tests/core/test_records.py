"""From documents to frozen dataclasses, with the place of a fault."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from narrows.core import STRICT, InputError, read_record, read_records


@dataclass(frozen=True)
class Site:
    __pydantic_config__: ClassVar = STRICT
    name: str
    power_mw: float


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("- name: a\n  power_mw: lots\n", 2, "valid number"),
        ("- name: a\n  power_kw: 3\n  power_mw: 1\n", 2, "remove the key"),
        ("- name: a\n", 1, "add the field"),
    ],
)
def test_faults_carry_file_line_and_mend(tmp_path, text, line, words):
    path = tmp_path / "sites.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match=words) as caught:
        read_records(path, Site)
    assert (caught.value.file, caught.value.line) == (path, line)


def test_records_come_back_frozen(tmp_path):
    path = tmp_path / "sites.yaml"
    path.write_text("- {name: a, power_mw: 2}\n")
    assert read_records(path, Site) == [Site("a", 2.0)]
    path.write_text("{name: a, power_mw: 2}\n")
    assert read_record(path, Site) == Site("a", 2.0)
    with pytest.raises(InputError, match="list of records"):
        read_records(path, Site)
