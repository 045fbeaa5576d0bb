"""Feeds are read as they come: well made, broken, huge, or made to do harm."""

from datetime import date

import pytest

from extract.sources import Source
from geo.feeds import MAX_ENTRIES, FeedError, is_feed, read_feed

URL = "http://news.example/feeds/all.xml"


def item(link="/1", title="One", **more):
    fields = {"title": title, "link": link, "guid": link, **more}
    inside = "".join(f"<{k}>{v}</{k}>" for k, v in fields.items() if v is not None)
    return f"<item>{inside}</item>"


def rss(*items, before="", title="The News"):
    channel = f"<channel><title>{title}</title>{''.join(items)}</channel>"
    return f"{before}<rss version='2.0'>{channel}</rss>"


def source(text, media_type="application/rss+xml", encoding="utf-8"):
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return Source(name=URL, content=content, media_type=media_type, url=URL)


def read(text, **how):
    return read_feed(source(text, **how))


def test_entries_tell_where_they_are_and_what_the_feed_says_of_them():
    feed = read(rss(item(pubDate="Mon, 05 Jan 2026 23:30:00 +0300", guid="urn:g1")))
    (entry,) = feed.entries
    assert (entry.key, entry.url) == ("urn:g1", "http://news.example/1")
    assert entry.header.title == "One"
    assert entry.header.publisher == feed.title == "The News"
    assert entry.header.published == date(2026, 1, 5)
    assert not feed.is_cut


def test_atom_is_read():
    feed = read(
        "<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'>"
        "<title>The News</title><entry><id>urn:1</id><title>One</title>"
        "<link href='../1'/><updated>2026-01-05T23:30:00-05:00</updated></entry></feed>"
    )
    (entry,) = feed.entries
    assert (entry.key, entry.url) == ("urn:1", "http://news.example/1")
    # The day as it is written, not that of Greenwich.
    assert entry.header.published == date(2026, 1, 5)


@pytest.mark.parametrize("written", ["yesterday", "", "2026-02-31", "99 Foo 2026"])
def test_a_day_that_is_none_is_not_known(written):
    (entry,) = read(rss(item(pubDate=written))).entries
    assert entry.header.published is None


def test_titles_are_one_line_of_words():
    title = (
        "<![CDATA[<script>alert(1)</script> A\n<b>bold</b> {{7*7}}]]> " + "x" * 9_000
    )
    (entry,) = read(rss(item(title=title))).entries
    assert entry.header.title.startswith("alert(1) A bold {{7*7}} xxx")
    assert len(entry.header.title) == 500


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("//other.example/a", "http://other.example/a"),
        ("http://[::1", ""),
        ("javascript:alert(1)", "javascript:alert(1)"),
    ],
)
def test_links_are_joined_and_left_to_be_checked(link, url):
    (entry,) = read(rss(item(link=link, guid="urn:g"))).entries
    assert entry.url == url


def test_an_entry_twice_is_one():
    assert len(read(rss(item(), item(), item("/2"))).entries) == 2


def test_a_long_id_is_kept_short():
    (entry,) = read(rss(item(guid="x" * 100_000))).entries
    assert len(entry.key) == 64


LAUGHS = (
    "<!DOCTYPE rss [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>"
    "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]>"
)
FILE = "<!DOCTYPE rss [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
ONE_LARGE = f"<!DOCTYPE rss [<!ENTITY a '{'x' * 3_000}'>]>"


@pytest.mark.parametrize("before", [LAUGHS, FILE, ONE_LARGE, "<!ENTITY a 'b'>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-32"])
def test_a_feed_that_defines_entities_is_refused(before, encoding):
    text = rss(item(title="&c; &a;"), before=before)
    with pytest.raises(FeedError, match="defines XML entities"):
        read(text, encoding=encoding)


@pytest.mark.parametrize("name", ["utf-7", "unicode_escape", "idna", "no-such", "hex"])
def test_an_encoding_that_hides_entities_is_not_believed(name):
    hidden = FILE.encode("utf-7" if name == "utf-7" else "unicode_escape")
    body = rss(item(title="&a;")).encode()
    declared = f"<?xml version='1.0' encoding='{name}'?>".encode()
    content = declared + hidden.replace(b"<!", b"+ADwAIQ-") + body
    for one in read(content).entries:
        assert "root:" not in one.header.title


def test_a_doctype_without_entities_does_no_harm():
    netscape = (
        '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://x/rss.dtd">'
    )
    assert len(read(rss(item(), before=netscape)).entries) == 1


@pytest.mark.parametrize(
    ("text", "n"),
    [
        (rss(item(title="Fish & chips"), item("/2", "A < B")), 2),
        (rss(item(), item("/2")).removesuffix("</channel></rss>"), 2),
        (rss(item("/1"), item("/2")).replace("</item>", ""), 2),
        (rss(), 0),
    ],
)
def test_a_broken_feed_is_read_as_far_as_it_goes(text, n):
    assert len(read(text).entries) == n


@pytest.mark.parametrize(
    "text",
    [
        *("", "no feed", "<html><body>404</body></html>", "<opml version='2.0'/>"),
        *("{}", "\0\0\0\0", " " * 5_000 + rss(item())),
    ],
)
def test_what_is_no_feed_is_refused(text):
    with pytest.raises(FeedError, match="no feed that can be read"):
        read(text)


@pytest.mark.parametrize("encoding", ["windows-1256", "utf-8", "utf-16"])
def test_arabic_is_read_in_its_encodings(encoding):
    text = rss(item(title="سيطر الجيش"))
    declared = f"<?xml version='1.0' encoding='{encoding}'?>{text}"
    (entry,) = read(declared, encoding=encoding).entries
    assert entry.header.title == "سيطر الجيش"


def test_a_feed_of_thousands_is_cut():
    feed = read(rss(*(item(f"/{n}") for n in range(MAX_ENTRIES + 50))))
    assert len(feed.entries) == MAX_ENTRIES
    assert feed.is_cut


def test_nested_tags_without_end_are_cut_and_half_an_entry_is_none():
    feed = read(rss(item("/1"), "<item><link>/2-and-mo" + "<b>" * 300_000))
    assert feed.is_cut
    assert [entry.url for entry in feed.entries] == ["http://news.example/1"]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (rss(), True),
        ("<?xml version='1.0'?><!-- <html> is not here --><feed xmlns='x'/>", False),
        ("<?xml version='1.0'?>\n<feed xmlns='http://www.w3.org/2005/Atom'/>", True),
        ("<rdf:RDF xmlns='http://purl.org/rss/1.0/'/>", True),
        ("<!doctype html><html><p>on &lt;rss> and <feed ></html>", False),
        ("The <army> took Homs.", False),
        ("", False),
    ],
)
def test_a_feed_is_told_from_a_page(text, answer):
    assert is_feed(source(text)) is answer
