"""What is marked in a sentence: parties, places and how places lie to each other."""

import pytest
from reading import lexicon_of

from extract.actors import mark_actors
from extract.marks import ActorMark, BackMark, CountMark, Line, PlaceMark
from extract.places import mark_places
from extract.records import Span
from extract.relations import relate


def marked(text, conflict="syria"):
    lexicon = lexicon_of(conflict)
    line = Line.of(text, Span(start=0, end=len(text)))
    mark_actors(line, lexicon)
    mark_places(line, lexicon)
    line.order()
    relate(line, lexicon)
    return line


def actors(text):
    line = marked(text)
    return [
        (line.words_of(m), m.name or m.group)
        for m in line.marks
        if isinstance(m, ActorMark)
    ]


def places(text):
    return [(m.name, m.lead) for m in marked(text).marks if isinstance(m, PlaceMark)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Syrian government troops left.", [("Syrian government troops", "Syrian government")]),
        ("Fighters from the Islamic State left.", [("Fighters from the Islamic State", "Islamic State")]),
        ("It is what ISIS said.", [("ISIS", "Islamic State")]),
        ("The Syrian coast is long.", []),
        ("An army of volunteers came.", []),
        ("The militants left.", [("The militants", "armed_group")]),
        ("Army units left.", [("Army units", "state_group")]),
        ("They left.", [("They", "pronoun")]),
        ("The town is under Kurdish control.", [("Kurdish", "Syrian Democratic Forces")]),
    ],
)  # fmt: skip
def test_parties(text, expected):
    assert actors(text) == expected


def test_held_and_backed_are_told_apart():
    marks = marked("The US-backed SDF took ISIS-held Tabqa.").marks
    backed = next(m for m in marks if isinstance(m, ActorMark) and m.allies)
    held = next(m for m in marks if isinstance(m, ActorMark) and m.held)
    assert (backed.name, backed.allies) == (
        "Syrian Democratic Forces",
        ("United States",),
    )
    assert held.name == "Islamic State"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They took the village of Khirbat Zum.", [("Khirbat Zum", None)]),
        ("They took the Jazal oil field.", [("Jazal oil field", None)]),
        ("They took Hill 1213 near Kansabba.", [("Hill 1213", None), ("Kansabba", "near")]),
        ("They left Ras al-Ayn.", [("Ras al-Ayn", None)]),
        ("General Omar Haddad spoke.", []),
        ("The Ministry of Defence spoke.", []),
        ("It was 12 km south-west of Daraa.", [("Daraa", "dir")]),
        ("It rained in Idlib province.", [("Idlib province", "in")]),
        ("They went from Homs to Hama.", [("Homs", "from"), ("Hama", "to")]),
        ("They reached Kobani (Ayn al-Arab).", [("Kobani", None), ("Ayn al-Arab", "alias")]),
    ],
)  # fmt: skip
def test_places_and_their_leads(text, expected):
    assert places(text) == expected


def test_back_references_and_counts():
    kinds = [type(m) for m in marked("The city and three villages fell.").marks]
    assert kinds == [BackMark, CountMark]


def test_a_list_shares_its_lead_and_kind():
    marks = marked("It is near the towns of Tadef, Bizaah and Qabasin.").marks
    found = [(m.name, m.lead, m.kind) for m in marks if isinstance(m, PlaceMark)]
    assert found == [
        ("Tadef", "near", "towns"),
        ("Bizaah", "near", "towns"),
        ("Qabasin", "near", "towns"),
    ]


def test_what_a_place_hangs_on():
    line = marked(
        "They took Tadef, 2 km south of al-Bab, and Bizaah in Aleppo province."
    )
    tadef, bizaah = [m for m in line.marks if isinstance(m, PlaceMark) and m.relations]
    assert (tadef.name, tadef.relations[0].bearing) == ("Tadef", "S")
    assert tadef.relations[0].distance_km == 2
    assert bizaah.relations[0].text == "Aleppo province"
