"""A claim made of words that a reviewer selected in an article."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from extract.records import (
    Claim,
    ClaimantType,
    DateAnchor,
    EventType,
    Evidence,
    Modality,
    Span,
)
from geo.fields import CORRECTABLE, a_name, precision
from geo.review import READER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extract.records import Article

MAX_CHARS = 1_500
"""How much can be quoted; as much as the extraction reads of a sentence."""

_PARTS = ("trigger", "place", "gained_by", "lost_by", "date", "claimed_by")


def claim_of(
    article: Article,
    selected: Span,
    fields: Mapping[str, object],
    parts: Mapping[str, Span] | None = None,
) -> Claim:
    """Return the claim that a reviewer reads in selected words.

    Parameters
    ----------
    article
        The article; the claim's sentence is what is selected of its text, without
        the space around it.
    selected
        Offsets into the article's text.
    fields
        Values by the names of `geo.fields.CORRECTABLE` but `location`; `event_type`
        and `place` are needed. Without `modality` the words assert it.
    parts
        Where the words for a part of the claim stand, by the names of `Evidence`'s
        fields; the place is looked for in the selection if it is not given, and the
        trigger is then all of it.

    Raises
    ------
    ValueError
        With what is wrong or missing.
    """
    quote = _trimmed(article.text, selected)
    if unknown := set(fields) - set(CORRECTABLE):
        raise ValueError(f"a claim has no {min(unknown)!r}")
    if fields.get("event_type") not in set(EventType):
        known = ", ".join(EventType)
        raise ValueError(f"say what happened; event_type is one of {known}")
    place = a_name("place", fields.get("place"))
    if place is None:
        raise ValueError("say which place the words tell of")
    given = dict(parts or {})
    _check(quote, given)
    return Claim(
        claim_id="",
        article_id=article.article_id,
        event_type=EventType(str(fields["event_type"])),
        place=place,
        char_start=quote.start,
        char_end=quote.end,
        sentence=quote.of(article.text),
        evidence=_evidence(article.text, quote, place, given),
        rule=READER,
        confidence=1.0,
        extractor=READER,
        **_sides(article.text, fields, given),
        **_days(article.text, fields, given),
    )


def found_once(article: Article, words: str) -> Span:
    """Return where words stand in an article's text, to the letter.

    Raises
    ------
    ValueError
        If they do not, or more than once, so that it is open which are meant.
    """
    words = words.strip()
    times = article.text.count(words) if words else 0
    if times != 1:
        often = f"{times} times" if times else "nowhere"
        raise ValueError(f"these words stand {often} in the article: {words[:80]!r}")
    start = article.text.index(words)
    return Span(start=start, end=start + len(words))


def _trimmed(text: str, selected: Span) -> Span:
    if selected.end > len(text):
        raise ValueError(f"the selection ends at {selected.end}, behind the text")
    words = selected.of(text)
    start = selected.start + len(words) - len(words.lstrip())
    end = start + len(words.strip())
    if start >= end:
        raise ValueError("select the words that tell of the event")
    if end - start > MAX_CHARS:
        raise ValueError(
            f"{end - start:,} characters are selected; select one sentence,"
            f" {MAX_CHARS:,} at most"
        )
    return Span(start=start, end=end)


def _check(quote: Span, parts: Mapping[str, Span]) -> None:
    for part, span in parts.items():
        if part not in _PARTS:
            raise ValueError(f"a claim has no words for {part!r}")
        if not quote.start <= span.start < span.end <= quote.end:
            raise ValueError(f"the words for {part} stand outside of the selection")


def _evidence(
    text: str, quote: Span, place: str, parts: Mapping[str, Span]
) -> Evidence:
    at = quote.of(text).casefold().find(place.casefold())
    # Folding can change lengths; then the words are not where they were found.
    start = quote.start + at
    found = Span(start=start, end=start + len(place)) if at >= 0 else quote
    if found.of(text).casefold() != place.casefold():
        found = quote
    return Evidence(**{"trigger": quote, "place": found, **parts})


def _sides(
    text: str, fields: Mapping[str, object], parts: Mapping[str, Span]
) -> dict[str, Any]:
    modality = fields.get("modality") or Modality.ASSERTED
    claimant = fields.get("claimant_type") or ClaimantType.NEWSROOM
    associated = fields.get("associated") or ()
    if not isinstance(associated, list | tuple):
        raise ValueError("associated is a list of names")
    names = (a_name("associated", one) for one in associated)
    found: dict[str, Any] = {
        "modality": Modality(str(modality)),
        "claimant_type": ClaimantType(str(claimant)),
        "associated": tuple(name for name in names if name),
        "claimed_by": a_name("claimed_by", fields.get("claimed_by")),
    }
    for side in ("gained_by", "lost_by"):
        found[side] = a_name(side, fields.get(side))
        found[f"{side}_text"] = parts[side].of(text) if side in parts else None
    return found


def _days(
    text: str, fields: Mapping[str, object], parts: Mapping[str, Span]
) -> dict[str, Any]:
    start = fields.get("date_start") or fields.get("date_end")
    end = fields.get("date_end") or start
    if start is None or end is None:
        return {}
    if type(start) is not date or type(end) is not date:
        raise ValueError(f"{start!r} to {end!r} are no days")
    return {
        "date_start": start,
        "date_end": end,
        "date_prec": precision(start, end),
        "date_text": parts["date"].of(text) if "date" in parts else None,
        "date_anchor": DateAnchor.ABSOLUTE,
    }
