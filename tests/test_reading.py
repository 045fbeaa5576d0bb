"""Articles as HTML: nothing of a source is ever markup, nothing of it is lost."""

import re
from html import unescape

import pytest
from conftest import make_article, make_claim
from hypothesis import given
from hypothesis import strategies as st

from extract.records import Evidence, Span
from geo.reading import article_html, is_web, link_html, sentence_html, text_html

TAG = re.compile(r"<[^>]*>")
EVIL = "<script>alert(1)</script> {{7*7}} ${x} `t` \u202e & \"q\" 'a'"


def words_of(html):
    return unescape(TAG.sub("", html))


@given(st.text(min_size=8, max_size=60), st.data())
def test_the_whole_text_comes_back_and_the_mark_is_the_sentence(text, data):
    cut = st.integers(0, len(text))
    start, end = sorted((data.draw(cut), data.draw(cut)))
    spans = [
        Span(start=a, end=b)
        for a, b in (sorted((data.draw(cut), data.draw(cut))) for _ in "abc")
    ]
    claim = make_claim(
        char_start=start,
        char_end=end,
        sentence=text[start:end],
        evidence=Evidence(
            trigger=spans[0], place=spans[0], gained_by=spans[1], date=spans[2]
        ),
    )
    html = article_html(make_article(text=text), claim, {"gained_by": "#ff0000"})
    assert words_of(html) == text
    marked = re.search(r"<mark[^>]*>(.*)</mark>", html, re.DOTALL)
    assert words_of(marked[1]) == text[start:end]
    assert html.count("<mark") == 1


def test_evidence_stands_under_its_role():
    html = sentence_html(make_article(), make_claim(), {"gained_by": "#c62828"})
    assert re.search(r'tl-gained-by"[^>]*#c62828[^>]*>The army<', html)
    assert re.search(r'tl-lost-by"[^>]*>Islamic State<', html)
    assert re.search(r'tl-date"[^>]*>on 2 March<', html)


def test_source_text_is_escaped_everywhere():
    article = make_article(text=EVIL, lang='en"><b>')
    claim = make_claim(
        char_end=5,
        sentence=EVIL[:5],
        evidence=Evidence(trigger=Span(start=0, end=1), place=Span(start=0, end=4)),
    )
    for html in (
        article_html(article, claim, {"place": '"><b>'}),
        text_html(EVIL, tag="h2"),
    ):
        assert "<script" not in html
        assert "<b>" not in html


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//x", "", "http://[x"]
)
def test_only_addresses_of_the_web_are_links(url):
    assert not is_web(url)
    assert "<a" not in link_html(url, "original")


def test_a_web_address_is_a_link_that_tells_nobody_where_from():
    assert 'rel="noopener noreferrer"' in link_html("https://example.org/a?b=1&c", "x")
