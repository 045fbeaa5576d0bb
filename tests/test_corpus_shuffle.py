"""However articles are dealt to parts and shards, claims, events and copies stay."""

import random
import shutil
import tempfile
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import copies_table
import corpora
import numpy as np
import pytest
from conftest import make_article, make_placing
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from strategies import placed_claims
from test_corpus import plain
from test_store import NOW

from geo import copies
from geo.corpus import copies as copies_of_corpora
from geo.corpus.leaves import all_leaves, look_up
from geo.corpus.out_folder import Asked
from geo.corpus.parts import LeftOut, Part
from geo.corpus.running import run_corpus
from geo.corpus.shards import numbers, read_table
from geo.events import cluster, frame
from geo.ledger_tables import copy
from geo.store import open_store


class Held:
    """Parts whose articles are at hand."""

    def __init__(self, articles, cuts):
        bounds = [0, *sorted(cuts), len(articles)]
        self.parts = [
            Part(name=f"part {n}", address=str(n), form="held", start=start, end=end)
            for n, (start, end) in enumerate(pairwise(bounds))
        ]
        self._articles = articles

    def read(self, part):
        yield from self._articles[part.start : part.end]
        yield LeftOut(where=part.name, why="its end")


class Told:
    """Reads of an article the claims that it was said to make."""

    def __init__(self, claims):
        self._claims = claims

    def read(self, article):
        return [(one, "SY") for one in self._claims.get(article.article_id, ())]


def run_held(out, articles, cuts, n_shards):
    held = Held(articles, cuts)
    asked = Asked(
        parts=held.parts,
        read=held.read,
        places="none",
        index=lambda: None,
        day=corpora.DAY,
    )
    return run_corpus(out, asked, corpora.hands(), n_shards=n_shards)


def cuts(n):
    """Return where some articles are cut into parts, of which some have none."""
    return st.lists(st.integers(0, n), max_size=4)


@settings(max_examples=25)
@given(data=st.data(), claims=placed_claims(max_size=12, places=4))
def test_events_do_not_depend_on_how_articles_are_dealt(data, claims):
    names = sorted({one.claim.article_id for one in claims})
    articles = [make_article(article_id=name, title=name) for name in names]
    by_article = {
        name: [one for one in claims if one.claim.article_id == name] for name in names
    }
    # Copies of one text, as the store would have it: the first counts.
    whole = [
        one if one.claim.article_id == names[0] else replace(one, copy_of=names[0])
        for one in claims
    ]
    expected = frame(cluster(whole, conflicts=corpora.PACKS.values()))
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr("geo.corpus.reading.reader_for", lambda _: Told(by_article))
        out = Path(folder) / "out"
        run_held(
            out, articles, data.draw(cuts(len(names))), data.draw(st.integers(1, 4))
        )
        events = corpora.events_in(out)
    assert plain(events).to_dict("records") == plain(expected).to_dict("records")


def many_copies():
    """Return texts of which some tell others again, more or less."""
    rng = random.Random(7)  # noqa: S311 - edits, no secrets
    texts = list(copies_table.texts_of([corpora.SAMPLES]))[:3]
    edited = [edit(text, rng) for text in texts for edit in copies_table.EDITS]
    short = ["Rebels took Saraqib and two villages on its road today."] * 3
    return [*texts, *edited, *short, "Too short."]


TEXTS = many_copies()


@pytest.fixture(scope="module")
def blank(tmp_path_factory):
    path = tmp_path_factory.mktemp("blank") / "store.sqlite"
    open_store(path).close()
    return path


def stored_links(path, articles):
    """Return which articles a store links as copies, and what it takes them for."""
    with open_store(path) as store:
        for one in articles:
            nothing = make_placing({}, article_id=one.article_id)
            store.add(one, [], nothing, now=NOW)
        with store.reading() as connection:
            rows = connection.execute(select(copy.c.article_id, copy.c.copy_of))
            return {tuple(row) for row in rows}, copies.copies(connection)


def found_links(out, articles, where, n_shards):
    """Return the same of a run over a corpus."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("geo.corpus.reading.reader_for", lambda _: Told({}))
        kept = []
        patch.setattr(
            "geo.corpus.running.publish", lambda _out, setting, _s: kept.append(setting)
        )
        run_held(out, articles, where, n_shards)
    [setting] = kept
    links = set()
    for n in range(len(all_leaves(setting))):
        table = read_table(setting.made("links", str(n)) / "links.arrow")
        links |= set(
            zip(*(column.to_pylist() for column in table.columns), strict=True)
        )
    copied = copies_of_corpora.copies(setting)
    seqs = {seq for link in links for seq in link} | set(copied["seq"].to_pylist())
    ordered = np.array(sorted(seqs), dtype=np.int64)
    ids = look_up(setting, ordered, ["article_id"])["article_id"].to_pylist()
    name = dict(zip(ordered.tolist(), ids, strict=True))
    told = zip(
        numbers(copied["seq"]).tolist(), copied["copy_of"].to_pylist(), strict=True
    )
    named = {(name[one], name[other]) for one, other in links}
    return named, {name[seq]: copy_of for seq, copy_of in told}


@pytest.mark.parametrize("most", [64, 3])
@settings(max_examples=5)
@given(data=st.data())
def test_copies_are_those_of_a_store_that_takes_them_in_turn(blank, most, data):
    """Also where only some of many look-alikes are compared."""
    order = data.draw(st.permutations(range(len(TEXTS))))
    articles = [
        make_article(
            article_id=f"a{n:02}",
            title=f"t{n}",
            text=TEXTS[n],
            published=corpora.DAY - timedelta(days=n % 5),
        )
        for n in order
    ]
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(copies, "COMPARED", most)
        patch.setattr(copies_of_corpora, "COMPARED", most)
        path = shutil.copyfile(blank, Path(folder) / "store.sqlite")
        expected = stored_links(path, articles)
        where, n_shards = data.draw(cuts(len(articles))), data.draw(st.integers(1, 5))
        found = found_links(Path(folder) / "out", articles, where, n_shards)
    assert found == expected
    assert len(expected[1]) > 15


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=25))
def test_what_is_linked_over_others_is_one_group(links):
    one, other = np.array(links, dtype=np.int64).reshape(-1, 2).T
    seqs, label = copies_of_corpora.joined(one, other)
    group = {seq: {seq} for link in links for seq in link}
    for first, second in links:
        both = group[first] | group[second]
        group |= dict.fromkeys(both, both)
    assert set(seqs.tolist()) == set(group)
    found = dict(zip(seqs.tolist(), label.tolist(), strict=True))
    for seq in group:
        assert {other for other in group if found[other] == found[seq]} == group[seq]
