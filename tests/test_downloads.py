"""What the page hands over under Download, and what it holds back of it."""

import json
import re
from datetime import UTC, datetime

import numpy as np
import pytest
from blocks import blocks
from playwright.sync_api import expect
from server import SPOTS

from geo.withholding import snapped

# The events of `server.fill` are all long past; these are the days since the latest.
LATEST = datetime(2024, 12, 1, tzinfo=UTC)


def download(page, name):
    with page.expect_download() as caught:
        page.get_by_role("button", name=name, exact=True).click()
    return caught.value


def text_of(found):
    return found.path().read_text(encoding="utf-8")


def spots_of(found):
    features = json.loads(text_of(found))["features"]
    return {f["properties"]["place"]: f["geometry"]["coordinates"] for f in features}


@pytest.mark.browser
def test_what_is_downloaded_is_held_back_as_the_reader_asks(filled, visit):
    screen = visit(filled)
    page = screen.page
    screen.settle()
    page.get_by_role("button", name="Download").click()
    exact = spots_of(download(page, "GeoJSON"))
    assert exact["Palmyra"] == [round(one, 7) for one in SPOTS["Palmyra"]]

    # A day more than have passed since the latest event: it alone stays behind.
    days = (datetime.now(UTC) - LATEST).days + 1
    page.get_by_label("Leave out the last days").fill(str(days))
    page.get_by_label("Leave out the last days").press("Enter")
    expect(page.get_by_text("16 events shown")).to_be_visible()
    page.get_by_role("combobox", name=re.compile("Move places to a grid")).click()
    page.get_by_role("option", name="20 km").click()
    screen.settle()
    held = spots_of(download(page, "GeoJSON"))
    assert set(exact) - set(held) == {"Tell Rifaat"}
    for place, spot in held.items():
        lon, lat = SPOTS[place]
        x, y, _ = snapped(np.array([lon]), np.array([lat]), 20_000.0)
        assert np.allclose(spot, [x[0], y[0]], atol=1e-6)

    tagged = text_of(download(page, "CSV (HXL)")).splitlines()
    assert tagged[1].startswith("#event+id,#loc+name,")
    assert len(tagged) == 2 + 16

    one_file = text_of(download(page, "HTML"))
    assert "grid of 20 km" in one_file
    assert len(json.loads(blocks(one_file)["reading"])) == 16
    # The picture is the map's own; it gets the same numbers before it is drawn.
    picture = download(page, "Picture")
    assert picture.suggested_filename.endswith(".png")
    assert picture.path().read_bytes()[:4] == b"\x89PNG"
    wish = screen.map.evaluate("tideline.layer.wish")
    assert wish["coarsen_km"] == 20
    assert wish["until"] is not None
