"""The review desk in a real browser: by keyboard, by a click on the map, by two."""

import re

import pytest
import server
from browsing import SLOW_MS
from conftest import make_nowhere, make_placing
from playwright.sync_api import expect
from screen import HOSTILE, hostile
from test_access import PHONE, crowded, english, serious

from geo.review import State
from geo.store import open_store

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def where(tmp_path_factory, cache):
    """A store of some reports, and of hostile words whose place was not found."""
    path = tmp_path_factory.mktemp("reviewing") / "store.sqlite"
    server.fill(path)
    article, claim = hostile()
    place = make_placing({claim.claim_id: make_nowhere(name=HOSTILE)})
    with open_store(path) as store:
        store.add(article, [claim], place, now=server.NOW)
    return path


@pytest.fixture(scope="module")
def address(where, cache):
    with server.served(where, cache=cache) as found:
        yield found


def states(where):
    with open_store(where) as store:
        return {one.claim.claim_id: one.state for one in store.claims()}


def press(screen, key, shown):
    """Press a key anywhere on the page, and wait for what it brings."""
    screen.settle()
    screen.page.keyboard.press(key)
    expect(shown).to_be_visible(timeout=SLOW_MS)
    screen.settle()


def begin(screen):
    """Take what is open to the desk; its keys work once its buttons are there."""
    screen.settle()
    button(screen, "review_this").click()
    expect(button(screen, "form_more")).to_be_visible(timeout=SLOW_MS)
    screen.settle()


def button(screen, key):
    return screen.page.locator(f".st-key-{key} button")


def notice(screen, words):
    return screen.pane.locator(".tl-notice", has_text=words)


def test_all_by_keyboard(visit, where, address):
    """Two at the top of the queue have no place; one of them is all hostile words."""
    before = states(where)
    screen = visit(address)
    press(screen, "q", screen.pane.locator(".tl-reasons"))
    waiting = re.search(r"\(\d+\)", button(screen, "review_open").inner_text())[0]
    press(screen, "y", notice(screen, "Checked: it stands."))
    expect(button(screen, "review_open")).not_to_contain_text(waiting)
    press(screen, "x", button(screen, "why_1"))
    assert serious(screen.page) == []
    press(screen, "1", notice(screen, "Rejected."))
    after = states(where)
    changed = {after[one] for one in after if after[one] != before[one]}
    assert changed == {State.CONFIRMED, State.REJECTED}
    press(screen, "u", notice(screen, "Undone."))
    press(screen, "Shift+U", notice(screen, "Done again."))
    press(screen, "u", notice(screen, "Undone."))
    # Whoever types a word reviews nothing by it.
    box = screen.page.get_by_role("textbox", name="Search places")
    box.press_sequentially("yuxe")
    screen.settle()
    box.fill("")
    box.blur()
    screen.settle()
    screen.page.keyboard.press("u")
    expect(button(screen, "review_open")).to_contain_text(waiting)
    assert states(where) == before
    assert screen.page.evaluate("window.PWN") is None


def test_a_place_is_corrected_by_a_click_on_the_map(visit, where, address):
    screen = visit(f"{address}/?event=e-claim-report-16")
    begin(screen)
    press(screen, "e", button(screen, "fix_point"))
    button(screen, "fix_point").click()
    screen.until("s.placing === 1")
    screen.frame.click(position={"x": 300, "y": 200})
    lon, lat, _ = screen.until("s.point.length === 3")["point"]
    written = screen.pane.get_by_label("Latitude, longitude")
    expect(written).to_have_value(f"{lat:.5f}, {lon:.5f}")
    # The map has the keys until the reader is back on the page.
    button(screen, "fix_store").focus()
    press(screen, "Control+Enter", notice(screen, "Corrected."))
    with open_store(where) as store:
        placed = store.claim("claim-report-16")
    assert (placed.location.lon, placed.location.lat) == pytest.approx((lon, lat))
    press(screen, "u", notice(screen, "Undone."))
    assert states(where)["claim-report-16"] is State.CANDIDATE


def test_words_are_added_on_a_phone(visit, where, address):
    screen = visit(f"{address}/?event=e-claim-report-3", viewport=PHONE, has_touch=True)
    screen.settle()
    button(screen, "review_this").tap()
    expect(button(screen, "form_more")).to_be_visible()
    screen.settle()
    assert screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    button(screen, "form_more").tap()
    screen.page.get_by_role("combobox", name="What to do").click()
    screen.page.get_by_role("option", name=re.compile("Add a claim")).click()
    words = screen.pane.get_by_role("textbox", name="The words of the article")
    words.fill("Residents spoke of a quiet night.")
    screen.pane.get_by_label("Place, as the article names it").fill("Palmyra")
    button(screen, "add_store").tap()
    expect(notice(screen, "The claim was added.")).to_be_visible()
    with open_store(where) as store:
        told = [one.claim.sentence for one in store.claims("report-3")]
    assert "Residents spoke of a quiet night." in told


def test_two_reviewers_do_not_overrule_each_other(visit, where, address):
    screens = [visit(f"{address}/?event=e-claim-report-9") for _ in range(2)]
    for screen in screens:
        screen.settle()
        button(screen, "review_this").click()
        expect(button(screen, "confirm")).to_be_visible()
    first, second = screens
    press(first, "y", notice(first, "Checked: it stands."))
    press(second, "y", notice(second, "meanwhile (state); look at it again"))
    expect(second.pane).to_contain_text("It does not wait any more: checked.")
    assert states(where)["claim-report-9"] is State.CONFIRMED


def test_in_arabic_and_dark(visit, where, address):
    screen = visit(f"{address}/?lang=ar", color_scheme="dark")
    press(screen, "q", screen.pane.locator(".tl-reasons"))
    press(screen, "n", button(screen, "form_correct"))
    assert crowded(screen) == []
    press(screen, "e", button(screen, "fix_store"))
    assert serious(screen.page) == []
    assert english(screen.page) == []
