"""The page as a browser test sees it, and words that try to be more than words."""

import re
from dataclasses import replace

from conftest import make_article, make_claim
from playwright.sync_api import expect

from extract.records import Evidence, Span

HOSTILE = (
    "{{7*7}} {% x %} ${window.PWN=1} `tick` <img src=x onerror=window.PWN=1> "
    "**b** :red[r] $\\alpha$ \u202eabc\u202c"
)


class Screen:
    """The page with its map."""

    def __init__(self, page):
        self.page = page

    @property
    def map(self):
        # Until its own document is there the frame is blank and under the page's
        # policy, where no expression may be evaluated; looking for a node always may.
        inside = self.page.frame_locator(".st-key-map_frame iframe")
        inside.locator(".leaflet-container").wait_for(state="attached")
        frame = self.page.query_selector(".st-key-map_frame iframe").content_frame()
        frame.wait_for_function("window.tideline?.layer?.state().ready")
        return frame

    @property
    def frame(self):
        return self.page.locator(".st-key-map_frame iframe")

    def state(self):
        return self.map.evaluate("tideline.layer.state()")

    def until(self, condition):
        """Wait until `condition`, JavaScript about the map's state `s`, holds."""
        self.map.wait_for_function(
            f"(() => {{const s = tideline.layer.state(); return {condition}}})()"
        )
        return self.state()

    def click(self, event):
        """Click a mark as a reader would."""
        mark = next(m for m in self.state()["drawn"] if m["event"] == event)
        self.frame.click(position={"x": mark["x"], "y": mark["y"]})

    def settle(self):
        """Wait until no script runs: a click while one draws the pane anew is lost."""
        self.state()
        self.page.wait_for_selector('[data-test-script-state="notRunning"]')

    def open_row(self, name, words):
        """Open a list below the map and choose its row that holds `words`."""
        self.settle()
        self.page.get_by_role("radio", name=re.compile(name)).click()
        table = self.page.get_by_test_id("stDataFrame").locator("visible=true")
        expect(table).to_have_count(1)
        self.settle()
        # The rows are drawn; what stands in the page of each tells where it is.
        row = table.locator("[role=row]", has_text=words).first
        row.wait_for(state="attached")
        number = int(row.get_attribute("aria-rowindex")) - 2
        table.click(position={"x": 16, "y": 52 + 35 * number})
        expect(row).to_have_attribute("aria-selected", "true")
        self.settle()

    def move(self, clock):
        """Set the map's time or way to look as `clock` says, and let go of it."""
        self.map.evaluate(
            "wish => { tideline.layer.clock.set(wish); tideline.layer.clock.rest() }",
            clock,
        )

    def newest(self):
        return self.state()["drawn"][-1]["event"]

    @property
    def pane(self):
        return self.page.locator(".st-key-pane")

    @property
    def marked(self):
        return self.pane.locator(".tl-article mark")


def hostile():
    """Return an article and claim with hostile words wherever words can stand."""
    sentence = f"{HOSTILE} took {HOSTILE} place."
    article = make_article(
        text=sentence, title=HOSTILE, publisher=HOSTILE, url="javascript:window.PWN=1"
    )
    size = len(HOSTILE)
    claim = make_claim(
        char_end=len(sentence),
        sentence=sentence,
        place=HOSTILE,
        gained_by=HOSTILE,
        gained_by_text=HOSTILE,
        lost_by=HOSTILE[::-1],
        date_text=HOSTILE,
        claimed_by=HOSTILE,
        evidence=Evidence(
            trigger=Span(start=size + 1, end=size + 5),
            place=Span(start=size + 6, end=2 * size + 6),
            gained_by=Span(start=0, end=size),
        ),
    )
    return article, claim


def moved(claim, by, **changes):
    """Return a claim whose sentence and evidence stand `by` characters later."""
    spans = {
        name: Span(start=span.start + by, end=span.end + by)
        for name in ("trigger", "place", "gained_by")
        if (span := getattr(claim.evidence, name))
    }
    evidence = replace(claim.evidence, **spans)
    return replace(
        claim,
        char_start=claim.char_start + by,
        char_end=claim.char_end + by,
        evidence=evidence,
        **changes,
    )
