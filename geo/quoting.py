"""A sentence with where it comes from, as plain text to be pasted elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.wording import day_words

if TYPE_CHECKING:
    from extract.records import Article, Claim


def quotation(article: Article, claim: Claim) -> str:
    """Return a claim's sentence to the letter, and its source below it.

    The source is publisher, title and day, the address, and between which characters
    of which article the sentence stands; what is not known is left out.
    """
    day = day_words(article.published) if article.published else ""
    title = f"“{_one_line(article.title)}”" if article.title.strip() else ""
    source = ", ".join(filter(None, (_one_line(article.publisher), title, day)))
    where = (
        f"characters {claim.char_start} to {claim.char_end} of "
        f"article {article.article_id}"
    )
    lines = (f"“{claim.sentence}”", source, _one_line(article.url), where)
    return "\n".join(filter(None, lines))


def _one_line(text: str) -> str:
    return " ".join(text.split())
