"""Whatever the text: claims come back, quote it to the letter, and the same ones twice."""

import string
from datetime import date
from pathlib import Path

import pytest
from bench_texts import ODD, many_names
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import KNOWN, lexicon_of
from test_docs import CACHE

from extract.claims import find_claims
from extract.conflict import load_conflicts
from extract.explain import explain
from extract.packs import Lexicons
from extract.records import Article
from geo.extracting import Extractor
from geo.gazetteer import open_gazetteer

PACKS = load_conflicts()
# Every sign that Python ends a line at, and some that it does not.
ENDS = ["\n", "\r\n", "\r", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029", "\n\n"]
ODD_SIGNS = [
    *("\0", "\x1b[2J", "\ud800", "\udfff", "\ufeff", "\u200f", "\u202e", "\u0301"),
    *("\u200d", "e\u0301\u0327", "ﬀ", "İ", "ß", "𝔸", "🏴\u200d☠️", "\u00ad", "\u3000"),
    *("تدمر", "الرقة", "חלב", "дом", "坦克", "’s", "'s", "'", '"', "“", "»", "(", ")"),
    *(".", "...", "?", "!", ";", ":", ",", "-", "–", "—", "/", "&", "%", "1,", "2.5"),
]
GLUE = (
    "the a an of in on to from by with and or but not no had has was were been be that"
    " which who it they its their them after before while near between toward east km"
    " 45 three both most part said denied reports claimed according would failed vowed"
    " if nearly Friday yesterday earlier later May 2015 2 March 31 February since late"
).split()


def vocabulary():
    """Return the words that rules look for: of every pack, table and word list."""
    found = set(KNOWN) | set(GLUE)
    for pack in PACKS.values():
        lexicon = lexicon_of(pack.name)
        for actor in pack.actors:
            found |= {*actor.aliases, *actor.adjectives, *actor.seats}
        found |= {name for p in pack.publishers for name in (p.name, *p.aliases)}
        found |= lexicon.trigger_words
        for words in lexicon.sets.values():
            found |= words
    return sorted(found)


WORDS = st.sampled_from(vocabulary())
# "The army" and the like, a verb or noun, a place, and what may stand behind it, in the
# words of all packs: most make no sense, some make a claim.
PARTIES = st.sampled_from(
    sorted(
        {a for pack in PACKS.values() for actor in pack.actors for a in actor.aliases}
    )
) | st.sampled_from("They It The army|Rebels|the militants|which|Who|and".split("|"))
TRIGGERS = st.sampled_from(
    sorted(lexicon_of("syria").trigger_words)
    + "was captured by|took control of|did not seize|failed to retake|drove ISIS out of|"
    "denied the reports|lost|fell to|withdrew from|'s capture of|vowed to take".split(
        "|"
    )
)
PLACES = st.sampled_from(sorted(KNOWN)) | st.sampled_from(
    "the city|it|three villages|the villages|Hill 1213|al-Zab|the airbase|Deir Hafer,"
    " 50 km east of Aleppo|the eastern countryside of Aleppo|A, B and C|most of Zab|"
    "the town of Zab (Zob)|both".split("|")
)
TAILS = st.sampled_from(
    "|on Friday|a day earlier|from ISIS|, the army said|since June|by the SDF|to rebels|"
    "after it fell|, according to activists|in 2015|late that year|, named as X and Y|"
    "next year|in the last 9999 years|on 31 February 0000".split("|")
)
CLAUSES = st.tuples(PARTIES, TRIGGERS, PLACES, TAILS).map(" ".join)
PIECES = st.one_of(
    *[WORDS] * 4,
    *[CLAUSES] * 3,
    st.just(". "),
    WORDS.map(str.capitalize),
    st.sampled_from(ODD_SIGNS),
    st.sampled_from(ENDS),
    st.text(st.characters(exclude_categories=[]), max_size=6),
    st.text(string.ascii_uppercase + "-'", max_size=4),
)
TEXTS = st.lists(
    st.tuples(PIECES, st.sampled_from([" ", " ", " ", " ", "", "-", ", "])),
    min_size=12,
    max_size=80,
).map(lambda parts: "".join(piece + gap for piece, gap in parts)) | st.text(
    st.characters(exclude_categories=[]), max_size=300
)
# Sentences that do make claims, so that more than silence is tested.
TELLING = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "The army captured Palmyra and the village of Zab from ISIS on Friday. ",
                "Islamic State seized three villages. ",
                "They were named as Zab, al-Zeb and Zib. ",
                "The army denied the reports. ",
                "Rebels did not capture the city. ",
                "They withdrew from it a day earlier. ",
                "The cities fell. ",
                "The airbase in Homs was overrun, activists said. ",
            ]
        ),
        PIECES,
    ),
    min_size=2,
    max_size=14,
).map("".join)
DAYS = st.none() | st.dates() | st.sampled_from((date.min, date.max, date(2017, 3, 5)))


def article_of(text, published=None, **more):
    return Article(article_id="a", text=text, published=published, **more)


def known(names):
    return KNOWN & set(names)


def check_claims(claims, text):
    for claim in claims:
        assert text[claim.char_start : claim.char_end] == claim.sentence
        for part in ("trigger", "place", "gained_by", "lost_by", "date", "claimed_by"):
            span = getattr(claim.evidence, part)
            if span is not None:
                assert 0 <= span.start < span.end <= len(text)
        for part in ("trigger", "place"):
            span = getattr(claim.evidence, part)
            inside = claim.char_start <= span.start and span.end <= claim.char_end
            # A denial too far from what it denies quotes itself alone.
            assert inside or claim.rule == "denial"
        assert claim.place
        assert claim.place in text or claim.place.casefold() in text.casefold()
        for part, words in (
            ("gained_by", claim.gained_by_text),
            ("lost_by", claim.lost_by_text),
            ("date", claim.date_text),
            ("claimed_by", claim.claimed_by),
        ):
            span = getattr(claim.evidence, part)
            assert words is None or (span.of(text) if span else text).find(words) >= 0


@pytest.mark.parametrize("pack", PACKS)
@given(TEXTS, DAYS)
@settings(max_examples=60)
def test_any_text_is_read_and_quoted_and_read_the_same_twice(pack, text, day):
    lexicon = lexicon_of(pack)
    claims = find_claims(article_of(text, day), lexicon, known)
    check_claims(claims, text)
    assert find_claims(article_of(text, day), lexicon, known) == claims


@given(TELLING, DAYS)
@settings(max_examples=200)
def test_odd_signs_among_claims_spoil_none_of_their_offsets(text, day):
    claims = find_claims(article_of(text, day), lexicon_of("syria"), known)
    check_claims(claims, text)
    assert find_claims(article_of(text, day), lexicon_of("syria"), known) == claims


@given(TELLING)
def test_the_ids_of_claims_differ(text):
    claims = find_claims(article_of(text), lexicon_of("syria"), known)
    assert len({claim.claim_id for claim in claims}) == len(claims)


@given(TELLING, DAYS)
def test_every_claim_is_explained(text, day):
    article = article_of(text, day)
    claims = find_claims(article, lexicon_of("syria"), known)
    told = explain(article, lexicon_of("syria"), known)
    explained = [claim for sentence in told for claim in sentence.claims]
    assert sorted(explained, key=repr) == sorted(claims, key=repr)


@pytest.fixture(scope="module")
def whole_way():
    """Return the function from an article to its claims, as the command has it."""
    countries = Lexicons(PACKS).countries
    with open_gazetteer(CACHE / "gazetteer.sqlite", countries) as gazetteer:
        extractor = Extractor(PACKS, gazetteer)
        yield lambda article: extractor.read((Path("a.txt"), article))


@given(TEXTS, TEXTS, TEXTS)
def test_the_whole_way_takes_any_text_title_and_publisher(
    whole_way, text, title, publisher
):
    """Choice of the pack and the real gazetteer included."""
    reading = whole_way(article_of(text, title=title, publisher=publisher))
    assert not reading.failed, reading.said
    check_claims(reading.claims, text)


@pytest.mark.parametrize("kind", ODD)
def test_long_odd_texts_come_to_an_end(kind):
    text = ODD[kind](100_000)
    claims = find_claims(article_of(text), lexicon_of("syria"), known)
    check_claims(claims, text)
    assert bool(claims) == (kind in {"news", "names", "nulls and surrogates"})


@pytest.mark.parametrize("letter", ["a", "-", "\u0301"])
def test_a_million_characters_without_a_space_come_to_an_end(letter):
    text = f"The army captured Palmyra. {letter * 1_000_000}"
    claims = find_claims(article_of(text), lexicon_of("syria"), known)
    assert [claim.place for claim in claims] == ["Palmyra"]


def test_a_hundred_thousand_names_come_to_an_end():
    text = f"The army captured {', '.join(many_names())}."
    claims = find_claims(article_of(text), lexicon_of("syria"), known)
    check_claims(claims, text)
