"""All kinds of what a store keeps, made by the commands into one, and used by all."""

import json
import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import hostile_server
import made_files
import pytest
from asgi_client import Client
from server import fill
from starlette.applications import Starlette
from test_cli import check, machine, run
from test_earlier_stores import STORES
from test_feeds import item, rss
from test_following import page

from extract.conflict import load_conflicts
from geo.api.serving import api_routes
from geo.store import open_store

__all__ = ["machine"]  # a fixture that all tests here use

TEXTS = {
    town: (
        f"The {taker} captured {town} from {loser} on {day} March 2017.\n\n"
        "Residents spoke of a quiet night, and of shops that opened again at noon.\n"
    )
    for town, taker, loser, day in (
        ("Palmyra", "Syrian army", "Islamic State", 2),
        ("Manbij", "Syrian Democratic Forces", "Islamic State", 3),
        ("Idlib", "Free Syrian Army", "Syrian army", 4),
        ("Raqqa", "Syrian Democratic Forces", "Islamic State", 5),
        ("Homs", "Syrian army", "Free Syrian Army", 6),
        ("Hama", "Syrian army", "Free Syrian Army", 7),
        ("Daraa", "Free Syrian Army", "Syrian army", 8),
    )
}
LAYER = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [38.28, 34.56]},
                "properties": {"date": "2017-03-02", "place": "Palmyra"},
            }
        ],
    }
)
FORMS = ("geojson", "parquet", "csv", "kml", "html")
READING = (
    *("articles", "events", "drafts list", "places list", "places choices"),
    *("places retry", "publishers list", "layers list", "webhooks list"),
    *("review queue", "review log", "review propose", "evaluate --from-reviews"),
)


def act(result):
    """Return the number of the act that a command says it did."""
    return re.search(r"(?:act|layer) (\d+)", result.stdout + result.stderr)[1]


def files(folder):
    """Write a report in each form that is read; return the names."""
    made = {
        "palmyra.txt": TEXTS["Palmyra"].encode(),
        "again.md": f"AMMAN (Agency) - {TEXTS['Palmyra']}".encode(),
        "manbij.html": made_files.page(TEXTS["Manbij"]),
        "idlib.docx": made_files.word_file(TEXTS["Idlib"]),
        "raqqa.pdf": made_files.pdf([TEXTS["Raqqa"].splitlines()]),
        "homs.jsonl": json.dumps(
            {"id": "homs", "text": TEXTS["Homs"], "published": "2017-03-07"}
        ).encode(),
        "hama.csv": (
            f'id,title,text,published\nhama,=1+1,"{TEXTS["Hama"]}",2017-03-08\n'
        ).encode(),
        "daraa.parquet": made_files.parquet(
            text=[TEXTS["Daraa"]], published=["2017-03-09"], publisher=["SANA"]
        ),
    }
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return list(made)


def claims():
    with open_store(os.environ["TIDELINE_STORE"], create=False) as store:
        return {one.claim.place: one for one in store.claims()}


@pytest.fixture(scope="module")
def server():
    with hostile_server.running() as running:
        yield running


@pytest.fixture
def tideline(machine, monkeypatch):
    """Return how a command is called on the one store."""
    monkeypatch.setattr("geo.pacing.GAP_S", 0.0)
    monkeypatch.setenv("TIDELINE_STORE", "s.sqlite")
    monkeypatch.delenv("TIDELINE_ALLOW_PRIVATE", raising=False)
    return lambda *arguments, code=0: check(run(*arguments), code)


def took_in(tideline, machine, server):
    """Take in files of all forms, a feed, and an entry that asks for its day."""
    how = ("--published", "2017-03-10", "--publisher", "Daily")
    tideline("ingest", *files(machine), *how)
    server.page("/aleppo", page("Aleppo"))
    server.page("/latakia", page("Latakia", day=None))
    entries = (item(link="/aleppo"), item(link="/latakia"))
    server.page("/feed", rss(*entries).encode(), kind="application/rss+xml")
    tideline("ingest", f"{server.url}/feed", "--allow-private", code=1)
    tideline("drafts", "accept", "1", "--published", "2026-01-04")


def reviewed(tideline):
    """Do every kind of act, take it back and do it again; leave some of each."""
    found = {place: one.claim.claim_id for place, one in claims().items()}
    review = lambda *arguments: act(tideline("review", *arguments))  # noqa: E731
    made = [
        review("confirm", found["Palmyra"]),
        review("reject", found["Manbij"], "--why", "<b>a film</b>"),
        review("correct", found["Idlib"], "--place", "Jisr al-Shughur"),
        review("correct", found["Hama"], "--at", "35.1,36.7", "--lost-by", ""),
        review("split", found["Raqqa"], found["Homs"]),
        review("merge", found["Raqqa"], found["Homs"]),
        review("duplicate", found["Homs"], found["Raqqa"]),
        act(tideline("publishers", "set", "SANA", "--kind", "state_media")),
        act(tideline("layers", "add", "layer.geojson")),
    ]
    article = claims()["Daraa"].claim.article_id
    words = ("add", article, "a quiet night", "--event-type", "holds")
    made.append(review(*words, "--place", "Daraa"))
    return made


def told():
    """Return all that a store tells of its claims and events, as lines."""
    with open_store(os.environ["TIDELINE_STORE"], create=False) as store:
        events = store.events(load_conflicts().values())
        return [*map(repr, store.claims()), *map(repr, events.itertuples())]


def sound(tideline, *more):
    """Hold that `check` finds nothing wrong with a store."""
    said = tideline("check", *more).stdout
    assert {line.rpartition(": ")[2] for line in said.splitlines()} == {"sound"}


def exported(tideline, folder, *more):
    """Return the events in each form of export; `more` are options."""
    found = {}
    for form in FORMS:
        tideline("export", folder / f"out.{form}", *more)
        found[form] = (folder / f"out.{form}").read_bytes()
    return found


def features(name):
    """Return what the API over the store has of a collection."""
    routes = api_routes(
        lambda: os.environ["TIDELINE_STORE"],
        {"TIDELINE_API_RATE": "0"},
        lambda: datetime.now(UTC),
    )
    client = Client(Starlette(routes=routes))
    answer = client.get(f"/api/collections/{name}/items?limit=1000")
    assert answer.status_code == 200, answer.text
    return answer.json()["features"]


def agree(stored, events):
    """Hold that the API tells what the store does."""
    states = {one["id"]: one["properties"]["state"] for one in features("claims")}
    assert states == {one.claim.claim_id: one.state for one in stored}
    statuses = {one["id"]: one["properties"]["status"] for one in features("events")}
    assert statuses == dict(zip(events["event_id"], events["status"], strict=True))
    counts = [one["properties"]["n_claims"] for one in features("articles")]
    assert sum(counts) == len(stored)
    assert features("control")


def test_one_store_of_everything_is_told_alike_by_all(
    tideline, machine, server, where, monkeypatch
):
    monkeypatch.setenv("TIDELINE_STORE", str(where))
    (machine / "layer.geojson").write_text(LAYER)
    secret = tideline("webhooks", "add", f"{server.url}/hook").stdout.strip()
    took_in(tideline, machine, server)
    before, made, after = told(), reviewed(tideline), told()
    for number in reversed(made):
        tideline("review", "undo", number)
    assert told() == before
    for number in made:
        tideline("review", "redo", number)
    assert told() == after
    for number in made[::2]:
        tideline("review", "undo", number)
    sound(tideline)
    for words in READING:
        tideline(*words.split())
    with open_store(os.environ["TIDELINE_STORE"]) as store:
        stored, events = store.claims(), store.events(load_conflicts().values())
        assert sum(one.n_claims for one in store.articles()) == len(stored)
    agree(stored, events)
    files = exported(tideline, machine)
    (rejected,) = (one for one in stored if one.state == "rejected")
    assert rejected.claim.sentence.encode() not in files["geojson"]
    tideline("publish", "site")
    assert "&lt;b&gt;a film" in (machine / "site" / "corrections.html").read_text()
    if isinstance(where, Path):
        archived(tideline, machine, files)
    written = [one for one in machine.rglob("*") if one.is_file()]
    telling = {one.name for one in written if secret.encode() in one.read_bytes()}
    assert telling <= {"b.sqlite"}


def archived(tideline, machine, files):
    """Hold that an archive gives the same again, to its owner alone."""
    tideline("archive", "a.zip")
    tideline("restore", "a.zip", "--store", "b.sqlite")
    sound(tideline, "--store", "b.sqlite")
    assert exported(tideline, machine, "--store", "b.sqlite") == files
    assert {one.stat().st_mode & 0o77 for one in machine.glob("[ab].[sz]*")} == {0}


@pytest.mark.parametrize("version", ["0001", "0002"])
def test_every_command_opens_a_store_of_an_earlier_program(tideline, machine, version):
    shutil.copyfile(STORES / f"{version}.sqlite", machine / "s.sqlite")
    for words in READING:
        tideline(*words.split())
    before = told()
    tideline("export", "out.geojson")
    assert features("events")
    first = next(iter(claims().values())).claim.claim_id
    number = act(tideline("review", "confirm", first))
    tideline("review", "undo", number)
    assert told() == before
    tideline("archive", "a.zip")
    tideline("restore", "a.zip", "--replace")
    assert told() == before
    sound(tideline)


UNKEEPABLE = (
    ("copy-of", "report-1", "report-2", "--why", "\udcff"),
    ("publishers", "set", "X", "--why", "\udcff"),
    ("publishers", "undo", "9" * 20),
    ("webhooks", "add", "http://example.org/", "--filter", "text=\udcff"),
    ("review", "show", "\udcff"),
    ("review", "undo", "9" * 20),
    ("original", "\udcff", "out"),
    ("ingest", "http://example.org/\udcff"),
)


def test_what_no_store_can_hold_is_told(tideline):
    fill("s.sqlite")
    for words in UNKEEPABLE:
        said = tideline(*words, code=1).stderr
        assert "no store can hold such a" in said, words
