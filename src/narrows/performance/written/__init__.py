"""Names and cells as their authors wrote them, brought to records and numbers by rule."""

from narrows.performance.written.chips import WrittenChip, read_chip

__all__ = ["WrittenChip", "read_chip"]
