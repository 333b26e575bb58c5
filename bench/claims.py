"""How long an audit takes: an article, and the same text repeated to a megabyte.

Run ``python bench/claims.py``; it prints CPU seconds and characters a second.
"""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path

from narrows.claims import article_of, audit

ARTICLE = Path(__file__).parents[1] / "tests" / "data" / "claims" / "article-retold-zh-hant.txt"
ON = date(2026, 1, 23)
COPIES = (1, 30, 120)


def main() -> None:
    """Print one line for each length."""
    text = ARTICLE.read_text(encoding="utf-8") + "\n"
    audit(article_of("H200"), as_known_on=ON)
    for copies in COPIES:
        article = article_of(text * copies)
        start = time.process_time()
        claims = len(audit(article, as_known_on=ON).claims)
        spent = time.process_time() - start
        size = len(article.text.encode())
        sys.stdout.write(
            f"{len(article.text):>9,} characters {size:>10,} bytes {claims:>6,} claims "
            f"{spent:8.3f} CPU s {len(article.text) / spent:>9,.0f} characters/s\n"
        )


if __name__ == "__main__":
    main()
