import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.likeness import LOOSE, SURE, likeness
from geo.names import keys

NAMES = st.text(alphabet="abdefghijklmnoqrstuvxyzşç' -ىةابدرحقленовик", min_size=1)


@given(one=NAMES, other=NAMES)
def test_likeness_goes_both_ways(one, other):
    there, back = likeness(keys(one), keys(other)), likeness(keys(other), keys(one))
    assert keys(one).coarse != keys(other).coarse or there == back


@given(name=NAMES)
def test_nothing_is_more_like_a_name_than_itself(name):
    one = keys(name)
    assert likeness(one, one) >= 100


@pytest.mark.parametrize(
    ("one", "other", "unlike"),
    [
        # Vowels cost less than consonants.
        ("Manbij", "Menbij", "Manbit"),
        # A consonant costs less where romanisers choose.
        ("Rawdah", "Rawzah", "Rawmah"),
        ("Qayyara", "Gayyara", "Tayyara"),
        # -iyah makes another place of -ah.
        ("Mansurah", "Mansura", "Mansuriyah"),
        # One letter matters less in a long name.
        ("Dayr al Jamal", "Dayr el Jemal", "Jamal"),
    ],
)
def test_romanisers_choices_cost_little(one, other, unlike):
    like, less = (likeness(keys(one), keys(name)) for name in (other, unlike))
    assert like > less


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dayr Ḩāfir", "دير حافر"),
        ("Sāmarrā’", "سامراء"),
        ("Khān Shaykhūn", "خان شيخون"),
        ("Avdiivka", "Авдіївка"),
        ("Kūysinjaq", "Koysincaq"),
    ],
)
def test_scripts_and_presses_are_alike(one, other):
    assert likeness(keys(one), keys(other)) >= SURE


def test_a_guess_is_less_than_sure():
    assert LOOSE <= likeness(keys("al-Rowzah"), keys("ar-Rawḑah")) < SURE
