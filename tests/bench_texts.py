"""Texts to measure speed on: articles shuffled from the project's own, and odd ones.

The same seed gives the same texts. They are like news in length, words and density of
claims, and mean nothing.
"""

import json
import random
import re
from itertools import cycle
from pathlib import Path

from extract.sentences import paragraphs, sentences

ROOT = Path(__file__).parent.parent
LABELLED = ROOT / "tests" / "data" / "labelled.jsonl"
SAMPLES = ROOT / "assets" / "samples" / "syria.jsonl"
SHORTEST, LONGEST = 1_500, 4_000
# The share of sentences that come from passages without an event: half a news report
# is background and quotation.
QUIET = 0.5


def _rows(path):
    return map(json.loads, path.read_text(encoding="utf-8").splitlines())


def _sentences(text):
    return [
        span.of(text)
        for paragraph in paragraphs(text)
        for span in sentences(text, paragraph)
    ]


def pools():
    """Return sentences of passages without events, and of the others by conflict."""
    quiet, told = (
        [],
        {"syria": [s for r in _rows(SAMPLES) for s in _sentences(r["text"])]},
    )
    for row in _rows(LABELLED):
        pool = told.setdefault(row["conflict"], []) if row["events"] else quiet
        pool += _sentences(row["text"])
    return quiet, told


def articles(number, seed=1):
    """Yield records of articles, each on one conflict, of 1,500 to 4,000 characters."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    quiet, told = pools()
    for n in range(number):
        conflict = chance.choice(sorted(told))
        wanted = chance.randint(SHORTEST, LONGEST)
        parts, length = [], 0
        while length < wanted - 80:
            pool = quiet if chance.random() < QUIET else told[conflict]
            parts.append(chance.choice(pool)[: wanted - length])
            # three sentences a paragraph
            parts.append("\n\n" if len(parts) % 6 == 5 else " ")
            length += len(parts[-2]) + len(parts[-1])
        yield {
            "id": f"bench-{seed}-{n}",
            "title": "",
            "text": "".join(parts).strip(),
            "published": "2019-03-05",
            "publisher": "Daily Example",
        }


# Shuffled sentences have 4,000 different words; as much news has ten times as many,
# and who keeps what he knows of each word is fast on the former alone. With this share
# of longer words spelt anew, the vocabulary grows as in news.
NEW_WORDS = 0.09


def respelt(text, chance):
    """Return a text with some of its longer words changed to words never seen."""

    def change(match):
        word = match[0]
        if chance.random() > NEW_WORDS:
            return word
        return word[:-3] + "".join(chance.choice("aeioulnrst") for _ in range(5))

    return re.sub(r"[A-Za-z]{5,}", change, text)


def write(path, number, seed=1):
    """Write articles as JSONL, one after another; return their characters."""
    length = 0
    with path.open("w", encoding="utf-8") as file:
        for row in articles(number, seed):
            length += len(row["text"])
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return length


def _filled(parts, length):
    """Return parts, again from the first when they are used up, cut to a length."""
    found, filled = [], 0
    for part in parts:
        found.append(part)
        filled += len(part)
        if filled >= length:
            return "".join(found)[:length]
    raise ValueError(f"only {filled} characters")


def news(length):
    return _filled((f"{row['text']}\n\n" for row in articles(1_000)), length)


def one_word(length):
    return "a" * length


def many_names():
    """Return 100,000 different capitalised names."""
    return [f"{'Tal ' * (n % 2)}B{_letters(n)}" for n in range(100_000)]


def names(length):
    made = (f"{name}, " for name in many_names())
    return _filled(("The army captured ", *made), length)


def _letters(number):
    letters = ""
    while number:
        number, digit = divmod(number, 26)
        letters += chr(97 + digit)
    return letters or "a"


def nulls(length):
    parts = (
        "\0",
        "The army",
        "\ud800",
        " captured ",
        "Palmyra\udfff",
        "\0. ",
        "\x1b[2J",
    )
    return _filled(cycle(parts), length)


def right_to_left(length):
    parts = (
        "سيطر الجيش السوري على مدينة تدمر يوم الجمعة. ",
        "\u202eالرقة\u202c، ",
        "חלב. ",
    )
    return _filled(cycle(parts), length)


ODD = {
    "news": news,
    "one word": one_word,
    "names": names,
    "nulls and surrogates": nulls,
    "right to left": right_to_left,
}
