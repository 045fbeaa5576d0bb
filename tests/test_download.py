"""A list is fetched over lines that break and from servers that lie."""

import socket
import threading

import dump_server
import pytest

from geo.download import fetched
from geo.listings import ListError

BODY = bytes(range(256)) * 40
HALF = len(BODY) // 2


@pytest.fixture
def dumps():
    with dump_server.running() as running:
        running.files["/SY.zip"] = BODY
        yield running


@pytest.fixture
def part(tmp_path):
    return tmp_path / "sy.part"


def fetch(dumps, part, progress=None):
    with fetched(f"{dumps.url}/SY.zip", part, progress) as whole:
        return whole.read_bytes()


def ranges(dumps):
    return [headers.get("Range") for _path, headers in dumps.requests]


def refused(dumps, part):
    with pytest.raises(ListError) as caught:
        fetch(dumps, part)
    words = str(caught.value)
    assert "\n" not in words
    assert dumps.url in words or "127.0.0.1" in words
    return words


def test_a_file_comes_whole_and_its_part_goes(dumps, part):
    seen = []
    assert fetch(dumps, part, lambda *told: seen.append(told)) == BODY
    assert seen[-1] == (len(BODY), len(BODY))
    assert [f.name for f in part.parent.iterdir()] == ["sy.part.lock"]


def test_a_cut_line_is_taken_up_where_it_broke(dumps, part):
    dumps.cuts = [HALF, 100]
    assert fetch(dumps, part) == BODY
    assert ranges(dumps) == [None, f"bytes={HALF}-", f"bytes={HALF + 100}-"]


def test_what_came_is_kept_for_the_next_time(dumps, part):
    dumps.cuts = [HALF, 0]
    words = refused(dumps, part)
    assert f"after {HALF} of {len(BODY)} bytes" in words
    assert "do the same again" in words
    assert part.read_bytes() == BODY[:HALF]
    assert fetch(dumps, part) == BODY
    assert ranges(dumps)[-1] == f"bytes={HALF}-"
    assert dumps.requests[-1][1]["If-Range"] == '"one"'


def test_a_file_that_changed_meanwhile_comes_whole(dumps, part):
    dumps.cuts = [HALF, 0]
    refused(dumps, part)
    dumps.files["/SY.zip"] = other = BODY[::-1]
    dumps.tags["/SY.zip"] = '"two"'
    assert fetch(dumps, part) == other


def test_a_server_that_does_not_heed_if_range_mixes_nothing(dumps, part):
    dumps.cuts = [HALF, 0]
    refused(dumps, part)
    other = BODY[::-1]

    def careless(handler):
        headers = {"ETag": '"two"', "Content-Type": "application/zip"}
        if "Range" in handler.headers:
            headers["Content-Range"] = f"bytes {HALF}-{len(BODY) - 1}/{len(BODY)}"
            dump_server.send(handler, 206, headers, other[HALF:])
        else:
            dump_server.send(handler, 200, headers, other)

    dumps.answer = careless
    assert fetch(dumps, part) == other


def test_a_server_without_ranges_sends_it_all_again(dumps, part):
    dumps.has_ranges = False
    dumps.cuts = [HALF]
    assert fetch(dumps, part) == BODY
    assert len(dumps.requests) == 2


def test_a_version_without_a_mark_is_begun_anew(dumps, part):
    dumps.tags["/SY.zip"] = ""
    dumps.cuts = [HALF]
    assert "do the same again" in refused(dumps, part)
    assert fetch(dumps, part) == BODY
    assert ranges(dumps) == [None, None]


def test_a_weak_mark_is_none(dumps, part):
    dumps.tags["/SY.zip"] = 'W/"one"'
    dumps.cuts = [HALF]
    refused(dumps, part)
    assert fetch(dumps, part) == BODY
    assert ranges(dumps) == [None, None]


def test_a_part_that_is_whole_already_is_used(dumps, part):
    dumps.cuts = [HALF, 0]
    refused(dumps, part)
    part.write_bytes(BODY)
    assert fetch(dumps, part) == BODY


def test_a_part_that_is_too_long_is_thrown_away(dumps, part):
    dumps.cuts = [HALF, 0]
    refused(dumps, part)
    part.write_bytes(BODY + b"more")
    assert fetch(dumps, part) == BODY


def test_a_part_of_another_address_is_not_gone_on_with(dumps, part):
    dumps.cuts = [HALF, 0]
    refused(dumps, part)
    dumps.files["/elsewhere/SY.zip"] = BODY[::-1]
    with fetched(f"{dumps.url}/elsewhere/SY.zip", part) as whole:
        assert whole.read_bytes() == BODY[::-1]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "not there (404)"),
        (500, "500 (internal server error); try again"),
        (403, "403"),
    ],
)
def test_a_status_is_told(dumps, part, status, words):
    dumps.answer = lambda handler: dump_server.send(handler, status, {}, b"secret")
    told = refused(dumps, part)
    assert words in told
    assert "secret" not in told


def test_an_error_leaves_what_came_before(dumps, part):
    dumps.cuts = [HALF, 0]
    refused(dumps, part)
    dumps.answer = lambda handler: dump_server.send(handler, 503, {}, b"")
    refused(dumps, part)
    assert part.read_bytes() == BODY[:HALF]


def test_a_web_page_is_told_from_a_file(dumps, part):
    headers = {"Content-Type": "text/html; charset=utf-8"}
    dumps.answer = lambda handler: dump_server.send(handler, 200, headers, b"<html>")
    assert "log in" in refused(dumps, part)


@pytest.mark.parametrize(
    "to",
    ["https://127.0.0.1/SY.zip", "ftp://127.0.0.1/SY.zip", "file:///etc/passwd",
     "http://127.0.0.2/SY.zip", "//example.org/SY.zip"],
)  # fmt: skip
def test_no_redirect_leads_to_another_server_or_scheme(dumps, part, to):
    headers = {"Location": to}
    dumps.answer = lambda handler: dump_server.send(handler, 302, headers, b"")
    assert "another server or scheme" in refused(dumps, part)
    assert len(dumps.requests) == 1


@pytest.mark.parametrize(
    ("to", "words"),
    [("http://[", "no address"), ("//[x]/SY.zip", "Invalid"), ("/\x7f", "Invalid")],
)
def test_a_redirect_to_what_is_no_address_is_told(dumps, part, to, words):
    headers = {"Location": to}
    dumps.answer = lambda handler: dump_server.send(handler, 302, headers, b"")
    assert words in refused(dumps, part)
    assert len(dumps.requests) == 1


def test_a_redirect_on_the_same_server_is_followed(dumps, part):
    def moved(handler):
        dumps.answer = None
        dump_server.send(handler, 301, {"Location": "/new/SY.zip"}, b"")

    dumps.files["/new/SY.zip"] = BODY
    dumps.answer = moved
    assert fetch(dumps, part) == BODY


def test_redirects_end(dumps, part):
    headers = {"Location": "/SY.zip"}
    dumps.answer = lambda handler: dump_server.send(handler, 302, headers, b"")
    assert "without end" in refused(dumps, part)


def test_too_much_is_not_read(dumps, part, monkeypatch):
    monkeypatch.setattr("geo.download.MAX_BYTES", 100)
    assert "more than 100 bytes" in refused(dumps, part)
    assert not part.exists()

    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(BODY)

    dumps.answer = endless
    assert "more than 100 bytes" in refused(dumps, part)
    assert not part.exists()


def test_fewer_bytes_than_said_are_a_cut(dumps, part):
    headers = {"Content-Length": str(len(BODY) + 7)}
    dumps.answer = lambda handler: dump_server.send(handler, 200, headers, BODY)
    assert "broke off" in refused(dumps, part)


def test_nobody_there(part):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (
        pytest.raises(ListError, match=f"127.0.0.1:{port} cannot be reached"),
        fetched(f"http://127.0.0.1:{port}/SY.zip", part),
    ):
        pass


@pytest.mark.parametrize(
    "url",
    ["ftp://x/SY.zip", "SY.zip", "http:///SY.zip", "http://[/", "http://u:p@x/SY.zip",
     "http://x/SY.zip?a=b", "file:///SY.zip", "http://x:99999/SY.zip"],
)  # fmt: skip
def test_what_is_no_address_is_refused(part, url):
    with pytest.raises(ListError, match=r"address|begin with http"), fetched(url, part):
        pass


def test_a_folder_that_is_not_there_is_told(dumps, part):
    with pytest.raises(ListError, match="cannot write in"):
        fetch(dumps, part.parent / "nowhere" / "sy.part")


def test_two_at_once_do_not_mix(dumps, part):
    begun = threading.Event()

    def slow(handler):
        begun.set()
        dumps.released.wait(60)
        dump_server.send(handler, 200, {}, BODY)

    dumps.answer = slow
    first = threading.Thread(target=lambda: fetch(dumps, part))
    first.start()
    assert begun.wait(60)
    with pytest.raises(ListError, match="fetched already"):
        fetch(dumps, part)
    dumps.released.set()
    first.join()
    assert len(dumps.requests) == 1
