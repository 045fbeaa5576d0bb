"""How far two texts are the same words in the same order is measured here.

Runs of five words are hashed; what two texts share of them says how much one has of the
other. Words of an agency's own about itself ("Reporting by", "All rights reserved")
do not count. Nothing here depends on any text but the two.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz.distance import LCSseq

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]
    Numbers = int | NDArray[np.int64]

RUN = 5
"""Words in a shingle."""

EXACT_WORDS = 8
"""Shorter texts that are the same may be so by chance."""

NEAR_WORDS = 20
"""Shorter texts are only ever copies if they are the same to the word."""

# Shares of the shorter text's shingles that stand in the longer one. From `SURELY` on
# they are one text; between the two, its words must also stand there in order. Measured
# by tests/copies_table.py.
SURELY, _MAYBE, _IN_ORDER = 0.85, 0.30, 0.80
# Two texts that begin differently are two reports with the same background.
_LEAD_WORDS, _LEAD_RUN, _LEAD_SHARE = 40, 3, 0.35
# Two texts of which each has so much of its names and numbers for itself are two
# reports in the same form.
_OWN_NAMES = 0.25
# Less of a text is a quotation that both have.
_WITHIN = 0.5
# Words compared one by one: the longest news are far shorter.
_COMPARED = 4_000

N_HASHES, BAND_ROWS = 128, 2
_BLOCK = 4_096

_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"[.!?:\n]")
# "BEIRUT (Reuters) - ", "ALEPPO, Syria (AP) --": a place, an agency, a dash.
_DATELINE = re.compile(
    r"\s*[^\n()]{0,60}\([A-Z][\w .&/-]{1,30}\)\s*(?:[-\u2013\u2014]+|:)"
)
_BOILERPLATE = re.compile(
    r"^[ \t(\[*-]*(?:(?:additional |writing |editing )?reporting by|edited by|"
    r"editing by|writing by|copyright|\u00a9|all rights reserved|subscribe|sign up|"
    r"read more|follow us|share this|this (?:article|report|story) (?:was|is|has)\b|"
    r"the associated press contributed|photo|image)[^\n]*$",
    re.IGNORECASE | re.MULTILINE,
)


def _constants(n: int, name: str) -> Hashes:
    """Return odd numbers of 64 bits that are the same on every machine."""
    drawn = (blake2b(f"{name} {i}".encode(), digest_size=8).digest() for i in range(n))
    return np.frombuffer(b"".join(drawn), dtype="<u8").astype(np.uint64) | np.uint64(1)


_FACTORS = _constants(N_HASHES, "factor")
_SUMMANDS = _constants(N_HASHES, "summand")
_BANDS = _constants(N_HASHES // BAND_ROWS, "band")
_POWERS = _constants(RUN, "power")


@dataclass(frozen=True, slots=True, eq=False)
class Worded:
    """A text as words and shingles.

    `words` are lower-case words without dateline and boilerplate; `shingles` are the
    sorted, distinct hashes of its runs of words. `named` says which words are numbers,
    or have a capital within a sentence.
    """

    words: tuple[str, ...]
    named: tuple[bool, ...]
    shingles: Hashes

    def part(self, start: int, end: int) -> Worded:
        """Return the text from one word up to another."""
        return _of(self.words[start:end], self.named[start:end])


@dataclass(frozen=True, slots=True, eq=False)
class Signature:
    """What a text is found by: `keys` that look-alikes share some of, and a sketch.

    `sketch` has the least hash of the shingles under each of 128 functions; the share
    in which two sketches agree is near the likeness of their texts.
    """

    keys: tuple[int, ...]
    sketch: NDArray[np.uint32]
    n_shingles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How two texts are copies: "exact" or "near", and how much one has of the other.

    `share` is that of the shorter text's words in order that the longer one has.
    """

    how: str
    share: float


def worded(text: str) -> Worded:
    """Return a text's words and shingles."""
    plain = unicodedata.normalize("NFKC", text).replace("\u2019", "'")
    body = _BOILERPLATE.sub(" ", plain)
    if dateline := _DATELINE.match(body):
        body = body[dateline.end() :]
    words, named, end = [], [], 0
    for match in _WORD.finditer(body):
        begins = end == 0 or _SENTENCE_END.search(body, end, match.start()) is not None
        first = match[0][0]
        named.append(first.isdigit() or (first.isupper() and not begins))
        words.append(match[0].casefold())
        end = match.end()
    return _of(tuple(words), tuple(named))


def _of(words: tuple[str, ...], named: tuple[bool, ...]) -> Worded:
    shingles = np.unique(_hashes(words, RUN))
    return Worded(words=words, named=named, shingles=shingles)


def _hashes(words: tuple[str, ...], run: int) -> Hashes:
    """Return a hash of each run of words, in order; of all words if they are fewer."""
    known = {word: _hash(word) for word in set(words)}
    numbers = np.array([known[word] for word in words], dtype=np.uint64)
    run = max(1, min(run, len(words)))
    starts = max(0, len(words) - run + 1)
    total = np.zeros(starts, dtype=np.uint64)
    for offset in range(run):
        total += numbers[offset : offset + starts] * _POWERS[offset]
    return total ^ (total >> np.uint64(29))


def _hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "little")


def signature(text: Worded) -> Signature:
    """Return what look-alikes of a text are found by."""
    sketch = np.full(N_HASHES, np.iinfo(np.uint32).max, dtype=np.uint32)
    for start in range(0, len(text.shingles), _BLOCK):
        block = text.shingles[start : start + _BLOCK, None]
        mixed = (block * _FACTORS + _SUMMANDS) >> np.uint64(32)
        sketch = np.minimum(sketch, mixed.min(axis=0).astype(np.uint32))
    return Signature(
        keys=tuple(sorted(set(_keys(text, sketch)))),
        sketch=sketch,
        n_shingles=len(text.shingles),
    )


def _keys(text: Worded, sketch: NDArray[np.uint32]) -> Iterator[int]:
    """Yield the key of the whole text, and of each band of the sketch if it has one."""
    if len(text.words) >= EXACT_WORDS:
        whole = blake2b(" ".join(text.words).encode(), digest_size=8).digest()
        yield int.from_bytes(whole, "little", signed=True)
    if len(text.words) >= NEAR_WORDS:
        yield from band_keys(sketch).tolist()


def band_keys(sketch: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return the key of each band of a sketch, in their order."""
    pairs = sketch.reshape(-1, BAND_ROWS).astype(np.uint64)
    joined = ((pairs[:, 0] << np.uint64(32)) | pairs[:, 1]) ^ _BANDS
    mixed = joined * _FACTORS[0]
    keys: NDArray[np.int64] = (mixed ^ (mixed >> np.uint64(31))).astype(np.int64)
    return keys


def may_be_alike(one: Signature, other: Signature) -> bool:
    """Say whether two texts are worth comparing, by their sketches.

    The share that the shorter has in the longer is reckoned from the likeness of the
    sketches, whose error is below 0.09 in 95 of 100 cases.
    """
    same = int(np.count_nonzero(one.sketch == other.sketch))
    return bool(is_worth_comparing(same, one.n_shingles, other.n_shingles))


def is_worth_comparing(
    same: Numbers, n_shingles: int, n_others: Numbers
) -> np.bool_ | NDArray[np.bool_]:
    """Say the same of one text and others, by how many places of sketches agree."""
    alike = same / N_HASHES + 0.09
    common = alike / (1 + alike) * (n_shingles + n_others)
    return common >= _MAYBE * np.minimum(n_shingles, n_others)


def compared(one: Worded, other: Worded) -> Likeness | None:
    """Say how two texts are copies of one another, or None; order does not matter."""
    if one.words == other.words:
        enough = len(one.words) >= EXACT_WORDS
        return Likeness(how="exact", share=1.0) if enough else None
    short, long = sorted((one, other), key=lambda text: (len(text.words), text.words))
    if len(short.words) < NEAR_WORDS or not _begin_alike(short, long):
        return None
    common = np.intersect1d(short.shingles, long.shingles, assume_unique=True)
    share = len(common) / len(short.shingles)
    if share < _MAYBE:
        return None
    n_words = len(short.words)
    short, long = _between(short, common), _between(long, common)
    if len(short.words) < _WITHIN * n_words:
        return None
    if min(_own_names(short, long), _own_names(long, short)) >= _OWN_NAMES:
        return None
    in_order = _in_order(short.words, long.words)
    if share >= SURELY or in_order >= _IN_ORDER:
        return Likeness(how="near", share=round(max(share, in_order), 4))
    return None


def _between(text: Worded, common: Hashes) -> Worded:
    """Return a text without what stands before and after all common shingles.

    Newspapers put headers and footers of their own around what they copy.
    """
    at = np.flatnonzero(np.isin(_hashes(text.words, RUN), common))
    return text.part(int(at[0]), int(at[-1]) + RUN)


def _in_order(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Return the share of the shorter text's words that the longer has in order."""
    first, second = one[:_COMPARED], other[:_COMPARED]
    return LCSseq.similarity(first, second) / min(len(first), len(second))


def _begin_alike(one: Worded, other: Worded) -> bool:
    """Say whether the beginning of either text stands in the other."""
    return _leads(one, other) or _leads(other, one)


def _leads(one: Worded, other: Worded) -> bool:
    lead = np.unique(_hashes(one.words[:_LEAD_WORDS], _LEAD_RUN))
    found = np.isin(lead, _hashes(other.words, _LEAD_RUN))
    return bool(found.mean() >= _LEAD_SHARE)


def _own_names(one: Worded, other: Worded) -> float:
    """Return the share of a text's names and numbers that the other does not have."""
    names = {word for word, named in zip(one.words, one.named, strict=True) if named}
    return len(names.difference(other.words)) / max(1, len(names))
