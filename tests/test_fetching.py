"""Pages are fetched from servers that lie, point inwards, drip, or never end."""

import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_address

import hostile_server
import pytest
from hostile_server import PAGE, Clock, bomb

from geo.addresses import AddressError, address_of, allowed, pointed, refusal
from geo.fetching import FetchError, Limits, Manners, Mark, fetch
from geo.pacing import Pace

SMALL = Limits(max_bytes=100_000, seconds=20, redirects=3)


@pytest.fixture(scope="module")
def server():
    with hostile_server.running() as running:
        yield running


@pytest.fixture
def hostile(server):
    server.paths.clear()
    server.asked.clear()
    return server


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def manners(tmp_path, clock):
    pace = Pace(tmp_path / "pace.sqlite", clock=clock, sleep=clock.sleep)
    return Manners(pace=pace, clock=clock, allow_private=True, limits=SMALL)


def refused(url, manners, **how):
    with pytest.raises(FetchError) as caught:
        fetch(url, manners, **how)
    words = str(caught.value)
    assert "\n" not in words
    assert len(words) < 400
    return words


def names(**hosts):
    """Return a resolver of these names, and the names it was asked for."""
    asked = []

    def resolve(host, _port):
        asked.append(host)
        return hosts[host.replace(".", "_").replace("-", "_")]

    return resolve, asked


# What may be asked


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "2606:4700::6810:84e5", "64:ff9b::808:808", "2002:808:808::1"],
)
def test_public_addresses_may_be_asked(address):
    assert refusal(ip_address(address), allow_private=False) is None


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.9.10", "::1", "10.1.2.3", "172.16.0.1", "192.168.1.1"),
        *("100.64.0.1", "fd00::1", "64:ff9b::7f00:1", "64:ff9b::a00:1"),
        *(
            "2002:7f00:1::1",
            "2002:c0a8:101::",
            "192.0.0.1",
            "198.18.0.1",
            "2001:db8::1",
        ),
    ],
)
def test_private_addresses_may_be_asked_with_the_switch_only(address):
    words = refusal(ip_address(address), allow_private=False)
    assert "--allow-private" in words
    assert refusal(ip_address(address), allow_private=True) is None


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "0.1.2.3", "169.254.169.254", "224.0.0.1", "255.255.255.255"),  # noqa: S104 - to be refused
        *("240.0.0.1", "::", "fe80::1", "fe80::1%eth0", "ff02::1", "::7f00:1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8"),
        *("64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "2001:0:7f00:1::"),
    ],
)
def test_some_addresses_are_never_asked(address):
    for allow_private in (False, True):
        assert refusal(ip_address(address), allow_private=allow_private)


@pytest.mark.parametrize(
    "text",
    [
        *("", "news", "//news.example/a", "ftp://news.example/", "file:///etc/passwd"),
        *("gopher://news.example/", "javascript:alert(1)", "http://", "http:///a"),
        *("http://[::1", "http://news.example:99999/", "http://a\nb/", "http://\0/"),
        *("data:text/html,x", "http://" + "a" * 5_000),
    ],
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(AddressError) as caught:
        address_of(text)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "text", ["http://user:secret@news.example/", "http://user@news.example/a"]
)
def test_a_user_in_an_address_is_refused_and_its_password_not_repeated(text):
    with pytest.raises(AddressError, match="user or password") as caught:
        address_of(text)
    assert "secret" not in str(caught.value)
    with pytest.raises(AddressError, match="user or password"):
        pointed(address_of("http://news.example/"), text)


def test_an_address_of_another_script_is_asked_for_in_letters():
    assert address_of("http://مثال.إختبار/").raw_host == b"xn--mgbh0fb.xn--kgbechtv"


def test_one_private_address_among_public_ones_is_enough():
    resolve, _ = names(news_example=["8.8.8.8", "10.0.0.1"])
    with pytest.raises(AddressError, match=r"news\.example is 10\.0\.0\.1"):
        allowed(address_of("http://news.example/"), resolve, allow_private=False)


@pytest.mark.parametrize("found", [[], ["8.8.8.8"] * 100])
def test_a_name_of_no_or_a_hundred_addresses_is_none(found):
    with pytest.raises(AddressError, match=f"has {len(found)} addresses"):
        allowed(
            address_of("http://news.example/"),
            lambda *_: found,
            allow_private=True,
        )


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "0177.0.0.1", "[::1]"]
)
def test_this_machine_is_refused_however_it_is_written(hostile, manners, host):
    manners = replace(manners, allow_private=False)
    hostile.page("/")
    words = refused(f"http://{host}:{hostile.port}/", manners)
    assert any(
        said in words for said in ("this very machine", "is not known", "is no address")
    )
    assert hostile.asked == []


# What is sent


def test_a_page_is_fetched_and_the_request_says_little(hostile, manners):
    hostile.page("/a", kind="text/html; charset=utf-8", Set_Cookie="id=1")
    fetched = fetch(f"{hostile.url}/a?b=1#c", manners)
    assert fetched.source.content == PAGE
    assert fetched.source.media_type == "text/html; charset=utf-8"
    assert fetched.source.name == f"{hostile.url}/a?b=1#c"
    assert fetched.source.url == f"{hostile.url}/a?b=1"
    fetch(f"{hostile.url}/a", manners)
    for _path, headers in hostile.asked:
        assert set(headers) == {
            *("Host", "User-Agent", "Accept", "Accept-Encoding", "Connection")
        }
        assert headers["User-Agent"].startswith("Tideline (")


def test_a_proxy_of_the_environment_is_not_asked(hostile, manners, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    hostile.page("/a")
    assert fetch(f"{hostile.url}/a", manners).source.content == PAGE


def test_the_address_that_was_checked_is_the_one_that_is_asked(hostile, manners):
    """A name that leads elsewhere at a second look-up is looked up once."""
    hostile.page("/a")
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    manners = replace(manners, resolve=lambda *_: next(answers))
    url = f"http://news.example:{hostile.port}/a"
    assert fetch(url, manners).source.url == url
    assert hostile.asked[0][1]["Host"] == f"news.example:{hostile.port}"
    assert "169.254.169.254" in refused(url, manners)
    assert len(hostile.asked) == 1


def test_a_name_is_checked_anew_after_each_redirect(hostile, manners):
    hostile.redirect("/a", f"http://news.example:{hostile.port}/b")
    hostile.page("/b")
    answers = iter([["127.0.0.1"], ["0.0.0.0"]])  # noqa: S104 - to be refused
    manners = replace(manners, resolve=lambda *_: next(answers))
    words = refused(f"http://news.example:{hostile.port}/a", manners)
    assert "news.example is 0.0.0.0" in words
    assert hostile.paths_asked() == ["/a"]


def test_the_next_address_is_asked_where_one_cannot_be_reached(hostile, manners):
    hostile.page("/a")
    manners = replace(manners, resolve=lambda *_: ["::1", "127.0.0.1"])
    url = f"http://news.example:{hostile.port}/a"
    assert fetch(url, manners).source.content == PAGE


# Where servers point


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("http://169.254.169.254/latest/meta-data/", "no address that a page can have"),
        ("http://[::ffff:169.254.169.254]/", "in disguise"),
        ("file:///etc/passwd", "does not begin with http"),
        ("ftp://127.0.0.1/", "does not begin with http"),
        ("http://user:secret@127.0.0.1/", "user or password"),
        ("http://[::1", "is no address"),
        ("http://nowhere.invalid/", "is not known"),
    ],
)
def test_a_redirect_that_leads_nowhere_good_is_refused(hostile, manners, to, said):
    hostile.redirect("/a", to)
    words = refused(f"{hostile.url}/a", manners)
    assert said in words
    assert f"{hostile.url}/a" in words
    assert "secret" not in words


def test_redirects_are_followed_so_far_and_no_farther(hostile, manners):
    for step in range(3):
        hostile.redirect(f"/{step}", f"/{step + 1}", status=301 + step)
    hostile.page("/3")
    source = fetch(f"{hostile.url}/0", manners).source
    assert (source.name, source.url) == (f"{hostile.url}/0", f"{hostile.url}/3")
    hostile.redirect("/loop", "/loop")
    assert "more than 3 times" in refused(f"{hostile.url}/loop", manners)
    assert hostile.paths_asked().count("/loop") == 4


# Size, time and form


def test_a_body_without_end_is_left(hostile, manners):
    hostile.endless("/a")
    assert "more than 100000 bytes" in refused(f"{hostile.url}/a", manners)


def test_a_body_that_says_it_is_too_long_is_not_begun(hostile, manners):
    hostile.raw("/a", b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
    assert "more than 100000 bytes" in refused(f"{hostile.url}/a", manners)


@pytest.mark.parametrize("how", ["drip", "drip_headers"])
def test_a_server_that_drips_is_cut_off(hostile, manners, how):
    getattr(hostile, how)("/a")
    manners = replace(manners, limits=replace(SMALL, seconds=0.3))
    assert "took longer than 0.3 s" in refused(f"{hostile.url}/a", manners)


def test_a_packed_page_is_unpacked(hostile, manners):
    packed = hostile_server.gzip.compress(PAGE)
    hostile.page("/a", packed, Content_Encoding="gzip")
    assert fetch(f"{hostile.url}/a", manners).source.content == PAGE


@pytest.mark.parametrize(
    ("body", "encoding", "said"),
    [
        (bomb(50_000_000), "gzip", "more than 100000 bytes"),
        (bomb(50_000_000)[:1_000], "gzip", "more than 100000 bytes"),
        (hostile_server.gzip.compress(PAGE)[:-9], "gzip", "not packed as it says"),
        (hostile_server.gzip.compress(b"") * 900, "gzip", "not packed as it says"),
        (PAGE, "gzip", "not packed as it says"),
        (PAGE, "br", "'br', which was not asked for"),
        (PAGE, "gzip, gzip", "which was not asked for"),
    ],
    ids=["bomb", "fuse", "cut", "many", "plain", "brotli", "twice"],
)
def test_what_is_packed_wrongly_is_refused(hostile, manners, body, encoding, said):
    hostile.page("/a", body, Content_Encoding=encoding)
    assert said in refused(f"{hostile.url}/a", manners)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "broke off"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc", "broke off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "broke off"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000 + b"\r\n\r\nabc", "broke off"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 60_000 + b"\r\nabc", "broke off"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "broke off"),
        (b"", "broke off"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "sent nothing"),
    ],
    ids="short negative chunks header headers ssh silent empty".split(),
)
def test_what_is_no_http_is_refused(hostile, manners, content, said):
    hostile.raw("/a", content)
    assert said in refused(f"{hostile.url}/a", manners)


@pytest.mark.parametrize(
    "kind", ["image/png", "video/mp4", "application/zip", "IMAGE/SVG+XML; charset=x"]
)
def test_what_nothing_reads_is_refused_before_it_comes(hostile, manners, kind):
    hostile.endless("/a")
    hostile.page("/a", kind=kind)
    assert "which nothing here reads" in refused(f"{hostile.url}/a", manners)


# Manners


def test_only_what_changed_is_sent(hostile, manners):
    mark = Mark(etag='"one"', modified="Mon, 05 Jan 2026 00:00:00 GMT")
    hostile.page("/a", ETag=mark.etag, Last_Modified=mark.modified)
    assert fetch(f"{hostile.url}/a", manners).mark == mark
    hostile.status("/a", 304)
    fetched = fetch(f"{hostile.url}/a", manners, known=mark)
    assert (fetched.source, fetched.mark) == (None, mark)
    sent = hostile.asked[-1][1]
    assert sent["If-None-Match"] == mark.etag
    assert sent["If-Modified-Since"] == mark.modified


def test_a_304_that_nobody_asked_for_is_no_page(hostile, manners):
    hostile.status("/a", 304)
    assert "answered 304" in refused(f"{hostile.url}/a", manners)


def test_requests_to_one_host_are_a_second_apart(hostile, manners, clock):
    hostile.redirect("/a", "/b")
    hostile.page("/b")
    fetch(f"{hostile.url}/a", manners)
    assert clock.waited == [1.0]


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_server_that_asks_for_peace_has_it(hostile, manners, clock, form):
    until = datetime.fromtimestamp(clock.now_s, UTC) + timedelta(seconds=600)
    asked = "600" if form == "seconds" else format_datetime(until, usegmt=True)
    hostile.status("/a", 429, Retry_After=asked)
    hostile.page("/b")
    with pytest.raises(FetchError, match="asks to be left alone") as caught:
        fetch(f"{hostile.url}/a", manners)
    assert 598 < caught.value.retry_after_s <= 600
    assert "asked to be left alone for 10 min" in refused(f"{hostile.url}/b", manners)
    assert hostile.paths_asked() == ["/a"]
    clock.now_s += 601
    fetch(f"{hostile.url}/b", manners)


@pytest.mark.parametrize("asked", ["soon", "-5", "9" * 400, "٣", "Mon, 99 Jan 2026"])
def test_a_wish_that_cannot_be_read_breaks_nothing(hostile, manners, asked):
    hostile.paths["/a"] = lambda handler: hostile_server.send(
        handler, b"", status=503, **{"Retry-After": asked.encode().decode("latin-1")}
    )
    assert "503" in refused(f"{hostile.url}/a", manners)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (403, "does not let programs read it"),
        (404, "is not there"),
        (500, "try again later"),
        (206, "answered 206"),
        (204, "answered 204"),
    ],
)
def test_an_answer_that_is_no_page_is_told(hostile, manners, status, said):
    hostile.status("/a", status)
    words = refused(f"{hostile.url}/a", manners)
    assert said in words
    assert str(status) in words


def test_a_server_that_is_not_there_is_told(manners):
    assert "cannot be reached" in refused("http://127.0.0.1:1/", manners)


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Return a file with a certificate for news.example and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "news.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("news.example")]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "news.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_a_certificate_is_that_of_the_name_and_not_of_the_address(manners, certificate):
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    asked = []
    serving.sni_callback = lambda _socket, name, _context: asked.append(name)
    trust = ssl.create_default_context(cafile=certificate)
    manners = replace(manners, resolve=lambda *_: ["127.0.0.1"], trust=lambda: trust)
    with hostile_server.running(serving) as server:
        server.page("/a")
        url = f"https://news.example:{server.port}/a"
        assert fetch(url, manners).source.content == PAGE
        assert asked == ["news.example"]
        other = f"https://other.example:{server.port}/a"
        assert "certificate that does not hold" in refused(other, manners)
        stranger = replace(manners, trust=ssl.create_default_context)
        assert "certificate that does not hold" in refused(url, stranger)
        assert len(server.asked) == 1
