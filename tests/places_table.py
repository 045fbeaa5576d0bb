"""How well places are found, against labelled mentions: part of `make evaluate`.

The labels are tests/data/places.jsonl, one passage a line; the README beside it says
how they were made. The half `sealed` is only scored: nothing is learnt from it. Each
passage goes the whole way: its pack is chosen, its claims are found and their places
looked up, once with the places that Tideline comes with and once with a GeoNames dump
of Syria added, where one is found. What a half calls unknown is taken out of the index
for that half alone.

    python tests/places_table.py                   print the tables
    python tests/places_table.py -v --half tune    and every error, a line each
    python tests/places_table.py --update          pin what is better than the floors
    python tests/places_table.py --update --lower  pin lower figures too

What the columns say of each kind of mention: `claimed` have a claim with that place,
the others are missed by extraction and count in no column but `whole`; of those
claimed, `right` are as they should be, `inexact` are said to be not exact, `held`
have the true point inside the radius, `wrong` are drawn as exact more than 5 km off;
`whole` are right, of all that are labelled. The row `syrian` has the exact places of
the country that the dump is of. Right is: for an exact place within 5 km
and said to be exact, or an area found by its name that holds the point; for one in no
gazetteer (`unknown`) said to be not exact and its point held; for part of a province
(`vague`) its point held; where nothing decides between namesakes (`abstain`) said to
be not exact. `ambiguous` are those of the exact ones that have namesakes.
"""

import argparse
import hashlib
import json
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from statistics import median
from unittest.mock import patch

from extract.conflict import load_conflicts
from extract.records import Article
from geo.areas import distance_m
from geo.dumps import read_dump
from geo.gazetteer import Gazetteer, build_gazetteer
from geo.ingest import preview, steps_for
from geo.listings import Listing, Origin, default_listings
from geo.names import bare, fold, keys_of_folded

DATA = Path(__file__).parent / "data"
LABELLED = DATA / "places.jsonl"
FLOORS = DATA / "place_floors.json"
# A dump of Syrian places, looked for beside the checkout; it is not ours to publish.
DUMP = Path(__file__).parents[2] / "shared" / "gazetteer" / "SY.txt"
OWN, WITH_DUMP = "own", "with dump"
NAMED = {"exact", "fold", "variant"}
HALVES = ("tune", "held", "sealed")
KINDS = ("exact", "syrian", "ambiguous", "unknown", "abstain", "vague", "all")
SHARES = ("right", "inexact", "held", "wrong")

EXACT_M = 5_000.0
# How far around its point a place to be unknown is taken out of the index.
WITHHELD_M = 10_000.0
# From here on UCDP's precision means an area; one found by its own name is no guess.
AREA_PREC = 3


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def passages(half, path=LABELLED):
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [row for row in rows if half in {row["half"], "all"}]


def kind_of(mention):
    """Return the row of the table that a mention belongs to, ambiguity apart."""
    if mention.get("abstain"):
        return "abstain"
    if mention.get("unlisted") or mention.get("withheld"):
        return "unknown"
    return mention["kind"]


# Listings: what the program may know.


def build_index(folder, half, dump=None):
    """Build the index of the packs' countries without what is unknown to a half."""
    near, cut = folder / f"near-{half}.sqlite", folder / f"cut-{half}.sqlite"
    rows = passages(half)
    beside = near_unknown(m for row in rows for m in row["mentions"])
    _build(near, filter(beside, listings(dump)))
    with Gazetteer(near) as gazetteer:
        hidden = {one for row in rows for one in hidden_ids(row, gazetteer)}
    _build(cut, (x for x in listings(dump) if x.place.place_id not in hidden))
    return cut


@cache
def listings(dump):
    """Return what the program may know, in its order: a dump, then the packs' places."""
    countries = {c for pack in load_conflicts().values() for c in pack.countries}
    known = []
    if dump is not None:
        with dump.open("rb") as stream:
            rows = read_dump(stream, Origin(source="GeoNames"))
            known = [row for row in rows if isinstance(row, Listing)]
    return (*known, *default_listings(countries))


# Nearly the same names are filed for each half: their keys are made once.
_KEYS = {"fold": cache(fold), "keys_of_folded": cache(keys_of_folded)}


def _build(path, chosen):
    with patch.multiple("geo.filing", **_KEYS):
        build_gazetteer(path, listings=chosen, stamp="labelled places")


def near_unknown(mentions):
    """Return a function that tells whether a listing lies near an unknown mention."""
    cells = defaultdict(list)
    for mention in mentions:
        if kind_of(mention) == "unknown":
            cells[round(mention["lat"])].append((mention["lon"], mention["lat"]))

    def is_near(listing):
        place = listing.place
        return any(
            distance_m(place.lon, place.lat, *point) <= WITHHELD_M
            for step in (-1, 0, 1)
            for point in cells[round(place.lat) + step]
            if abs(point[0] - place.lon) < 1
        )

    return is_near


def hidden_ids(row, gazetteer):
    """Yield the ids of the places that a passage's unknown mentions could be.

    Those are all that the index itself takes for the name within `WITHHELD_M` of the
    true point; for a landmark also without its generic words, when what is found is
    one too: Khartoum airport goes, the city stays.
    """
    countries = load_conflicts()[row["conflict"]].countries
    for mention in row["mentions"]:
        if kind_of(mention) != "unknown":
            continue
        toponym, here = mention["toponym"], (mention["lon"], mention["lat"])
        for name in dict.fromkeys([toponym, bare(toponym)]):
            for match in gazetteer.find(name, countries, variants=True):
                place = match.place
                is_meant = name == toponym or place.feature_class != "P"
                if is_meant and distance_m(place.lon, place.lat, *here) <= WITHHELD_M:
                    yield place.place_id


# Judging.


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one mention; `km` from its true point, None where not placed."""

    passage: str
    conflict: str
    toponym: str
    kind: str
    is_ambiguous: bool
    context: str
    location: object = None
    km: float | None = None
    is_right: bool = False
    is_inexact: bool = False
    is_held: bool = False
    is_wrong: bool = False


def placer(gazetteer):
    """Return a function from a passage to its claims, placed."""
    steps = steps_for(load_conflicts(), gazetteer)

    def placed(row):
        article = Article(
            article_id=row["id"],
            title=row["title"],
            text=row["text"],
            published=date.fromisoformat(row["published"]),
            publisher=row["publisher"],
        )
        return preview(article, steps)

    return placed


def fitting(mention, placed):
    """Return the claim of a mention: its words, else its name in the same sentence."""
    start, end = mention["start"], mention["end"]
    spans = [(p, p.claim.evidence.place) for p in placed]
    over = [p for p, span in spans if span.start < end and start < span.end]
    same = [
        p
        for p in placed
        if p.claim.char_start <= start < p.claim.char_end
        and bare(p.claim.place) == bare(mention["toponym"])
    ]
    exact = [p for p in over if bare(p.claim.place) == bare(mention["toponym"])]
    return next(iter(exact or over or same), None)


def judge(row, placed):
    """Yield a verdict for each labelled mention of a passage."""
    for mention in row["mentions"]:
        claim = fitting(mention, placed)
        verdict = Verdict(
            passage=row["id"],
            conflict=row["conflict"],
            toponym=mention["toponym"],
            kind=kind_of(mention),
            is_ambiguous=bool(mention.get("ambiguous")),
            context=around(row["text"], mention),
            location=claim.location if claim else None,
        )
        yield verdict if claim is None else judged(mention, verdict)


def around(text, mention, width=45):
    start, end = mention["start"], mention["end"]
    return text[max(0, start - width) : end + width]


def judged(mention, verdict):
    where = verdict.location
    is_inexact = where.where_prec != 1
    km, is_held = None, False
    if "lon" in mention and where.lon is not None:
        metres = distance_m(where.lon, where.lat, mention["lon"], mention["lat"])
        km, is_held = metres / 1000, metres <= where.radius_m
    is_near = km is not None and km * 1000 <= EXACT_M
    is_area = where.match in NAMED and (where.where_prec or 0) >= AREA_PREC
    right = {
        "exact": is_held if is_area else is_near and not is_inexact,
        "unknown": is_inexact and is_held,
        "vague": is_held,
        "abstain": is_inexact,
    }
    return replace(
        verdict,
        km=km,
        is_right=right[verdict.kind],
        is_inexact=is_inexact,
        is_held=is_held,
        is_wrong=not is_inexact and not is_near and verdict.kind != "vague",
    )


def verdicts(half, index):
    """Return the verdicts of a half of the labels, by an index."""
    with Gazetteer(index) as gazetteer:
        placed = placer(gazetteer)
        return [v for row in passages(half) for v in judge(row, placed(row))]


def figures(judgements):
    """Return the table's rows by kind: counts, shares and the median radius in km."""
    table = {}
    for kind in KINDS:
        chosen = [v for v in judgements if is_of(v, kind)]
        placed = [v for v in chosen if v.location is not None]
        row = {"labelled": len(chosen), "claimed": share(len(placed), len(chosen))}
        for name in SHARES:
            good = sum(getattr(v, f"is_{name}") for v in placed)
            row[name] = share(good, len(placed))
        row["whole"] = share(sum(v.is_right for v in placed), len(chosen))
        radii = [v.location.radius_m for v in placed if v.location.radius_m is not None]
        row["radius_km"] = round(median(radii) / 1000, 1) if radii else 0.0
        table[kind] = row
    return table


def is_of(verdict, kind):
    if kind == "ambiguous":
        return verdict.kind == "exact" and verdict.is_ambiguous
    if kind == "syrian":
        return verdict.kind == "exact" and verdict.conflict == "syria"
    return kind in {verdict.kind, "all"}


def share(part, whole):
    return round(part / whole, 3) if whole else 0.0


# Printing and pinning.


def print_table(name, table, out=sys.stdout):
    head = ("labelled", "claimed", *SHARES, "whole", "radius_km")
    out.write(f"places, {name}\n  {'':9}" + "".join(f"{h:>10}" for h in head) + "\n")
    for kind, row in table.items():
        cells = (f"{row[h]:10d}" if h == "labelled" else f"{row[h]:10}" for h in head)
        out.write(f"  {kind:9}" + "".join(cells) + "\n")


def print_errors(judgements, out=sys.stdout):
    for v in judgements:
        if v.is_right:
            continue
        told = f"  {v.passage} {v.kind}{' ambiguous' if v.is_ambiguous else ''}"
        out.write(f"{told} | {v.toponym} | ...{v.context}... | {fate(v)}\n")


def fate(verdict):
    where = verdict.location
    if where is None:
        return "no claim"
    if where.lon is None:
        return f"not placed | {where.reason}"
    off = "" if verdict.km is None else f" | {verdict.km:.1f} km off"
    return (
        f"{where.name} {where.lon:.2f},{where.lat:.2f} {where.match}"
        f" prec {where.where_prec} radius {where.radius_m / 1000:.0f} km"
        f"{off} | {where.reason}"
    )


def pinned(table):
    """Return the figures that floors are kept for."""
    return {
        kind: {"right": r["right"], "whole": r["whole"]} for kind, r in table.items()
    }


def pin(tables, *, lower, dump):
    """Write the floors; a lower one only if asked for."""
    floors = json.loads(FLOORS.read_text()) if FLOORS.exists() else {"tables": {}}
    for name, table in tables.items():
        old = floors["tables"].get(name, {})
        for kind, row in pinned(table).items():
            for column, now in row.items():
                floor = old.get(kind, {}).get(column, 0.0)
                if now < floor and not lower:
                    told = f"{name} {kind} {column}: {now} is under its floor {floor}"
                    sys.exit(f"{told}; --lower")
        floors["tables"][name] = pinned(table)
    floors["labels"] = digest(LABELLED)
    if dump is not None:
        floors["dump"] = digest(dump)
    FLOORS.write_text(json.dumps(floors, indent=2, sort_keys=True) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dump", type=Path, default=DUMP, help="a GeoNames dump")
    parser.add_argument("--half", choices=[*HALVES, "all"], action="append")
    parser.add_argument("--update", action="store_true", help="pin better figures")
    parser.add_argument("--lower", action="store_true", help="pin lower ones too")
    parser.add_argument("-v", action="store_true", help="print every error")
    asked = parser.parse_args()
    dump = asked.dump if asked.dump.exists() else None
    if dump is None:
        sys.stdout.write(f"no {asked.dump.name} found: only what comes with it\n")
    tables = {}
    with tempfile.TemporaryDirectory() as folder:
        for gazetteer in [OWN, WITH_DUMP] if dump else [OWN]:
            known = dump if gazetteer == WITH_DUMP else None
            for half in asked.half or HALVES:
                index = build_index(Path(folder), half, known)
                judgements = verdicts(half, index)
                name = f"{half}, {gazetteer}"
                tables[name] = figures(judgements)
                print_table(name, tables[name])
                if asked.v:
                    print_errors(judgements)
    if asked.update:
        pin(tables, lower=asked.lower, dump=dump)


if __name__ == "__main__":
    main()
