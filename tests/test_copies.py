"""Articles that tell another one again: found by their texts, in any order of arrival."""

import itertools
import json
import random
import shutil
import tempfile
from datetime import date
from pathlib import Path

import copies_table
import pytest
from conftest import make_article, make_claim, make_location, make_placing
from hypothesis import given, settings
from hypothesis import strategies as st
from test_store import NOW

from geo import shingles
from geo.copies import copies, groups, mark
from geo.shingles import compared, may_be_alike, signature, worded
from geo.soundness import look
from geo.store import open_store

SAMPLES = Path(__file__).parent.parent / "assets" / "samples" / "syria.jsonl"
LABELLED = Path(__file__).parent / "data" / "labelled.jsonl"
REPORT = (
    "Government troops backed by warplanes captured the village of Umm Zubaylah east of "
    "Deir Hafer on Friday, a military source told state television. Islamic State "
    "fighters pulled back towards Maskanah during the night, the source said, leaving "
    "mines in the houses and along the road to the lake. Residents reached by telephone "
    "said that shelling had gone on until the early morning and that four people of one "
    "family had been wounded in Jubb al-Ghazi. The army has taken more than thirty "
    "villages in the area since the middle of January, according to the Observatory."
)
OTHER = (
    "The Observatory said on Friday that Umm Zubaylah, east of Deir Hafer, had fallen to "
    "the army after two days of fighting in which at least eleven soldiers and nineteen "
    "militants were killed. The jihadists sent three car bombs against the column before "
    "they left. Maskanah, their last town in the province, is now twelve kilometres from "
    "the front, and aid groups expect thousands to flee across the lake."
)


@pytest.fixture
def store(where):
    with open_store(where, who="Ann") as opened:
        yield opened


def add(store, article_id, text, **changes):
    article = make_article(
        article_id=article_id, text=text, **{"title": article_id, **changes}
    )
    nothing = make_placing({}, article_id=article_id)
    assert store.add(article, [], nothing, now=NOW)


def told(store):
    with store.reading() as connection:
        return copies(connection)


def found_as(one, other):
    likeness = compared(worded(one), worded(other))
    return likeness.how if likeness else None


def is_found(one, other):
    return copies_table.found_alike(one, other)


# What is a copy


@pytest.mark.parametrize(
    "again",
    [
        REPORT,
        REPORT.upper(),
        REPORT.replace(" ", "\n"),
        f"DAMASCUS (Reuters) - {REPORT}",
        f"  ALEPPO, Syria (AP) \u2014 {REPORT}\n\n(Reporting by A. B.; Editing by C. D.)",
        f"{REPORT}\n\u00a9 2017 Example. All rights reserved.",
        REPORT.replace("'", "\u2019").replace("-", "\u2010"),
    ],
)
def test_the_same_words_are_an_exact_copy_whatever_stands_around(again):
    assert found_as(REPORT, again) == found_as(again, REPORT) == "exact"
    assert is_found(REPORT, again)


@pytest.mark.parametrize("edit", copies_table.EDITS, ids=lambda edit: edit.__name__)
def test_a_copy_that_a_newspaper_edited_is_found(edit):
    for seed in range(5):
        again = edit(REPORT, random.Random(seed))  # noqa: S311 - edits, no secrets
        assert found_as(REPORT, again)
        assert is_found(REPORT, again)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (REPORT, OTHER),
        (f"{REPORT} {copies_table.BACKGROUND}", f"{OTHER} {copies_table.BACKGROUND}"),
        (f"{copies_table.QUOTATION}{REPORT}", f"{OTHER} {copies_table.QUOTATION}"),
        ("Homs fell overnight.", "Homs fell overnight."),
        ("", ""),
        (
            copies_table.FORM.format(a="army", b="rebels", p="Tadef", d="Monday", n=4)
            + copies_table.BACKGROUND,
            copies_table.FORM.format(a="army", b="rebels", p="Jirah", d="Friday", n=9)
            + copies_table.BACKGROUND,
        ),
    ],
)
def test_two_reports_are_none(one, other):
    assert found_as(one, other) is None
    assert found_as(other, one) is None


def test_of_the_samples_and_labelled_texts_none_is_a_copy_and_edits_are_found():
    texts = list(copies_table.texts_of([SAMPLES, LABELLED]))[::6]
    for name, is_copy, n, found in copies_table.measured(texts):
        if is_copy:
            assert found >= 0.97 * n, name
        else:
            assert found <= (0.1 * n if name.startswith("same_form") else 0), name


@given(st.text(max_size=400), st.text(max_size=400))
def test_likeness_is_the_same_both_ways(one, other):
    first, second = worded(one), worded(other)
    assert compared(first, second) == compared(second, first)
    a, b = signature(first), signature(second)
    assert may_be_alike(a, b) == may_be_alike(b, a)


@given(st.lists(st.sampled_from("abcdefgh"), min_size=60, max_size=400), st.data())
def test_what_is_alike_is_never_ruled_out_by_sketches_where_it_is_nearly_all(
    words, data
):
    dropped = data.draw(st.integers(0, len(words) - 1))
    one, other = words, words[:dropped] + words[dropped + 1 :]
    first, second = worded(" ".join(one)), worded(" ".join(other))
    if compared(first, second):
        assert may_be_alike(signature(first), signature(second))


def test_a_sketch_of_a_long_text_is_that_of_its_parts_together(monkeypatch):
    text = worded(" ".join(str(n) for n in range(20_000)))
    whole = signature(text)
    monkeypatch.setattr(shingles, "_BLOCK", 17)
    assert (signature(text).sketch == whole.sketch).all()


def test_signatures_are_the_same_on_every_machine():
    found = signature(worded(REPORT))
    assert (found.n_shingles, found.sketch[:3].tolist()) == KNOWN


KNOWN = (92, [27395804, 21355446, 32259508])


# What the store makes of it


def test_a_copy_counts_as_the_article_that_was_published_first(store):
    add(store, "b", f"BEIRUT (AP) - {REPORT}", published=date(2017, 3, 6))
    add(store, "a", REPORT, published=date(2017, 3, 7))
    add(store, "c", REPORT + " It is one more day.", published=date(2017, 3, 5))
    add(store, "other", OTHER)
    assert told(store) == {"a": "c", "b": "c"}


def test_claims_say_of_which_article_theirs_is_a_copy(store):
    for n in ("1", "2"):
        article = make_article(article_id=f"a{n}", title=n)
        claim = make_claim(claim_id=f"c{n}", article_id=f"a{n}")
        found = make_placing({f"c{n}": make_location()}, article_id=f"a{n}")
        store.add(article, [claim], found, now=NOW)
    assert [one.copy_of for one in store.claims()] == [None, "a1"]


def test_links_are_part_of_the_act_that_adds_the_later_article(store):
    add(store, "a", REPORT)
    add(store, "b", f"BEIRUT (AP) - {REPORT}")
    with store.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT seq, article_id, copy_of, how FROM copy"
        )
        assert [tuple(row) for row in rows] == [(2, "b", "a", "exact")]
        kinds = connection.exec_driver_sql("SELECT kind FROM revision").scalars()
        assert list(kinds) == ["article", "article"]


def chain():
    """Return texts of which each is a copy of the next, and the last not of the first."""
    lines = [json.loads(line)["text"] for line in SAMPLES.read_text().splitlines()[:6]]
    parts = [text.split("\n\n")[0] + " " + text.split("\n\n")[1] for text in lines]
    return {
        "a": parts[0] + " " + parts[1],
        "b": parts[1] + " " + parts[2],
        "c": parts[0] + " " + parts[1] + " " + parts[2],
        "d": f"BEIRUT (AP) - {parts[1]} {parts[2]}",
        "e": parts[3] + " " + parts[4],
    }


ORDERS = list(itertools.permutations("abcde"))


@pytest.fixture(scope="module")
def blank(tmp_path_factory):
    """Return an empty store; making one takes longer than a copy of it."""
    path = tmp_path_factory.mktemp("blank") / "store.sqlite"
    open_store(path).close()
    return path


@settings(max_examples=25)
@given(order=st.sampled_from(ORDERS))
def test_the_order_of_arrival_changes_nothing(blank, order):
    texts = chain()
    days = {name: date(2017, 3, 5 - n // 2) for n, name in enumerate("abcde")}
    with tempfile.TemporaryDirectory() as folder:
        path = shutil.copyfile(blank, Path(folder) / "store.sqlite")
        store = open_store(path)
        for name in order:
            add(store, name, texts[name], published=days[name])
        found = told(store)
        with store.reading() as connection:
            group = groups(connection)
        store.close()
    assert found == {"a": "c", "b": "c", "d": "c"}
    assert "e" not in group
    assert not set(found.values()) & set(found)


def test_a_reader_says_that_it_is_no_copy_and_takes_it_back(store):
    add(store, "a", REPORT)
    add(store, "b", f"BEIRUT (AP) - {REPORT}")
    add(store, "c", f"{REPORT} Rain fell.")
    assert told(store) == {"b": "a", "c": "a"}
    act = mark(store, ("b", "a"), is_copy=False, now=NOW, why="own reporter")
    assert told(store) == {"c": "a"}
    mark(store, ("b", "a"), is_copy=True, now=NOW)
    assert told(store) == {"b": "a", "c": "a"}
    assert not [one for one in look(store) if one.faults]
    with store.reading() as connection:
        query = f"SELECT who, why, kind, article_id FROM revision WHERE seq = {act}"  # noqa: S608 - a number
        row = connection.exec_driver_sql(query).one()
        assert tuple(row) == ("Ann", "own reporter", "copy", "b")


def test_a_reader_says_that_it_is_a_copy_whatever_the_words(store):
    add(store, "a", REPORT)
    add(store, "b", OTHER)
    mark(store, ("b", "a"), is_copy=True, now=NOW)
    assert told(store) == {"b": "a"}
    mark(store, ("a", "b"), is_copy=False, now=NOW)
    assert told(store) == {}


def test_what_is_no_copy_by_a_readers_word_is_not_joined_by_a_third(store):
    add(store, "a", REPORT)
    add(store, "b", f"BEIRUT (AP) - {REPORT}")
    mark(store, ("b", "a"), is_copy=False, now=NOW)
    add(store, "c", f"{REPORT} Rain fell.")
    assert len(told(store)) == 1


@pytest.mark.parametrize("pair", [("a", "a"), ("a", "nothing"), ("nothing", "a")])
def test_a_word_on_what_is_not_there_is_refused(store, pair):
    add(store, "a", REPORT)
    before = store.version()
    with pytest.raises(ValueError, match=r"one article|no article"):
        mark(store, pair, is_copy=True, now=NOW)
    assert store.version() == before


def test_of_many_copies_each_is_in_the_one_group(store):
    for n in range(20):
        add(store, f"a{n:02}", f"{REPORT} Number {n}.")
    assert set(told(store).values()) == {"a00"}
    assert len(told(store)) == 19
