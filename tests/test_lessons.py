"""Reviews become lessons: labels in the form of the shared set, and a score."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from conftest import make_article, make_claim, make_location, make_placing

from extract.jsonl import claim_record
from extract.records import EventType, Evidence, Modality, Span
from geo.lessons import labelled, lessons, score
from geo.review_printing import write_labels
from geo.reviewing import add_claim, confirm, correct, duplicate, reject
from geo.selection import claim_of
from geo.store import open_store

NOW = datetime(2026, 11, 27, tzinfo=UTC)
SCORER = Path(__file__).parents[2] / "shared" / "dev" / "score.py"
TEXT = (
    "The army took Palmyra. The army took Homs. The army denied that it lost Raqqa. "
    "Rebels hold Idlib. The army took Palmyra."
)
SENTENCES = [one + "." for one in TEXT.rstrip(".").split(". ")]
PLACES = ("Palmyra", "Homs", "Raqqa", "Idlib", "Palmyra")


def said(n, **changes):
    """Return the claim of the n-th sentence, as an extractor finds it."""
    start = 0
    for sentence in SENTENCES[:n]:
        start += len(sentence) + 1
    at = TEXT.index(PLACES[n], start)
    made = {
        "claim_id": f"c{n}", "place": PLACES[n], "sentence": SENTENCES[n],
        "char_start": start, "char_end": start + len(SENTENCES[n]),
        "extractor": "rules-en 1", "lost_by": None, "lost_by_text": None,
        "evidence": Evidence(
            trigger=Span(start=start, end=start + 3),
            place=Span(start=at, end=at + len(PLACES[n])),
        ),
    }  # fmt: skip
    return make_claim(**{**made, **changes})


def article(**changes):
    return make_article(**{"text": TEXT, **changes})


@pytest.fixture
def store(where):
    with open_store(where, who="ana") as opened:
        claims = [said(0), said(1), said(2, modality=Modality.DENIED)]
        where = make_placing({c.claim_id: make_location() for c in claims})
        opened.add(article(), claims, where, now=NOW)
        yield opened


@pytest.fixture
def reviewed(store):
    """The same, with each claim reviewed: right, corrected, right, and two added."""
    confirm(store, store.claim("c0"), now=NOW)
    correct(store, store.claim("c1"), {"gained_by": "Rebels"}, now=NOW)
    confirm(store, store.claim("c2"), now=NOW)
    for n, fields in ((3, {"event_type": "holds"}), (4, {"event_type": "captured"})):
        claim = said(n)
        span = Span(start=claim.char_start, end=claim.char_end)
        fields |= {
            "place": claim.place, "gained_by": "Syrian government",
            "date_start": date(2017, 3, 2),
        }  # fmt: skip
        added = claim_of(store.article("a1"), span, fields)
        add_claim(store, added, make_location(), now=NOW)
    return store


def scored(store, *claims):
    found = score(lessons(store), lambda _: claims)
    return dict(found.tally), found


def test_what_nobody_reviewed_is_no_lesson(store):
    assert lessons(store) == []


def test_a_review_is_complete_when_nothing_waits(store):
    confirm(store, store.claim("c0"), now=NOW)
    assert [one.is_complete for one in lessons(store)] == [False]
    reject(store, store.claim("c1"), now=NOW, why="no")
    duplicate(store, store.claim("c2"), store.claim("c0"), now=NOW)
    (lesson,) = lessons(store)
    assert lesson.is_complete
    assert [one.claim_id for one in lesson.right] == ["c0", "c2"]
    assert [one.claim_id for one in lesson.wrong] == ["c1"]


def test_what_repeats_a_rejected_claim_is_wrong_too(store):
    reject(store, store.claim("c0"), now=NOW, why="no")
    duplicate(store, store.claim("c1"), store.claim("c0"), now=NOW)
    (lesson,) = lessons(store)
    assert [one.claim_id for one in lesson.wrong] == ["c0", "c1"]


def test_labels_have_the_form_of_the_shared_set(reviewed):
    (lesson,) = lessons(reviewed)
    label = labelled(lesson)
    assert {"id", "ref", "published", "publisher", "title", "events", "traps"} <= set(
        label
    )
    assert set(label["ref"]) == {"file", "key"}
    assert label["text"].startswith(label["ref"]["key"])
    events = label["events"]
    assert [one["place"] for one in events] == list(PLACES)
    assert [one["status"] for one in events] == [
        "reported", "reported", "denied", "reported", "reported",
    ]  # fmt: skip
    assert events[1]["gained_by"] == "Rebels"
    assert [one.get("repeat") for one in events] == [None] * 4 + [True]
    for n, one in enumerate(events):
        assert TEXT[one["start"] : one["end"]] == SENTENCES[n]
    assert label["traps"] == []


def test_rejected_claims_are_traps(store):
    confirm(store, store.claim("c0"), now=NOW)
    reject(store, store.claim("c1"), now=NOW, why="a film")
    (lesson,) = lessons(store)
    assert labelled(lesson)["traps"] == ["Homs"]


def test_a_perfect_reading_scores_one_and_a_poor_one_less(reviewed):
    perfect = [one.claim for one in reviewed.claims()]
    tally, found = scored(reviewed, *perfect)
    assert tally == {
        ("change", "found"): 3, ("change", "recalled"): 2,
        ("holds", "found"): 1, ("holds", "recalled"): 1,
    }  # fmt: skip
    assert (found.precision("change"), found.recall("holds")) == (1.0, 1.0)
    assert found.precision("contest") is None
    assert {name for name, right in found.fields if not right} == set()
    tally, found = scored(
        reviewed, said(0), said(1), said(2), said(3, event_type=EventType.ATTACKED)
    )
    assert tally == {
        ("change", "found"): 2, ("change", "recalled"): 2, ("change", "false"): 1,
        ("contest", "false"): 1, ("holds", "missed"): 1,
    }  # fmt: skip
    assert found.precision("change") == pytest.approx(2 / 3)
    assert (found.fields["gained_by", True], found.fields["gained_by", False]) == (1, 1)


def test_an_announcement_beside_its_denial_is_no_false_alarm(reviewed):
    both = said(2, claim_id="x"), said(2, modality=Modality.DENIED)
    tally, _ = scored(reviewed, *both)
    assert ("change", "false") not in tally


def test_where_a_review_is_not_complete_only_reviewed_claims_count(store):
    confirm(store, store.claim("c0"), now=NOW)
    reject(store, store.claim("c1"), now=NOW, why="no")
    tally, found = scored(store, said(0), said(1), said(3, event_type=EventType.HOLDS))
    assert tally == {("change", "found"): 1, ("change", "false"): 1}
    assert (found.n_articles, found.n_complete) == (1, 0)
    assert scored(store)[0] == {}


def test_only_complete_reviews_are_exported(reviewed, tmp_path):
    other = article(article_id="a2", title="other")
    claims = [replace(said(n), claim_id=f"d{n}", article_id="a2") for n in (0, 1)]
    where = {c.claim_id: make_location() for c in claims}
    reviewed.add(other, claims, make_placing(where, article_id="a2"), now=NOW)
    confirm(reviewed, reviewed.claim("d0"), now=NOW)
    out = tmp_path / "labels.jsonl"
    assert write_labels(lessons(reviewed), out) == 1
    (line,) = out.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["id"] == "a1"


@pytest.mark.skipif(not SCORER.exists(), reason="the shared scorer is not here")
def test_the_shared_scorer_reads_the_export_and_agrees(reviewed, tmp_path):
    labels, claims = tmp_path / "labels.jsonl", tmp_path / "claims.jsonl"
    write_labels(lessons(reviewed), labels)
    read = [said(0), said(1), said(3, event_type=EventType.ATTACKED)]
    lines = (json.dumps(claim_record(one)) for one in read)
    claims.write_text("\n".join(lines), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, SCORER, "score", labels, claims],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    tally, _ = scored(reviewed, *read)
    assert (tally["change", "recalled"], tally["contest", "false"]) == (2, 1)
    assert "change: precision 1.000 recall 1.000" in done.stdout
    assert "(found 0, false 1, missed 0)" in done.stdout
    assert "(found 0, false 0, missed 1)" in done.stdout
    given = subprocess.run(
        [sys.executable, SCORER, "articles", labels],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(given.stdout)["text"] == TEXT
