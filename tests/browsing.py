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
    "--disable-background-networking --disable-component-update --disable-sync "
    # What one page has compiled is then at hand for the next one.
    "--process-per-site"
).split()
# Beside what the tests look at: no host is found but this machine.
ARGS.append("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
DESK = {"width": 1360, "height": 860}
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


class Profile:
    """A reader's profile for one test after another: emptied, but for what is cached.

    A page that stays open keeps the process that has compiled the scripts.
    """

    def __init__(self, browser):
        self.context = browser.new_context()
        self._stays = self.context.new_page()
        self._stays.route("**/*", lambda route: route.fulfill(body=""))
        self._stays.goto("http://127.0.0.1:9/")
        # Nothing is cached where a route is.
        self._stays.unroute_all()

    def empty(self):
        session = self.context.new_cdp_session(self._stays)
        for page in self.context.pages:
            if page != self._stays:
                origin = "/".join(page.url.split("/")[:3])
                kept = {"origin": origin, "storageTypes": "local_storage,indexeddb"}
                session.send("Storage.clearDataForOrigin", kept)
                page.close()
        session.detach()
        self.context.clear_permissions()
        self.context.clear_cookies()


@pytest.fixture(scope="session")
def profiles(browser):
    """The profiles of the readers of a test, of the first one first."""
    made = []

    def profile(number):
        if number == len(made):
            made.append(Profile(browser))
        return made[number]

    yield profile
    for one in made:
        one.context.close()


@pytest.fixture
def visit(browser, profiles):
    """Open an address, each as another reader; nothing outside may be asked for.

    A blank page, or one with options of its own, has nothing to share.
    """
    asked, shared, own = [], [], []

    def look(request):
        host = re.sub(r"^\w+://", "", request.url).split("/")[0]
        if request.url.startswith("http") and not host.startswith("127.0.0.1"):
            asked.append(request.url)

    def open_page(address, *, viewport=DESK, color_scheme="light", **options):
        if options or address == "about:blank":
            context = browser.new_context(**options)
            own.append(context)
        else:
            shared.append(profiles(len(shared)))
            context = shared[-1].context
        context.on("request", look)
        page = context.new_page()
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=color_scheme)
        page.set_default_timeout(SLOW_MS)
        page.on("dialog", lambda dialog: asked.append(f"dialog {dialog.message}"))
        page.goto(address)
        return Screen(page)

    open_page.asked = asked
    yield open_page
    for context in own:
        context.close()
    for profile in shared:
        profile.empty()
        profile.context.remove_listener("request", look)
    assert asked == []


@pytest.fixture
def frame(browser, profiles):
    """Open the map's layer on a blank page, with these events."""
    opened, own = [], []

    def open_frame(events, view=None, *, viewport=(800, 560), touch=False, **how):
        if touch:
            own.append(browser.new_context(has_touch=True))
            page = own[-1].new_page()
        else:
            page = profiles(0).context.new_page()
            opened.append(page)
        width, height = viewport
        page.set_viewport_size({"width": width, "height": height})
        page.set_default_timeout(SLOW_MS)
        return Frame(page, events, view, **how)

    yield open_frame
    for one in (*opened, *own):
        one.close()
