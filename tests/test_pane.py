"""What the pane, the filters and the lists say, by Streamlit's own test driver."""

import re
import shutil
from datetime import UTC, date, datetime
from hashlib import sha256

import pytest
import server
import telling
from conftest import make_article, make_placing
from streamlit.testing.v1 import AppTest
from telling import ARMY, PALMYRA, RAQQA, said, tell

from geo.copies import mark
from geo.originals import Retrieved
from geo.pages.accounts import SHOWN
from geo.pages.filters import PILLS
from geo.pages.words import plain
from geo.store import open_store

PAGE = str(server.ROOT / "streamlit_app.py")
WAIT_S = 60
TOOK = "e-army-0"


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    path = tmp_path_factory.mktemp("told") / "store.sqlite"
    with open_store(path) as store:
        telling.fill(store)
    return path


@pytest.fixture
def where(told, tmp_path, monkeypatch):
    path = shutil.copy(told, tmp_path / "store.sqlite")
    monkeypatch.setenv("TIDELINE_STORE", str(path))
    monkeypatch.setenv("TIDELINE_CACHE", str(tmp_path))
    return path


def run(**query):
    page = AppTest.from_file(PAGE, default_timeout=WAIT_S)
    for key, value in query.items():
        page.query_params[key] = value
    return checked(page.run())


def checked(page):
    assert not page.exception
    return page


def press(page, key):
    return checked(page.button(key=key).click().run())


def html(page):
    return " ".join(str(element.value) for element in page.get("html"))


def labels(page, start):
    return [b.label for b in page.button if (b.key or "").startswith(start)]


def marked(page):
    text = html(page).split('id="source-sentence">')[1].split("</mark>")[0]
    return re.sub("<[^>]+>", "", text)


def test_who_reports_an_event_stands_beside_who_says_otherwise(where):
    page = run(event=TOOK)
    assert labels(page, "told_") == [
        "**State Agency**, 4 March 2017",
        "**Northern Desk**, 5 March 2017",
    ]
    assert labels(page, "denied_") == ["**Amaq**, 4 March 2017"]
    assert labels(page, "against_") == ["**Islamic State holds Palmyra**"]
    left, right = page.columns[-2:]
    assert "The army took Palmyra." in html(left)
    assert "Speaks for neither side" in html(left)
    assert "Says otherwise" in html(right)
    assert "Palmyra did not fall, Amaq wrote." in html(right)
    assert "Islamic State still holds Palmyra." in html(right)
    assert 'href="https://example.org/post"' in html(right)


def test_each_side_opens_what_it_rests_on(where):
    page = run(event=TOOK)
    assert "Monitors" in marked(press(page, "told_1"))
    assert "did not fall" in marked(press(page, "denied_0"))
    assert "This report denies the event." in html(page)
    assert "still holds" in marked(press(page, "against_0"))
    assert labels(page, "against_") == [
        "**Syrian government took Palmyra from Islamic State**"
    ]


def test_an_event_that_nobody_contradicts_says_so(where):
    page = run(event="e-early-0")
    assert "Nobody here says otherwise" in html(page)
    assert not labels(page, "against_")


def test_of_many_reports_some_are_listed_and_all_on_demand(where):
    with open_store(where) as store:
        for number in range(SHOWN):
            sentence = said("The army took Palmyra.", "Palmyra", PALMYRA)
            tell(store, f"more{number}", f"Paper {number}", sentence)
    page = run(event=TOOK)
    assert len(labels(page, "told_")) == SHOWN
    assert len(labels(press(page, "all_told"), "told_")) == SHOWN + 2


def test_steps_walk_through_an_article_with_what_is_denied_planned_and_unplaced(where):
    page = run(event=TOOK)
    assert "Claim 1 of 4 in this report" in html(page)
    assert page.button(key="step_chevron_left").disabled
    told = []
    for number in (2, 3, 4):
        press(page, "step_chevron_right")
        assert f"Claim {number} of 4" in html(page)
        told.append(marked(page))
    assert page.button(key="step_chevron_right").disabled
    assert [text.count("Raqqa") for text in told] == [1, 1, 0]
    assert "not found in any gazetteer" in html(page)
    press(page, "step_chevron_left")
    assert "tells of a plan" in html(page)
    press(page, "step_chevron_left")
    assert "denies the event" in html(page)
    press(page, "step_chevron_left")
    assert page.session_state["event"] == TOOK


def test_a_report_of_one_claim_has_no_steps(where):
    assert not labels(run(event="e-post-0"), "step_")


def test_a_quotation_can_be_copied_with_its_source(where):
    (code,) = run(event=TOOK).code
    assert code.value.splitlines()[:3] == [
        "“The army took Palmyra.”",
        "State Agency, “News of army”, 4 March 2017",
        "https://example.org/army",
    ]


def test_the_history_of_a_place_opens_both_ends_of_each_spell(where):
    page = press(run(event=TOOK), "history")
    assert html(page).count('class="tl-bar ') == 2
    assert labels(page, "first_") == ["From 20 May 2015", "Reported on 2 March 2017"]
    assert labels(page, "last_") == ["Last reported on 2 March 2017"]
    assert "by 3 events" in html(page)
    assert "took Palmyra" in marked(press(page, "first_0"))
    assert page.session_state["event"] == "e-early-0"
    press(page, "history")
    assert "still holds Palmyra" in marked(press(page, "last_0"))


def test_a_history_can_be_closed(where):
    page = press(press(run(event=TOOK), "history"), "close")
    assert "Read the source" in html(page)


def find(page, query):
    return checked(page.text_input(key="query").set_value(query).run())


def test_a_place_is_found_and_leads_to_its_history(where):
    page = find(run(), "PÁLM")
    assert labels(page, "found_") == ["**Palmyra** :gray[3 events]"]
    press(page, "found_place_0")
    assert html(page).count('class="tl-bar ') == 2
    assert page.text_input(key="query").value == ""
    assert page.session_state["fit"]


def test_a_place_on_no_map_leads_to_its_claim(where):
    page = find(run(), "umm")
    assert labels(page, "found_") == ["**Umm Sharif** :gray[not on the map]"]
    assert "Umm Sharif" in marked(press(page, "found_place_0"))


def test_a_report_leads_to_its_first_claim_or_to_itself(where):
    page = find(run(), "news of army")
    assert labels(page, "found_article") == [
        "**News of army** :gray[State Agency · 2017\\-03\\-04 · 4 claims]"
    ]
    press(page, "found_article_0")
    assert (page.session_state["event"], "took" in marked(page)) == (TOOK, True)
    find(page, "market")
    press(page, "found_article_0")
    assert "A report without a claim" in html(page)
    assert "It was a quiet week." in html(page)


def test_an_actor_leads_to_its_events(where):
    page = find(run(), "daesh")
    press(page, "found_actor_0")
    assert page.session_state["actors"] == ["Islamic State"]


def test_what_is_opened_on_the_map_takes_the_place_of_what_was_found(where):
    page = find(run(), "palm")
    page.session_state["wish"] = {"read": TOOK.removeprefix("e-")}
    checked(page.run())
    assert page.text_input(key="query").value == ""
    assert "took" in marked(page)


def test_a_link_moves_the_map_where_it_says_and_not_where_an_earlier_event_is(where):
    page = press(find(run(), "palm"), "found_place_0")
    assert page.session_state["fit"]
    page.query_params["event"] = TOOK
    assert not checked(page.run()).session_state["fit"]


def test_nothing_found_is_said_and_a_search_can_be_ended(where):
    page = find(run(), "<b>atlantis</b>")
    assert "No place, report or actor here" in html(page)
    assert "Read the source" in html(press(page, "close"))


def test_many_results_are_counted_and_listed_on_demand(where):
    with open_store(where) as store:
        for number in range(40):
            tell(store, f"x{number}", "Paper", title=f"Weather {number}")
    page = find(run(), "weather")
    assert len(labels(page, "found_article")) == 6
    assert labels(page, "more_article") == ["34 more"]
    assert len(labels(press(page, "more_article"), "found_article")) == 30
    assert "10 more; a longer query" in html(page)


def options(page, key):
    group = next(g for g in page.get("button_group") if g.key == key)
    return [label.replace("\\", "") for label in group.options]


def test_each_choice_has_the_number_of_events_that_it_would_leave(where):
    page = run()
    assert options(page, "actors") == ["Islamic State (5)", "Syrian government (3)"]
    assert options(page, "types") == ["took (3)", "holds (2)"]
    page.session_state["types"] = ["holds"]
    checked(page.run())
    assert options(page, "types") == ["took (3)", "holds (2)"]
    assert options(page, "actors") == ["Islamic State (2)", "Syrian government (0)"]
    assert options(page, "confidence")[0] == "any (2)"


def test_more_choices_than_fit_can_be_looked_for_and_stay_chosen(where):
    with open_store(where) as store:
        for number in range(PILLS):
            day = date(2013, 1, 1 + number)
            taken = said(
                "They took Raqqa.", "Raqqa", RAQQA, date_start=day, date_end=day
            )
            tell(store, f"old{number}", f"Old Paper {number}", taken)
    page = run()
    box = page.multiselect(key="publishers")
    paper = next(option for option in box.options if option.startswith("Old Paper 3 "))
    assert paper.endswith("(1)")
    checked(box.select(paper).run())
    assert page.session_state["publishers"] == ["Old Paper 3"]
    page.session_state["types"] = ["holds"]
    checked(page.run())
    assert "Old Paper 3 (0)" in page.multiselect(key="publishers").options
    assert page.session_state["publishers"] == ["Old Paper 3"]


def test_the_rectangle_of_the_map_is_a_filter_that_can_be_taken_off(where):
    page = run(box="38.5,35,40,37")
    assert page.session_state["box"] == (38.5, 35.0, 40.0, 37.0)
    assert [c.value for c in page.caption][:1] == ["2 of 5 events of these days"]
    press(page, "box_clear")
    assert page.session_state["box"] is None
    assert "box_clear" not in [button.key for button in page.button]


def test_what_changed_hands_is_listed_by_who_gained(where):
    page = run(mode="changes", since="2016-01-01", day="2017-03-02")
    assert page.session_state["list"] == "changes"
    assert "gained 1" in html(page)
    assert "lost 1" in html(page)
    table = page.dataframe[-1].value
    assert table.iloc[0].tolist()[:3] == [ARMY, "Islamic State", "Palmyra"]
    assert len(table) == 1


def test_that_nothing_changed_hands_is_said(where):
    page = run(mode="changes", since="2016-01-01", day="2017-03-01")
    assert "Nothing is reported to have changed hands" in html(page)


def test_other_lists_can_be_looked_at_while_two_days_are_compared(where):
    page = run(mode="changes", since="2016-01-01", day="2017-03-02")
    page.session_state["list"] = "events"
    assert page.run().session_state["list"] == "events"
    page.session_state["mode"] = "events"
    assert checked(page.run()).session_state["list"] == "events"


def test_an_event_is_followed_into_the_one_that_it_grew_into(where):
    page = run(event="e-desk-0")
    assert page.session_state["event"] == TOOK
    assert page.query_params["event"] == TOOK


def test_words_of_others_are_one_line_without_marks_or_signs_of_markup():
    assert plain(" a\r\r\n    b &copy; *x* ") == "a b \\&copy; \\*x\\*"


def test_an_event_of_no_store_can_be_closed_again(where):
    page = run(event="e-elsewhere")
    assert "not in this store" in html(page)
    assert "Read the source" in html(press(page, "close"))


def test_an_article_says_whence_it_came_and_what_it_is_a_copy_of(where):
    with open_store(where) as store:
        claim = store.claim(TOOK.removeprefix("e-")).claim
        article = store.article(claim.article_id)
        came = Retrieved(
            article=article,
            content=b"<p>as it came</p>",
            media_type="text/html",
            source="<b>page</b>",
            at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
        )
        nothing = make_placing({}, article_id=article.article_id)
        store.add(came, [], nothing, now=came.at)
        first = make_article(
            article_id="first", publisher="<i>Wire</i>", published=date(2010, 1, 1)
        )
        store.add(first, [], make_placing({}, article_id="first"), now=came.at)
        mark(store, (article.article_id, "first"), is_copy=True, now=came.at)
    page = html(run(event=TOOK))
    digest = sha256(came.content).hexdigest()
    assert (
        f"Retrieved 2026-01-02 03:04 UTC from &lt;b&gt;page&lt;/b&gt;, SHA-256 {digest}"
        in page
    )
    assert (
        "The same text as in &lt;i&gt;Wire&lt;/i&gt;: both count as one source." in page
    )
