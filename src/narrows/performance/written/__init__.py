"""Names and cells as their authors wrote them, brought to records and numbers by rule."""

from narrows.catalog import plain, quantity, switch
from narrows.performance.written.chips import WrittenChip, read_chip
from narrows.performance.written.layouts import with_layout
from narrows.performance.written.models import endings_off, read_model, refuse_foreign

__all__ = [
    "WrittenChip",
    "endings_off",
    "plain",
    "quantity",
    "read_chip",
    "read_model",
    "refuse_foreign",
    "switch",
    "with_layout",
]
