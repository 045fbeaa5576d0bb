"""Print how well copies of articles are told from other articles.

Copies are made of the texts at hand by edits that newspapers make to agencies' reports.
Other articles are all pairs of different texts, and pairs that share their background,
their form or a long quotation. Run as `python tests/copies_table.py`; `--more FILE`
adds texts of a JSONL file.
"""

import argparse
import itertools
import json
import random
import re
import sys
from functools import cache
from pathlib import Path

from geo.shingles import NEAR_WORDS, compared, may_be_alike, signature, worded

ROOT = Path(__file__).resolve().parent.parent
SOURCES = (
    ROOT / "assets" / "samples" / "syria.jsonl",
    ROOT / "tests" / "data" / "labelled.jsonl",
)
SAMPLE_END = "This report was written for Tideline as a sample."

HOUSE = {
    "islamic state": "ISIS",
    "isil": "Islamic State",
    "said": "told reporters",
    "captured": "seized",
    "took": "took over",
    "government forces": "regime forces",
    "army": "military",
    "village": "hamlet",
    "monday": "yesterday",
    "sunday": "at the weekend",
    "rebels": "insurgents",
    "killed": "left dead",
    "near": "close to",
    "town": "township",
}
BACKGROUND = (
    "The war has killed hundreds of thousands of people and driven half of the country "
    "from their homes since it began with protests in 2011. Talks between the parties "
    "under the United Nations have brought no end to the fighting, and several truces "
    "that were agreed have been broken within days. The monitor relies on a network of "
    "sources inside the country for its information and says that it determines whose "
    "aircraft carry out raids by their type, location, flight patterns and munitions."
)
QUOTATION = (
    '"Our soldiers will not leave this ground again, and whoever thinks that they can '
    "come back under the cover of night will find us waiting for them on every hill and "
    'in every house," the spokesman told state television in the evening. '
)
FORM = (
    "Fighters of the {a} took control of the village of {p} in the eastern countryside "
    "on {d}, a war monitor said. Clashes went on in the surroundings of the village "
    "while warplanes carried out raids on the supply lines of the {b}, whose losses "
    "were put at {n} dead by the monitor. "
)


def sentences(text):
    """Return a text's sentences, roughly, with the spaces after them."""
    return re.findall(r".+?(?:[.!?][\"\u201d]?(?:\s+|$)|\n+|$)", text, re.DOTALL)


def with_dateline(text, rng):
    agency = rng.choice(["Reuters", "AP", "AFP", "dpa"])
    return f"{rng.choice(['BEIRUT', 'ALEPPO, Syria', 'KYIV'])} ({agency}) - {text}"


def with_header_and_footer(text, rng):
    return (
        f"Fighting goes on as forces push ahead\n\nBy Our Foreign Staff\n{text}\n\n"
        f"Reporting by A. Writer and B. Stringer; Editing by C. Desk\n"
        f"(c) {rng.randint(2012, 2024)} Morning Example. Follow us for more news."
    )


def with_another_header(text, rng):
    return (
        f"WORLD\nThe Evening Sample, {rng.randint(1, 28)} October\n"
        f"From Jane Doe in Beirut and Richard Roe in Amman\n\n{text}\n"
        "\u00a9 The Evening Sample. All rights reserved."
    )


def without_a_sentence(text, rng):
    found = sentences(text)
    del found[rng.randrange(len(found))]
    return "".join(found)


def first_half(text, rng):
    found = sentences(text)
    return "".join(found[: max(1, (len(found) + 1) // 2)])


def in_house_style(text, rng):
    for word, other in HOUSE.items():
        text = re.sub(rf"\b{word}\b", other, text, flags=re.IGNORECASE)
    return text


def lightly_edited(text, rng):
    """Replace, drop or add one word in about fifteen."""
    words = text.split(" ")
    for n in range(7, len(words), 15):
        at = min(len(words) - 1, n + rng.randint(-3, 3))
        words[at] = rng.choice(["", "also " + words[at], "reportedly", words[at] * 2])
    return " ".join(words)


def retyped(text, rng):
    text = text.replace('"', "\u201c").replace("'", "\u2019").replace(" - ", " \u2014 ")
    return "\n\n".join(part.strip() for part in sentences(text))


def with_much_done(text, rng):
    for edit in (without_a_sentence, in_house_style, with_dateline):
        text = edit(text, rng)
    return with_header_and_footer(text, rng)


EDITS = (
    *(with_dateline, with_header_and_footer, without_a_sentence, first_half),
    *(in_house_style, lightly_edited, retyped, with_much_done),
)


def texts_of(paths):
    """Return the texts of JSONL files that are long enough to be compared."""
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            text = json.loads(line)["text"].replace(SAMPLE_END, "").strip()
            if len(text.split()) >= 1.5 * NEAR_WORDS:
                yield text


@cache
def _known(text):
    words = worded(text)
    return words, signature(words)


def found_alike(one, other):
    """Say whether two texts are found as the store finds them: by key, then compared."""
    (first, a), (second, b) = _known(one), _known(other)
    if not set(a.keys) & set(b.keys) or not may_be_alike(a, b):
        return False
    return compared(first, second) is not None


def copies_of(texts, rng):
    """Yield the name of each edit with pairs of a text and its edited copy."""
    for edit in EDITS:
        yield edit.__name__, [(text, edit(text, rng)) for text in texts]
    one, other = with_header_and_footer, with_another_header
    yield "two_copies", [(one(text, rng), other(text, rng)) for text in texts]


def others_of(texts, rng):
    """Yield kinds of pairs of different articles."""
    short = [text for text in texts if len(text.split()) < 120]
    pairs = list(itertools.pairwise(short))
    yield (
        "same_background",
        [(f"{a}\n\n{BACKGROUND}", f"{b}\n\n{BACKGROUND}") for a, b in pairs],
    )
    yield "same_quotation", [(f"{a} {QUOTATION}", f"{QUOTATION} {b}") for a, b in pairs]
    names = ["Deir Hafer", "Umm Adasah", "Tadef", "al-Bab", "Maskanah", "Khanasir"]
    days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    filled = [
        FORM.format(a=a, b=b, p=p, d=d, n=rng.randint(3, 60))
        for a, b in (("army", "Islamic State"), ("Free Army", "government"))
        for p, d in zip(names, days, strict=True)
    ]
    forms = [(a, b) for a, b in itertools.combinations(filled, 2)]
    yield "same_form", forms
    yield (
        "same_form_and_background",
        [(a + BACKGROUND, b + BACKGROUND) for a, b in forms],
    )
    yield "different_texts", list(itertools.combinations(texts, 2))


def measured(texts, seed=5):
    """Return, for each kind of pair, whether they are copies, how many, how many found."""
    rng = random.Random(seed)  # noqa: S311 - edits, no secrets
    rows = []
    for is_copy, kinds in (
        (True, copies_of(texts, rng)),
        (False, others_of(texts, rng)),
    ):
        for name, pairs in kinds:
            found = sum(found_alike(*pair) for pair in pairs)
            rows.append((name, is_copy, len(pairs), found))
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--more", type=Path, action="append", default=[])
    asked = parser.parse_args()
    texts = list(texts_of([*SOURCES, *asked.more]))
    rows = measured(texts)
    right = sum(found for _, is_copy, _, found in rows if is_copy)
    wrong = sum(found for _, is_copy, _, found in rows if not is_copy)
    n_copies = sum(n for _, is_copy, n, _ in rows if is_copy)
    n_others = sum(n for _, is_copy, n, _ in rows if not is_copy)
    lines = [
        f"{len(texts)} texts",
        *(
            f"{'copy ' if is_copy else 'other'} {name:26} {found:6} of {n:6} found"
            for name, is_copy, n, found in rows
        ),
        f"recall {right / n_copies:.4f} of {n_copies} copies",
        f"precision {right / (right + wrong):.4f}; {wrong} of {n_others} others found",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
