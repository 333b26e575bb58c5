"""Results as sentences, tables and charts in three languages.

It reads the mapping of a ``result.json`` and knows nothing of how the figures came about.
"""

from narrows.brief.catalogue import Fault
from narrows.brief.checks import check_catalogues
from narrows.brief.explain import explain
from narrows.brief.page import render_html
from narrows.brief.replay import render_replay_html, render_replay_terminal
from narrows.brief.tables import column_titles
from narrows.brief.terminal import render_terminal
from narrows.brief.timeline import render_timeline
from narrows.brief.wording import text

__all__ = [
    "Fault",
    "check_catalogues",
    "column_titles",
    "explain",
    "render_html",
    "render_replay_html",
    "render_replay_terminal",
    "render_terminal",
    "render_timeline",
    "text",
]
