"""In the reading pane: an article, and the way from claim to claim in it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from geo.accounts import in_text_order
from geo.copies import copies
from geo.language import isolated
from geo.originals import retrievals
from geo.pages import heads, session
from geo.pages.words import say, tongue
from geo.reading import article_html, link_html, text_html, unmarked_html
from geo.wording import day_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extract.records import Article
    from geo.events import PlacedClaim
    from geo.originals import Retrieval
    from geo.store import Store


def draw(article: Article, placed: PlacedClaim, colors: Mapping[str, str]) -> None:
    """Draw the article of a claim, with the claim marked in it."""
    st.html(
        _html(article, article_html(article, placed.claim, colors, language=tongue()))
    )


def draw_alone(store: Store, article_id: str) -> None:
    """Draw an article in which no claim was found."""
    article = store.article(article_id)
    if article is None:
        heads.draw(say("That report is not in this store."))
        return
    why = say("No sentence of it says who took, lost or holds a place.")
    heads.draw(say("A report without a claim"), f"<p>{escape(why)}</p>")
    st.html(_html(article, unmarked_html(article)))
    whence(store, article_id)


def whence(store: Store, article_id: str) -> None:
    """Say of what article this is a copy, and whence and when its original came."""
    with store.reading() as connection:
        original = copies(connection).get(article_id)
    told = [_copy_words(store, original)] if original else []
    told += [_retrieval_words(one) for one in retrievals(store, article_id)]
    for words in told:
        st.html(text_html(words, tag="p", css="tl-byline tl-whence"))


def _copy_words(store: Store, original: str) -> str:
    article = store.article(original)
    name = (article.publisher or article.title) if article else ""
    return say(
        "The same text as in {name}: both count as one source.",
        name=isolated(name or original),
    )


def _retrieval_words(came: Retrieval) -> str:
    return say(
        "Retrieved {at} from {source}, {digest}",
        at=f"{came.at:%Y-%m-%d %H:%M} UTC",
        source=isolated(came.final_url or came.source),
        digest=f"SHA-256 {came.sha256}",
    )


def publisher_words(publisher: str) -> str:
    """Name a publisher, or say that it is not named."""
    return publisher or say("publisher not named")


def _html(article: Article, text: str) -> str:
    day = article.published
    parts = [
        text_html(publisher_words(article.publisher)),
        text_html(day_words(day, language=tongue()) if day else say("no date")),
    ]
    if article.url:
        parts.append(link_html(article.url, say("original")))
    title = article.title or say("Untitled report")
    return (
        f'<article class="tl-article">{text_html(title, lang=article.lang, tag="h3")}'
        f'<p class="tl-byline">{" · ".join(parts)}</p>{text}</article>'
    )


def steps(store: Store, placed: PlacedClaim) -> None:
    """Say which of the article's claims this is, with a step to the next each way."""
    claims = in_text_order(store.claims(placed.claim.article_id))
    ids = [one.claim.claim_id for one in claims]
    at = ids.index(placed.claim.claim_id)
    if len(ids) < 2:
        return
    with st.container(key="steps", horizontal=True, vertical_alignment="center"):
        _step("chevron_left", say("Previous claim"), ids[at - 1] if at else None)
        heads.soft(say("Claim {at} of {all} in this report", at=at + 1, all=len(ids)))
        _step(
            "chevron_right", say("Next claim"), ids[at + 1] if ids[at + 1 :] else None
        )


def _step(icon: str, label: str, claim_id: str | None) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        key=f"step_{icon}",
        help=label,
        disabled=claim_id is None,
        on_click=session.wish,
        kwargs={"read": claim_id},
    )
