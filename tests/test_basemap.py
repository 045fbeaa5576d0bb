"""Tiles that a user sets up: an address of their own, and a PMTiles file."""

import asyncio
import gzip
import re
import struct
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pmtiles.tile import Compression, TileType
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest
from tile_files import pmtiles, png

from geo.basemap import (
    CREDIT_LIMIT,
    BasemapError,
    Ground,
    offered,
    open_archive,
    read_address,
)
from geo.pages.routes import policy
from geo.pages.tiles import tile_routes

RED, BLUE = png(200, 0, 0), png(0, 0, 200)
ORIGIN = re.compile(r"https?://[a-z0-9.\[\]:-]+")


@pytest.mark.parametrize(
    ("template", "origin"),
    [
        ("https://tiles.example.org/{z}/{x}/{y}.png", "https://tiles.example.org"),
        ("https://t.example:8443/a/{z}/{y}/{x}", "https://t.example:8443"),
        ("https://a.example/wmts?m={z}&c={x}&r={y}&key=1%20", "https://a.example"),
        ("http://127.0.0.1:8080/{z}/{x}/{y}", "http://127.0.0.1:8080"),
        ("http://localhost/{z}/{x}/{y}.webp", "http://localhost"),
        ("http://[::1]:9000/{z}/{x}/{y}", "http://[::1]:9000"),
    ],
)
def test_an_address_of_tiles_is_read(template, origin):
    address = read_address(template, "Makers")
    assert (address.url, address.origin) == (template, origin)


@pytest.mark.parametrize(
    "template",
    [
        "",
        "tiles.example.org/{z}/{x}/{y}",
        "http://tiles.example.org/{z}/{x}/{y}",
        "ftp://tiles.example.org/{z}/{x}/{y}",
        "javascript:alert(1)//{z}/{x}/{y}",
        "data:image/png;base64,{z}{x}{y}",
        "https://tiles.example.org/{z}/{x}",
        "https://tiles.example.org/{z}/{x}/{y}/{y}",
        "https://tiles.example.org/{z}/{x}/{y}/{q}",
        "https://{z}.example.org/{x}/{y}/",
        "https://tiles.example.org/{z}/{x}/{y}}",
        "https://tiles.example.org/{{z}}/{x}/{y}",
        "https://user:word@tiles.example.org/{z}/{x}/{y}",
        "https://tiles.example.org; script-src *;/{z}/{x}/{y}",
        "https://tiles.example.org/{z}/{x}/{y} https://else.example/",
        "https://tiles.example.org/{z}/{x}/{y}\nSet-Cookie: a",
        "https://tiles.example.org/{z}/{x}/{y}'<b>",
        "https://TILES.example.org/{z}/{x}/{y}",
        "https://-tiles/{z}/{x}/{y}",
        "https://tiles.example.org:999999/{z}/{x}/{y}",
        "https://tiles.example.org/" + "a" * 500 + "{z}/{x}/{y}",
        "http://127.0.0.1.example.org/{z}/{x}/{y}",
    ],
)
def test_what_is_no_address_of_tiles_is_refused_with_an_example(template):
    with pytest.raises(BasemapError, match="Set it to one like https://"):
        read_address(template, "Makers")


@given(*[st.text("aZ09.-:;'\"/ {}@[]?*\n", max_size=20)] * 3)
@settings(deadline=None, max_examples=60)
def test_no_address_says_more_in_the_policy_than_one_origin(host, path, after):
    try:
        address = read_address(f"https://{host}/{path}{{z}}/{{x}}/{{y}}{after}", "M")
    except BasemapError:
        return
    assert ORIGIN.fullmatch(address.origin)


def test_tiles_of_ones_own_need_their_makers_named_in_plain_words():
    template = "https://tiles.example.org/{z}/{x}/{y}"
    for nobody in ("", " \n", "\u202e"):
        with pytest.raises(BasemapError, match="say in TIDELINE_TILES_ATTRIBUTION"):
            read_address(template, nobody)
    said = read_address(template, " © The\n <b>makers</b>\u202e " + "x" * 500).credit
    assert said.startswith("© The <b>makers</b> xx")
    assert len(said) == CREDIT_LIMIT


def test_the_policy_lets_the_map_ask_the_chosen_hosts_and_the_page_none():
    own = "https://tiles.example.org"
    images = re.search(r"img-src ([^;]*)", policy(of_map=True, tiles=own))[1]
    assert images == f"'self' data: blob: https://tile.openstreetmap.org {own}"
    assert own not in policy(of_map=True)
    assert "http" not in policy(of_map=False, tiles=own)


def test_a_file_gives_its_tiles_and_none_where_it_has_none(tmp_path):
    path = pmtiles(
        tmp_path / "a.pmtiles",
        {(0, 0, 0): RED, (3, 4, 3): BLUE, (3, 5, 3): BLUE},
        attribution='<a href="https://x.example">© M&amp;M</a><img src=x>',
    )
    archive = open_archive(path)
    assert archive.tile(0, 0, 0) == RED
    assert archive.tile(3, 4, 3) == archive.tile(3, 5, 3) == BLUE
    assert (archive.least, archive.most, archive.kind) == (0, 3, "image/png")
    assert archive.box == (-180, -85, 180, 85)
    assert archive.credit == "© M&M"
    for at in [(3, 0, 0), (2, 0, 0), (3, 8, 0), (3, -1, 0), (4, 0, 0), (40, 0, 0)]:
        assert archive.tile(*at) is None


def test_a_file_with_directories_within_directories_is_read(tmp_path):
    # Pictures of many lengths, so that the first directory cannot hold them all.
    tiles = {(8, x, y): bytes(1 + (x * 7919 + y * 104729) % 997) for x in range(128) for y in range(128)}  # fmt: skip
    tiles = {at: bytes(at[1:]) + data for at, data in tiles.items()}
    archive = open_archive(pmtiles(tmp_path / "a.pmtiles", tiles))
    for at in [(8, 0, 0), (8, 127, 127), (8, 64, 3), (8, 5, 99)]:
        assert archive.tile(*at) == tiles[at]
    assert archive.tile(8, 200, 200) is None


def test_a_file_that_was_replaced_is_opened_anew(tmp_path):
    path = pmtiles(tmp_path / "a.pmtiles", {(0, 0, 0): RED})
    first = open_archive(path)
    pmtiles(tmp_path / "b", {(0, 0, 0): BLUE + b"more"}).replace(path)
    assert first.tile(0, 0, 0) == RED
    assert open_archive(path).tile(0, 0, 0) == BLUE + b"more"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": TileType.MVT}, "holds vector tiles, and the map draws pictures"),
        ({"kind": TileType.AVIF}, "holds other tiles"),
        ({"tile_compression": Compression.GZIP}, "holds other tiles"),
    ],
)
def test_a_file_of_other_tiles_is_refused_with_what_to_do(tmp_path, changes, words):
    path = pmtiles(tmp_path / "a.pmtiles", {(0, 0, 0): RED}, **changes)
    with pytest.raises(BasemapError, match=words) as refused:
        open_archive(path)
    assert "PNG, JPEG or WebP" in str(refused.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Fetch or make it anew"),
        (b"PMTiles", "Fetch or make it anew"),
        (b"PMTiles\x02" + bytes(200), "Fetch or make it anew"),
        (b"SQLite format 3\0" + bytes(200), "Fetch or make it anew"),
        (b"\xff" * 300, "Fetch or make it anew"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path, content, words):
    path = tmp_path / "a.pmtiles"
    path.write_bytes(content)
    with pytest.raises(BasemapError, match=words):
        open_archive(path)


def test_a_file_or_folder_that_cannot_be_read_says_so(tmp_path):
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(BasemapError, match="cannot be read: "):
            open_archive(path)


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_a_damaged_file_is_refused_or_serves_pictures(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("damaged")
    whole = pmtiles(folder / "whole", {(1, x, 0): RED for x in (0, 1)}).read_bytes()
    cut = data.draw(st.integers(0, len(whole)))
    at = data.draw(st.integers(0, len(whole) - 1))
    damaged = bytearray(whole[:cut])
    damaged[at : at + 1] = bytes([data.draw(st.integers(0, 255))])
    path = folder / "damaged"
    path.write_bytes(damaged)
    try:
        tile = open_archive(path).tile(1, 0, 0)
    except BasemapError:
        return
    assert tile is None or isinstance(tile, bytes)


@pytest.mark.parametrize(("at", "credit"), [(8, None), (24, "")])
def test_a_little_that_would_unpack_to_much_is_refused(tmp_path, at, credit):
    path = pmtiles(tmp_path / "world", {(0, 0, 0): RED}, attribution="Makers")
    packed = gzip.compress(b'{"attribution": "%s"}' % (b" x" * 10_000_000))
    whole = bytearray(path.read_bytes())
    whole[at : at + 16] = struct.pack("<QQ", len(whole), len(packed))
    path.write_bytes(whole + packed)
    if credit is None:
        with pytest.raises(BasemapError, match="no whole PMTiles file"):
            open_archive(path)
    else:
        assert open_archive(path).credit == credit


def test_what_is_set_up_is_offered_and_what_is_wrong_is_told(tmp_path):
    assert offered({}).grounds == (Ground.OUTLINES, Ground.OSM)
    path = pmtiles(tmp_path / "a.pmtiles", {(0, 0, 0): RED})
    right = offered(
        {
            "TIDELINE_TILES": "https://tiles.example.org/{z}/{x}/{y}",
            "TIDELINE_TILES_ATTRIBUTION": "Makers",
            "TIDELINE_PMTILES": str(path),
        }
    )
    assert right.grounds == tuple(Ground)
    assert right.troubles == ()
    wrong = offered({"TIDELINE_TILES": "x", "TIDELINE_PMTILES": str(tmp_path)})
    assert wrong.grounds == (Ground.OUTLINES, Ground.OSM)
    assert len(wrong.troubles) == 2


def asking(found):
    """Return a way to ask the routes of these tiles for a path."""
    app = Starlette(routes=tile_routes(lambda: found))

    async def ask(path):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1"
        ) as client:
            return await client.get(f"/tideline/{path}")

    def get(path):
        # In a thread of its own: the browser of other tests has a loop in this one.
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(lambda: asyncio.run(ask(path))).result()

    return get


def test_the_routes_serve_a_files_tiles_and_a_clear_picture_where_it_has_none(tmp_path):
    tiles = {(0, 0, 0): RED, (2, 1, 1): BLUE}
    path = pmtiles(tmp_path / "a.pmtiles", tiles, attribution="Us")
    get = asking(offered({"TIDELINE_PMTILES": str(path)}))
    told = get("tiles.json").json()
    assert told["address"] is None
    assert told["archive"]["box"] == [-180, -85, 180, 85]
    assert (told["archive"]["credit"], told["archive"]["most"]) == ("Us", 2)
    tile = get("tiles/2/1/1")
    assert (tile.content, tile.headers["content-type"]) == (BLUE, "image/png")
    nothing = get("tiles/2/3/3")
    assert nothing.status_code == 200
    assert nothing.content.startswith(b"\x89PNG")
    assert nothing.content not in (RED, BLUE)
    for wrong in ("2/1/-1", "2/1/a", "2/1", "2/1/%2e%2e"):
        assert get(f"tiles/{wrong}").status_code == 404


def test_without_a_file_there_are_no_tiles():
    get = asking(offered({}))
    assert get("tiles.json").json() == {"address": None, "archive": None}
    assert get("tiles/0/0/0").status_code == 404


def test_a_tile_that_lies_beyond_the_files_end_is_an_error_in_words(tmp_path):
    path = pmtiles(tmp_path / "a.pmtiles", {(0, 0, 0): RED})
    content = path.read_bytes()
    path.write_bytes(content[: -len(RED) // 2])
    answer = asking(offered({"TIDELINE_PMTILES": str(path)}))("tiles/0/0/0")
    assert answer.status_code == 500
    assert "Fetch or make it anew" in answer.text
    assert str(tmp_path) not in answer.text


def page_with_a_choice_of_tiles(environment):
    import streamlit as st

    from geo.basemap import offered
    from geo.pages.tiles import choose, ground_number

    choose(offered(environment))
    st.text(f"number {ground_number()}")


def choosing(**environment):
    return AppTest.from_function(
        page_with_a_choice_of_tiles, args=(environment,), default_timeout=30
    ).run()


def test_each_choice_says_whom_it_asks_and_has_its_number(tmp_path):
    path = pmtiles(tmp_path / "a.pmtiles", {(0, 0, 0): RED})
    page = choosing(
        TIDELINE_PMTILES=str(path),
        TIDELINE_TILES="https://tiles.example.org/{z}/{x}/{y}",
        TIDELINE_TILES_ATTRIBUTION="Makers",
    )
    assert not page.exception
    assert page.radio[0].proto.captions == [
        "Natural Earth, from this server; asks no other host",
        r"Asks tile\.openstreetmap\.org",
        r"Asks tiles\.example\.org",
        "A PMTiles file on this server; asks no other host",
    ]
    for number, ground in enumerate(Ground):
        page.radio[0].set_value(ground).run()
        assert page.text[0].value == f"number {number}"


def test_a_file_that_cannot_be_used_is_not_offered_and_says_what_to_do(tmp_path):
    path = pmtiles(tmp_path / "v.pmtiles", {(0, 0, 0): b"v"}, kind=TileType.MVT)
    page = choosing(TIDELINE_PMTILES=str(path))
    assert page.radio[0].options == ["Outlines", "OpenStreetMap"]
    said = page.get("html")[0].proto.body
    assert "holds vector tiles" in said
    assert "PNG, JPEG or WebP" in said
