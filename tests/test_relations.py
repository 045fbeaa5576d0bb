"""What the text around a claim's place says of where it lies."""

import pytest
from reading import read

from extract.records import RelationKind

CONTAINER, REFERENCE = RelationKind.CONTAINER, RelationKind.REFERENCE


def relations(text, place, conflict="syria"):
    claims = [claim for claim in read(text, conflict=conflict) if claim.place == place]
    assert claims, f"no claim of {place}"
    return [
        (r.kind, r.toponym, r.text, r.bearing, r.distance_km)
        for r in claims[0].place_relations
    ]


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        (", 45km west of Raqqa city", (REFERENCE, "Raqqa", "45km west of Raqqa city", "W", 45)),
        (", some forty kilometres north of Raqqa", (REFERENCE, "Raqqa", "some forty kilometres north of Raqqa", "N", 40)),
        (", 15 miles (24 km) north of Homs", (REFERENCE, "Homs", "15 miles (24 km) north of Homs", "N", 24)),
        (", 50 to 60 kilometres south of Manbij", (REFERENCE, "Manbij", "50 to 60 kilometres south of Manbij", "S", 55)),
        (", less than 10 km from Aleppo", (REFERENCE, "Aleppo", "less than 10 km from Aleppo", None, 10)),
        (", a few kilometres west of Homs", (REFERENCE, "Homs", "a few kilometres west of Homs", "W", 5)),
        (", 15 kilometres outside Raqqa", (REFERENCE, "Raqqa", "15 kilometres outside Raqqa", None, 15)),
        (", 20 kilometres north west of Aleppo", (REFERENCE, "Aleppo", "20 kilometres north west of Aleppo", "NW", 20)),
        (", which lies 5 km to the east of Manbij", (REFERENCE, "Manbij", "5 km to the east of Manbij", "E", 5)),
        (", a village that is 5 km east of Manbij", (REFERENCE, "Manbij", "5 km east of Manbij", "E", 5)),
        (" close to Palmyra", (REFERENCE, "Palmyra", "close to Palmyra", None, None)),
        (", not far from Palmyra", (REFERENCE, "Palmyra", "not far from Palmyra", None, None)),
        (" along the M4 near Idlib", (REFERENCE, "Idlib", "near Idlib", None, None)),
        (", on the road to Damascus", (REFERENCE, "Damascus", "on the road to Damascus", None, None)),
        (" along the main highway leading to Damascus", (REFERENCE, "Damascus", "along the main highway leading to Damascus", None, None)),
    ],
)  # fmt: skip
def test_a_reference(tail, expected):
    assert relations(f"The army captured Kharab{tail}.", "Kharab") == [expected]


@pytest.mark.parametrize(
    ("tail", "words"),
    [
        (", about halfway between Aleppo and Raqqa", "between Aleppo and Raqqa"),
        (" between the cities of Aleppo and Raqqa", "between the cities of Aleppo and Raqqa"),
        (" on the road from Aleppo to Raqqa", "on the road from Aleppo to Raqqa"),
        (", on the highway between Aleppo and Raqqa", "on the highway between Aleppo and Raqqa"),
        (", a town on the highway linking Aleppo with Raqqa", "on the highway linking Aleppo with Raqqa"),
        (", which lies on the highway connecting Aleppo and Raqqa", "on the highway connecting Aleppo and Raqqa"),
        (" on the Aleppo-Raqqa highway", "on the Aleppo-Raqqa highway"),
        (" along the Aleppo – Raqqa road", "along the Aleppo – Raqqa road"),
    ],
)  # fmt: skip
def test_two_references_with_one_text(tail, words):
    """The ground between both is meant, so both carry all the words."""
    found = relations(f"The army captured Kharab{tail}.", "Kharab")
    assert found == [
        (REFERENCE, name, words, None, None) for name in ("Aleppo", "Raqqa")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The army captured Kharab, Deir ez-Zor province.", ("Deir ez-Zor province", "Deir ez-Zor province", None)),
        ("The army captured Kharab (Deir ez-Zor governorate) on Monday.", ("Deir ez-Zor governorate", "Deir ez-Zor governorate", None)),
        ("The army captured Kharab, eastern Aleppo.", ("Aleppo", "eastern Aleppo", "E")),
        ("The army captured Kharab (northern Hama) on Monday.", ("Hama", "northern Hama", "N")),
        ("The army captured Kharab in Aleppo's eastern countryside.", ("Aleppo", "Aleppo's eastern countryside", "E")),
        ("The army captured Kharab, in the west of Raqqa province.", ("Raqqa province", "west of Raqqa province", "W")),
        ("The army captured Kharab in the eastern countryside of Aleppo.", ("Aleppo", "eastern countryside of Aleppo", "E")),
        ("The SDF captured the Raqqa countryside town of Kharab.", ("Raqqa countryside", "Raqqa countryside", None)),
        ("The army was driven out of the Hama province village of Kharab by rebels.", ("Hama province", "Hama province", None)),
    ],
)  # fmt: skip
def test_a_container(text, expected):
    toponym, words, bearing = expected
    assert relations(text, "Kharab") == [(CONTAINER, toponym, words, bearing, None)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The army captured Kharab in Deir ez-Zor's Mayadin district.", ["Deir ez-Zor", "Mayadin"]),
        ("The army captured Kharab in the Harasta district of Rif Dimashq province.", ["Harasta", "Rif Dimashq province"]),
        ("The army captured Kharab, south of Idlib in the province of Hama.", ["Idlib", "Hama"]),
    ],
)  # fmt: skip
def test_two_things_said_of_one_place(text, names):
    assert [row[1] for row in relations(text, "Kharab")] == names


def test_words_do_not_reach_into_each_other():
    text = "The army captured Kharab in Deir ez-Zor's Mayadin district."
    found = [row[2] for row in relations(text, "Kharab")]
    assert found == ["Deir ez-Zor", "Deir ez-Zor's Mayadin district"]


@pytest.mark.parametrize(
    "text",
    [
        "The army captured Kharab, Homs province and Idlib.",
        "The army captured Kharab and cut the Homs-Hama highway.",
        "The army captured Kharab and advanced on the road to Damascus.",
        "The army captured Kharab, then moved 10 km from Homs.",
    ],
)
def test_what_is_said_of_something_else(text):
    assert relations(text, "Kharab") == []


def test_each_of_a_list_keeps_its_own_direction():
    claims = read(
        "The army captured the towns of Kharab in northern Hama, Tell in eastern Homs "
        "and Qasr in western Aleppo."
    )
    assert [c.place_relations[0].bearing for c in claims] == ["N", "E", "W"]


def test_place_context_says_each_thing_once():
    (claim,) = read("The army captured Kharab, between Aleppo and Raqqa.")
    assert claim.place_context == "between Aleppo and Raqqa"
