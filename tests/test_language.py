"""Languages: what is said in them, and that no catalogue lacks or holds too much."""

import json
import re
from unicodedata import bidirectional

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sayings import LATIN, said_in_python, said_in_scripts

from extract.conflict import load_conflicts
from extract.records import Actor
from geo.language import (
    COUNT,
    ENGLISH,
    PLACEHOLDER,
    PLURALS,
    Language,
    catalogue_json,
    isolated,
    load_language,
    load_languages,
)
from geo.wording import headline

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


SAID = {**said_in_python(), **said_in_scripts()}


def kept(language):
    """Return all texts of a catalogue with the forms that each has."""
    words = {text: [told] for text, told in language.words.items()}
    return words | {text: list(one.values()) for text, one in language.counted.items()}


def placeholders(text):
    return set(PLACEHOLDER.findall(text))


def test_the_tests_read_what_the_program_says():
    assert "{gained} took {place}" in SAID
    assert "{day} {month} {year}" in said_in_scripts()
    assert len(SAID) > 200


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_a_catalogue_lacks_nothing_and_holds_nothing_else(language):
    wanted = set(SAID)
    if language.code == "en":  # The text itself is the translation.
        wanted = {text for text in SAID if COUNT in placeholders(text)}
    missing = {text: SAID[text] for text in wanted - set(kept(language))}
    assert not missing
    assert not set(kept(language)) - wanted
    assert not set(language.words) & set(language.counted)


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_translations_have_the_placeholders_of_their_text(language):
    for text, forms in kept(language).items():
        for form in forms:
            spare = {COUNT} if text in language.counted else set()
            assert placeholders(form) | spare == placeholders(text) | spare, text
            assert form.strip(), text
            assert form[-1].isspace() == text[-1].isspace(), text


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_a_count_has_each_form_of_its_language(language):
    categories = {PLURALS[language.code](n) for n in range(1000)}
    for text, forms in language.counted.items():
        assert COUNT in placeholders(text)
        assert set(forms) == categories, text


def test_arabic_is_written_in_arabic():
    for text, forms in kept(ARABIC).items():
        for form in forms:
            words = set(
                re.findall(r"[A-Za-z]+(?:\.[A-Za-z]+)*", PLACEHOLDER.sub("", form))
            )
            assert not words - LATIN, text
    assert all("\u0600" <= sign <= "\u06ff" for sign in "".join(ARABIC.months))


def test_countries_of_the_wars_have_names():
    wanted = {code for pack in load_conflicts().values() for code in pack.countries}
    assert set(ARABIC.countries) == wanted
    assert ARABIC.country("FR", "France") == "France"


def test_the_scripts_get_the_same_catalogue():
    told = json.loads(catalogue_json(ARABIC))
    assert told["words"] == ARABIC.words
    assert told["counted"] == ARABIC.counted
    assert (told["code"], told["direction"]) == ("ar", "rtl")
    assert told["months"] == list(ARABIC.months)


def test_actors_are_named_for_the_reader():
    actors = [
        Actor(name="Side A", names=(("ar", "الجانب"), ("xx", "A!"))),
        Actor(name="Side B"),
    ]
    language = ARABIC.naming(actors)
    assert language.actor("Side A") == "الجانب"
    assert language.actor("Side B") == "Side B"
    assert headline("captured", "Homs", "Side A", None, language=language) == (
        "سيطرة الجانب على \u2068Homs\u2069"
    )


def test_neutral_words_only():
    """Loaded words stand in quotations of sources, never in the program's own."""
    loaded = re.compile(
        r"liberat|terroris|regime|confirmed|تحرير|إرهاب|نظام الأسد", re.I
    )
    for language in LANGUAGES.values():
        for text, forms in kept(language).items():
            assert not loaded.search(" ".join((text, *forms))), text
