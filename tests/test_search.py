"""Places, articles and actors are found by their names."""

from datetime import UTC, date, datetime

import pytest
from conftest import make_claim, make_location, make_nowhere
from hypothesis import given
from hypothesis import strategies as st
from strategies import placed

from extract.records import Actor
from geo.events import cluster, frame
from geo.names import fold
from geo.search import Entry, Index, Kind, Lines, Names
from geo.store import ArticleHeader


def entry(name, count=1):
    return Entry(kind=Kind.PLACE, key=name, name=name, count=count)


def names_of(*names):
    return Names((entry(name, count), [name]) for name, count in names)


def found(names, query, **limit):
    return [one.name for one in names.find(query, **limit)[1]]


TOWNS = names_of(
    ("Homs", 1),
    ("Homs Countryside", 9),
    ("East Homs", 2),
    ("Khomsan", 50),
    ("Aleppo", 3),
    ("حمص", 4),
    ("Dayr Ḩāfir", 5),
)


def test_exact_names_come_first_then_beginnings_then_words_then_the_rest():
    expected = ["Homs", "Homs Countryside", "East Homs", "Khomsan"]
    assert found(TOWNS, "homs") == expected
    assert TOWNS.find("HOMS ", limit=2) == (4, TOWNS.find("homs")[1][:2])


@pytest.mark.parametrize(
    ("query", "name"),
    [("dayr hafir", "Dayr Ḩāfir"), ("Ḩāfir", "Dayr Ḩāfir"), ("حُمص", "حمص")],
)
def test_spelling_is_folded_in_any_script(query, name):
    assert found(TOWNS, query) == [name]


@pytest.mark.parametrize("query", ["", " ", "'", "Damascus", "homs aleppo", "x" * 900])
def test_what_is_nowhere_finds_nothing(query):
    assert TOWNS.find(query) == (0, ())
    assert names_of().find(query) == (0, ())


def test_one_letter_finds_beginnings_only():
    assert found(TOWNS, "h") == ["Homs Countryside", "Homs"]
    assert found(TOWNS, "a") == ["Aleppo"]


def test_among_equals_the_one_with_more_events_comes_first():
    assert found(names_of(("Ain A", 1), ("Ain B", 7)), "ain") == ["Ain B", "Ain A"]


def test_an_entry_is_found_once_by_its_best_name():
    names = Names([(entry("Tadmur"), ["Tadmur", "Palmyra", "New Palmyra"])])
    assert names.find("palmyra") == (1, (entry("Tadmur"),))


queries = st.text("abc ", max_size=3)
lines = st.lists(st.text("abc '", max_size=6), max_size=6)


@given(lines, queries)
def test_a_look_up_is_what_a_plain_loop_says(words, query):
    entries = [
        Entry(kind=Kind.PLACE, key=str(at), name=word, count=at % 3)
        for at, word in enumerate(words)
    ]
    needle = fold(query)

    def rank(word):
        key = fold(word)
        good = (
            key == needle,
            key.startswith(needle),
            len(needle) > 1 and f" {needle}" in f" {key}",
            len(needle) > 1 and needle in key,
        )
        return good.index(True) if needle and key and any(good) else None

    ranked = [(rank(one.name), -one.count, int(one.key), one) for one in entries]
    expected = [one for place, *_, one in sorted(r for r in ranked if r[0] is not None)]
    total, first = Names((one, [one.name]) for one in entries).find(query, limit=99)
    assert (total, list(first)) == (len(expected), expected)


@given(st.lists(st.text("ab Ü", max_size=6), max_size=8), st.text("ab", max_size=2))
def test_each_text_holds_words_or_not_however_often(texts, words):
    plain = [words in fold(text) for text in texts]
    assert Lines(texts).holding(words).tolist() == plain


def header(number, title, **changes):
    fields = {
        "article_id": f"a{number}",
        "title": title,
        "publisher": "Northern Desk",
        "url": "",
        "published": date(2017, 3, number),
        "lang": "en",
        "added_at": datetime(2026, 1, 1, tzinfo=UTC),
        "n_claims": 2,
    }
    return ArticleHeader(**{**fields, **changes})


EVENTS = frame(
    cluster(
        [
            placed(make_claim()),
            placed(make_claim(date_start=date(2015, 1, 1), date_end=date(2015, 1, 1))),
            placed(make_claim(place="Tadmur", date_start=None, date_end=None)),
            placed(
                make_claim(place="Homs", gained_by="Homs Brigade", lost_by=None),
                make_location(place_id="h", lon=36.7, lat=34.7),
            ),
        ]
    )
)
INDEX = Index(
    EVENTS,
    [placed(make_claim(claim_id="lost", place="Umm al-Nowhere"), make_nowhere())],
    [header(5, "Palmyra retaken"), header(6, "", published=None, n_claims=0)],
    [
        Actor(name="Islamic State", aliases=("ISIS", "Daesh")),
        Actor(name="Nobody's Army", aliases=("Palmyra",)),
    ],
)


def kinds(query):
    return {one.kind: one.entries for one in INDEX.find(query)}


def test_a_place_is_found_by_each_of_its_names_with_all_its_events():
    for query in ("palm", "tadm"):
        (place,) = kinds(query)[Kind.PLACE]
        assert (place.key, place.name, place.count) == ("geonames:163960", "Palmyra", 3)
        assert place.point == (38.2842, 34.5601)
        assert place.event_id in set(EVENTS["event_id"])


def test_each_kind_is_found_beside_the_others():
    assert set(kinds("palmyra")) == {Kind.PLACE, Kind.ARTICLE}
    assert set(kinds("homs")) == {Kind.PLACE, Kind.ACTOR}
    assert INDEX.find("damascus") == ()


def test_an_article_is_found_by_title_or_publisher():
    (report,) = kinds("retaken")[Kind.ARTICLE]
    notes = ("Northern Desk", "2017-03-05")
    assert (report.key, report.count, report.notes) == ("a5", 2, notes)
    assert [one.notes for one in kinds("northern")[Kind.ARTICLE]] == [
        notes,
        ("Northern Desk", ""),
    ]


def test_an_actor_is_found_by_an_alias_if_an_event_names_it():
    (actor,) = kinds("daesh")[Kind.ACTOR]
    assert (actor.key, actor.count) == ("Islamic State", 3)
    assert Kind.ACTOR not in kinds("nobody")


def test_a_place_on_no_map_leads_to_its_claim():
    (place,) = kinds("nowhere")[Kind.PLACE]
    assert (place.key, place.count, place.point) == ("lost", 0, None)


def test_an_empty_store_finds_nothing():
    assert Index(frame([]), [], [], []).find("palmyra") == ()
