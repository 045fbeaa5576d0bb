"""The page in a real browser, on a real server, with every outside host refused."""

import json
import re
from datetime import date

import dump_server
import pytest
import server
from browsing import SLOW_MS
from conftest import make_article, make_claim, make_location, make_placing
from playwright.sync_api import expect
from screen import HOSTILE, hostile, moved

from geo.installing import Own, add_own
from geo.map import day_number
from geo.shelf import Shelf
from geo.store import open_store

pytestmark = pytest.mark.browser

NEWS = """Town changes hands in the north

Fighters of the Syrian Democratic Forces captured Manbij from Islamic State on Friday, \
the alliance said in a statement.

Shops were shut and few people were seen in the streets."""


def test_the_map_draws_from_this_server_alone(visit, filled):
    screen = visit(filled)
    state = screen.until(f"s.passed === {len(server.REPORTS)}")
    assert state["drawn"]
    expect(screen.page.locator(".st-key-map_frame iframe")).to_be_visible()
    legend = screen.map.locator("#tl-legend")
    expect(legend).to_contain_text("Islamic State")
    expect(legend).to_contain_text("disputed")
    attribution = screen.map.locator(".leaflet-control-attribution")
    expect(attribution).to_contain_text("Leaflet")
    assert attribution.locator("svg, img, a").count() == 0


def day_of(iso):
    return day_number(date.fromisoformat(iso))


def test_another_day_changes_what_stands_there_and_keeps_the_view(visit, filled):
    screen = visit(filled)
    before = screen.until("s.passed > 1")
    screen.map.locator(".leaflet-control-zoom-in").click()
    zoomed = screen.until(f"s.zoom === {before['zoom'] + 1}")
    screen.map.evaluate("window.sameMap = true")
    screen.move({"day": -(10**6)})
    first = screen.until("s.passed === 1")
    assert first["zoom"] == zoomed["zoom"]
    assert first["center"] == pytest.approx(zoomed["center"])
    screen.map.evaluate("tideline.layer.clock.step(1) && tideline.layer.clock.rest()")
    screen.until("s.passed === 2")
    expect(screen.page).to_have_url(re.compile("day=2015-01-26"))
    assert screen.map.evaluate("window.sameMap")


def test_quick_moves_of_the_day_all_count(visit, filled):
    screen = visit(filled)
    last = screen.until(f"s.passed === {len(server.REPORTS)}")["day"]
    for back in range(1, 7):
        screen.move({"day": last - back})
    screen.until(f"s.day === {last - 6}")
    expect(screen.page).to_have_url(re.compile("day=2024-11-25(&|$)"))
    for back in (7, 6, 7, 6, 7):
        screen.move({"day": last - back})
    screen.until(f"s.day === {last - 7}")
    expect(screen.page).to_have_url(re.compile("day=2024-11-24(&|$)"))
    screen.page.reload()
    screen.until(f"s.day === {last - 7}")


def test_a_click_shows_the_sentence_within_its_article(visit, filled):
    screen = visit(filled)
    screen.click(screen.newest())
    expect(screen.marked).to_have_text(
        "Turkish-backed men attacked the SDF at Tell Rifaat on 1 December."
    )
    expect(screen.pane.locator(".tl-text")).to_contain_text("This is test report 16.")
    for role, words in {
        "gained-by": "Turkish-backed men",
        "place": "Tell Rifaat",
    }.items():
        expect(screen.marked.locator(f".tl-{role}")).to_have_text(words)
    expect(screen.pane).to_contain_text("within about 12 km")
    screen.map.evaluate("tideline.layer.clock.step(-1) && tideline.layer.clock.rest()")
    screen.until("s.passed === 16")
    expect(screen.marked).to_contain_text("Tell Rifaat")


def test_a_row_of_the_table_opens_the_same_event(visit, filled):
    screen = visit(filled)
    table = screen.page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    table.click(position={"x": 16, "y": 52})
    expect(screen.marked).to_contain_text("attacked the SDF at Tell Rifaat")
    screen.until(f"s.selected === {len(server.REPORTS) - 1}")


def test_other_events_of_the_place_are_reachable(visit, filled):
    screen = visit(f"{filled}/?event=e-claim-report-8")
    expect(screen.marked).to_contain_text(
        "retook Palmyra from Islamic State on 2 March"
    )
    screen.settle()
    screen.pane.get_by_role("button", name=re.compile("2015-05-20")).click()
    expect(screen.marked).to_contain_text("seized Palmyra from the army on 20 May")


def test_filters_narrow_map_and_table_and_keep_the_view(visit, filled):
    screen = visit(filled)
    before = screen.state()
    screen.page.get_by_role("button", name="Filters").click()
    screen.page.get_by_label("Text", exact=True).fill("palm")
    screen.page.get_by_label("Text", exact=True).press("Enter")
    after = screen.until("s.passed === 4")
    assert (after["zoom"], after["center"]) == (before["zoom"], before["center"])
    expect(screen.page.get_by_role("radio", name="Events (4)")).to_be_visible()
    expect(screen.page).to_have_url(re.compile("text=palm"))


def without(state, *names):
    return {key: value for key, value in state.items() if key not in names}


def test_a_copied_link_restores_exactly_what_was_looked_at(visit, filled):
    screen = visit(f"{filled}/?status=claimed&text=a")
    screen.until("s.passed > 1")
    screen.click(screen.newest())
    expect(screen.page).to_have_url(re.compile("event=e-claim-report-16"))
    screen.map.get_by_role("radio", name="Changes").click()
    screen.map.get_by_role("button", name="Areas").click()
    screen.move({"since": day_of("2016-01-01"), "day": day_of("2019-12-31")})
    screen.map.get_by_role("button", name="Select a rectangle").click()
    frame = screen.frame.bounding_box()
    screen.page.mouse.move(frame["x"] + 200, frame["y"] + 60)
    screen.page.mouse.down()
    screen.page.mouse.move(frame["x"] + 600, frame["y"] + 330)
    screen.page.mouse.up()
    expect(screen.page).to_have_url(re.compile("box="))
    screen.map.evaluate("void tideline.layer.map.setView([35.81234567, 38.1], 8)")
    screen.until("s.zoom === 8")
    expect(screen.page).to_have_url(re.compile(r"at=38\.1\d*%2C35\.81"))
    screen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    screen.map.get_by_role("button", name="Copy link").click()
    expect(screen.map.get_by_text("Link copied")).to_be_visible()
    link = screen.page.evaluate("navigator.clipboard.readText()")
    before = screen.state()
    expect(screen.marked).to_contain_text("Tell Rifaat")
    # The address in the bar says the same as the link that was copied.
    for address in (link, screen.page.url):
        again = visit(address)
        lon, lat = before["center"]
        after = again.until(
            "s.selected >= 0 && s.zoom === 8 && "
            f"Math.hypot(s.center[0] - {lon}, s.center[1] - {lat}) < 1e-5"
        )
        apart = ("moved", "center", "drawn", "clusters")
        assert without(after, *apart) == without(before, *apart)
        assert [one["event"] for one in after["drawn"]] == [
            one["event"] for one in before["drawn"]
        ]
        expect(again.marked).to_contain_text("Tell Rifaat")
        expect(again.page.get_by_text("when the data were others")).to_have_count(0)


def test_a_link_of_other_data_says_so_and_a_link_can_be_copied_by_hand(visit, filled):
    screen = visit(f"{filled}/?day=2017-03-02&data=0123456789abcdef01234567")
    screen.until("s.passed === 9")
    expect(screen.pane).to_contain_text("made when the data were others")
    screen.map.evaluate("void (navigator.clipboard.writeText = () => Promise.reject())")
    screen.map.get_by_role("button", name="Copy link").click()
    field = screen.map.get_by_label("Link to this view")
    expect(field).to_have_value(re.compile(r"day=2017-03-02&data=[0-9a-f]{24}&at="))
    expect(field).not_to_have_value(re.compile("0123456789abcdef01234567"))


def test_the_map_moves_without_a_rerun_and_its_choice_survives_one(visit, filled):
    screen = visit(filled)
    before = screen.until("s.passed > 1")
    screen.settle()
    runs = "document.querySelector('[data-testid=stApp]').dataset.testScriptState"
    screen.page.evaluate(
        f"""() => {{ window.runs = 0; new MutationObserver(() => {{
          if ({runs} === "running") window.runs++;
        }}).observe(document.querySelector("[data-testid=stApp]"),
          {{ attributes: true, attributeFilter: ["data-test-script-state"] }}) }}"""
    )
    frame = screen.frame.bounding_box()
    screen.page.mouse.move(frame["x"] + 400, frame["y"] + 250)
    screen.page.mouse.down()
    screen.page.mouse.move(frame["x"] + 330, frame["y"] + 240, steps=4)
    screen.page.mouse.up()
    screen.map.locator(".leaflet-control-zoom-out").click()
    screen.until(f"s.zoom === {before['zoom'] - 1}")
    expect(screen.page).to_have_url(re.compile(r"\?at=[\d.]+%2C[\d.]+%2C\d+&data="))
    assert screen.page.evaluate("window.runs") == 0
    # Events of two places under one point: a choice, which the rerun leaves open.
    screen.map.evaluate(
        "void tideline.layer.map.setView([36.3, 37.3], 6, {animate: false})"
    )
    above, below = screen.until("s.zoom === 6")["drawn"][:-3:-1]
    middle = {name: (above[name] + below[name]) / 2 for name in ("x", "y")}
    screen.frame.click(position=middle)
    choice = screen.map.locator("#tl-choice")
    expect(choice).to_contain_text("Tell Rifaat")
    expect(screen.marked).to_contain_text("Tell Rifaat")
    assert screen.page.evaluate("window.runs") >= 1
    screen.settle()
    expect(choice).to_be_visible()
    choice.get_by_role("button", name=re.compile("Aleppo")).first.click()
    expect(screen.marked).to_contain_text("Aleppo", timeout=SLOW_MS)
    expect(screen.page).to_have_url(re.compile(r"at=37\.\d+%2C36\.\d+%2C6"))


def test_an_address_gives_the_same_view_to_a_colleague(visit, filled):
    screen = visit(f"{filled}/?day=2017-03-02&status=claimed&event=e-claim-report-8")
    state = screen.until("s.selected >= 0")
    expect(screen.marked).to_contain_text("2 March")
    again = visit(screen.page.url)
    assert again.until("s.selected >= 0") == state
    expect(again.marked).to_contain_text("2 March")


def test_a_bad_address_falls_back(visit, filled):
    screen = visit(
        f"{filled}/?day=2017-02-31&type=eaten&actor={{{{7*7}}}}&event=%24%7B1%7D"
    )
    screen.until(f"s.passed === {len(server.REPORTS)} && s.selected === -1")
    expect(screen.page).to_have_url(re.compile(r"/(\?)?$"))


def test_a_claim_without_a_place_can_be_read(visit, filled):
    screen = visit(filled)
    screen.open_row("Not placed exactly", "Umm al-Nowhere")
    expect(screen.marked).to_contain_text("The army took Umm al-Nowhere")
    expect(screen.pane).to_contain_text("not found in any gazetteer")


def test_a_missing_script_is_said_in_words(browser, filled):
    page = browser.new_page()
    page.route("**/tideline/map/leaflet.js", lambda route: route.abort())
    page.goto(filled)
    frame = page.frame_locator(".st-key-map_frame iframe")
    expect(frame.get_by_role("alert")).to_contain_text(
        "leaflet.js did not load", timeout=SLOW_MS
    )
    page.close()


def test_the_page_fits_a_phone(visit, filled):
    screen = visit(filled, viewport={"width": 390, "height": 844}, has_touch=True)
    screen.until("s.drawn.length > 0")
    assert screen.page.evaluate("document.documentElement.scrollWidth") <= 390
    box = screen.page.locator(".st-key-map_frame iframe").bounding_box()
    assert box["y"] + box["height"] < 844
    screen.click(screen.newest())
    expect(screen.marked).to_contain_text("Tell Rifaat")


def test_the_legend_of_a_phone_is_all_there(visit, tmp_path, cache):
    where = tmp_path / "unnamed.sqlite"
    server.fill(where)
    claim = make_claim(
        gained_by=None, gained_by_text=None, lost_by=None, lost_by_text=None
    )
    with open_store(where) as store:
        store.add(
            make_article(),
            [claim],
            make_placing({claim.claim_id: make_location()}),
            now=server.NOW,
        )
    with server.served(where, cache=cache) as address:
        screen = visit(address, viewport={"width": 390, "height": 844})
        legend = screen.map.locator("#tl-legend")
        expect(legend).to_contain_text("taker not named")
        for entry in legend.locator("li").all():
            expect(entry).to_be_in_viewport(ratio=1)


def test_hostile_words_stay_words(visit, tmp_path, cache):
    where = tmp_path / "hostile.sqlite"
    article, claim = hostile()
    with open_store(where) as store:
        store.add(
            article,
            [claim],
            make_placing({claim.claim_id: make_location(name=HOSTILE)}),
            now=server.NOW,
        )
        other = make_article(article_id="b", text=f"x {article.text}", title=HOSTILE)
        twin = moved(
            claim,
            2,
            claim_id="twin",
            article_id="b",
            date_start=date(2015, 1, 1),
            date_end=date(2015, 1, 1),
        )
        place = make_placing({twin.claim_id: make_location()}, article_id="b")
        store.add(other, [twin], place, now=server.NOW)
    with server.served(where, cache=cache) as address:
        screen = visit(f"{address}/?text=%7B%7B7*7%7D%7D")
        screen.until("s.passed === 2")
        legend = screen.map.locator("#tl-legend")
        expect(legend).to_contain_text(HOSTILE)
        screen.click(screen.newest())
        expect(screen.marked).to_contain_text(HOSTILE)
        expect(screen.pane.locator("h2")).to_contain_text(HOSTILE)
        article = screen.pane.locator(".tl-article")
        expect(article.locator("h3")).to_have_text(HOSTILE)
        expect(article.locator(".tl-byline")).to_contain_text(HOSTILE)
        expect(screen.pane.locator("a[href^='javascript']")).to_have_count(0)
        listed = screen.pane.get_by_role("button", name=re.compile("2015-01-01"))
        expect(listed).to_contain_text(
            "{{7*7}} {% x %} ${window.PWN=1} `tick` <img src=x"
        )
        mark = screen.state()["drawn"][-1]
        screen.page.locator(".st-key-map_frame iframe").hover(
            position={"x": mark["x"], "y": mark["y"]}
        )
        expect(screen.map.locator("#tl-tip")).to_contain_text(HOSTILE)
        expect(screen.page.locator("body")).not_to_contain_text("49")
        assert screen.page.evaluate("window.PWN") is None
        assert screen.map.evaluate("window.PWN") is None


def test_a_hostile_file_name_stays_a_name(visit, filled):
    screen = visit(filled)
    screen.page.get_by_role("button", name="Add a report").click()
    screen.page.get_by_role("tab", name="Drop files").click()
    name = "{{7*7}} <img src=x onerror=window.PWN=1> ${PWN} `.txt"
    screen.page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/plain", "buffer": b"\x00\x01\x02" * 50}
    )
    screen.page.get_by_role("button", name="Find the claims").last.click()
    expect(screen.page.get_by_role("alert")).to_contain_text(name, timeout=SLOW_MS)
    expect(screen.page.get_by_role("alert")).to_contain_text("binary")
    assert screen.page.evaluate("window.PWN") is None


@pytest.fixture(scope="module")
def reading(tmp_path_factory, cache):
    """The address of a server that keeps at hand what it reads with, and its store."""
    where = tmp_path_factory.mktemp("reading") / "store.sqlite"
    with server.served(where, cache=cache) as address:
        yield address, where


@pytest.fixture
def unfilled(reading):
    """The same without a store: another one may take its place while it runs."""
    address, where = reading
    for part in ("", "-wal", "-shm"):
        where.with_name(f"{where.name}{part}").unlink(missing_ok=True)
    return address, where


def test_what_is_refused_is_told_and_the_rest_is_shown(visit, unfilled):
    told = "The Syrian army took Abu Kamal from Islamic State on Monday."
    days = ["2017-11-21", "2999-01-01", None]
    lines = [json.dumps({"id": f"r{d}", "text": told, "published": d}) for d in days]
    name = "re\u202etxt.jsonl"
    file = {"name": name, "mimeType": "", "buffer": "\n".join(lines).encode()}
    screen = visit(unfilled[0])
    screen.page.get_by_role("button", name="Add a report of your own").click()
    dialog = screen.page.get_by_role("dialog")
    dialog.get_by_role("tab", name="Drop files").click()
    dialog.locator("input[type=file]").set_input_files(file)
    dialog.get_by_role("button", name="Find the claims").click()
    alert = dialog.get_by_role("alert")
    expect(alert).to_contain_text(
        f"\u2068{name}\u2069, line 3: no day of publication; "
        "give it under “Published on",
        timeout=SLOW_MS,
    )
    dialog.get_by_role("button", name="Store").click(timeout=120_000)
    expect(dialog).to_contain_text("1 report stored, 2 not", timeout=SLOW_MS)
    expect(alert).to_have_count(2)
    expect(alert.last).to_contain_text("still to come")
    expect(dialog.get_by_role("button", name="Store")).to_have_count(0)
    dialog.get_by_role("button", name="Show them").click()
    expect(dialog).to_have_count(0)
    expect(screen.marked).to_contain_text("took Abu Kamal from Islamic State")
    screen.until("s.passed === 1 && s.selected === 0")


def test_a_pasted_report_is_looked_at_and_then_stands_on_the_map(visit, unfilled):
    address, where = unfilled
    screen = visit(address)
    expect(screen.pane).to_contain_text("Nothing here yet")
    screen.page.get_by_role("button", name="Add a report of your own").click()
    dialog = screen.page.get_by_role("dialog")
    dialog.get_by_label("Text of the report").fill(NEWS)
    dialog.get_by_label("Publisher").fill("A reader")
    dialog.get_by_label("Publisher").press("Tab")
    dialog.get_by_role("button", name="Find the claims").first.click()
    expect(dialog.get_by_role("alert")).to_contain_text("Give the day of publication")
    day = dialog.get_by_role("group", name="Published on", exact=True)
    day.get_by_role("spinbutton").first.click()
    screen.page.keyboard.type("20160814")
    dialog.get_by_role("button", name="Find the claims").first.click()
    expect(dialog.get_by_text("1 claim found")).to_be_visible(timeout=120_000)
    with open_store(where) as store:
        assert store.articles() == []
    dialog.get_by_role("button", name="Store").click()
    expect(screen.marked).to_contain_text(
        "captured Manbij from Islamic State on Friday"
    )
    state = screen.until("s.passed === 1 && s.selected === 0")
    assert state["center"] == pytest.approx([37.95, 36.53], abs=0.3)
    expect(screen.pane).to_contain_text("on 12 August 2016")


def test_a_report_added_to_others_moves_the_day_and_the_map(visit, tmp_path, unfilled):
    address, where = unfilled
    server.fill(where)
    news = tmp_path / "news.md"
    news.write_text(
        "The Syrian army said it took Abu Kamal from Islamic State on Monday.\n"
    )
    screen = visit(f"{address}/?day=2015-01-01")
    screen.until("s.passed === 1")
    screen.page.get_by_role("button", name="Add a report").click()
    dialog = screen.page.get_by_role("dialog")
    dialog.get_by_role("tab", name="Drop files").click()
    dialog.locator("input[type=file]").set_input_files(news)
    day = dialog.get_by_role("group", name="Published on, for reports")
    day.get_by_role("spinbutton").first.click()
    screen.page.keyboard.type("20250107")
    dialog.get_by_role("heading", name="Add a report").click()
    dialog.get_by_role("button", name="Find the claims").click()
    dialog.get_by_role("button", name="Store").click(timeout=120_000)
    expect(screen.marked).to_contain_text("took Abu Kamal from Islamic State")
    screen.until(f"s.passed === {len(server.REPORTS) + 1}")
    expect(screen.page).to_have_url(re.compile(r"\?event="))
    expect(screen.page.get_by_text("6 January 2025").first).to_be_visible()


def test_a_village_that_no_list_knows_is_somewhere_in_its_country(
    visit, tmp_path, unfilled
):
    news = tmp_path / "lost.md"
    news.write_text(
        "---\npublished: 2017-03-07\n---\n"
        "The Syrian army took the village of Xyqqwz from Islamic State on Monday.\n"
    )
    screen = visit(unfilled[0])
    screen.page.get_by_role("button", name="Add a report of your own").click()
    dialog = screen.page.get_by_role("dialog")
    dialog.get_by_role("tab", name="Drop files").click()
    dialog.locator("input[type=file]").set_input_files(news)
    dialog.get_by_role("button", name="Find the claims").click()
    dialog.get_by_role("button", name="Store").click(timeout=120_000)
    expect(screen.marked).to_contain_text("took the village of Xyqqwz")
    expect(screen.pane).to_contain_text("known only by country")
    vague = screen.page.get_by_role("radio", name="Not placed exactly (1)")
    expect(vague).to_be_visible()


def test_online_tiles_are_asked_for_only_when_chosen(visit, filled):
    screen = visit(filled)
    screen.until("s.passed > 1")
    assert visit.asked == []
    screen.page.get_by_role("button", name="Map", exact=True).click()
    screen.page.get_by_text("OpenStreetMap", exact=True).click()
    alert = screen.map.get_by_role("alert")
    expect(alert).to_contain_text("The tiles do not answer", timeout=SLOW_MS)
    assert {address.split("/")[2] for address in visit.asked} == {
        "tile.openstreetmap.org"
    }
    visit.asked.clear()
    screen.page.get_by_text("Outlines", exact=True).click()
    expect(alert).to_have_count(0, timeout=SLOW_MS)


def test_every_answer_has_the_security_headers(visit, filled):
    screen = visit(filled)
    for path in ("/", "/tideline/map/tideline.js", "/_stcore/health", "/nothing/there"):
        answer = screen.page.request.get(f"{filled}{path}")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    page = screen.page.request.get(f"{filled}/").headers["content-security-policy"]
    assert "unsafe-eval'" not in page.replace("'wasm-unsafe-eval'", "")


@pytest.fixture
def dumps():
    with dump_server.running() as running:
        yield running


def test_lists_of_places_are_fetched_in_one_click_and_used(
    visit, tmp_path, cache, dumps
):
    village = dump_server.row(990009, "Wahmiyah", 37.9, 36.0)
    dumps.files["/SY.zip"] = dump_server.zipped([*dump_server.ROWS, village])
    dumps.files["/LB.zip"] = b"<html>log in</html>"
    where = tmp_path / "store.sqlite"
    server.fill(where)
    variables = {
        "TIDELINE_GAZETTEERS": str(tmp_path / "gazetteers"),
        "TIDELINE_GEONAMES": dumps.url,
    }
    with server.served(where, cache=tmp_path / "cache", **variables) as address:
        screen = visit(address)
        screen.settle()
        page = screen.page
        page.get_by_role("button", name="Places").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("towns only")
        expect(dialog).to_contain_text(f"asks {dumps.url.removeprefix('http://')}")
        expect(dialog).to_contain_text("CC BY 4.0")
        assert dumps.requests == []
        dialog.get_by_role(
            "button", name="Fetch Syria, Iraq, Turkey and Lebanon"
        ).click()
        done = dialog.get_by_role("status").filter(has_text="Syria: 5 places.")
        expect(done).to_be_visible(timeout=SLOW_MS)
        expect(dialog.get_by_role("alert").nth(0)).to_contain_text("Iraq: ")
        expect(dialog.get_by_role("alert").nth(0)).to_contain_text("not there (404)")
        expect(dialog.get_by_role("alert").nth(2)).to_contain_text("no whole zip file")
        asked = [path for path, _headers in dumps.requests]
        assert asked == ["/SY.zip", "/IQ.zip", "/TR.zip", "/LB.zip"]
        expect(dialog.get_by_role("row").filter(has_text="Syria")).to_contain_text("5")
        button = dialog.get_by_role("button", name="Fetch Iraq, Turkey and Lebanon")
        expect(button).to_be_visible()
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        screen.settle()
        page.get_by_role("button", name="Add a report").click()
        page.get_by_label("Text of the report").fill(
            "The Syrian army captured the village of Wahmiyah from Islamic State."
        )
        day = page.get_by_role("group", name="Published on", exact=True)
        day.get_by_role("spinbutton").first.click()
        page.keyboard.type("20170305")
        page.get_by_role("button", name="Find the claims").first.click()
        page.get_by_role("button", name="Store", exact=True).click()
        expect(screen.pane).to_contain_text("Wahmiyah", timeout=SLOW_MS)
    with open_store(where) as store:
        placed = [one for one in store.claims() if one.claim.place == "Wahmiyah"]
    assert [one.location.place_id for one in placed] == ["geonames:990009"]


@pytest.mark.parametrize("width", [390, 1360])
def test_the_dialog_of_places_fits(visit, tmp_path, cache, dumps, width):
    where = tmp_path / "store.sqlite"
    server.fill(where)
    own = tmp_path / f"{'long-name-' * 5}list.csv"
    own.write_text("name,lon,lat\nWahmiyah,37.9,36.0\n", encoding="utf-8")
    shelf = Shelf(tmp_path / "gazetteers")
    add_own(shelf, own, Own(country="SY", licence="ODbL"), day="2026-01-05")
    variables = {
        "TIDELINE_GAZETTEERS": str(shelf.folder), "TIDELINE_GEONAMES": dumps.url
    }  # fmt: skip
    with server.served(where, cache=cache, **variables) as address:
        screen = visit(address, viewport={"width": width, "height": 844})
        screen.settle()
        header = screen.page.locator(".st-key-header button")
        tops = {round(header.nth(i).bounding_box()["y"]) for i in range(header.count())}
        assert len(tops) == 1
        screen.page.get_by_role("button", name="Places").click()
        dialog = screen.page.get_by_role("dialog")
        expect(dialog).to_contain_text("your own, ODbL, 5 January 2026")
        assert dialog.evaluate("d => d.scrollWidth <= d.clientWidth")
        inside = screen.page.evaluate(
            "document.documentElement.scrollWidth <= window.innerWidth"
        )
        assert inside
        button = dialog.get_by_role("button", name="Fetch Syria")
        box = button.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    assert dumps.requests == []
