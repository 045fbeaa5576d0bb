"""How fast reports come into a store that is large already, for `make bench-scale`.

Read, placed, stored with all that follows (copies, digests, events), one transaction
each; the naive way reads and places them in a loop and appends rows to its CSV file.
"""

import random
from time import perf_counter

import bench_texts
import pandas as pd
from bench_scale_store import spread
from made_store import NOW

from extract.conflict import load_conflicts
from extract.packs import Lexicons
from extract.read import Header, read_articles
from geo.gazetteer import open_gazetteer
from geo.ingest import steps_for
from geo.store import open_store

SEED = 7


def read(index, path, count):
    """Return articles with what they claim and where, and the seconds for each."""
    write(path, count, SEED)
    packs = load_conflicts()
    found = []
    with open_gazetteer(index, Lexicons(packs).countries) as gazetteer:
        steps = steps_for(packs, gazetteer)
        for article in read_articles(path, defaults=Header()):
            begun = perf_counter()
            claims = steps.find(article)
            placing = steps.place(article, claims)
            found.append((article, claims, placing, perf_counter() - begun))
    return found


def write(path, count, seed):
    """Write articles as JSONL, with words among theirs that are new each time."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    rows = list(bench_texts.articles(count, seed))
    for row in rows:
        row["text"] = bench_texts.respelt(row["text"], chance)
    pd.DataFrame(rows).to_json(path, orient="records", lines=True, force_ascii=False)


def lines(stores, folder, index, count):
    """Yield a line's figures for each store, and for the file."""
    found = read(index, folder / "new.jsonl", count)
    read_s = [seconds for *_, seconds in found]
    for kind, where in stores.items():
        with open_store(where, create=False) as store:
            times = [_added(store, *one[:3]) for one in found]
        yield _line(kind, "tideline", found, read_s, times)
    path = folder / "events.csv"
    times = [_appended(path, *one[:3]) for one in found]
    yield _line("CSV", "naive", found, read_s, times)


def _added(store, article, claims, placing):
    begun = perf_counter()
    if not store.add(article, claims, placing, now=NOW):
        raise AssertionError(f"{article.article_id} was there already")
    return perf_counter() - begun


def _appended(path, article, claims, placing):
    """Append an event a claim: what tells the same is for nobody to find."""
    begun = perf_counter()
    rows = [
        {
            "event_id": claim.claim_id,
            "place": claim.place,
            "place_id": placing.locations[claim.claim_id].place_id,
            "lon": placing.locations[claim.claim_id].lon,
            "lat": placing.locations[claim.claim_id].lat,
            "event_type": claim.event_type.value,
            "gained_by": claim.gained_by,
            "lost_by": claim.lost_by,
            "date_start": claim.date_start,
            "date_end": claim.date_end,
            "status": "claimed",
            "n_claims": 1,
            "sentence": claim.sentence,
            "publisher": article.publisher,
            "url": article.url,
        }
        for claim in claims
    ]
    pd.DataFrame(rows).to_csv(path, mode="a", header=False, index=False)
    return perf_counter() - begun


def _line(kind, approach, found, read_s, times):
    total = sum(read_s) + sum(times)
    return {
        "what": "ingest rate",
        "store": kind,
        "approach": approach,
        "articles_per_s": round(len(found) / total, 1),
        "claims_per_s": round(sum(len(claims) for _, claims, *_ in found) / total, 1),
        "articles": len(found),
        **{f"store_{n}": v for n, v in spread([1000 * t for t in times]).items()},
    }
