"""Languages: what is said in them, and that no catalogue lacks or holds too much."""

from unicodedata import bidirectional

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.language import ENGLISH, Language, isolated, load_language, load_languages

LANGUAGES = load_languages()
ARABIC = LANGUAGES["ar"]
MADE_UP = Language(
    code="ar",
    name="made up",
    direction="rtl",
    months=ENGLISH.months,
    words={"{gained} took {place}": "{place} {gained}"},
    counted={
        "{n} events": {
            form: f"{form} {{n}}"
            for form in ("zero", "one", "two", "few", "many", "other")
        }
    },
)


def test_english_comes_first_and_every_file_is_a_language():
    assert list(LANGUAGES) == ["en", "ar"]
    assert ARABIC.direction == "rtl"
    assert ENGLISH.say("What no catalogue holds") == "What no catalogue holds"


@pytest.mark.parametrize(
    ("n", "said"),
    [
        *((0, "zero 0"), (1, "one 1"), (2, "two 2"), (3, "few 3"), (10, "few 10")),
        *((11, "many 11"), (99, "many 99"), (100, "other 100"), (102, "other 102")),
        *((103, "few 103"), (1011, "many 1,011")),
    ],
)
def test_a_count_chooses_the_form(n, said):
    assert MADE_UP.say("{n} events", n=n) == said


def test_english_has_a_singular():
    others = "{publisher} and {n} others"
    assert ENGLISH.say(others, publisher="Wire", n=1) == "Wire and 1 other"
    assert ENGLISH.say(others, publisher="Wire", n=1234) == "Wire and 1,234 others"


@pytest.mark.parametrize(
    "name",
    ["{place}", "{gained}", "{0.__class__}", "{n:>9999999}", "{{}}", "{", "\\g<0>"],
)
def test_what_is_put_in_is_never_read(name):
    said = ENGLISH.say("{gained} took {place}", gained=name, place="Homs")
    assert said == f"{name} took Homs"
    assert name in MADE_UP.say("{gained} took {place}", gained=name, place="Homs")


def test_a_placeholder_without_a_value_stays():
    assert ENGLISH.say("{gained} took {place}", place="Homs") == "{gained} took Homs"


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@given(name=st.text())
@settings(deadline=None)
def test_no_name_gets_out_of_its_isolate(direction, name):
    """However it is made, what follows a name is laid out as if it were not there."""
    apart = isolated(name, direction)
    classes = [bidirectional(sign) for sign in apart]
    depth = 0
    for kind in classes:
        depth += (kind in {"FSI", "LRI", "RLI"}) - (kind == "PDI")
        assert depth >= 0
    assert depth == 0
    if apart == name:
        turning = {"R", "AL", "AN"} if direction == "ltr" else {"L"}
        assert not set(classes) & (turning | {"RLO", "LRO", "RLE", "LRE", "PDF"})


def test_names_of_another_direction_are_set_apart():
    assert ENGLISH.say("{gained} took {place}", gained="A", place="حلب") == (
        "A took \u2068حلب\u2069"
    )
    assert MADE_UP.say("{gained} took {place}", gained="A", place="حلب") == (
        "حلب \u2068A\u2069"
    )


@pytest.mark.parametrize(
    "text",
    [
        "name = 3",
        "nonsense",
        'name = "X"\ndirection = "up"\nmonths = []',
        'name = "X"\ndirection = "rtl"\nmonths = ["one"]',
    ],
)
def test_what_is_no_catalogue_is_refused_by_name(tmp_path, text):
    path = tmp_path / "ar.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"ar\.toml"):
        load_language(path)


def test_a_language_without_a_plural_rule_is_refused(tmp_path):
    path = tmp_path / "xx.toml"
    path.write_text(
        f'name = "X"\ndirection = "ltr"\nmonths = {list(ENGLISH.months)}',
        encoding="utf-8",
    )
    with pytest.raises(ValueError, match="plural rule"):
        load_language(path)
