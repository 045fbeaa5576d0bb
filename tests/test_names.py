import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geo.names import (
    Feature,
    bare,
    coarse,
    feature_of,
    fold,
    keys,
    readings,
    skeleton,
    sound,
)

LETTERS = st.text(
    alphabet=st.one_of(
        st.characters(max_codepoint=0x24F),
        st.characters(min_codepoint=0x370, max_codepoint=0x6FF),
        st.characters(min_codepoint=0x1E00, max_codepoint=0x1EFF),
        st.sampled_from(" -'’ʿ‘صةيىالأإآ"),
    ),
    max_size=24,
)


@pytest.mark.parametrize("key", [fold, bare, sound])
@example(name="آل01:0")
@example(name="\x1bƘH")
@example(name="Bo")
@example(name="Qhan")
@given(name=LETTERS)
def test_a_key_of_a_key_is_that_key(key, name):
    assert key(key(name)) == key(name)


@given(name=st.text(max_size=20))
def test_folding_any_text_twice_changes_nothing(name):
    assert fold(fold(name)) == fold(name)


@given(name=LETTERS)
def test_keys_agree_with_each_key_alone(name):
    found = keys(name)
    assert (found.fold, found.bare, found.sound) == (
        fold(name),
        bare(name),
        sound(name),
    )
    assert (found.skeleton, found.coarse) == (skeleton(name), coarse(name))


@given(name=LETTERS)
def test_names_that_fold_alike_agree_in_every_coarser_key(name):
    assert keys(fold(name)) == keys(name)


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        (fold, "Dayr Ḩāfir", "dayr hafir"),
        (fold, "Ar Ra'ūfīyah", "Ar Ra’ufiyah"),
        (fold, "Deir ez-Zor", "DEIR EZ ZOR"),
        (fold, "Za’araya", "Zaaraya"),
        (fold, "الرقة", "الرقه"),
        (bare, "Ar Raqqah", "Raqqah"),
        (bare, "al-Bab", "The city of Bab"),
        (bare, "الباب", "باب"),
        (sound, "Deir Hafer", "Dayr Ḩāfir"),
        (sound, "Dair Hafir", "Dayr Ḩāfir"),
        (sound, "Rakka", "Ar Raqqah"),
        (sound, "Sweida", "As Suwaydā’"),
        (sound, "al-Ra'oufiah", "Ar Ra'ūfīyah"),
        (sound, "Izium", "Izyum"),
        (sound, "Изюм", "Izyum"),
        (sound, "Ізюм", "Izium"),
        (sound, "Cheikh Miskine", "Shaykh Miskine"),
        (sound, "Tell Rifaat", "Tall Rif‘at"),
        (skeleton, "دير حافر", "Deir Hafer"),
        (skeleton, "Albukamal", "Bukamal"),
        (skeleton, "Abu Kamal", "Ālbū Kamāl"),
        (coarse, "al-Rowzah", "ar-Rawḑah"),
    ],
)
def test_spellings_of_one_place_share_a_key(key, one, other):
    assert key(one) == key(other) != ""


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        (fold, "Deir Hafer", "Dayr Ḩāfir"),
        (bare, "Raqqah", "Rakka"),
        (sound, "al-Rowzah", "ar-Rawḑah"),
        (skeleton, "Homs", "Hama"),
        (skeleton, "Manbij", "Palmyra"),
    ],
)
def test_a_finer_key_keeps_apart_what_a_coarser_one_joins(key, one, other):
    assert key(one) != key(other)


def test_an_article_alone_is_still_a_name():
    assert bare("As") == "as"
    assert bare("Al") == "al"


@pytest.mark.parametrize(
    ("phrase", "core", "feature", "bearing"),
    [
        ("Deir Hafer Plains", "Deir Hafer", Feature.RURAL, None),
        ("city of Palmyra", "Palmyra", Feature.SETTLEMENT, None),
        ("the town of al-Bab", "al-Bab", Feature.SETTLEMENT, None),
        ("Raqqa province", "Raqqa", Feature.ADMIN1, None),
        ("Al-Hasakah Governorate", "Al-Hasakah", Feature.ADMIN1, None),
        ("Beryslav Raion", "Beryslav", Feature.ADMIN2, None),
        ("Tabqa airbase", "Tabqa", Feature.AIRFIELD, None),
        ("Kuweires military airport", "Kuweires", Feature.AIRFIELD, None),
        ("al-Omar oil field", "al-Omar", Feature.FIELD, None),
        ("Tishrin Dam", "Tishrin", Feature.DAM, None),
        ("Nasib border crossing", "Nasib", Feature.CROSSING, None),
        ("Mount Sinjar", "Sinjar", Feature.HEIGHT, None),
        ("Jobar district", "Jobar", Feature.QUARTER, None),
        ("northern Idlib", "Idlib", None, "N"),
        ("north-western Aleppo countryside", "Aleppo", Feature.RURAL, "NW"),
        ("eastern countryside of Aleppo", "Aleppo", Feature.RURAL, "E"),
        ("Palmyra", "Palmyra", None, None),
    ],
)
def test_a_phrase_is_taken_apart(phrase, core, feature, bearing):
    found = readings(phrase)
    assert found[0].core == phrase
    assert (found[-1].core, found[-1].feature, found[-1].bearing) == (
        core,
        feature,
        bearing,
    )


@given(name=st.text(min_size=1, max_size=60))
def test_taking_apart_ends_and_begins_with_the_whole(name):
    assert readings(name)[0].core == " ".join(name.split())


@pytest.mark.parametrize(
    ("phrase", "feature"),
    [
        ("eastern countryside of the northwestern city of Aleppo", Feature.RURAL),
        ("in Raqqa province", Feature.ADMIN1),
        ("inside the city of Palmyra", Feature.SETTLEMENT),
        ("in Raqqa", None),
        (None, None),
    ],
)
def test_the_widest_ground_that_a_phrase_names_counts(phrase, feature):
    assert feature_of(phrase) == feature
