"""Every text of every room, filled with values of the kinds that it asks for."""

import pytest

from narrows.brief.catalogue import load_catalogue, placeholders
from narrows.brief.wording import Wording
from narrows.core import Locale

SAMPLES = {
    None: "word",
    "term": "customs",
    "name": "h200",
    "date": "2026-01-23",
    "quarter": "2026Q3",
    "percent_range": [0.2, 0.6],
    "change_range": [0.1, 0.3],
}


def _values(pattern):
    return {one.name: SAMPLES.get(one.kind, 0.25) for one in placeholders(pattern)}


@pytest.mark.parametrize("language", list(Locale))
def test_every_text_fills(language):
    wording = Wording(language)
    for message_id, entry in load_catalogue().entries.items():
        values = _values(entry.texts[language])
        said = wording.say({"id": message_id, "values": values})
        assert "⟨" not in said, message_id
        assert "{" not in said, message_id
        assert said.strip(), message_id
