"""A real browser for tests: one for all of them, with every outside host refused."""

import os
import re
from shutil import which

import pytest
import server
from map_frame import Frame
from playwright.sync_api import expect, sync_playwright
from screen import Screen

ARGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()
SLOW_MS = 30_000
expect.set_options(timeout=SLOW_MS)


@pytest.fixture(scope="session")
def browser():
    path = os.environ.get("TIDELINE_BROWSER") or which("chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    """The place names' index: the one that is set, else built once here."""
    return os.environ.get("TIDELINE_CACHE") or tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def filled(tmp_path_factory, cache):
    """The address of a server on the store of `tests/server.py`; only read."""
    where = tmp_path_factory.mktemp("filled") / "store.sqlite"
    server.fill(where)
    with server.served(where, cache=cache) as address:
        yield address


@pytest.fixture
def visit(browser):
    """Open an address; afterwards nothing outside may have been asked for."""
    asked, contexts = [], []

    def open_page(address, **options):
        context = browser.new_context(
            **{"viewport": {"width": 1360, "height": 860}, **options}
        )
        contexts.append(context)

        def decide(route):
            host = re.sub(r"^\w+://", "", route.request.url).split("/")[0]
            if host.startswith("127.0.0.1") or not route.request.url.startswith("http"):
                route.fallback()
            else:
                asked.append(route.request.url)
                route.abort()

        context.route("**/*", decide)
        page = context.new_page()
        page.set_default_timeout(SLOW_MS)
        page.on("dialog", lambda dialog: asked.append(f"dialog {dialog.message}"))
        page.goto(address)
        return Screen(page)

    open_page.asked = asked
    yield open_page
    for context in contexts:
        context.close()
    assert asked == []


@pytest.fixture
def frame(browser):
    """Open the map's layer on a blank page, with these events."""
    contexts = []

    def open_frame(events, view=None, *, viewport=(800, 560), touch=False, **how):
        width, height = viewport
        context = browser.new_context(
            viewport={"width": width, "height": height}, has_touch=touch
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(SLOW_MS)
        return Frame(page, events, view, **how)

    yield open_frame
    for context in contexts:
        context.close()
