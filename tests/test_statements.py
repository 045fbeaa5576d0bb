"""What texts say of how far, and which way, one named place lies from another."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import KNOWN, PUBLISHED, lexicon_of

from extract.records import Article, Statement
from extract.statements import find_statements


def statements(text, conflict="syria"):
    article = Article(article_id="a", text=text, published=PUBLISHED)
    lexicon = lexicon_of(conflict)
    found = find_statements(article, lexicon, lambda names: KNOWN & set(names))
    for one in found:
        assert text[one.char_start : one.char_end] == one.text
        at = text[one.place_start : one.place_end]
        assert at == one.place or at.lower().startswith(("the ", "this "))
        assert text[one.reference_start : one.reference_end] == one.reference
    return found


def said(text, conflict="syria"):
    return [
        (one.place, one.reference, one.bearing, one.distance_km)
        for one in statements(text, conflict)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Palmyra lies around 225 kilometers from Raqqa, which Daesh controls.", ("Palmyra", "Raqqa", None, 225)),
        ("They advanced toward Deir Hafer Plains, northwest of Manbij, another northwestern city.", ("Deir Hafer Plains", "Manbij", "NW", None)),
        ("Khasham, a town 12 miles (19 km) south-east of Palmyra, fell.", ("Khasham", "Palmyra", "SE", 19)),
        ("Maskanah is some forty kilometres north of Homs.", ("Maskanah", "Homs", "N", 40)),
        ("The village of Dabiq, which lies 5 km to the east of Manbij, was shelled.", ("Dabiq", "Manbij", "E", 5)),
        ("The SDF took Tabqa airbase, 45km west of Raqqa city.", ("Tabqa airbase", "Raqqa", "W", 45)),
        ("The SDF took Tabqa (45 km west of Raqqa).", ("Tabqa", "Raqqa", "W", 45)),
        ("Mansura – twenty-five kilometres west of Raqqa – is quiet.", ("Mansura", "Raqqa", "W", 25)),
        ("Azaz, 20 kilometres north west of Aleppo, is quiet.", ("Azaz", "Aleppo", "NW", 20)),
        ("Azaz, 20 kilometres north-north-west of Aleppo, is quiet.", ("Azaz", "Aleppo", "NNW", 20)),
        ("Tadef lies 50 to 60 kilometres south of Manbij.", ("Tadef", "Manbij", "S", 55)),
        ("Zabadani, 40-50km northwest of Damascus, surrendered.", ("Zabadani", "Damascus", "NW", 45)),
        ("Zabadani, fifty-odd kilometres northwest of Damascus, surrendered.", ("Zabadani", "Damascus", "NW", 50)),
        ("Menagh is a hundred and twenty kilometres from Homs.", ("Menagh", "Homs", None, 120)),
        ("Tel Rifaat lies a dozen kilometres south of Azaz.", ("Tel Rifaat", "Azaz", "S", 12)),
        ("Dabiq is only half a kilometre from Azaz.", ("Dabiq", "Azaz", None, 0.5)),
        ("Mansura, 15 kilometres outside Raqqa, was bombed.", ("Mansura", "Raqqa", None, 15)),
        ("Mezzeh airbase, 7 km from the centre of Damascus, was hit.", ("Mezzeh airbase", "Damascus", None, 7)),
        ("The dam is at Tabqa, 40 km upstream from Raqqa.", ("Tabqa", "Raqqa", None, 40)),
        ("Azaz, near the Turkish border some 30 kilometres north of Aleppo, is quiet.", ("Azaz", "Aleppo", "N", 30)),
        ("Talbiseh, on the highway north of Homs, surrendered.", ("Talbiseh", "Homs", "N", None)),
        ("El Obeid, capital of North Kordofan, 400 km south-west of Khartoum, fell.", ("El Obeid", "Khartoum", "SW", 400)),
        ("Palmyra is situated in Homs province, around 225 kilometers from Raqqa.", ("Palmyra", "Raqqa", None, 225)),
        ("Raqqa is at a distance of around 225 km from Palmyra.", ("Raqqa", "Palmyra", None, 225)),
        ("They advanced in the area of Tadef, which lies 2 km south of al-Bab.", ("Tadef", "al-Bab", "S", 2)),
        ("Maskanah, on the bank of Lake Assad, is 75 kilometres south-east of Aleppo, SANA said.", ("Maskanah", "Aleppo", "SE", 75)),
        ("Homs lies 45 km away from Hama.", ("Homs", "Hama", None, 45)),
        ("Palmyra lies in the desert, 215 km north-east of Damascus.", ("Palmyra", "Damascus", "NE", 215)),
        ("Palmyra, in central Syria, 215 km north-east of Damascus, fell.", ("Palmyra", "Damascus", "NE", 215)),
        ("Kurin in Idlib province, 9 km south-west of Idlib, was taken.", ("Kurin", "Idlib", "SW", 9)),
        ("Saraqib, in Idlib's eastern countryside, 16 km from Idlib, fell.", ("Saraqib", "Idlib", None, 16)),
        ("The village of Kurin, near Ariha, lies 9 km south-west of Idlib.", ("Kurin", "Idlib", "SW", 9)),
        ("The town of Azaz, held by rebels since 2012, lies 30 km north of Aleppo.", ("Azaz", "Aleppo", "N", 30)),
        ("Kobani (Ayn al-Arab), 130 km northeast of Aleppo, held out.", ("Kobani", "Aleppo", "NE", 130)),
        ("Forty kilometres west of Raqqa lies the town of Tabqa.", ("Tabqa", "Raqqa", "W", 40)),
        ("Just north of Homs is the town of Talbiseh.", ("Talbiseh", "Homs", "N", None)),
        ("Homs and Hama are 45 km apart.", ("Homs", "Hama", None, 45)),
        ("The distance between Homs and Hama is about 45 km.", ("Homs", "Hama", None, 45)),
        ("Baghuz sits on the bank of the Euphrates about 8 kilometres from Albu Kamal.", ("Baghuz", "Albu Kamal", None, 8)),
    ],
)  # fmt: skip
def test_one_statement(text, expected):
    assert said(text) == [expected]


@pytest.mark.parametrize(
    ("conflict", "text", "expected"),
    [
        ("ukraine", "The city of Avdiivka, just 15 km (9 miles) north-west of Donetsk, is in ruins.", ("Avdiivka", "Donetsk", "NW", 15)),
        ("ukraine", "Popasna, which Russia took in May 2022, is 20 km east of Bakhmut.", ("Popasna", "Bakhmut", "E", 20)),
        ("ukraine", "Vovchansk lies 20 km from the Russian city of Belgorod.", ("Vovchansk", "Belgorod", None, 20)),
        ("iraq", "Iraqi forces retook Qayyarah, a town about 60 kilometers south of Mosul, from ISIS.", ("Qayyarah", "Mosul", "S", 60)),
        ("iraq", "Mosul, Iraq's second city 400 km north of Baghdad, fell.", ("Mosul", "Baghdad", "N", 400)),
        ("libya", "Bani Walid, a hilltop town 170 kilometres (105 miles) southeast of Tripoli, is the last bastion.", ("Bani Walid", "Tripoli", "SE", 170)),
        ("libya", "Tarhuna, 65 km southeast of the capital, Tripoli, was taken.", ("Tarhuna", "Tripoli", "SE", 65)),
        ("yemen", "Houthi fighters are now in Sirwah, forty kilometres west of Marib.", ("Sirwah", "Marib", "W", 40)),
        ("somalia", "Kismayo - Somalia's third city, 500 km south of Mogadishu - is quiet.", ("Kismayo", "Mogadishu", "S", 500)),
        ("sudan", "Kosti, in White Nile state some 300 km south of Khartoum, took in refugees.", ("Kosti", "Khartoum", "S", 300)),
        ("afghanistan", "Lashkar Gah, 555 km southwest of Kabul, is under siege.", ("Lashkar Gah", "Kabul", "SW", 555)),
    ],
)  # fmt: skip
def test_every_conflict_is_read(conflict, text, expected):
    assert said(text, conflict) == [expected]


@pytest.mark.parametrize(
    ("text", "at_most", "at_least", "km"),
    [
        ("The army took Khan Touman, less than 10 km from Aleppo.", True, False, 10),
        ("Rebels are in Azaz, within 3 km of Manbij.", True, False, 3),
        ("Khan Touman is no more than ten kilometres from Aleppo.", True, False, 10),
        ("Tabqa, a few kilometres west of Raqqa, fell.", False, False, None),
        ("Rastan, 24 km by road from Homs, fell.", True, False, 24),
        ("Rastan, more than 20 km from Homs, fell.", False, True, 20),
        ("Rastan lies at least 20 km from Homs.", False, True, 20),
        ("Rastan lies nearly 20 km from Homs.", False, False, 20),
    ],
)
def test_bounds(text, at_most, at_least, km):
    (one,) = statements(text)
    assert (one.at_most, one.at_least, one.distance_km) == (at_most, at_least, km)


@pytest.mark.parametrize(
    "text",
    [
        "The army captured Safira, about halfway between Aleppo and Raqqa.",
        "Safira lies roughly midway between Aleppo and Raqqa.",
        "Safira, a town on the road between Aleppo and Raqqa, was shelled.",
        "ISIL holds Safira, in the desert between Aleppo and Raqqa.",
        "Safira, which is sandwiched between Aleppo and Raqqa, was shelled.",
    ],
)
def test_a_place_between_two(text):
    (one,) = statements(text)
    pair = one.place, one.reference, one.second_reference
    assert pair == ("Safira", "Aleppo", "Raqqa")
    assert (one.bearing, one.distance_km) == (None, None)


def test_two_references_of_one_place():
    text = "Sloviansk lies about 20 km south-east of Izium and 60 km west of Sievierodonetsk."
    assert said(text, "ukraine") == [
        ("Sloviansk", "Izium", "SE", 20),
        ("Sloviansk", "Sievierodonetsk", "W", 60),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Rebels advanced 10 km from Homs towards Palmyra.",
        "Rebels fired rockets 40 km into Aleppo.",
        "Fighters moved north from Homs to Hama.",
        "The convoy drove 30 km south of Homs.",
        "A 20-km front from Hama to Idlib was quiet.",
        "They moved guns from Homs to the north of Hama.",
        "Troops in Saraqib are 16 km from Idlib.",
        "The front line near Khan Tuman is 10 km from Aleppo.",
        "The army pulled back from Saraqib 10 km east of Idlib.",
        "Rebels in Homs fired on a village south of Hama.",
        "If Hama is 40 km from Homs, the convoy needs an hour.",
        "Hama would be 40 km from Homs.",
        "Aleppo is not 100 km from Hama.",
        "Clashes between Homs and Hama went on.",
        "The road between Homs and Hama was cut.",
        "He drove from Homs 40 km north of Hama.",
        "The army captured Rastan and shelled a hill 20 km north of Homs.",
        "The army took Rastan and advanced north of Homs.",
        "Rastan fell, officials in Homs said, 20 km south of Hama.",
        "Rastan, the governor of Homs said, is 20 km from Homs.",
        "Rastan was shelled on Monday, 45 km north-west of Damascus.",
        "The eastern Aleppo countryside north of Manbij was quiet.",
        "Drones hit a depot in Rostov region, 300 km from Mariupol.",
        "Marines crossed the Dnipro 30 km north-east of Kherson.",
        "Shells landed 5 km from Homs, a city in central Syria.",
        "Hayat Tahrir al-Sham moved from Idlib to within 5 kilometers of Hama.",
        "Homs and Hama were taken 10 days apart.",
        "The road between Homs and Hama is 45 km long.",
        "Homs, 45 km away, is held by the army.",
        "Air strikes hit 300 square kilometres of Homs.",
        "Mansura lies in the west of Raqqa province.",
        "Talbiseh, where the army keeps a base 20 km north of Homs, is quiet.",
        "Selydove, Kurakhivka and Tsukuryne, respectively 18, 12 and 10 km south of it, fell.",
        "Lyptsi was burning after a strike 20 km north of Homs.",
        "The army is 2 km from the gates of Damascus.",
        "Tabqa lies several kilometres from Raqqa.",
        "Hasakah is the largest city south of Qamishli.",
    ],
)
def test_what_says_nothing_of_where_a_place_lies(text):
    assert statements(text) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The army took Tabqa. The town lies 45 km west of Raqqa.", [("Tabqa", "Raqqa", "W", 45)]),
        ("The army took the town of Tadef. The town, 30 km east of Aleppo, is empty.", [("Tadef", "Aleppo", "E", 30)]),
        ("Rebels took Kuweires airbase. The airbase, which is east of Aleppo, was cut off.", [("Kuweires airbase", "Aleppo", "E", None)]),
        ("The army took Talbiseh. It also took the town 13 km north of Hama.", []),
        ("Rebels took Azaz. Troops in the town are 20 km from Aleppo.", []),
        ("Homs is quiet. The army is 20 km from Hama.", []),
        ("The town lies 45 km west of Raqqa.", []),
    ],
)  # fmt: skip
def test_what_the_town_stands_for(text, expected):
    assert said(text) == expected


def test_offsets_are_the_articles():
    text = "Homs fell.\n\nPalmyra lies 225 km from Raqqa. Tadef, south of al-Bab, fell."
    assert [one.text for one in statements(text)] == [
        "Palmyra lies 225 km from Raqqa.",
        "Tadef, south of al-Bab, fell.",
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"reference": "Hama"},
        {"char_end": 40},
        {"place_end": 400},
        {"place_start": 400},
        {"distance_km": None},
        {"distance_km": -1.0},
    ],
)
def test_a_statement_is_checked_when_it_is_made(change):
    (one,) = statements("Palmyra lies 225 km from Raqqa.")
    assert isinstance(one, Statement)
    with pytest.raises(ValueError, match=r"\w"):
        replace(one, **change)


_PARTS = st.one_of(
    st.sampled_from(["The town", "the city", "Homs fell.", "Homs and the city"]),
    st.sampled_from(
        "Palmyra Raqqa Homs Tadef al-Bab , . ( ) – lies is are which that 45 km 45km "
        "miles forty a few less than within between and to the north west of from on "
        "road village town apart distance about 's in".split()
    ),
)


@given(st.lists(_PARTS, max_size=25))
def test_any_words_give_statements_whose_offsets_fit(parts):
    for one in statements(" ".join(["Homs fell.", *parts])):
        assert one.place != one.reference
        assert one.distance_km is None or one.distance_km > 0


@pytest.mark.parametrize(
    "text",
    [
        "Tabqa fell. Homs and the town are 45 km apart.",
        "Homs and Homs are 45 km apart.",
    ],
)
def test_only_two_names_lie_apart(text):
    assert statements(text) == ()
