"""Which requests a real server lets in: host, origin, method, size, path, headers."""

import http.client
import re
from contextlib import closing

import pytest
import server
from starlette.datastructures import Headers

from geo.pages.guard import Guard
from geo.where import addresses_at, is_loopback

PUBLIC = "https://map.example.org"
LAN = "http://lan.example:8501"
ANY = "0.0.0.0"  # noqa: S104 - nothing listens there
SOCKET = "/_stcore/stream"
UPLOAD = "/_stcore/upload_file/session/file"


@pytest.fixture(scope="module")
def port(tmp_path_factory, cache):
    """The port of a server that others reach under two addresses."""
    where = tmp_path_factory.mktemp("guard") / "store.sqlite"
    server.fill(where)
    addresses = f"{PUBLIC}, {LAN}"
    with server.served(where, cache=cache, TIDELINE_ADDRESSES=addresses) as address:
        yield int(address.rsplit(":", 1)[1])
    # Nothing above made Streamlit ask elsewhere for its own address.
    assert "external IP" not in where.with_name("store.sqlite.log").read_text()


def ask(port, method, path, *, content=None, hosts=None, **headers):
    """Send one request as it is, and return status, headers and content."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with closing(connection):
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for host in [f"127.0.0.1:{port}"] if hosts is None else hosts:
            connection.putheader("Host", host)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        if content is not None:
            connection.putheader("Content-Length", str(len(content)))
        connection.endheaders(content)
        answer = connection.getresponse()
        # What follows a changed protocol is no content.
        told = b"" if answer.status == 101 else answer.read(1_000_000)
        return answer.status, answer.headers, told


def upgrade(port, *, hosts=None, **headers):
    """Ask for the page's websocket, and return the status."""
    asked = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
        **headers,
    }
    return ask(port, "GET", SOCKET, hosts=hosts, **asked)[0]


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "127.0.0.1.evil.example", "localhost.evil.example"),
        *("evil.example:8501", "map.example.org.evil.example", "map.example.org:81"),
        *("user@127.0.0.1", "127.0.0.1/x", "192.0.2.7", ANY, "[::", "", "lan"),
        *("127.0.0.1:99999", "127.0.0.1#.evil.example", "lan.example"),
    ],
)
def test_another_host_is_refused(port, host):
    status, headers, told = ask(port, "GET", "/", hosts=[host])
    # What is no host at all uvicorn itself may refuse.
    assert status in (421, 400)
    assert b"<html" not in told
    assert upgrade(port, hosts=[host], Origin=f"http://{host}") in (403, 400)
    if status == 421:
        assert b"TIDELINE_ADDRESSES" in told
        assert "content-security-policy" in headers


def test_the_tiles_events_and_words_are_refused_to_another_host_too(port):
    for path in ("/tideline/map/joined.js", "/_stcore/health", "/oauth2callback"):
        assert ask(port, "GET", path, hosts=["evil.example"])[0] == 421


def test_two_hosts_are_refused(port):
    both = [f"127.0.0.1:{port}", "evil.example"]
    assert ask(port, "GET", "/", hosts=both)[0] in (400, 421)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost:1", "[::1]:80", "MAP.example.org", "lan.example:8501"],
)
def test_this_machine_and_the_given_addresses_are_served(port, host):
    assert ask(port, "GET", "/", hosts=[host])[0] == 200


def test_the_websocket_opens_to_the_page_itself_alone(port):
    own = f"http://127.0.0.1:{port}"
    assert upgrade(port, Origin=own) == 101
    assert upgrade(port, Origin=own, Sec_Fetch_Site="same-origin") == 101
    public = ["map.example.org"]
    assert upgrade(port, hosts=public, Origin=PUBLIC) == 101
    for origin in (
        *("http://evil.example", "null", "http://127.0.0.1:1", "http://localhost:3000"),
        *(f"https://127.0.0.1:{port}", f"{own}.evil.example", f"{own}/", PUBLIC, ""),
    ):
        assert upgrade(port, Origin=origin) == 403, origin
    assert upgrade(port) == 403
    assert upgrade(port, Origin=own, Sec_Fetch_Site="same-site") == 403
    # The page behind https is not to be opened from its own name without it.
    plain = PUBLIC.replace("https", "http")
    assert upgrade(port, hosts=public, Origin=plain) == 403
    forwarded = {"X_Forwarded_Proto": "http", "X_Forwarded_Host": "evil.example"}
    assert upgrade(port, Origin="http://evil.example", **forwarded) == 403


@pytest.mark.parametrize("method", ["POST", "PATCH", "TRACE", "CONNECT", "BREW", "PUT"])
@pytest.mark.parametrize("path", ["/", "/tideline/map/joined.js", SOCKET])
def test_the_page_is_only_read(port, method, path):
    status, headers, _ = ask(port, method, path, content=b"")
    assert (status, headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_no_agent_drives_the_page(port):
    for path in ("interact", "mcp"):
        assert ask(port, "POST", f"/_stcore/agent/{path}", content=b"{}")[0] == 405


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "http://localhost:3000"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_an_upload_from_another_site_is_refused(port, method, headers):
    status, _, told = ask(port, method, UPLOAD, content=b"", **headers)
    assert (status, told) == (403, b"this has to come from the page itself")


def test_an_upload_without_streamlits_token_is_refused_by_streamlit(port):
    origin = f"http://127.0.0.1:{port}"
    status, _, told = ask(port, "PUT", UPLOAD, content=b"", Origin=origin)
    assert status == 403
    assert b"XSRF" in told


def test_another_site_cannot_sign_anybody_out(port):
    assert ask(port, "GET", "/auth/logout", Sec_Fetch_Site="cross-site")[0] == 403
    assert ask(port, "GET", "/auth/logout", Sec_Fetch_Site="same-origin")[0] == 302


def test_content_where_none_belongs_is_refused(port):
    assert ask(port, "GET", "/", content=b"x" * 100_000)[0] == 413
    assert ask(port, "OPTIONS", "/", Transfer_Encoding="chunked")[0] == 413


def test_another_site_may_ask_and_not_read(port):
    status, headers, _ = ask(port, "GET", "/_stcore/health", Origin="http://evil.test")
    assert status == 200
    assert "access-control-allow-origin" not in headers
    assert headers["cross-origin-resource-policy"] == "same-origin"
    status, headers, _ = ask(
        port,
        "OPTIONS",
        "/_stcore/host-config",
        Origin="http://evil.test",
        Access_Control_Request_Method="GET",
    )
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    "path",
    [
        "/tideline/map/../../../pyproject.toml",
        "/tideline/map/..%2f..%2f..%2fpyproject.toml",
        "/tideline/map/%2e%2e/%2e%2e/pyproject.toml",
        "/tideline/map/..%5c..%5cpyproject.toml",
        "/tideline/map//etc/passwd",
        "/tideline/map/%2fetc%2fpasswd",
        "/tideline/map/joined.js%00.css",
        "/tideline/basemap/..%2f..%2fmap%2fx.json",
        "/tideline/basemap/../../pyproject.json",
        "/tideline/language/..%2f..%2fx.json",
        "/tideline/data/..%2f..%2fstore/events.bin",
        "/tideline/data/x/words/en/99999999999999999999999.json",
        "/component/streamlit_folium.st_folium/../../../pyproject.toml",
        "/component/streamlit_folium.st_folium/..%2f..%2f..%2fRECORD",
        "/media/..%2f..%2fpyproject.toml",
        "/static/..%2f..%2f..%2fetc%2fpasswd",
        "//etc/passwd",
        "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/.streamlit/secrets.toml",
        "/streamlit_app.py",
    ],
)
def test_no_path_leads_to_a_file_that_is_not_served(port, path):
    status, _, told = ask(port, "GET", path)
    assert status < 500
    # Streamlit answers a path that it does not know with the page, which has no data.
    assert status >= 400 or b"<title>Streamlit</title>" in told
    assert b"[project]" not in told
    assert b"root:" not in told


def test_headers_say_what_the_page_needs_and_no_more(port):
    _, headers, _ = ask(port, "GET", "/")
    policy = dict(
        part.split(" ", 1) for part in headers["content-security-policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert policy["object-src"] == "'none'"
    assert "unsafe" not in policy["script-src"].replace("wasm-unsafe-eval", "")
    # Nothing but this server, data and what the page itself made.
    sources = set(" ".join(policy.values()).split())
    assert {s for s in sources if not s.startswith(("'", "data:", "blob:"))} == set()
    assert "geolocation=()" in headers["permissions-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_https_is_insisted_on_where_it_is_spoken(port):
    name = "strict-transport-security"
    _, headers, _ = ask(port, "GET", "/_stcore/health", hosts=["map.example.org"])
    assert headers[name] == "max-age=31536000"
    assert re.search("_streamlit_xsrf=.*; Secure", headers["set-cookie"])
    for hosts in (None, ["lan.example:8501"]):
        forwarded = {"X_Forwarded_Proto": "https", "X_Forwarded_Ssl": "on"}
        _, headers, _ = ask(port, "GET", "/_stcore/health", hosts=hosts, **forwarded)
        assert name not in headers
        assert "Secure" not in headers["set-cookie"]


def test_the_address_that_a_request_came_to_is_its_host():
    """A machine may be reached by its own number, which no name can point elsewhere."""

    def refusal(host, local):
        scope = {"type": "http", "method": "GET", "path": "/", "server": (local, 80)}
        scope["headers"] = Headers({"host": host}).raw
        return Guard(None).refusal(scope)

    assert refusal("192.0.2.7:8501", "192.0.2.7") is None
    assert refusal("192.0.2.8:8501", "192.0.2.7")[0] == 421
    assert refusal("evil.example", "192.0.2.7")[0] == 421


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("map.example.org", "no address such as"),
        ("https://map.example.org/", "no address such as"),
        ("https://map.example.org/x", "no address such as"),
        ("ftp://map.example.org", "no address such as"),
        ("https://", "no address such as"),
        ("https://me@map.example.org", "no address such as"),
        ("*", "no address such as"),
    ],
)
def test_an_address_that_is_none_is_said(given, told):
    with pytest.raises(ValueError, match=f"TIDELINE_ADDRESSES: .*{told}"):
        addresses_at({"TIDELINE_ADDRESSES": given})


def test_addresses_are_parted_by_spaces_or_commas():
    given = {"TIDELINE_ADDRESSES": " https://A.example,http://b.example:81  "}
    assert addresses_at(given) == ("https://a.example", "http://b.example:81")
    assert addresses_at({}) == ()


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost"]
)
def test_loopback(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", [None, "", ANY, "::", "192.168.1.1", "example"])
def test_everywhere_else_is_not_loopback(host):
    assert not is_loopback(host)
