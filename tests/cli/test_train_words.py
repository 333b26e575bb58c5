"""Every reason for which a search leaves a layout out has words in every language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from narrows.cli.serve_tables import Telling
from narrows.performance import training

KEPT = re.compile(r'table\.keep\(.*?"([a-z_]+)"\s*\)', re.DOTALL)
COUNTED = re.compile(r'excluded\["([a-z_]+)"\]')


def _reasons():
    text = "\n".join(path.read_text() for path in Path(training.__file__).parent.glob("*.py"))
    return sorted(set(KEPT.findall(text)) | set(COUNTED.findall(text)))


def test_the_reasons_are_found():
    assert {"batch", "host_memory", "uneven_stages"} <= set(_reasons())


@pytest.mark.parametrize("lang", ["en", "zh-Hant", "zh-Hans"])
@pytest.mark.parametrize("reason", _reasons())
def test_a_reason_has_words(reason, lang):
    assert "_" not in Telling(lang).say(f"train.excluded.{reason}")
