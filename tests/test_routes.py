"""What the routes beside the page answer to whoever asks for anything."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import server
from asgi_client import Client
from starlette.applications import Starlette
from test_layers_of_others import ACLED, add

from geo.api.serving import api_routes
from geo.archiving import archive, restore
from geo.basemap import offered
from geo.layer_files import read_layer
from geo.layers import Layer, add_layer
from geo.pages.correcting import correction_routes
from geo.pages.news import news_routes
from geo.pages.routes import middleware, routes
from geo.store import open_store

LONG = "9" * 5_000


def now():
    return datetime.now(UTC)


def client(path):
    """Return a client of all routes over a store, with what guards them."""

    def where():
        return path

    return Client(
        Starlette(
            routes=[
                *routes(where, lambda: offered({})),
                *news_routes(where, SimpleNamespace(latest=18)),
                *api_routes(where, {"TIDELINE_API_RATE": "0"}, now),
                *correction_routes(where, lambda: False),
            ],
            middleware=middleware(offered({})),
        )
    )


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("routes") / "store.sqlite"
    server.fill(path)
    return path


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (f"/tideline/layers/{LONG}.json", 414),
        (f"/tideline/layers/1/{LONG}.json", 414),
        (f"/tideline/news/{LONG}.json", 414),
        (f"/tideline/news/{LONG[:3_000]}.json", 200),
        ("/tideline/news/-1.json", 404),
        (f"/tideline/data/x/words/en/{LONG}.json", 414),
        (f"/tideline/tiles/{LONG}/1/1", 414),
        (f"/tideline/layers/{LONG[:3_000]}.json", 404),
        ("/tideline/layers/1.json", 404),
        ("/tideline/map/..%2f..%2fgeo%2fstore.py", 404),
        ("/tideline/basemap/%00.json", 404),
        ("/tideline/language/..%2fen.json", 404),
        ("/tideline/data/..%2fx/events.bin", 404),
        ("/corrections?before=1e9", 400),
        ("/corrections?lang=../../en%00", 200),
        ("/api/collections/events/items/e-'%20OR%201=1--", 404),
        ("/api/collections/control/items/x@9999-12-31", 404),
        ("/api/collections/areas/items?datetime=9999-12-31", 200),
        (f"/api/collections/events/items?offset={LONG[:4_500]}", 200),
    ],
)
def test_whatever_is_asked_is_answered(path, asked, status):
    assert client(path).get(asked).status_code == status


@pytest.mark.parametrize(
    "asked",
    [
        "/tideline/news/1.json",
        *("/corrections", "/corrections.atom", "/tideline/layers/1.json"),
        *("/tideline/data/x/events.bin", "/api/collections"),
    ],
)
def test_where_the_store_lies_is_told_to_nobody(tmp_path, asked):
    answer = client(tmp_path / "secret" / "store.sqlite").get(asked)
    assert answer.status_code == 503
    assert "secret" not in answer.text


def test_a_layer_is_that_of_the_store_that_is_there_now(tmp_path):
    path, packed = tmp_path / "store.sqlite", tmp_path / "a.zip"
    with open_store(path) as store:
        add(store)
    archive(path, packed, now=now())
    path.unlink()
    kind, events, _bad = read_layer(ACLED.encode())
    with open_store(path) as store:
        layer = Layer(name="One", kind=kind)
        add_layer(store, layer, ACLED.encode(), events[:1], now=now())
    asking = client(path)
    assert len(asking.get("/tideline/layers/1.json").json()["x"]) == 1
    restore(packed, path, replace=True)
    assert len(asking.get("/tideline/layers/1.json").json()["x"]) == 3


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (18, {"act": 18, "reports": 0, "changes": 0}),
        (16, {"act": 18, "reports": 2, "changes": 0}),
        # An earlier state was restored.
        (19, {"act": 18, "reports": 0, "changes": 1}),
    ],
)
def test_news_are_counted_from_what_a_page_has_seen(path, seen, told):
    assert client(path).get(f"/tideline/news/{seen}.json").json() == told
