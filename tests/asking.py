"""A text, what a model may answer on it, and what the rules say of it."""

from datetime import date

from reading import KNOWN, lexicon_of

from extract.claims import find_claims
from extract.records import Article

KEY = "sk-VerySecret-0123456789"
TEXT = (
    "The Syrian army captured Palmyra from Islamic State on 2 March, the ministry"
    " said.\n\nA day later the Syrian Democratic Forces were in Tabqa. The army denied"
    " that rebels had captured the village of al-Nowhere in the eastern countryside of"
    " Aleppo."
)
FIRST = TEXT[: TEXT.index("\n")]
PALMYRA = {
    "sentence": FIRST,
    "trigger": "captured",
    "event_type": "captured",
    "modality": "asserted",
    "place": "Palmyra",
    "gained_by": "The Syrian army",
    "lost_by": "Islamic State",
    "date": "on 2 March",
    "claimed_by": "the ministry",
}
TABQA = {
    "sentence": "A day later the Syrian Democratic Forces were in Tabqa.",
    "trigger": "were in",
    "event_type": "holds",
    "modality": "asserted",
    "place": "Tabqa",
    "gained_by": "Syrian Democratic Forces",
    "lost_by": None,
    "date": "A day later",
    "claimed_by": None,
}
NOWHERE = {
    "sentence": "rebels had captured the village of al-Nowhere",
    "trigger": "had captured",
    "event_type": "captured",
    "modality": "denied",
    "place": "al-Nowhere",
    "gained_by": "rebels",
    "lost_by": None,
    "date": None,
    "claimed_by": "The army",
}


def article(text=TEXT, **changes):
    return Article(
        **{
            "article_id": "a",
            "text": text,
            "published": date(2017, 3, 5),
            "title": "T",
            **changes,
        }
    )


def known(names):
    return KNOWN & set(names)


def by_rules(text=TEXT):
    return find_claims(article(text), lexicon_of("syria"), known)
