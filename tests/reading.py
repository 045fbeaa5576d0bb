"""Run the extractor on a few sentences, as tests/test_claims.py and others do."""

from datetime import date
from functools import lru_cache

from extract.claims import find_claims
from extract.conflict import load_conflicts
from extract.lexicon import load_lexicon
from extract.records import Article

PUBLISHED = date(2017, 3, 5)
# What the gazetteer of these tests knows; other names must be taken from their slot.
KNOWN = frozenset(
    "Palmyra Raqqa Aleppo Manbij Homs Idlib Hama Damascus Kobani Afrin Daraa Tabqa "
    "Jarabulus Mosul Kherson Izium".split()
)


@lru_cache
def lexicon_of(conflict):
    return load_lexicon(load_conflicts()[conflict])


def read(text, *, conflict="syria", published=PUBLISHED, publisher=""):
    """Return the claims of a text."""
    article = Article(
        article_id="a", text=text, published=published, publisher=publisher
    )
    return find_claims(article, lexicon_of(conflict), lambda names: KNOWN & set(names))


def told(claims):
    """Return type, place, taker and loser of each asserted claim."""
    return [
        (c.event_type.value, c.place, c.gained_by, c.lost_by)
        for c in claims
        if c.modality == "asserted"
    ]
