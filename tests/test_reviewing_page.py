"""The review desk by Streamlit's own driver: the queue, the acts, who may do them."""

import re
from dataclasses import replace
from datetime import date

import pytest
import server
from conftest import make_nowhere, make_placing
from screen import HOSTILE, hostile
from streamlit.testing.v1 import AppTest

from extract.records import ClaimantType, EventType, Modality
from geo.ingest import Steps
from geo.pages import acts, queue
from geo.people import Deed
from geo.proposing import propose
from geo.ranking import Ranking, key_of
from geo.review import Action, State
from geo.reviewing import reject
from geo.store import open_store
from geo.waiting import WORDS, waiting

PAGE = str(server.ROOT / "streamlit_app.py")
WAIT_S = 60
FIRST = "claim-lost"
"""The worst of the reports: its place was not found."""
LAST_OF_PALMYRA, PALMYRA = "claim-report-8", "claim-report-5"


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    path = tmp_path_factory.mktemp("desk") / "store.sqlite"
    server.fill(path)
    return path


@pytest.fixture
def where(filled, tmp_path, monkeypatch, cache):
    path = tmp_path / "store.sqlite"
    path.write_bytes(filled.read_bytes())
    monkeypatch.setenv("TIDELINE_STORE", str(path))
    monkeypatch.setenv("TIDELINE_CACHE", str(cache))
    return path


def run():
    page = AppTest.from_file(PAGE, default_timeout=WAIT_S).run()
    assert not page.exception
    return page


def press(page, key):
    page.button(key=key).click().run()
    assert not page.exception
    return page


def at_desk(claim_id=FIRST, form=None):
    """Open the page with a claim on the desk, and a form beside it."""
    page = run()
    page.session_state["act"] = {"kind": "go", "key": claim_id}
    page.run()
    assert not page.exception
    return press(page, f"form_{form}") if form else page


def told(page):
    return " ".join(str(html.proto.body) for html in page.get("html"))


def keys(page):
    return {button.key for button in page.button}


def claim(where, claim_id):
    with open_store(where) as store:
        return store.claim(claim_id)


def label(page):
    return page.button(key="review_open").label


def test_the_header_counts_what_waits_and_the_worst_comes_first(where):
    with open_store(where) as store:
        found = waiting(store).items
    page = run()
    assert label(page) == f"Review ({len(found)})"
    press(page, "review_open")
    assert page.session_state["at_desk"] == found[0].placed.claim.claim_id == FIRST
    assert all(WORDS[reason] in told(page) for reason in found[0].reasons)
    assert f"1 of {len(found)} to review" in told(page)
    press(page, "desk_chevron_right")
    assert page.session_state["at_desk"] == found[1].placed.claim.claim_id
    assert page.session_state["report"] == found[1].placed.claim.claim_id
    press(page, "desk_chevron_left")
    assert page.session_state["at_desk"] == FIRST


def test_what_was_done_brings_the_next_and_can_be_undone_and_redone(where):
    page = at_desk()
    before = label(page)
    press(page, "confirm")
    second = page.session_state["at_desk"]
    assert claim(where, FIRST).state is State.CONFIRMED
    assert second != FIRST
    press(page, "form_reject")
    press(page, "why_2")
    assert claim(where, second).state is State.REJECTED
    assert "it tells of no change of control" in log(where)[-1]
    press(page, "desk_undo")
    assert page.session_state["at_desk"] == second
    assert claim(where, second).state is State.CANDIDATE
    press(page, "desk_undo")
    assert page.session_state["at_desk"] == FIRST
    assert label(page) == before
    assert "desk_undo" not in keys(page)
    press(page, "desk_redo")
    press(page, "desk_redo")
    assert claim(where, FIRST).state is State.CONFIRMED
    assert claim(where, second).state is State.REJECTED


def log(where):
    with open_store(where) as store, store.reading() as connection:
        sql = "SELECT why FROM revision ORDER BY seq"
        return [row[0] for row in connection.exec_driver_sql(sql)]


def test_a_reason_of_ones_own_rejects(where):
    page = at_desk(form="reject")
    page.text_input(key="why_own").input("  ").run()
    assert claim(where, FIRST).state is State.CANDIDATE
    page.text_input(key="why_own").input("a film, no war").run()
    assert claim(where, FIRST).state is State.REJECTED
    assert log(where)[-1] == "a film, no war"


def test_every_field_can_be_corrected(where):
    page = at_desk(LAST_OF_PALMYRA, "correct")
    form = f"fix_{LAST_OF_PALMYRA}"
    page.selectbox(key=f"{form}_event_type").set_value("holds")
    page.selectbox(key=f"{form}_modality").set_value("planned")
    page.selectbox(key=f"{form}_gained_by").set_value("Turkey")
    page.selectbox(key=f"{form}_lost_by").set_value("")
    page.multiselect(key=f"{form}_associated").set_value(["Russia"])
    page.date_input(key=f"{form}_date_start").set_value(date(2017, 3, 1))
    page.text_input(key=f"{form}_claimed_by").set_value("a spokesman")
    page.selectbox(key=f"{form}_claimant_type").set_value("ally")
    page.text_input(key=f"{form}_why").set_value("read again")
    press(page, "fix_store")
    placed = claim(where, LAST_OF_PALMYRA)
    now = placed.claim
    assert placed.state is State.CORRECTED
    assert (now.event_type, now.modality) == (EventType.HOLDS, Modality.PLANNED)
    assert (now.gained_by, now.lost_by) == ("Turkey", None)
    assert now.associated == ("Russia",)
    assert (now.date_start, now.date_end) == (date(2017, 3, 1), date(2017, 3, 2))
    assert (now.claimed_by, now.claimant_type) == ("a spokesman", ClaimantType.ALLY)
    assert log(where)[-1] == "read again"


def test_a_correction_that_changes_nothing_or_is_none_is_told(where):
    page = at_desk(LAST_OF_PALMYRA, "correct")
    press(page, "fix_store")
    assert "says that already" in told(page)
    page.text_input(key=f"fix_{LAST_OF_PALMYRA}_place").set_value("")
    press(page, "fix_store")
    assert "a claim needs a place" in told(page)
    assert claim(where, LAST_OF_PALMYRA).state is State.CANDIDATE


def test_a_place_is_found_by_search_or_by_its_new_name(where):
    form = f"fix_{FIRST}"
    page = at_desk(FIRST, "correct")
    page.text_input(key=f"{form}_find").input("Nowhere at all").run()
    assert "No list of places has that name" in told(page)
    page.text_input(key=f"{form}_find").input("الرقة").run()
    raqqa = page.radio(key=f"{form}_where").options
    assert any("Raqqa" in one for one in raqqa)
    press(page, "fix_store")
    location = claim(where, FIRST).location
    assert location.match == "user"
    assert (round(location.lon), round(location.lat)) == (39, 36)
    page = at_desk(LAST_OF_PALMYRA, "correct")
    page.text_input(key=f"fix_{LAST_OF_PALMYRA}_place").set_value("Manbij")
    press(page, "fix_store")
    placed = claim(where, LAST_OF_PALMYRA)
    assert placed.claim.place == "Manbij"
    assert (round(placed.location.lon), placed.location.match) == (38, "exact")


def with_other(where, kind, other):
    page = at_desk(LAST_OF_PALMYRA, "more")
    page.selectbox(key="more_kind").set_value(kind).run()
    options = page.radio(key=f"other_{LAST_OF_PALMYRA}").options
    number = next(n for n, one in enumerate(options) if other in plainly(one))
    page.radio(key=f"other_{LAST_OF_PALMYRA}").set_value(number)
    return press(page, "more_store")


def plainly(words):
    return re.sub(r"\\", "", words)


def test_claims_are_joined_parted_and_marked_as_repetitions(where):
    day = "2016-12-11"
    with_other(where, "merge", day)
    assert claim(where, PALMYRA).bound_to == LAST_OF_PALMYRA
    with_other(where, "split", day)
    assert PALMYRA in claim(where, LAST_OF_PALMYRA).apart_from
    page = with_other(where, "duplicate", day)
    assert claim(where, LAST_OF_PALMYRA).duplicate_of == PALMYRA
    assert page.session_state["at_desk"] != LAST_OF_PALMYRA


def test_a_claim_is_added_by_words_of_the_article(where):
    page = at_desk(FIRST, "more")
    page.selectbox(key="more_kind").set_value("add").run()
    form = "new_report-lost"
    page.text_area(key=f"{form}_words").set_value("No map has it")
    page.text_input(key=f"{form}_place").set_value("Aleppo")
    press(page, "add_store")
    assert "these words stand nowhere in the article" in told(page)
    page.text_area(key=f"{form}_words").set_value("No map shows it.")
    press(page, "add_store")
    with open_store(where) as store:
        added = [c for c in store.claims("report-lost") if c.claim.place == "Aleppo"]
    assert [one.claim.sentence for one in added] == ["No map shows it."]
    assert added[0].location.match != "none"
    # What lay on the desk still waits, and the act can be undone like any other.
    assert page.session_state["at_desk"] == FIRST
    press(page, "desk_undo")
    assert len_of(where, "report-lost") == 1


def len_of(where, article_id):
    with open_store(where) as store:
        return len(store.claims(article_id))


def test_whoever_was_faster_is_told_and_not_overruled(where):
    page = at_desk()
    with open_store(where, who="ben") as store:
        reject(store, store.claim(FIRST), now=server.NOW, why="made up")
    press(page, "confirm")
    assert "ben changed claim claim-lost meanwhile (state)" in told(page)
    assert claim(where, FIRST).state is State.REJECTED
    assert "It does not wait any more: rejected." in told(page)
    assert "made up" in told(page)
    assert "confirm" not in keys(page)
    press(page, "reopen")
    assert claim(where, FIRST).state is State.CANDIDATE


def proposing(where):
    """Read two articles again: one claim says more, one is gone, one is new."""
    with open_store(where) as store:
        fine = store.claim(LAST_OF_PALMYRA).claim
        new = replace(fine, claim_id="", lost_by="Turkey", extractor="tests 2")
        more = replace(new, claim_id="", place="the army", lost_by=None, evidence=replace(
            fine.evidence, place=fine.evidence.gained_by,
            trigger=fine.evidence.gained_by))  # fmt: skip
        steps = Steps(
            find=lambda one: [new, more] if one.article_id == fine.article_id else [],
            geocoder=lambda claims, *_: {c.claim_id: make_nowhere() for c in claims},
            countries=lambda _: ("SY",),
        )
        propose(store, steps, extractor="tests 2", now=server.NOW)


def test_what_a_newer_reading_says_lies_beside_what_stands(where):
    proposing(where)
    page = at_desk(LAST_OF_PALMYRA)
    assert "A newer reading says it otherwise" in told(page)
    assert re.search("side that lost.*Islamic State.*Turkey", told(page))
    press(page, "accept_0")
    assert claim(where, LAST_OF_PALMYRA).claim.lost_by == "Turkey"
    press(page, "desk_undo")
    assert claim(where, LAST_OF_PALMYRA).claim.lost_by == "Islamic State"
    page = at_desk(PALMYRA)
    assert "does not find this claim any more" in told(page)
    press(page, "dismiss_0")
    assert claim(where, PALMYRA).state is State.CANDIDATE


def test_a_claim_that_is_only_proposed_can_be_taken(where):
    proposing(where)
    with open_store(where) as store:
        key = next(key_of(o) for o in waiting(store).items if o.is_proposed)
    page = at_desk(key)
    assert "A newer reading finds this claim" in told(page)
    assert not {"confirm", "form_reject", "form_correct"} & keys(page)
    press(page, "accept_0")
    assert page.session_state["at_desk"] not in {key, ""}
    assert len_of(where, "report-8") == 2


def test_the_pane_tells_what_people_did_and_takes_it_back(where):
    page = press(at_desk(LAST_OF_PALMYRA), "confirm")
    page.session_state["wish"] = {"read": LAST_OF_PALMYRA}
    page.run()
    assert page.session_state["at_desk"] is None
    assert "A reading was checked and stands" in told(page)
    assert '<a href="/corrections?lang=en"' in told(page)
    with open_store(where) as store, store.reading() as connection:
        sql = "SELECT max(seq) FROM edit"
        number = connection.exec_driver_sql(sql).scalar()
    press(page, f"past_undo_{number}")
    assert claim(where, LAST_OF_PALMYRA).state is State.CANDIDATE
    assert "undone since" in told(page)
    press(page, f"past_redo_{number}")
    assert claim(where, LAST_OF_PALMYRA).state is State.CONFIRMED


def test_the_table_says_what_was_reviewed(where):
    page = press(at_desk(LAST_OF_PALMYRA), "confirm")
    table = page.dataframe[0].value
    assert table["Review"].tolist().count("reviewed") == 1


def test_who_only_reads_sees_no_desk(where, monkeypatch):
    monkeypatch.setenv("TIDELINE_ADDRESSES", "https://map.example.org")
    page = at_desk()
    assert not {"review_open", "confirm", "review_this"} & keys(page)


def test_the_queue_is_made_once_for_each_version(where):
    page = at_desk()
    made = queue._waiting.cache_info().misses
    press(page, "desk_chevron_right")
    press(page, "form_correct")
    assert queue._waiting.cache_info().misses == made
    press(press(page, "desk_chevron_left"), "confirm")
    assert queue._waiting.cache_info().misses == made + 1


def test_when_nothing_is_left_the_desk_says_so(tmp_path, monkeypatch, where):
    path = tmp_path / "one.sqlite"
    article, only = server.lost_village()
    with open_store(path) as store:
        store.add(
            article,
            [only],
            make_placing({only.claim_id: make_nowhere()}, article_id="report-lost"),
            now=server.NOW,
        )
    monkeypatch.setenv("TIDELINE_STORE", str(path))
    page = press(at_desk(), "confirm")
    assert label(page) == "Review (0)"
    assert "Nothing waits for review." in told(page)
    press(page, "desk_undo")
    assert page.session_state["at_desk"] == FIRST


def test_hostile_words_stay_words(where):
    article, claimed = hostile()
    with open_store(where) as store:
        place = make_placing(
            {claimed.claim_id: make_nowhere(name=HOSTILE)}, article_id="a1"
        )
        store.add(article, [claimed], place, now=server.NOW)
    page = at_desk(claimed.claim_id)
    press(page, "form_correct")
    press(page, "form_more")
    page.selectbox(key="more_kind").set_value("add").run()
    assert not page.exception
    assert "<img" not in told(page)
    page = press(page, "form_reject")
    page.text_input(key="why_own").input(HOSTILE).run()
    page = at_desk(claimed.claim_id)
    assert "rejected" in told(page)
    assert "<img" not in told(page)


def test_every_act_of_review_has_a_deed():
    assert {str(action.value) for action in Action} == set(acts.DEEDS)
    assert {*acts.DEEDS, "undo", "redo"} == set(acts.TOLD) == set(acts._DOING)
    assert set(acts.DEEDS.values()) <= set(Deed)


def make_waiting(*names):
    ranking = Ranking(keys=names, doubted={}, about={}, added={})
    return queue.Waiting(len(names), lambda: ranking)


@pytest.mark.parametrize(
    ("before", "now", "key", "then"),
    [
        ("abc", "abc", "b", "b"),
        ("abc", "ac", "b", "c"),
        ("abc", "ab", "c", "a"),
        ("abcd", "ad", "b", "d"),
        ("abc", "cxa", "b", "c"),
        ("a", "", "a", ""),
        ("ab", "ba", "x", "b"),
    ],
)
def test_what_comes_next(before, now, key, then):
    assert make_waiting(*now).after(key, make_waiting(*before)) == then
