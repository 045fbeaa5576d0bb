"""On the page: why an event has its status, who says otherwise, and the switch."""

from datetime import UTC, date, datetime

import pytest
import server
from conftest import make_article, make_claim, make_location, make_placing
from playwright.sync_api import expect

from extract.records import ClaimantType, EventType, Modality
from geo.store import open_store

pytestmark = pytest.mark.browser

NOW = datetime(2026, 1, 5, tzinfo=UTC)
SPOT = make_location(lon=38.2842, lat=34.5601)


def report(store, number, publisher, text, **said):
    claim = make_claim(
        claim_id=f"c{number}",
        article_id=f"a{number}",
        sentence=text,
        char_end=len(text),
        claimed_by=None,
        **{"claimant_type": ClaimantType.NEWSROOM, **said},
    )
    article = make_article(
        article_id=f"a{number}",
        text=f"{text}{' ' * 80}",
        title=f"Report {number}",
        publisher=publisher,
        published=date(2017, 3, 3 + number),
    )
    placing = make_placing({claim.claim_id: SPOT}, article_id=article.article_id)
    store.add(article, [claim], placing, now=NOW)


@pytest.fixture(scope="module")
def disputed(tmp_path_factory, cache):
    """The address of a server on a store where two sides say opposite things."""
    where = tmp_path_factory.mktemp("disputed") / "store.sqlite"
    with open_store(where) as store:
        report(store, 1, "SANA", "The army took Palmyra from Islamic State on 2 March.")
        report(
            store,
            2,
            "Amaq",
            "Islamic State holds Palmyra.",
            event_type=EventType.HOLDS,
            gained_by="Islamic State",
            lost_by=None,
        )
        report(
            store,
            3,
            "Amaq",
            "Islamic State denied that Palmyra was lost.",
            modality=Modality.DENIED,
            claimant_type=ClaimantType.LOSER,
        )
    with server.served(where, cache=cache) as address:
        yield address


def test_opposite_claims_stand_side_by_side_with_the_reasons(visit, disputed):
    screen = visit(f"{disputed}/?event=e-c1")
    pane = screen.page.locator(".st-key-pane")
    expect(pane.locator(".tl-why")).to_have_text(
        "Denied by Islamic State on 6 March 2017; for the same days Islamic State is"
        " reported to have the place; claimed by the taker only: Syrian government;"
        " SANA leans towards Syrian government, and counts fully only against it"
    )
    accounts = screen.page.locator(".st-key-accounts")
    left, right = accounts.locator('[data-testid="stColumn"]').all()
    expect(left).to_contain_text("The army took Palmyra")
    expect(right).to_contain_text("denied that Palmyra was lost")
    expect(right).to_contain_text("Islamic State holds Palmyra")
    expect(left).not_to_contain_text("holds Palmyra")
    one, other = left.bounding_box(), right.bounding_box()
    assert one["x"] + one["width"] <= other["x"]


def test_the_switch_weighs_all_alike_and_stands_in_the_address(visit, disputed):
    screen = visit(f"{disputed}/?event=e-c2")
    why = screen.page.locator(".st-key-pane .tl-why")
    expect(why).to_contain_text("Amaq leans towards Islamic State")
    screen.settle()
    screen.page.get_by_role("button", name="Filters").click()
    screen.page.get_by_text("Weigh all publishers alike").click()
    expect(why).to_contain_text("All publishers are weighed alike".lower())
    expect(why).to_contain_text("a newsroom says so in its own voice: Amaq")
    screen.page.wait_for_url("**alike=1**")
    again = visit(f"{disputed}/?event=e-c2&alike=1")
    expect(again.page.locator(".st-key-pane .tl-why")).to_contain_text("weighed alike")
    again.settle()
    assert "alike=1" in again.page.url
