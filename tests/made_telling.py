"""Made-up claims are told here: articles with their sentences, as rows of the store."""

from functools import cache

from bench_map_frame import PRECISIONS
from made_claims import article_id

from extract.records import Article, ClaimantType, DateAnchor, EventType
from geo.events import PlacedClaim
from geo.rows import claim_of, location_of
from geo.schema import EVIDENCE
from geo.wording import TYPES

RADIUS = {prec: radius or 1_500.0 for prec, _share, radius in PRECISIONS}
EXACT = PRECISIONS[0][0]
KINDS = [EventType(kind) for kind in TYPES]
SAID = {
    EventType.CAPTURED: ("gained_by", " captured ", "place"),
    EventType.HANDED_OVER: ("gained_by", " was handed ", "place"),
    EventType.WITHDREW: ("lost_by", " withdrew from ", "place"),
    EventType.HOLDS: ("gained_by", " was in control of ", "place"),
    EventType.ADVANCED: ("gained_by", " advanced on ", "place"),
    EventType.ATTACKED: ("gained_by", " attacked ", "place"),
    EventType.REPELLED: ("gained_by", " repelled an assault on ", "place"),
    EventType.BESIEGED: ("gained_by", " encircled ", "place"),
}
"""Who, what and where: a sentence's evidence in order."""

UNNAMED = "an armed group"
ASIDES = (
    "The road to {place} was closed for {n} hours, a driver said.",
    "{n} families left {place} before dawn with what they could carry.",
    "A clinic near {place} treated {n} people, most of them for burns.",
    "Power to {place} and {n} villages around it came back at noon.",
    "Traders in {place} said that flour now costs {n} pounds a sack.",
    "None of {n} residents of {place} reached by telephone had slept.",
    "The mayor of {place} spoke for {n} minutes and took no questions.",
)
CLAIMANTS = (
    *(ClaimantType.NEWSROOM,) * 6,
    *(ClaimantType.GAINER, ClaimantType.GAINER, ClaimantType.LOSER),
    ClaimantType.MONITOR,
)
SPEAKERS = {
    ClaimantType.GAINER: "a commander of the attackers",
    ClaimantType.LOSER: "a spokesman of the defenders",
    ClaimantType.MONITOR: "a monitor of the war",
}


class Teller:
    """Tells the articles of made-up claims, as rows of the store.

    `begins` is where each claim's sentence begins, known once its article is told.
    """

    def __init__(self, made, begins=None):
        self.made = made
        self.begins = begins or [None] * len(made.event)
        self._of = {
            name: getattr(made, name).tolist()
            for name in (
                *("place", "kind", "gained_by", "lost_by", "first", "last"),
                *("event", "is_denial", "confidence", "publisher", "published"),
            )
        }
        self._lon, self._lat, self._name, self._pack = (
            getattr(made.places, name).tolist()
            for name in ("lon", "lat", "name", "pack")
        )
        self._starts = made.starts.tolist()
        self._article = made.article.tolist()

    def __len__(self):
        return len(self._starts) - 1

    def told(self, number):
        """Return an article, and the rows of its claims, placing and locations."""
        parts, length, claims = [], 0, []
        of_article = range(self._starts[number], self._starts[number + 1])
        for at in of_article:
            self.begins[at] = length
            row, aside = self._claim(at)
            claims.append(row)
            parts += [row["sentence"], aside]
            length += len(row["sentence"]) + len(aside) + 2
        article = Article(
            article_id=article_id(number), text=" ".join(parts), **self._head(number)
        )
        country = self.made.countries[self._pack[self._place(of_article[0])]]
        placing = {"article_id": article.article_id, "countries": country}
        places = [
            self._location(at, row["claim_id"])
            for at, row in zip(of_article, claims, strict=True)
        ]
        return article, claims, placing, places

    def placed(self, at):
        """Return a claim of an article that was told, and where its place is."""
        row, _aside = self._claim(at)
        head = self._head(self._article[at])
        head["article_title"] = head.pop("title")
        location = location_of(self._location(at, row["claim_id"]))
        return PlacedClaim(claim=claim_of(row, ()), location=location, **head)

    def _head(self, number):
        """Return what is told of an article but its text."""
        first = self._name[self._place(self._starts[number])]
        return {
            "published": self._of["published"][number],
            "title": f"The day in {first} and elsewhere",
            "publisher": self._of["publisher"][number],
            "url": f"https://example.org/{number}",
        }

    def _place(self, at):
        return self._of["place"][self._of["event"][at]]

    def _claim(self, at):
        """Return the row of a claim, and an aside to stand after its sentence."""
        number, start = self._article[at], self.begins[at]
        id_, ordinal = article_id(number), at - self._starts[number]
        event, place = self._of["event"][at], self._place(at)
        kind = KINDS[self._of["kind"][event]]
        gained, lost = self._of["gained_by"][event], self._of["lost_by"][event]
        first, last = self._of["first"][event], self._of["last"][event]
        claimant = CLAIMANTS[at % len(CLAIMANTS)]
        words = {
            "gained_by": gained or UNNAMED,
            "lost_by": lost or UNNAMED,
            "place": self._name[place],
            "date": _words(last),
        }
        sentence, spans = _sentence(kind, words, SPEAKERS.get(claimant), start)
        spans |= {} if gained else {"gained_by": None}
        spans |= {} if lost else {"lost_by": None}
        row = {
            "claim_id": f"{id_}-{ordinal:04d}",
            "article_id": id_,
            "ordinal": ordinal,
            "event_type": kind.value,
            "modality": "denied" if self._of["is_denial"][at] else "asserted",
            "place": words["place"],
            "gained_by": gained,
            "gained_by_text": gained if spans.get("gained_by") else None,
            "lost_by": lost,
            "lost_by_text": lost if spans.get("lost_by") else None,
            "date_start": first,
            "date_end": last,
            "date_prec": _precision((last - first).days),
            "date_text": words["date"],
            "claimed_by": SPEAKERS.get(claimant),
            "claimant_type": claimant.value,
            "char_start": start,
            "char_end": start + len(sentence),
            "sentence": sentence,
            "confidence": self._of["confidence"][at],
            **FIXED,
        }
        for part in EVIDENCE:
            row[f"at_{part}_start"], row[f"at_{part}_end"] = spans.get(part) or NO_SPAN
        aside = ASIDES[at % len(ASIDES)].format(place=words["place"], n=at % 997 + 2)
        return row, aside

    def _location(self, at, claim_id):
        place = self._place(at)
        prec = int(self.made.precisions[place])
        return {
            "claim_id": claim_id,
            "lon": self._lon[place],
            "lat": self._lat[place],
            "radius_m": RADIUS[prec],
            "where_prec": prec,
            "place_id": self.made.place_ids[place],
            "name": self._name[place],
            "matched": "exact" if prec == EXACT else "container",
            "reason": "made up for the benchmark",
            "source": "made up",
            "candidates": "[]",
        }


NO_SPAN = (None, None)
FIXED = {
    "place_kind": None,
    "associated": "[]",
    "date_anchor": DateAnchor.ABSOLUTE.value,
    "rule": "made up",
    "extractor": "made-up 1",
}


@cache
def _words(day):
    return f"on {day.day} {day:%B %Y}"


def _precision(days):
    """Return UCDP's precision of a period of so many days beyond its first."""
    return next((n for n, most in enumerate((0, 5, 6, 30), 1) if days <= most), 5)


def _sentence(kind, words, speaker, start):
    """Return a sentence and where its evidence stands, in a text that it begins in."""
    spans, parts, at = {}, [], start
    told = [*SAID[kind]]
    if kind is EventType.CAPTURED:
        told += [" from ", "lost_by"]
    told += [" ", "date"]
    for n, part in enumerate(told):
        text = words.get(part, part)
        if part in words:
            spans[part] = (at, at + len(text))
        elif n == 1:
            spans["trigger"] = (at + 1, at + len(text) - 1)
        parts.append(text)
        at += len(text)
    if speaker:
        spans["claimed_by"] = (at + 2, at + 2 + len(speaker))
        parts.append(f", {speaker} said")
    return "".join((*parts, ".")), spans
