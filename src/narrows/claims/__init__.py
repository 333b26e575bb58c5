"""Claims: is what I read true? Figures of an article, recomputed and held against the records.

``audit(article, as_known_on=) -> Audit`` finds the claims of a text and gives each a verdict of a
closed list, with the arithmetic and the sources; ``audit_tree(audit)`` lays it out as JSON.
"""

from narrows.claims.article import Article, article_of, html_text, read_article
from narrows.claims.audit import audit, audit_file
from narrows.claims.claim import Audit, Claim, NotUnderstood, Verdict
from narrows.claims.tree import audit_tree

__all__ = [
    "Article",
    "Audit",
    "Claim",
    "NotUnderstood",
    "Verdict",
    "article_of",
    "audit",
    "audit_file",
    "audit_tree",
    "html_text",
    "read_article",
]
