"""A sentence with where it comes from, as plain text to be pasted elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.language import ENGLISH, Language
from geo.wording import day_words, listed

if TYPE_CHECKING:
    from extract.records import Article, Claim


def quotation(article: Article, claim: Claim, *, language: Language = ENGLISH) -> str:
    """Return a claim's sentence to the letter, and its source below it.

    The source is publisher, title and day, the address, and between which characters
    of which article the sentence stands; what is not known is left out.
    """
    published = article.published
    day = day_words(published, language=language) if published else ""
    title = f"“{_one_line(article.title)}”" if article.title.strip() else ""
    source = listed((_one_line(article.publisher), title, day), language=language)
    where = language.say(
        "characters {start} to {end} of article {article}",
        start=claim.char_start,
        end=claim.char_end,
        article=article.article_id,
    )
    lines = (f"“{claim.sentence}”", source, _one_line(article.url), where)
    return "\n".join(filter(None, lines))


def _one_line(text: str) -> str:
    return " ".join(text.split())
