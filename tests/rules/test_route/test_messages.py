"""Every message of a route has a text in three languages, and guidance says that it is no law."""

import re
from pathlib import Path

import narrows.rules
from narrows.catalog import data_root
from narrows.core import Locale, read_document

TEXTS = read_document(data_root() / "messages" / "rules_route.yaml").tree
SOURCE = Path(narrows.rules.__file__).parent
VERB = SOURCE.parent / "cli" / "rules_route.py"
OURS = [
    VERB,
    *SOURCE.glob("route*.py"),
    *SOURCE.glob("gates*.py"),
    *SOURCE.glob("overview*.py"),
]


def ids_in_source():
    return {
        name
        for path in OURS
        for name in re.findall(r'"(rules\.route\.[a-z_.]+[a-z])"', path.read_text())
    }


def messages():
    return {name for name in TEXTS if not name.startswith("term.")}


def test_every_id_has_a_text_in_every_language(pack, world):
    steps = {f"rules.route.step.{step}" for step in pack.facts["diligence_step"].values}
    listed = set(pack.parameters["route.never_checked"].values[0].value)
    for name in ids_in_source() | steps | listed:
        assert set(TEXTS[name]) == {locale.value for locale in Locale}, name


def test_no_text_is_left_that_nothing_says(pack):
    steps = {f"rules.route.step.{step}" for step in pack.facts["diligence_step"].values}
    listed = set(pack.parameters["route.never_checked"].values[0].value)
    assert messages() == ids_in_source() | steps | listed


def test_placeholders_agree_between_languages():
    for name, texts in TEXTS.items():
        fields = {tuple(sorted(re.findall(r"\{(\w+)", text))) for text in texts.values()}
        plain = {tuple(field for field in row if field not in LANGUAGES) for row in fields}
        assert len(plain) == 1, name


LANGUAGES = {"en", "zh_hant", "zh_hans"}


def test_guidance_is_said_to_be_no_law():
    assert "not law" in TEXTS["rules.route.guidance"]["en"]
    assert "not a rule" in TEXTS["rules.route.report"]["en"]


def test_no_text_clears_anybody():
    for texts in TEXTS.values():
        assert not re.search(r"\b(allowed|approved by us|cleared|compliant)\b", texts["en"])
