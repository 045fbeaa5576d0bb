"""The report that the project began with; it is not ours to publish.

It is looked for beside the checkout. Where it is not, the test is skipped and pytest's
summary says so.
"""

from datetime import date
from pathlib import Path

import pytest
from reading import lexicon_of

from extract.claims import find_claims
from extract.records import Article

REPORT = Path(__file__).parents[2] / "shared" / "reports" / "seed-report.txt"
GOV, ISIS = "Syrian government", "Islamic State"
VILLAGES = ("Za’araya", "al-Ra’oufiah", "al-Rowzah")
KNOWN = {"Palmyra", "Raqqah", "Aleppo", "Manbij", "Damascus"}

pytestmark = pytest.mark.skipif(
    not REPORT.exists(), reason=f"not checked: there is no shared/{REPORT.name} here"
)


@pytest.fixture(scope="module")
def claims():
    article = Article(
        article_id="seed",
        text=REPORT.read_text(encoding="utf-8"),
        published=date(2017, 3, 5),
    )
    found = find_claims(article, lexicon_of("syria"), lambda names: KNOWN & set(names))
    for claim in found:
        assert article.text[claim.char_start : claim.char_end] == claim.sentence
    return found


def row(claim):
    days = str(claim.date_start), str(claim.date_end)
    return claim.event_type, claim.place, claim.gained_by, claim.lost_by, *days


def test_it_gives_these_claims_and_no_others(claims):
    assert sorted(map(row, claims), key=str) == sorted(
        [
            ("captured", "Palmyra", GOV, ISIS, "2017-03-02", "2017-03-02"),
            ("captured", "Palmyra", ISIS, GOV, "2015-05-01", "2015-05-31"),
            ("captured", "Palmyra", GOV, ISIS, "2016-03-01", "2016-03-31"),
            ("captured", "Palmyra", ISIS, GOV, "2016-10-01", "2016-12-31"),
            *(
                ("captured", village, GOV, ISIS, "2017-03-03", "2017-03-05")
                for village in VILLAGES
            ),
            ("captured", "Aleppo", GOV, None, "2016-10-01", "2016-12-31"),
            ("holds", "Raqqah", ISIS, None, "2017-03-05", "2017-03-05"),
            ("advanced", "Deir Hafer Plains", GOV, None, "2017-03-04", "2017-03-05"),
        ],
        key=str,
    )


def test_who_says_so_and_who_helped(claims):
    [capture] = [c for c in claims if str(c.date_start) == "2017-03-02"]
    assert (capture.claimed_by, capture.associated) == ("the Syrian army", ("Russia",))


def test_where_the_unknown_places_lie(claims):
    contexts = {c.place: c.place_context for c in claims}
    assert all("eastern countryside" in contexts[village] for village in VILLAGES)
    assert contexts["Deir Hafer Plains"] == "northwest of Manbij"
