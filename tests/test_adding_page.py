"""Files and pages are looked at in the dialog, and count once a reader says so."""

import re

import hostile_server
import pytest
import server
from browsing import SLOW_MS
from playwright.sync_api import expect
from screen import HOSTILE
from test_following import page as news

from geo.drafts import waiting
from geo.store import open_store

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def hostile():
    with hostile_server.running() as running:
        yield running


def opened(screen):
    screen.page.get_by_role("button", name="Add a report of your own").click()
    return screen.page.get_by_role("dialog")


def fetch(dialog, url):
    dialog.get_by_role("tab", name="From an address").click()
    dialog.get_by_label("Address of a page or file").fill(url)
    dialog.get_by_label("Address of a page or file").press("Tab")
    dialog.get_by_role("button", name="Fetch it").click()


def test_a_page_is_fetched_corrected_and_only_then_counts(
    visit, hostile, tmp_path, cache
):
    hostile.page("/manbij", news("Manbij", day=None))
    where = tmp_path / "empty.sqlite"
    with server.served(where, cache=cache, TIDELINE_ALLOW_PRIVATE="1") as address:
        screen = visit(address)
        dialog = opened(screen)
        fetch(dialog, f"{hostile.url}/manbij")
        expect(dialog.get_by_text("Is this right?")).to_be_visible(timeout=SLOW_MS)
        title = dialog.get_by_label("Title", exact=True)
        expect(title).to_have_value("Manbij taken")
        expect(dialog.locator(".tl-found")).to_contain_text("captured Manbij")
        expect(dialog).to_contain_text("Title: the first heading")
        dialog.get_by_role("button", name="Find the claims").click()
        alert = dialog.get_by_role("alert")
        expect(alert).to_contain_text("give the day of publication", timeout=SLOW_MS)
        title.fill("Manbij has changed hands")
        day = dialog.get_by_role("group", name="Published on", exact=True)
        day.get_by_role("spinbutton").first.click()
        screen.page.keyboard.type("20160814")
        title.click()
        dialog.get_by_role("button", name="Find the claims").click()
        expect(dialog.get_by_role("button", name="Store")).to_be_visible(
            timeout=120_000
        )
        with open_store(where) as store:
            assert store.articles() == []
            assert len(waiting(store, "")) == 1
        dialog.get_by_role("button", name="Store").click()
        expect(screen.marked.first).to_contain_text("Manbij", timeout=SLOW_MS)
        with open_store(where) as store:
            (article,) = store.articles()
            assert waiting(store, "") == []
        assert article.title == "Manbij has changed hands"
        assert article.url == f"{hostile.url}/manbij"


def test_what_was_found_waits_when_the_dialog_is_closed_and_is_only_words(
    visit, hostile, tmp_path, cache
):
    title = HOSTILE.replace("<", "&lt;")
    body = news("Manbij", day=None).replace(b"Manbij taken", title.encode())
    where = tmp_path / "empty.sqlite"
    with server.served(where, cache=cache) as address:
        screen = visit(address)
        dialog = opened(screen)
        dialog.get_by_role("tab", name="Drop files").click()
        dialog.locator("input[type=file]").set_input_files(
            {"name": f"{HOSTILE[:40]}.html", "mimeType": "text/html", "buffer": body}
        )
        dialog.get_by_role("button", name="Find the claims").last.click()
        expect(dialog.get_by_text("Is this right?")).to_be_visible(timeout=SLOW_MS)
        expect(dialog).to_contain_text("{{7*7}}")
        screen.page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        dialog = opened(screen)
        dialog.get_by_role("button", name="Waiting to be looked at: 1").click()
        expect(dialog.get_by_text("Is this right?")).to_be_visible(timeout=SLOW_MS)
        dialog.get_by_role("button", name="Throw these away").click()
        expect(dialog.get_by_role("tab", name="From an address")).to_be_visible()
        expect(dialog.get_by_role("button", name=re.compile("Waiting"))).to_have_count(
            0
        )
        assert screen.page.evaluate("window.PWN") is None
        fetch(dialog, f"{hostile.url}/manbij")
        alert = dialog.get_by_role("alert")
        expect(alert).to_contain_text("this very machine", timeout=SLOW_MS)
        expect(alert).to_contain_text("TIDELINE_ALLOW_PRIVATE")
        with open_store(where) as store:
            assert store.articles() == []
            assert waiting(store, None) == []
