"""Sentences whose form hides what they tell: asides, lists, verbs left out, no agent."""

import pytest
from reading import read

# (conflict, text, what it tells: type, place, taker)
TOLD = {
    "a passive that names nobody": [
        ("sudan", "The RSF took Rufaa. Hantoub was stormed.",
         [("captured", "Rufaa", "Rapid Support Forces"), ("attacked", "Hantoub", None)]),
        ("ukraine", "Russian troops are near. Kupiansk was entered on Thursday.",
         [("advanced", "Kupiansk", None)]),
        ("libya", "The LNA came to Sirte. Abugrein, a village to the west, was abandoned.",
         [("withdrew", "Abugrein", None)]),
        ("yemen", "The Houthis took Mocha. Dhubab, on the coast, was taken in January.",
         [("captured", "Mocha", "Houthis"), ("captured", "Dhubab", "Houthis")]),
        ("syria", "Suluk was taken from the SDF as well.", [("captured", "Suluk", None)]),
        ("iraq", "The Iraqi army fled. Mosul was attacked by nightfall.",
         [("attacked", "Mosul", None)]),
        # not so: things, people, agents that are no party
        ("syria", "The army took Palmyra. Hassan was taken to hospital.",
         [("captured", "Palmyra", "Syrian government")]),
        ("syria", "The army took Palmyra. Officers were taken prisoner in Homs.",
         [("captured", "Palmyra", "Syrian government")]),
        ("syria", "The army took Palmyra. Homs was entered by crowds of shoppers.",
         [("captured", "Palmyra", "Syrian government")]),
        ("syria", "The army is in Palmyra. The plan for Homs was abandoned.", []),
        ("syria", "The army is in Palmyra. Homs was attacked by warplanes.", []),
    ],
    "what lasts": [
        ("iraq", "The Iraqi army is near. Falluja remains besieged.",
         [("besieged", "Falluja", None)]),
        ("libya", "Sirte is also held by the LNA.",
         [("holds", "Sirte", "Libyan National Army")]),
        ("libya", "The LNA took Derna. Sabha and Brak in the south are also held by it.",
         [("captured", "Derna", "Libyan National Army"),
          ("holds", "Sabha", "Libyan National Army"),
          ("holds", "Brak", "Libyan National Army")]),
        ("syria", "The rebels keep Rankus.", [("holds", "Rankus", "Syrian opposition")]),
        ("sudan", "The army still has Babanusa, west of Kadugli.",
         [("holds", "Babanusa", "Sudanese army")]),
        ("somalia", "Al-Shabaab clings to Jilib.", [("holds", "Jilib", "al-Shabaab")]),
        ("yemen", "Taiz remains with the Houthis.", [("holds", "Taiz", "Houthis")]),
        ("afghanistan", "Achin belongs to the Taliban.", [("holds", "Achin", "Taliban")]),
        ("syria", "Rebels are still holding out in Daraa.",
         [("holds", "Daraa", "Syrian opposition")]),
        ("syria", "Pro-government militias hold Nubl.",
         [("holds", "Nubl", "Syrian government")]),
        # not so
        ("syria", "The rebels keep Daraa supplied from Jordan.", []),
        ("syria", "The army still has troops in Homs.", []),
        ("syria", "The army keeps the road to Homs open.", []),
        ("syria", "A decision on Homs stays with the army.", []),
        ("syria", "The rebels held out hope in Daraa.", []),
    ],
    "clauses without their verb": [
        ("syria", "Yabroud fell to the army on Sunday and Flita at the end of the month.",
         [("captured", "Yabroud", "Syrian government"),
          ("captured", "Flita", "Syrian government")]),
        ("sudan", "Bara was captured by the army in May, and Soba, south of it, in June.",
         [("captured", "Bara", "Sudanese army"), ("captured", "Soba", "Sudanese army")]),
        ("afghanistan", "Zaranj had fallen to the Taliban first, and Kunduz on Sunday.",
         [("captured", "Zaranj", "Taliban"), ("captured", "Kunduz", "Taliban")]),
        ("somalia", "The army took Galcad from al-Shabaab on Monday and El Dheer hours later.",
         [("captured", "Galcad", "Somali government"),
          ("captured", "El Dheer", "Somali government")]),
        # not so
        ("syria", "The army captured Tabqa, and Raqqa on Sunday was quiet.",
         [("captured", "Tabqa", "Syrian government")]),
        ("syria", "The army captured Tabqa after talks in Homs and Hama on Sunday.",
         [("captured", "Tabqa", "Syrian government")]),
    ],
    "lists with asides": [
        ("syria", "The army took Umm Miyal, twenty kilometres north of Tabqa, and Jubb, nine "
         "kilometres east of it.",
         [("captured", "Umm Miyal", "Syrian government"),
          ("captured", "Jubb", "Syrian government")]),
        ("ukraine", "Ukrainian troops took Robotyne almost entirely and Verbove up to the wood.",
         [("captured", "Robotyne", "Ukraine"), ("captured", "Verbove", "Ukraine")]),
        ("syria", "Rebels seized Helfaya and, according to activists, Kernaz.",
         [("captured", "Helfaya", "Syrian opposition"),
          ("captured", "Kernaz", "Syrian opposition")]),
        ("syria", "The rebels took Ratyan, Bashkuy and Tell Rifat, a town between Bashkuy and "
         "Azaz.",
         [("captured", "Ratyan", "Syrian opposition"),
          ("captured", "Bashkuy", "Syrian opposition"),
          ("captured", "Tell Rifat", "Syrian opposition")]),
        ("syria", "The rebels took Kafr Ruma and Sheikh Aqeel and then Basartun.",
         [("captured", "Kafr Ruma", "Syrian opposition"),
          ("captured", "Sheikh Aqeel", "Syrian opposition"),
          ("captured", "Basartun", "Syrian opposition")]),
        ("afghanistan", "Anaba, further down the valley, and the Khawak pass were taken by the "
         "Taliban.",
         [("captured", "Anaba", "Taliban"), ("captured", "Khawak pass", "Taliban")]),
        ("yemen", "Mocha, Yakhtul and, further north, Khokha were captured by the Houthis.",
         [("captured", "Mocha", "Houthis"), ("captured", "Yakhtul", "Houthis"),
          ("captured", "Khokha", "Houthis")]),
        ("syria", "Basida, a village that served the two bases, was captured by rebels.",
         [("captured", "Basida", "Syrian opposition")]),
        ("iraq", "In the weeks before, Baiji, Siniya and Shirqat fell to Islamic State.",
         [("captured", "Baiji", "Islamic State"), ("captured", "Siniya", "Islamic State"),
          ("captured", "Shirqat", "Islamic State")]),
        ("syria", "On 24 January Rabia, in Latakia, fell to the army.",
         [("captured", "Rabia", "Syrian government")]),
        # not so: what only says where
        ("somalia", "Ethiopian soldiers left their base at Halgan in Hiran.",
         [("withdrew", "Halgan", None)]),
        ("syria", "The army captured Tadef, between Bza'a and Deir Hafer.",
         [("captured", "Tadef", "Syrian government")]),
    ],
    "posts, bases and a party's men": [
        ("syria", "The army captured Hill 1213 and Brigade 93 from ISIS.",
         [("captured", "Hill 1213", "Syrian government"),
          ("captured", "Brigade 93", "Syrian government")]),
        ("syria", "Rebels seized Observatory 45.",
         [("captured", "Observatory 45", "Syrian opposition")]),
        ("yemen", "The Houthis took the First Armoured Division's headquarters.",
         [("captured", "First Armoured Division's headquarters", "Houthis")]),
        ("sudan", "The Sixth Infantry Division headquarters was captured by the RSF.",
         [("captured", "Sixth Infantry Division headquarters", "Rapid Support Forces")]),
        ("syria", "Faylaq al-Rahman's men left Arbin and Jobar under the deal.",
         [("withdrew", "Arbin", None), ("withdrew", "Jobar", None)]),
        ("syria", "Rebels in Ibta and Dael surrendered on Thursday.",
         [("handed_over", "Ibta", None), ("handed_over", "Dael", None)]),
        ("iraq", "Islamic State fighters in Hawija surrendered to the Peshmerga.",
         [("handed_over", "Hawija", "Kurdish Peshmerga")]),
        ("syria", "Rebels pulled out of the centre of Daraa.", [("withdrew", "Daraa", None)]),
        ("syria", "Rebels raised the flag over the government complex in the centre of Raqqa.",
         [("captured", "government complex", "Syrian opposition")]),
        # not so
        ("ukraine", "The 93rd Brigade said Russian troops had shelled the city.", []),
        ("syria", "The rebels said Brigade 93 had left.", []),
        ("syria", "Rebels in Homs surrendered their heavy weapons.", []),
    ],
    "verbs of entering": [
        ("somalia", "Al-Shabaab fighters slipped into Mareer Guur on Friday.",
         [("advanced", "Mareer Guur", "al-Shabaab")]),
        ("syria", "ISIS fighters crept back into Kobani.", [("advanced", "Kobani", "Islamic State")]),
        ("yemen", "The Houthis walked into Amran.", [("captured", "Amran", "Houthis")]),
        ("syria", "The SDF walked into a trap in Raqqa.", []),
        ("syria", "Two rebels slipped away from Raqqa.", []),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("conflict", "text", "expected"), [row for rows in TOLD.values() for row in rows]
)
def test_a_clause_tells_what_it_says_and_no_more(conflict, text, expected):
    claims = [c for c in read(text, conflict=conflict) if c.modality == "asserted"]
    told = [(c.event_type.value, c.place, c.gained_by) for c in claims]
    assert sorted(told, key=str) == sorted(expected, key=str)
