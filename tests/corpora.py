"""A small corpus with all that a large one has, and what a store makes of it."""

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

import geopandas as gpd
from conftest import make_article

from extract.conflict import load_conflicts
from extract.read import Header, read_articles
from geo.corpus.out_folder import Asked
from geo.corpus.pools import InProcess
from geo.corpus.running import Hands, run_corpus
from geo.corpus.sources import find_parts, read_part
from geo.corpus_commands import index_here
from geo.gazetteer import open_gazetteer, read_stamp
from geo.ingest import ingest, steps_for
from geo.store import open_store
from geo.where import gazetteer_at

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "assets" / "samples" / "syria.jsonl"
CACHE = Path(os.environ.get("TIDELINE_CACHE") or ROOT / "test-output" / "cache")
DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PACKS = load_conflicts()
COUNTRIES = {country for pack in PACKS.values() for country in pack.countries}
INDEX = gazetteer_at({"TIDELINE_CACHE": str(CACHE)})


def gazetteer():
    """Return the place names, indexed if they were not."""
    return open_gazetteer(INDEX, COUNTRIES)


def samples():
    return list(read_articles(SAMPLES, defaults=Header(), dated=True))


def corpus():
    """Return articles of which some come again, tell others again, or are refused."""
    told = samples()
    first, second, third = told[10:13]
    changed = [
        make_article(
            article_id=f"copy-{n}",
            text=f"{one.text}\n\nReporting by our own staff.",
            published=one.published,
            title=f"As told elsewhere: {one.title}",
            publisher=f"Copying Daily {n}",
            url="",
        )
        for n, one in enumerate(told[20:50:5])
    ]
    short = {"text": "Rebels captured the town of Saraqib.", "publisher": "Short"}
    others = [
        # Once more as it is, and once more under another id.
        first,
        make_article(**{**fields(second), "article_id": "again"}),
        # Refused: its id is taken. What has its text afterwards is not refused.
        make_article(**{**fields(third), "text": "Islamic State took Palmyra."}),
        make_article(
            **{
                **fields(third),
                "text": "Islamic State took Palmyra.",
                "article_id": "b",
            }
        ),
        # The same as the one that was dropped, and so as the first.
        make_article(**{**fields(second), "article_id": "again"}),
        make_article(article_id="undated", published=None),
        make_article(article_id="from-the-future", published=date(2031, 1, 1)),
        make_article(article_id="short-1", title="One", **short),
        make_article(article_id="short-2", title="Two", **short),
    ]
    return [*told[:40], *changed[:3], *others, *told[40:], *changed[3:]]


def fields(article):
    return {name: getattr(article, name) for name in article.__dataclass_fields__}


def write_lines(path, articles):
    """Write articles as JSON lines."""
    rows = [
        {
            **{name: value for name, value in fields(one).items() if value},
            "id": one.article_id,
            "published": one.published and one.published.isoformat(),
        }
        for one in articles
    ]
    for row in rows:
        del row["article_id"]
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text("".join(lines), encoding="utf-8")
    return path


def asked_of(pattern, **changes):
    """Return what a run over some files of lines is asked for."""
    part_bytes = changes.pop("part_bytes", 1_000_000)
    gazetteer().close()
    asked = {
        "parts": find_parts([str(pattern)], part_bytes=part_bytes),
        "read": read_part,
        "places": read_stamp(INDEX),
        "index": index_here,
        "day": DAY,
    }
    return Asked(**{**asked, **changes})


def hands(pool=None, watch=None):
    return Hands(
        pool=pool or InProcess(),
        watch=watch or (lambda stage, **numbers: None),
        clock=lambda: 0.0,
    )


def run(out, pattern, pool=None, n_shards=None, **changes):
    """Run a corpus into a folder; return what came of it."""
    asked = asked_of(pattern, **changes)
    return run_corpus(out, asked, hands(pool), n_shards=n_shards)


def stored(path, articles):
    """Return the events and claims of a store to which articles were added, in order.

    Those that were refused come with their reasons, last.
    """
    with gazetteer() as places, open_store(path) as store:
        report = ingest(articles, steps_for(PACKS, places), store=store, now=NOW)
        events = store.events(PACKS.values())
        return events, store.claims(), report


def events_in(out):
    return _frame(out / "events").sort_values("event_id", ignore_index=True)


def claims_in(out):
    return _frame(out / "claims").sort_values("claim_id", ignore_index=True)


def _frame(folder):
    return gpd.read_parquet(folder)


def bytes_in(out):
    """Return the content of each file of a result."""
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


def left_out_in(out):
    lines = (out / "left_out.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
