"""A small store of reports that agree, disagree, plan and deny, for tests of the pane."""

from datetime import date

import server
from conftest import make_article, make_claim, make_location, make_nowhere, make_placing

from extract.records import ClaimantType, EventType, Evidence, Modality, Span

ARMY, STATE = "Syrian government", "Islamic State"
DAY = date(2017, 3, 2)
PALMYRA = make_location(place_id="palmyra", name="Palmyra")
RAQQA = make_location(place_id="raqqa", name="Raqqa", lon=39.0167, lat=35.9594)


def said(sentence, place, where, **changes):
    """Return a sentence with its place, where that is, and what it claims."""
    return sentence, place, where, changes


def tell(store, article_id, publisher, *told, published=date(2017, 3, 4), **article):
    """Store an article made of these sentences, one claim each."""
    text = "It was a quiet week. " + " ".join(sentence for sentence, *_ in told)
    claims, places = [], {}
    for number, (sentence, place, where, changes) in enumerate(told):
        start = text.index(sentence)
        span = Span(
            start=text.index(place, start), end=text.index(place, start) + len(place)
        )
        claim = make_claim(
            **{
                "claim_id": f"{article_id}-{number}",
                "article_id": article_id,
                "sentence": sentence,
                "char_start": start,
                "char_end": start + len(sentence),
                "place": place,
                "evidence": Evidence(trigger=span, place=span),
                "gained_by_text": None,
                "lost_by_text": None,
                "date_text": None,
                "claimed_by": None,
                **changes,
            }
        )
        claims.append(claim)
        places[claim.claim_id] = where
    report = make_article(
        **{
            "article_id": article_id,
            "text": text,
            "title": f"News of {article_id}",
            "publisher": publisher,
            "published": published,
            "url": f"https://example.org/{article_id}",
            **article,
        }
    )
    placing = make_placing(places, article_id=article_id)
    store.add(report, claims, placing, now=server.NOW)


def fill(store):
    """Store what happened at Palmyra and Raqqa, as told by five publishers."""
    old = {"date_start": date(2015, 5, 20), "date_end": date(2015, 5, 20)}
    tell(
        store, "early", "Northern Desk",
        said("Islamic State took Palmyra.", "Palmyra", PALMYRA, gained_by=STATE, lost_by=ARMY, **old),
        said("Islamic State holds Raqqa.", "Raqqa", RAQQA, event_type=EventType.HOLDS, gained_by=STATE, lost_by=None, **old),
        published=date(2015, 5, 22),
    )  # fmt: skip
    tell(
        store, "army", "State Agency",
        said("The army took Palmyra.", "Palmyra", PALMYRA),
        said("It did not lose Raqqa, it said.", "Raqqa", RAQQA, gained_by=STATE, lost_by=ARMY, modality=Modality.DENIED),
        said("It will take Raqqa soon.", "Raqqa", RAQQA, modality=Modality.PLANNED, date_start=None, date_end=None),
        said("It took Umm Sharif as well.", "Umm Sharif", make_nowhere()),
    )  # fmt: skip
    tell(
        store, "desk", "Northern Desk",
        said("Monitors saw the army in Palmyra.", "Palmyra", PALMYRA, claimed_by="SOHR", claimant_type=ClaimantType.MONITOR),
        published=date(2017, 3, 5),
    )  # fmt: skip
    tell(
        store, "amaq", "Amaq",
        said("Palmyra did not fall, Amaq wrote.", "Palmyra", PALMYRA, modality=Modality.DENIED),
    )  # fmt: skip
    tell(
        store, "post", "Bosphorus Post",
        said("Islamic State still holds Palmyra.", "Palmyra", PALMYRA, event_type=EventType.HOLDS, gained_by=STATE, lost_by=None),
    )  # fmt: skip
    tell(store, "market", "Northern Desk", title="A market opens")
