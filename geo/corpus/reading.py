"""A part is read here: its claims, where their places are, and what tells repeats.

One article that breaks something is told, and costs no other. Of the texts nothing is
kept but for the time of the run, since what is like what is found in them.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from functools import lru_cache, partial
from hashlib import blake2b, sha256
from itertools import count, islice
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pyarrow as pa

from extract.outline import read_whole
from extract.packs import Lexicons
from geo.corpus.claim_rows import rows_of, table_of
from geo.corpus.limiting import LateError, limited
from geo.corpus.parts import LeftOut
from geo.corpus.resuming import ReachError
from geo.corpus.settings import open_index
from geo.corpus.shards import read_table, write_shards, write_table
from geo.event_records import PlacedClaim
from geo.geocode import LocalGeocoder
from geo.ingest import check_day
from geo.placing import Placing
from geo.rows import content_hash
from geo.shingles import EXACT_WORDS, NEAR_WORDS, band_keys, signature, worded
from geo.writing import check_fits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from extract.records import Article
    from geo.corpus.limiting import Limit
    from geo.corpus.parts import Part, ReadPart
    from geo.corpus.settings import Setting
    from geo.locations import Location
    from geo.shingles import Worded

T = TypeVar("T")

logger = logging.getLogger(__name__)

ARTICLES = pa.schema(
    [
        ("seq", pa.int64()),
        ("article_id", pa.large_string()),
        ("content", pa.large_string()),
        ("text", pa.binary(32)),
        ("published", pa.date32()),
        ("n_shingles", pa.int32()),
        ("sketch", pa.binary(512)),
    ]
)
"""An article's columns: `content` is what the same content shares under any id, `text`
a digest of the text, `sketch` and `n_shingles` are what look-alikes are told by."""

KEYS = pa.schema([("key", pa.int64()), ("band", pa.int16()), ("seq", pa.int64())])
"""What articles may share: a key, and which of an article's keys it is."""

ID, CONTENT, WHOLE = -3, -2, -1
"""Keys of an article's id, of its content, and of the whole of a short text; others are
numbered as the bands of its sketch are."""

LEFT_OUT = "left_out.jsonl"

LEAF = 5_000
"""Articles that are held in memory until they are written: some 40 MB."""

TEXTS = 32
"""Texts that are packed together: to look up one is to unpack so many."""

ORDINAL_BITS = 32
"""Bits for the place of an article within its part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """What of a part is read at a time: all of it, or some of its items.

    `number` is the part's in the list of parts. `first` and `last` are a half-open
    range of its items in their order. One that is `given_up` is left out for this
    reason.
    """

    part: Part
    number: int
    first: int = 0
    last: int | None = None
    given_up: str = ""

    @property
    def name(self) -> str:
        """What its folder is called; the order of names is that of the corpus."""
        if self.last is None:
            return f"{self.number:06d}"
        return f"{self.number:06d}-{self.first:09d}-{self.last:09d}"

    @property
    def is_single(self) -> bool:
        """Whether it is one item alone."""
        return self.last is not None and self.last - self.first == 1

    def items(
        self, read: ReadPart, limit: Limit
    ) -> Iterator[tuple[int, Article | LeftOut]]:
        """Yield its articles, or what is none, with their places within the part."""
        return islice(_numbered(read(self.part), limit), self.first, self.last)

    def where(self, ordinal: int) -> str:
        """Say where in the inputs an article stands."""
        return article_at(self.part.name, ordinal)


def _numbered(items: Iterator[T], limit: Limit) -> Iterator[tuple[int, T]]:
    """Yield items with their numbers, each of which may take so long to be found."""
    for number in count():
        with limit(number):
            found = list(islice(items, 1))
        if not found:
            return
        yield number, found[0]


def article_at(part: str, ordinal: int) -> str:
    """Say where in the inputs an article stands, by the name of its part."""
    return f"{part}, article {ordinal + 1}"


class Reader:
    """Reads articles, each with the conflict pack that fits it."""

    def __init__(self, setting: Setting) -> None:
        self._gazetteer = open_index(setting)
        self._lexicons = Lexicons(setting.packs, self._gazetteer.known)
        self._geocode = LocalGeocoder(self._gazetteer)
        self._day = setting.day

    def read(self, article: Article) -> list[tuple[PlacedClaim, str | None]]:
        """Return an article's claims, each with the country that its place lies in.

        Raises
        ------
        ValueError
            If no store would take it.
        """
        check_day(article, self._day)
        lexicon = self._lexicons.of(article)
        countries = lexicon.conflict.countries
        known = partial(self._gazetteer.known, countries=countries)
        claims, outline = read_whole(article, lexicon, known)
        locations = self._geocode(claims, countries, outline) if claims else {}
        placing = Placing(article_id=article.article_id, locations=locations)
        check_fits(article, claims, placing)
        return [
            (_placed(article, claim, found), _country(found, countries))
            for claim in claims
            for found in (locations[claim.claim_id],)
        ]


def _placed(article: Article, claim: Any, location: Location) -> PlacedClaim:  # noqa: ANN401
    return PlacedClaim(
        claim=claim,
        location=location,
        article_title=article.title,
        publisher=article.publisher,
        url=article.url,
        published=article.published,
    )


def _country(location: Location, countries: tuple[str, ...]) -> str | None:
    """Return the country of a place; of one that only its surroundings tell, or an
    area, that of what comes first among what its name could mean, else the main one.
    """  # noqa: D205
    if location.lon is None:
        return None
    found = [one.country for one in location.candidates if one.country]
    return next(iter((*found, *countries)), None)


@lru_cache(maxsize=1)
def reader_for(setting: Setting) -> Reader:
    """Return this process's reader for a run."""
    return Reader(setting)


def read_slice(setting: Setting, one: Slice, folder: Path) -> None:
    """Read articles and leave what they claim, and what tells repeats, in a folder.

    Raises
    ------
    ReachError
        If the input lies elsewhere and cannot be reached.
    OSError
        If the folder cannot be written.
    CorpusError
        If this machine has other lists of places than the run.
    """
    left_out: list[LeftOut] = []
    articles: Iterator[tuple[int, Article]] = iter(())
    with limited(setting.article_s, setting.mark(one.name)) as limit:
        if one.given_up:
            left_out.append(_given_up(setting.read, one, limit))
        else:
            articles = _checked(one.items(setting.read, limit), one, left_out)
        for number in count():
            path = folder / f"{number:06d}"
            path.mkdir()
            leaf = _Leaf(setting, one, limit)
            n_items = _read_leaf(leaf, islice(articles, LEAF), path)
            left_out += leaf.left_out
            if n_items < LEAF:
                break
    told = (json.dumps(asdict(item), ensure_ascii=False) for item in left_out)
    content = "".join(f"{line}\n" for line in told)
    (folder / LEFT_OUT).write_text(content, encoding="utf-8")


def leaves_of(folder: Path) -> list[Path]:
    """Return the leaves in a slice's folder, in their order."""
    return sorted(path for path in folder.iterdir() if path.is_dir())


def _checked(
    items: Iterator[tuple[int, Article | LeftOut]], one: Slice, left_out: list[LeftOut]
) -> Iterator[tuple[int, Article]]:
    """Yield the articles; note what is none, and where a damaged input breaks off."""
    ordinal = one.first - 1
    try:
        for ordinal, item in items:
            if isinstance(item, LeftOut):
                left_out.append(item)
            else:
                yield ordinal, item
    except (OSError, ReachError):
        raise  # another try may do
    except Exception as error:  # noqa: BLE001 - of whatever reads a format
        why = f"reading stopped here: {_words(error)}"
        left_out.append(LeftOut(where=one.where(ordinal + 1), why=why))


def n_articles(folder: Path) -> int:
    """Return how many articles were read into a slice's folder."""
    paths = [path / "articles.arrow" for path in leaves_of(folder)]
    return sum(int(read_table(path).num_rows) for path in paths)


def _read_leaf(
    leaf: _Leaf, articles: Iterable[tuple[int, Article]], folder: Path
) -> int:
    """Read some articles into a folder; return how many there were."""
    n_items = 0
    with _Texts(folder / "texts.arrow") as texts:
        for ordinal, article in articles:
            n_items += 1
            if leaf.take(ordinal, article):
                texts.add(article.text)
    leaf.write(folder)
    return n_items


class _Leaf:
    """What was read of a slice since the last leaf."""

    def __init__(self, setting: Setting, one: Slice, limit: Limit) -> None:
        self.left_out: list[LeftOut] = []
        self._setting, self._one, self._limit = setting, one, limit
        self._claims: list[pa.Table] = []
        self._articles: list[dict[str, Any]] = []
        self._keys: list[NDArray[Any]] = []

    def take(self, ordinal: int, article: Article) -> bool:
        """Read an article; say whether it went well, and note why not."""
        seq = (self._one.number << ORDINAL_BITS) + ordinal
        reader = reader_for(self._setting)
        try:
            with self._limit(ordinal):
                claims = rows_of(seq, reader.read(article))
                row, keys = _told(seq, article, worded(article.text))
        except Exception as error:
            # The one broad except: whatever is wrong with one article, others go on.
            logger.debug("article %s failed", article.article_id, exc_info=True)
            where = f"{self._one.where(ordinal)} ({article.article_id})"
            self.left_out.append(LeftOut(where=where, why=_words(error)))
            return False
        if claims:
            self._claims.append(table_of(claims))
        self._articles.append(row)
        self._keys.append(keys)
        return True

    def write(self, folder: Path) -> None:
        """Leave all in a folder, for those who read some shards of it each."""
        n_shards = self._setting.n_shards
        claims = pa.concat_tables([*self._claims, table_of([])])
        shards = np.array([shard_of(row, n_shards) for row in _placing(claims)], int)
        write_shards(folder / "claims.arrow", claims, shards)
        articles = pa.Table.from_pylist(self._articles, schema=ARTICLES)
        write_table(folder / "articles.arrow", articles)
        keys = np.concatenate([np.empty((0, 3), np.int64), *self._keys])
        is_exact = keys[:, 1] < WHOLE
        for name, rows in (("exact", keys[is_exact]), ("bands", keys[~is_exact])):
            columns = [rows[:, 0], rows[:, 1].astype(np.int16), rows[:, 2]]
            table = pa.table(columns, schema=KEYS)
            write_shards(folder / f"{name}.arrow", table, _dealt(rows[:, 0], n_shards))


def _words(error: Exception) -> str:
    said = " ".join(str(error).split())
    if isinstance(error, ValueError | LateError):
        return said
    return f"{type(error).__name__}: {said}"


def _told(
    seq: int, article: Article, words: Worded
) -> tuple[dict[str, Any], NDArray[Any]]:
    """Return an article's row, and its keys as rows of key, band and number."""
    signed = signature(words)
    row = {
        "seq": seq,
        "article_id": article.article_id,
        "content": content_hash(article),
        "text": sha256(article.text.encode()).digest(),
        "published": article.published,
        "n_shingles": signed.n_shingles,
        "sketch": signed.sketch.astype("<u4").tobytes(),
    }
    keys = [(_key(article.article_id), ID), (_key(content_hash(article)), CONTENT)]
    if len(words.words) >= NEAR_WORDS:
        keys += [(key, n) for n, key in enumerate(band_keys(signed.sketch).tolist())]
    elif len(words.words) >= EXACT_WORDS:
        keys += [(_key(" ".join(words.words)), WHOLE)]
    return row, np.array([(key, band, seq) for key, band in keys], dtype=np.int64)


def _key(text: str) -> int:
    digest = blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def _given_up(read: ReadPart, one: Slice, limit: Limit) -> LeftOut:
    """Say what is left out: an article, or all of a part that could not be counted."""
    if one.last is None:
        return LeftOut(where=one.part.name, why=one.given_up)
    where = one.where(one.first)
    for _, item in one.items(read, limit):
        if isinstance(item, LeftOut):
            return item
        where = f"{where} ({item.article_id})"
    return LeftOut(where=where, why=one.given_up)


def count_items(setting: Setting, one: Slice) -> int:
    """Return how many articles, and things that are none, a slice has."""
    with limited(setting.article_s, setting.mark(one.name)) as limit:
        return sum(1 for _ in one.items(setting.read, limit))


class _Texts:
    """Writes texts as they come, some packed together."""

    def __init__(self, path: Path) -> None:
        self._schema = pa.schema([("text", pa.large_string())])
        options = pa.ipc.IpcWriteOptions(compression="zstd")
        self._file = pa.ipc.new_file(str(path), self._schema, options=options)
        self._held: list[str] = []

    def __enter__(self) -> _Texts:
        return self

    def __exit__(self, *_: object) -> None:
        self._flush()
        self._file.close()

    def add(self, text: str) -> None:
        self._held.append(text)
        if len(self._held) == TEXTS:
            self._flush()

    def _flush(self) -> None:
        if self._held:
            self._file.write_batch(pa.record_batch([self._held], schema=self._schema))
            self._held.clear()


def _placing(claims: pa.Table) -> list[str]:
    """Return by what claims are dealt: their places, or themselves where none is."""
    keys, ids = claims["place_key"].to_pylist(), claims["claim_id"].to_pylist()
    return [key or id_ for key, id_ in zip(keys, ids, strict=True)]


def shard_of(text: str, n_shards: int) -> int:
    """Return to which of so many shards a text is dealt, on every machine the same."""
    digest = blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") % n_shards


def _dealt(keys: NDArray[np.int64], n_shards: int) -> NDArray[np.int64]:
    high = keys.view(np.uint64) >> np.uint64(32)
    return ((high * np.uint64(n_shards)) >> np.uint64(32)).astype(np.int64)
