"""`tideline review`: the queue, verdicts, undo, proposals and the log, on a real store."""

import json
import os
import re

import pytest
from test_cli import check, machine, run

from geo.review import State
from geo.store import open_store

__all__ = ["machine"]  # a fixture that all tests here use

TEXT = (
    "The Syrian army captured Palmyra from Islamic State on 2 March 2017.\n\n"
    "The Syrian Democratic Forces captured the village of al-Nowhere in the eastern"
    " countryside of Aleppo from Islamic State on 1 March 2017.\n\n"
    "Fog lay over Manbij, which the council said it keeps.\n"
)
WHO = ("--who", "ana")


@pytest.fixture(autouse=True)
def ids(machine, where, monkeypatch):
    """Ingest a report; give the ids of its claims by place."""
    monkeypatch.setenv("TIDELINE_STORE", str(where))
    (machine / "report.txt").write_text(TEXT, encoding="utf-8")
    check(run("ingest", "report.txt", "--published", "2017-03-05"), 0)
    with open_store(os.environ["TIDELINE_STORE"]) as store:
        return {one.claim.place: one.claim.claim_id for one in store.claims()}


def review(*arguments, code=0):
    return check(run("review", *arguments), code)


def test_no_place_is_asked_for_what_was_rejected(ids):
    assert "al-Nowhere" in check(run("places", "list"), 0).stdout
    review("reject", ids["al-Nowhere"], "--why", "a film")
    assert "al-Nowhere" not in check(run("places", "list"), 0).stdout


def claim(claim_id):
    with open_store(os.environ["TIDELINE_STORE"]) as store:
        return store.claim(claim_id)


def act(result):
    return re.search(r"\(act (\d+)\)", result.stdout)[1]


def test_the_queue_shows_the_worst_first_and_why(ids):
    shown = review("queue").stdout
    assert "2 claims to review" in shown
    assert shown.index(ids["al-Nowhere"]) < shown.index(ids["Palmyra"])
    assert "the place is known roughly only (to" in shown
    assert "1 more; --limit shows them" in review("queue", "--limit", "1").stdout
    rough = review("queue", "--reason", "roughly_placed").stdout
    assert ids["al-Nowhere"] in rough
    assert ids["Palmyra"] not in rough
    assert ids["Palmyra"] in review("queue", "--place", "palm").stdout
    assert "0 claims" in review("queue", "--state", "rejected").stdout
    assert "0 claims" in review("queue", "--article", "x").stdout
    result = review("queue", "--reason", "ugly", code=2)
    assert "one of proposal" in " ".join(result.stderr.split())


def test_verdicts_are_signed_logged_undone_and_done_again(ids):
    confirmed = review("confirm", *ids.values(), *WHO, "--why", "read it")
    assert confirmed.stdout.count("1 claim confirmed") == 2
    assert "0 claims to review" in review("queue").stdout
    number = act(confirmed)
    shown = review("show", ids["Palmyra"]).stdout
    assert "confirmed" in shown
    assert "read it" in shown
    assert "ana" in shown
    assert f"act {number} is undone by act" in review("undo", number).stderr
    assert claim(ids["Palmyra"]).state is State.CANDIDATE
    assert "undone already" in review("undo", number, code=1).stderr
    assert "stands again" in review("redo", number).stderr
    assert claim(ids["Palmyra"]).state is State.CONFIRMED
    assert "added an article, which stays" in review("undo", "1", code=1).stderr
    log = review("log", "--claim", ids["Palmyra"]).stdout
    assert "state: candidate -> confirmed" in log
    assert ids["al-Nowhere"] not in log
    review("reopen", ids["Palmyra"], *WHO)
    assert claim(ids["Palmyra"]).state is State.CANDIDATE


def test_acts_are_signed_by_whoever_is_at_the_machine(ids, monkeypatch):
    monkeypatch.setenv("LOGNAME", "maria")
    review("confirm", ids["Palmyra"])
    assert "maria" in review("log").stdout
    assert "no reviews" in review("log", "--claim", "x").stdout


def test_a_rejection_needs_a_reason(ids):
    assert "needs a reason" in review("reject", ids["Palmyra"], code=1).stderr
    review("reject", ids["Palmyra"], "--why", "a film, no war", *WHO)
    assert claim(ids["Palmyra"]).state is State.REJECTED
    assert ids["Palmyra"] in review("queue", "--state", "rejected").stdout


def test_fields_are_corrected(ids):
    changes = (
        "--gained-by", "Russia", "--lost-by", "", "--date-start", "2017-03-01",
        "--event-type", "holds", "--modality", "denied", "--claimed-by", "SANA",
        "--claimant-type", "state_media",
    )  # fmt: skip
    review("correct", ids["Palmyra"], *changes, *WHO, "--why", "the text says so")
    found = claim(ids["Palmyra"])
    assert found.state is State.CORRECTED
    assert (found.claim.gained_by, found.claim.lost_by) == ("Russia", None)
    assert str(found.claim.date_start) == "2017-03-01"
    assert str(found.claim.date_end) == "2017-03-02"
    assert "denied" in review("show", ids["Palmyra"]).stdout
    review("correct", ids["Palmyra"], "--undated", *WHO)
    assert claim(ids["Palmyra"]).claim.date_start is None
    assert "unknown event_type" in review(
        "correct", ids["Palmyra"], "--event-type", "freed", code=1
    ).stderr  # fmt: skip
    assert "says that already" in review("correct", ids["Palmyra"], code=1).stderr
    assert "no claim 'cx'" in review("correct", "cx", code=1).stderr


def test_a_place_is_corrected_by_name_and_by_point(ids):
    nowhere = review("correct", ids["al-Nowhere"], "--place", "Xyzzyville", *WHO)
    assert "Xyzzyville: known to" in nowhere.stdout
    assert "in no gazetteer" in nowhere.stdout
    known = review("correct", ids["al-Nowhere"], "--place", "Manbij", *WHO)
    assert "Manbij: known to 3 km (exact)" in known.stdout
    log = review("log", "--limit", "1").stdout
    assert "location: " in log
    assert "37.95° E, within 3 km" in " ".join(log.split())
    found = claim(ids["al-Nowhere"])
    assert found.claim.place == "Manbij"
    assert found.location.where_prec == 1
    assert found.location.lat == pytest.approx(36.53, abs=0.05)
    review("correct", ids["al-Nowhere"], "--at", "36.2,37.6", "--radius-km", "5", *WHO)
    found = claim(ids["al-Nowhere"])
    assert (found.location.lon, found.location.lat) == (37.6, 36.2)
    assert (found.location.match, found.location.radius_m) == ("user", 5_000)
    # Trying places again leaves it where the reviewer put it.
    assert "0 claims moved" in check(run("places", "retry", "--all"), 0).stdout
    assert claim(ids["al-Nowhere"]).location.lon == 37.6
    assert "LAT,LON" in review("correct", ids["Palmyra"], "--at", "x", code=2).stderr


def test_claims_are_parted_joined_and_marked_as_repetitions(ids):
    one, other = ids.values()
    assert "2 claims parted" in review("split", one, other, *WHO).stdout
    assert claim(one).apart_from == {other}
    review("merge", one, other, *WHO)
    assert claim(other).bound_to == one
    assert claim(one).apart_from == frozenset()
    review("duplicate", other, one, *WHO)
    assert claim(other).duplicate_of == one
    assert "1 duplicate" in review("queue").stdout
    review("duplicate", other, *WHO)
    assert claim(other).duplicate_of is None
    assert "two claims or more" in review("merge", one, code=1).stderr


def test_a_claim_is_added_from_words_of_the_article(ids):
    article = claim(ids["Palmyra"]).claim.article_id
    words = "Fog lay over Manbij, which the council said it keeps."
    options = ("--event-type", "holds", "--place", "Manbij", "--gained-by", "Council")
    result = review("add", article, words, *options, *WHO)
    added = claim(re.search(r"added as (\w+)", result.stdout)[1])
    assert added.claim.sentence == words
    assert added.state is State.CONFIRMED
    assert added.location.where_prec == 1
    assert "stand nowhere" in review("add", article, "Sun", *options, code=1).stderr
    assert "stand 2 times" in review(
        "add", article, "Islamic State", *options, code=1
    ).stderr  # fmt: skip
    assert "what happened" in review(
        "add", article, words, "--place", "Manbij", code=1
    ).stderr  # fmt: skip
    assert "no article 'x'" in review("add", "x", words, *options, code=1).stderr


def test_reading_again_proposes_nothing_unless_the_reading_is_another(ids, monkeypatch):
    assert "0 differences proposed" in review("propose", *WHO).stdout
    with (
        open_store(os.environ["TIDELINE_STORE"]) as store,
        store.writing() as connection,
    ):
        connection.exec_driver_sql("UPDATE claim SET lost_by = 'X', place = 'Tadmur'")
    shown = review("propose", *WHO).stdout
    assert "2 differences proposed" in shown
    assert "0 differences proposed" in review("propose", *WHO).stdout
    first, second = re.findall(r"^  (\d+\.\d+): changed", shown, re.MULTILINE)
    assert first in review("queue", "--reason", "proposal").stdout
    assert "proposal" in review("show", ids["Palmyra"]).stdout
    assert "accepted" in review("accept", first, *WHO).stdout
    assert "dismissed" in review("dismiss", second, *WHO, "--why", "no").stdout
    assert claim(ids["Palmyra"]).claim.lost_by == "Islamic State"
    assert "decided already" in review("accept", second, code=1).stderr
    assert "no number of a proposal" in review("accept", "12", code=2).stderr
    assert "no proposal 99.0" in review("accept", "99.0", code=1).stderr


def test_a_choice_is_undone_by_the_same_command(ids):
    from datetime import UTC, datetime

    from geo.choices import of_point

    with open_store(os.environ["TIDELINE_STORE"]) as store:
        placed = store.claim(ids["al-Nowhere"])
        choice = of_point(placed.claim, 37.6, 36.2, radius_m=500)
        number = store.place([], now=datetime.now(UTC), choice=choice)
    review("undo", number)
    with open_store(os.environ["TIDELINE_STORE"]) as store:
        assert store.choices() == []
    review("redo", number)
    with open_store(os.environ["TIDELINE_STORE"]) as store:
        assert [one.number for one in store.choices()] == [number]
    assert claim(ids["al-Nowhere"]).location.lon == 37.6


def test_the_extractor_is_scored_by_reviews_and_they_are_exported(ids, machine):
    review("confirm", ids["Palmyra"], *WHO)
    review("reject", ids["al-Nowhere"], "--why", "no", *WHO)
    result = check(run("evaluate", "--from-reviews", "--export", "l.jsonl"), 0)
    assert "1 reviewed article, 1 completely" in result.stdout
    assert "precision 0.500 (1 right, 1 wrong)" in result.stdout
    assert "recall 1.000 (1 found, 0 missed)" in result.stdout
    (line,) = (machine / "l.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["events"][0]["place"] == "Palmyra"
    assert "--from-reviews" in check(run("evaluate"), 2).stderr
    there = ("--from-reviews", "--export", "no/l.jsonl")
    assert "cannot be written" in check(run("evaluate", *there), 1).stderr


def test_there_is_nothing_to_review_in_a_store_that_is_not_there(machine):
    result = check(run("review", "queue", "--store", "none.sqlite"), 1)
    assert "none.sqlite" in result.stderr
    assert not (machine / "none.sqlite").exists()
