"""Web pages: their text, what they say of themselves, and when they were published."""

import json
from datetime import date

import lxml.html
import made_files
import pytest
from made_files import TEXT, page

from extract import web_pages
from extract.page_dates import published
from extract.read import Header, Unreadable
from extract.sources import Found, Source, articles_in

DAY = date(2017, 3, 5)
PROSE = "\n".join(made_files.paragraphs_of(TEXT))


def read(content, **changes):
    source = Source(
        name="a.html", content=content, **{"media_type": "text/html"} | changes
    )
    [found] = articles_in(source, Header())
    return found


def dated(head="", body="", url=""):
    """Return when a page with these parts was published."""
    html = f"<html><head>{head}</head><body><p>Rain fell.</p>{body}</body></html>"
    return published(lxml.html.document_fromstring(html), url)


def json_ld(**fields):
    return f'<script type="application/ld+json">{json.dumps(fields)}</script>'


def test_the_text_is_the_article_and_nothing_beside_it():
    extra = """<figure><img src="a.jpg" alt="Army captures Idlib">
    <figcaption>Soldiers captured Homs in May 2015. (Photo: AFP)</figcaption></figure>
    <div class="wp-caption-text">Rebels captured Daraa.</div>
    <table><tr><th>Town</th></tr><tr><td>Rebels captured Raqqa.</td></tr></table>
    <script>document.write("Rebels captured Tartus.")</script>
    <style>p { content: "Rebels captured Latakia." }</style>
    <p hidden>Rebels captured Kobani.</p><p style="display:none">Rebels captured Afrin.</p>
    <p aria-hidden="true">Rebels captured Izium.</p><!-- Rebels captured Kherson. -->
    <template><p>Rebels captured Mosul.</p></template>
    <div id="comments"><p>Anon: rebels captured Tabqa, believe me.</p></div>"""
    assert read(page(TEXT, extra=extra)).text == PROSE


def test_paragraphs_lists_and_quotations_stand_on_lines_of_their_own():
    body = (
        "<article><h1>Head</h1><p>The army took\n <b>Homs</b> from\t<a href='/x'>rebels</a>."
        "<br>It held it.</p><h2>Later</h2><ul><li>They left.</li><li>He stayed.</li></ul>"
        "<blockquote><p>“We hold it.”</p></blockquote></article>"
    )
    found = read(f"<html><body>{body}</body></html>".encode())
    assert found.text.splitlines() == [
        "Head",
        "The army took Homs from rebels.",
        "It held it.",
        "Later",
        "- They left.",
        "- He stayed.",
        "“We hold it.”",
    ]


SHORT = ["Army takes Homs", "The army took Homs on Friday."]


@pytest.mark.parametrize("wrap", ["article", "div"])
def test_a_short_report_brings_no_menu(wrap):
    html = page("\n".join(SHORT)).decode().replace("article", wrap)
    assert read(html.encode()).text.splitlines() in (SHORT, SHORT[1:])


def test_a_page_of_tables_is_read_with_a_note():
    prose = "".join(f"<p>{one}</p>" for one in made_files.paragraphs_of(TEXT))
    menu = "<nav><a href='/'>Home</a> <a href='/w'>Army captures Homs</a></nav>"
    cells = f"<td>{menu}</td><td>{prose}</td>"
    found = read(f"<html><body><table><tr>{cells}</tr></table></body></html>".encode())
    assert PROSE in found.text
    assert "captures Homs" not in found.text
    assert found.notes == (
        "no article was marked; there may be parts of menus in the text",
    )


def test_the_wider_search_takes_no_menu_either():
    menu = "<nav><p><a href='/w'>Army captures Hama, reports say</a></p></nav>"
    row = f"<tr><td>{menu}</td><td><p>The army took Homs on Friday.</p></td></tr>"
    found = read(f"<html><body><table>{row}</table></body></html>".encode())
    assert found.text == "The army took Homs on Friday."


def test_what_a_page_says_of_itself_is_found_and_said_where():
    head = (
        '<meta property="og:title" content="Palmyra &amp; its fall">'
        '<link rel="canonical" href="https://example.org/palmyra">'
        + json_ld(
            **{"@type": "NewsArticle", "datePublished": "2017-03-05T23:30:00-08:00"}
        )
    )
    found = read(page(TEXT, head=head), url="https://example.org/palmyra?ref=x")
    assert (found.title, found.publisher) == ("Palmyra & its fall", "Daily Example")
    assert (found.url, found.lang) == ("https://example.org/palmyra", "en")
    assert found.published == DAY
    assert found.how == {
        "title": "og:title",
        "publisher": "og:site_name",
        "url": "canonical link",
        "lang": "lang attribute",
        "published": "JSON-LD",
    }
    assert (found.asks, found.notes) == ((), ())


def test_what_a_page_does_not_say_is_not_made_up():
    found = read(b"<html><body><p>The army took Homs.</p></body></html>")
    assert found == Found(
        text="The army took Homs.", how={"lang": "assumed"}, asks=("published",)
    )
    there = read(b"<p>Homs fell.</p>", url="https://www.example.org/a")
    assert (there.publisher, there.url) == ("example.org", "https://www.example.org/a")
    assert there.how["publisher"] == "address"
    assert there.how["url"] == "address asked for"


def test_an_address_that_is_none_of_the_web_is_not_taken():
    head = '<link rel="canonical" href="javascript:alert(1)">'
    assert read(page(TEXT, head=head)).url == ""
    assert read(page(TEXT), url="file:///etc/passwd").url == ""


@pytest.mark.parametrize(
    ("head", "body", "url", "how"),
    [
        (
            json_ld(**{"@type": ["X", "NewsArticle"], "datePublished": "2017-03-05"}),
            "",
            "",
            "JSON-LD",
        ),
        (
            json_ld(
                **{
                    "@graph": [
                        {"@type": "Article", "datePublished": "2017-03-05T01:02:03Z"}
                    ]
                }
            ),
            "",
            "",
            "JSON-LD",
        ),
        (
            '<meta property="article:published_time" content="2017-03-05T10:00:00+03:00">',
            "",
            "",
            "meta tag",
        ),
        ('<meta name="DC.date.issued" content="5 March 2017">', "", "", "meta tag"),
        ('<meta itemprop="datePublished" content="20170305">', "", "", "meta tag"),
        ("", "", "https://example.org/2017/03/05/palmyra", "address"),
        ("", "", "https://example.org/news-2017-3-5.html", "address"),
        ("", '<time datetime="2017-03-05">Sunday</time>', "", "time element"),
        (
            "",
            "<article><time>March 5, 2017</time></article><time>May 6, 2016</time>",
            "",
            "time element",
        ),
        ("", '<p class="byline">By A. Writer, 5 March 2017, 10:30</p>', "", "byline"),
        ("", '<span class="post-date">05.03.2017</span>', "", "byline"),
        (
            "",
            '<div class="published">Published 5 March 2017 | Updated 7 March 2017</div>',
            "",
            "byline",
        ),
    ],
)
def test_a_day_is_found_where_pages_keep_it(head, body, url, how):
    found = dated(head, body, url)
    assert (found.day, found.how, found.notes) == (DAY, how, ())


@pytest.mark.parametrize(
    ("head", "body", "url"),
    [
        ('<meta property="article:modified_time" content="2017-03-05">', "", ""),
        ('<meta itemprop="copyrightYear" content="2017">', "", ""),
        (
            '<meta http-equiv="last-modified" content="Sun, 05 Mar 2017 10:00:00 GMT">',
            "",
            "",
        ),
        (json_ld(**{"@type": "NewsArticle", "dateModified": "2017-03-05"}), "", ""),
        (json_ld(**{"@type": "Event", "datePublished": "2017-03-05"}), "", ""),
        (
            '<script type="application/ld+json">{"datePublished": "2017-03-05"</script>',
            "",
            "",
        ),
        ("", "<footer><p class='date'>© 2017 Daily Example</p></footer>", ""),
        ("", "<p>Copyright 5 March 2017</p>", ""),
        ("", '<p class="date">2 hours ago</p><time>yesterday</time>', ""),
        ("", '<p class="date">March 2017</p>', ""),
        ("", '<p class="date">03/2017, 10:30</p>', ""),
        (
            "",
            '<time datetime="2017-03">March</time>',
            "https://example.org/2017/03/palmyra",
        ),
        ("", '<time class="updated" datetime="2017-03-05">x</time>', ""),
        ("", '<p class="date">Last updated: 5 March 2017</p>', ""),
        ("", '<aside><time datetime="2017-03-05">x</time></aside>', ""),
        ("", "<p>The army took Homs on 5 March 2017.</p>", ""),
        ("", '<img src="/2017/03/05/a.jpg">', ""),
        ("", "", "https://example.org/2017/31/12/x"),
        ('<meta name="date" content="1017-03-05">', "", ""),
    ],
)
def test_what_is_no_day_of_publication_is_not_taken_for_one(head, body, url):
    found = dated(head, body, url)
    assert (found.day, found.notes) == (None, ())


def test_a_day_that_may_be_two_is_asked_for():
    found = read(page(TEXT, extra='<p class="date">05/03/2017</p>'))
    assert found.asks == ("published",)
    assert found.notes == ("its byline says '05/03/2017', which may be two days",)
    assert dated(body='<p class="date">25/03/2017</p>').day == date(2017, 3, 25)
    assert dated(body='<p class="date">03/03/2017</p>').day == date(2017, 3, 3)


def test_several_days_in_one_place_are_asked_about():
    body = "".join(f'<time datetime="2017-03-0{n}">x</time>' for n in (5, 7))
    assert dated(body=body).day is None
    assert dated(body=body).notes == (
        "its time element gives several days, 2017-03-05 to 2017-03-07",
    )


def test_places_that_contradict_each_other_are_told():
    head = '<meta name="date" content="2017-03-05">'
    found = dated(head, url="https://example.org/2016/03/27/x")
    assert (found.day, found.how) == (DAY, "meta tag")
    assert found.notes == ("its meta tag says 2017-03-05, its address 2016-03-27",)
    # Zones may put a day's difference between two of them.
    assert dated(head, url="https://example.org/2017/03/06/x").notes == ()


ARABIC = "سيطر الجيش على مدينة تدمر\n\nوقال ناطق إن القوات دخلت المدينة يوم الجمعة."


@pytest.mark.parametrize(
    ("text", "encoding", "declared", "media_type"),
    [
        (TEXT, "utf-8", "utf-8", ""),
        (TEXT, "utf-8", "windows-1252", ""),
        (TEXT, "utf-8", "utf-8", "text/html; charset=iso-8859-1"),
        (TEXT, "cp1252", "iso-8859-1", ""),
        (TEXT, "cp1252", "utf-8", ""),
        (TEXT, "cp1252", "nonsense", "text/html; charset=utf-8"),
        (TEXT, "utf-16", "utf-8", ""),
        (TEXT, "utf-16-le", "utf-16", ""),
        (TEXT, "utf-16-be", "utf-8", ""),
        (ARABIC, "cp1256", "windows-1256", ""),
        (ARABIC, "cp1256", "utf-8", 'text/html; charset="windows-1256"'),
        (ARABIC, "utf-8-sig", "windows-1256", ""),
    ],
)
def test_encodings_are_told_by_the_bytes_before_the_page(
    text, encoding, declared, media_type
):
    found = read(page(text, charset=encoding, declared=declared), media_type=media_type)
    assert found.text.splitlines() == made_files.paragraphs_of(text)
    assert found.notes == ()


def test_broken_characters_are_told():
    content = page(TEXT).replace("Za’araya".encode(), b"Za\x81araya \xff")
    found = read(content)
    assert found.notes == ("some of its characters are broken and stand as �",)
    assert "Za�araya" in found.text
    one = read(page(TEXT).replace(b"hills", b"hi\xffls"))
    assert one.notes == found.notes
    assert "Za’araya" in one.text
    # One whole character of two bytes is enough to tell UTF-8 from a Windows page.
    few = read(page("Head\n\nThe army took Homs.").replace(b"took", b"to\xffk"))
    assert few.notes == found.notes
    assert "save it as UTF-8" in read(b"<html><p>" + b"\x81\x8d" * 50).reason


def test_control_characters_become_spaces():
    found = read(b"<p>The army&#7; took\x1b Homs on\x7f&#x85; Friday.</p>" + b" " * 100)
    assert (
        found.text.replace("…", "").split() == "The army took Homs on Friday.".split()
    )
    assert all(char.isprintable() or char == "\n" for char in found.text)


@pytest.mark.parametrize(
    "content",
    [
        b"<html><body>" + b"<div>" * 100_000 + b"<p>The army took Homs.",
        b"<html><body>" + b"<b><i>" * 50_000 + b"The army took Homs.",
        b"<table><tr><td>x" * 30_000,
        b"<html" + b" a" * 1_000_000,
        b"<!--" * 200_000,
        b"<p>" + b"&amp" * 1_000_000,
        b'<script type="application/ld+json">'
        + b"[" * 200_000
        + b"</script><p>A took B.",
    ],
    ids=["nested", "inline", "tables", "attributes", "comments", "entities", "json"],
)
def test_pages_made_to_break_a_reader_do_not(content):
    [found] = articles_in(Source(name="a.html", content=content), Header())
    assert isinstance(found, Found | Unreadable)


def test_a_page_that_is_too_long_or_has_too_many_elements_is_told(monkeypatch):
    assert read(b"<p>x</p>" * 55_000).reason == (
        "more than 50,000 elements, too many for a news page"
    )
    assert read(b"<html>" + b" " * 10_000_000 + b"<p>x").reason == (
        "longer than 10 MB, the most that one article may have"
    )


def test_hostile_words_are_text_like_others():
    words = (
        "<p>{{ 7*7 }} ${7*7} &lt;script&gt;alert(1)&lt;/script&gt; '; DROP TABLE --</p>"
    )
    found = read(f"<html><body>{words}</body></html>".encode())
    assert found.text == "{{ 7*7 }} ${7*7} <script>alert(1)</script> '; DROP TABLE --"


def test_a_page_without_an_article_says_what_to_do():
    assert read(b"<html><head><title>T</title></head><body></body></html>").reason == (
        "no article was found on this page; save its text and add it"
    )
    assert web_pages.MAX_PAGE < 50_000_000
