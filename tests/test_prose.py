"""Ordinary prose of the press, in eight conflicts: what is told, what is not."""

import pytest
from reading import read

TOLD = {
    "syria": [
        (
            "The SDF announced the capture of towns of Muhamidah, 'Ard Zir and Majeed.",
            [
                ("captured", "Muhamidah", "Syrian Democratic Forces", None),
                ("captured", "Ard Zir", "Syrian Democratic Forces", None),
                ("captured", "Majeed", "Syrian Democratic Forces", None),
            ],
        ),
        (
            "ISIS took Homs and Hama. Both were retaken by the army a week later.",
            [
                ("captured", "Homs", "Islamic State", "Syrian government"),
                ("captured", "Hama", "Islamic State", "Syrian government"),
                ("captured", "Homs", "Syrian government", "Islamic State"),
                ("captured", "Hama", "Syrian government", "Islamic State"),
            ],
        ),
        (
            "ISIL attacked Palmyra on Monday. The Syrian army launched a counter-attack and repelled ISIL's attack.",
            [
                ("attacked", "Palmyra", "Islamic State", None),
                ("repelled", "Palmyra", "Syrian government", "Islamic State"),
            ],
        ),
        (
            "Syrian state media said that the Syrian army had started entering Manbij.",
            [
                ("advanced", "Manbij", "Syrian government", None),
            ],
        ),
        (
            "SDF fighters were engaged in heavy clashes for control of Abu Hamam and Hajin.",
            [
                ("attacked", "Abu Hamam", None, None),
                ("attacked", "Hajin", None, None),
            ],
        ),
        ("The SDF repelled an ISIL attack on their positions east of al-Bab.", []),
        ("On 19 February, the SDF cut off the Shaddadi road.", []),
        (
            "Syrian troops began withdrawing from Daraa on Sunday.",
            [
                ("withdrew", "Daraa", None, "Syrian government"),
            ],
        ),
        (
            "Rebels have lost control of the Sheikh Maqsoud district to Kurdish forces.",
            [
                (
                    "captured",
                    "Sheikh Maqsoud",
                    "Syrian Democratic Forces",
                    "Syrian opposition",
                ),
            ],
        ),
        (
            "Rebels and the Nusra Front captured Idlib.",
            [
                ("captured", "Idlib", "Syrian opposition", None),
            ],
        ),
        (
            "Morek has been under army control since Friday.",
            [
                ("holds", "Morek", "Syrian government", None),
            ],
        ),
        (
            "The Syrian army seized Aleppo's Masaken Hanano district.",
            [
                ("captured", "Masaken Hanano", "Syrian government", None),
            ],
        ),
        ("Syrian troops took up positions near Morek.", []),
        (
            "The army cleared rebels from Morek.",
            [
                ("captured", "Morek", "Syrian government", "Syrian opposition"),
            ],
        ),
        (
            "Rebels admitted the loss of Morek.",
            [
                ("captured", "Morek", None, "Syrian opposition"),
            ],
        ),
        (
            "Aleppo, then Hama and then Homs fell to rebels.",
            [
                ("captured", "Aleppo", "Syrian opposition", None),
                ("captured", "Hama", "Syrian opposition", None),
                ("captured", "Homs", "Syrian opposition", None),
            ],
        ),
        (
            "Syrian rebels captured five villages, among them Kafr Zita and Latamneh.",
            [
                ("captured", "Kafr Zita", "Syrian opposition", None),
                ("captured", "Latamneh", "Syrian opposition", None),
            ],
        ),
        (
            "Fighting broke out in Morek between rebels and the Syrian army.",
            [
                ("attacked", "Morek", "Syrian opposition", "Syrian government"),
            ],
        ),
        (
            "The Syrian army completed the encirclement of Aleppo.",
            [
                ("besieged", "Aleppo", "Syrian government", None),
            ],
        ),
        (
            "The capture by Islamic State of Palmyra shocked the country.",
            [
                ("captured", "Palmyra", "Islamic State", None),
            ],
        ),
        (
            "With the capture of Palmyra on Sunday, the Syrian army reopened the road.",
            [
                ("captured", "Palmyra", "Syrian government", None),
            ],
        ),
        (
            "The army captured Homs on Monday and Hama on Tuesday.",
            [
                ("captured", "Homs", "Syrian government", None),
                ("captured", "Hama", "Syrian government", None),
            ],
        ),
        (
            "The town of Morek is now held by rebels.",
            [
                ("holds", "Morek", "Syrian opposition", None),
            ],
        ),
        ("The novel is set in Aleppo as rebels capture the city.", []),
        (
            "Government forces are to withdraw from Daraa under the deal with rebels.",
            [
                ("withdrew planned", "Daraa", None, "Syrian government"),
            ],
        ),
        (
            "Rebel fighters attacked army positions in Mayadin.",
            [
                ("attacked", "Mayadin", "Syrian opposition", None),
            ],
        ),
        (
            "The army repelled a rebel attack on the Mursit gate.",
            [
                ("repelled", "Mursit gate", "Syrian government", "Syrian opposition"),
            ],
        ),
        (
            "ISIS forced the rebels to retreat from Marea.",
            [
                ("withdrew", "Marea", None, "Syrian opposition"),
            ],
        ),
        (
            "The army said that until the last moment it had held on. Government troops now control Homs.",
            [
                ("holds", "Homs", "Syrian government", None),
            ],
        ),
        (
            "SDF fighters, who hold Tabqa, said nothing.",
            [
                ("holds", "Tabqa", "Syrian Democratic Forces", None),
            ],
        ),
    ],
    "ukraine": [
        (
            "The Russian army had failed in Popasna and Rubizhne, the governor declared.",
            [
                ("repelled", "Popasna", None, "Russia"),
                ("repelled", "Rubizhne", None, "Russia"),
            ],
        ),
        (
            "Russian forces unsuccessfully attacked near Terny and Torske.",
            [
                ("repelled", "Terny", None, "Russia"),
                ("repelled", "Torske", None, "Russia"),
            ],
        ),
        (
            "Ukrainian forces repelled Russian attacks near Bakhmut, Avdiivka and Marinka.",
            [
                ("repelled", "Bakhmut", "Ukraine", "Russia"),
                ("repelled", "Avdiivka", "Ukraine", "Russia"),
                ("repelled", "Marinka", "Ukraine", "Russia"),
            ],
        ),
        (
            "Ukrainian soldiers raised the national flag in Robotyne.",
            [
                ("captured", "Robotyne", "Ukraine", None),
            ],
        ),
        (
            "Melitopol has been occupied by Russia since March 2016.",
            [
                ("holds", "Melitopol", "Russia", None),
            ],
        ),
        (
            "Moscow took Timofiivka and Vesele on Thursday.",
            [
                ("captured", "Timofiivka", "Russia", None),
                ("captured", "Vesele", "Russia", None),
            ],
        ),
        (
            "Russian troops were pushed back from the outskirts of Kherson.",
            [
                ("repelled", "Kherson", None, "Russia"),
            ],
        ),
        (
            "Izium was liberated on Monday, and Drobysheve on 30 September, Ukrainian officials said.",
            [
                ("captured", "Izium", "Ukraine", None),
                ("captured", "Drobysheve", "Ukraine", None),
            ],
        ),
        (
            "It is not true that Russian forces have captured Izium, the army said.",
            [
                ("captured denied", "Izium", "Russia", "Ukraine"),
            ],
        ),
        (
            "There was no independent confirmation that Russian troops had captured Izium.",
            [],
        ),
        ("Ukrainian troops were close to capturing Izium.", []),
    ],
    "iraq": [
        (
            "Iraqi troops seized the eastern Mosul district of al-Zahraa.",
            [
                ("captured", "al-Zahraa", "Iraqi government", None),
            ],
        ),
        (
            "Iraqi troops captured the Mosul neighbourhoods of Zuhur and Qadisiya.",
            [
                ("captured", "Zuhur", "Iraqi government", None),
                ("captured", "Qadisiya", "Iraqi government", None),
            ],
        ),
        (
            "Iraq recaptured Ramadi from Islamic State.",
            [
                ("captured", "Ramadi", "Iraqi government", "Islamic State"),
            ],
        ),
        (
            "Iraqi forces are battling to retake Tikrit from Islamic State.",
            [
                ("attacked", "Tikrit", "Iraqi government", "Islamic State"),
            ],
        ),
        (
            "Herat fell on Thursday to Iraqi forces.",
            [
                ("captured", "Herat", "Iraqi government", None),
            ],
        ),
    ],
    "libya": [
        (
            "Libyan army forces led by Haftar took Derna.",
            [
                ("captured", "Derna", "Libyan National Army", None),
            ],
        ),
        (
            "LNA forces seized Ain Zara, a suburb of Tripoli.",
            [
                ("captured", "Ain Zara", "Libyan National Army", None),
            ],
        ),
        (
            "The LNA took the ports of Es Sider and Ras Lanuf on Sunday from the Petroleum Facilities Guard.",
            [
                (
                    "captured",
                    "Es Sider",
                    "Libyan National Army",
                    "Petroleum Facilities Guard",
                ),
                (
                    "captured",
                    "Ras Lanuf",
                    "Libyan National Army",
                    "Petroleum Facilities Guard",
                ),
            ],
        ),
        (
            "An attempt by Haftar's forces to storm Gharyan was foiled, the GNA said.",
            [
                ("repelled", "Gharyan", "Libyan GNA", "Libyan National Army"),
            ],
        ),
    ],
    "somalia": [
        (
            "Al-Shabaab fighters overran an African Union base at Bulo Marer at dawn on Friday.",
            [
                ("captured", "Bulo Marer", "al-Shabaab", None),
            ],
        ),
        (
            "Al-Shabaab militants stormed a military base in Bariire on Wednesday.",
            [
                ("attacked", "Bariire", "al-Shabaab", None),
            ],
        ),
        (
            "The Ethiopians had already pulled out of El Ali on 11 October and of Moqokori on 8 October.",
            [
                ("withdrew", "El Ali", None, "Ethiopia"),
                ("withdrew", "Moqokori", None, "Ethiopia"),
            ],
        ),
        ("Al-Shabaab often attacks Marka.", []),
        (
            "Al-Shabaab attacked Bulo Marer but Somali soldiers drove the fighters back.",
            [
                ("repelled", "Bulo Marer", "Somali government", "al-Shabaab"),
            ],
        ),
        (
            "Reports that al-Shabaab had captured Adan Yabaal are false, the Somali minister said.",
            [
                ("captured denied", "Adan Yabaal", "al-Shabaab", None),
            ],
        ),
    ],
    "sudan": [
        (
            "RSF fighters tightened their siege of El Fasher.",
            [
                ("besieged", "El Fasher", "Rapid Support Forces", None),
            ],
        ),
        (
            "El Fasher has been under siege by the RSF since May.",
            [
                ("besieged", "El Fasher", "Rapid Support Forces", None),
            ],
        ),
        ("Sudanese army soldiers broke the siege of Obeid.", []),
        (
            "Nyala fell to the RSF on 26 October; Zalingei followed on 4 November.",
            [
                ("captured", "Nyala", "Rapid Support Forces", None),
                ("captured", "Zalingei", "Rapid Support Forces", None),
            ],
        ),
        (
            "The army's last base in West Kordofan, Babanusa, fell to the RSF.",
            [
                ("captured", "Babanusa", "Rapid Support Forces", "Sudanese army"),
            ],
        ),
        (
            "The RSF lost its last stronghold, the town of Sinja, to the Sudanese army.",
            [
                ("captured", "Sinja", "Sudanese army", "Rapid Support Forces"),
            ],
        ),
        ("The Sudanese army chief, al-Burhan, left Port Sudan for Cairo.", []),
    ],
    "yemen": [
        (
            "Yemeni troops drove the Houthis out of the port city of Mocha.",
            [
                ("captured", "Mocha", "Yemeni government", "Houthis"),
            ],
        ),
        (
            "Houthi fighters pushed to within 10 km of Marib city.",
            [
                ("advanced", "Marib", "Houthis", None),
            ],
        ),
        (
            "The Houthis have captured the strategic Kofal camp in Marib's Sirwah district.",
            [
                ("captured", "Kofal camp", "Houthis", None),
            ],
        ),
    ],
    "afghanistan": [
        (
            "The Taliban launched a multi-pronged offensive on Ghazni early on Friday.",
            [
                ("attacked", "Ghazni", "Taliban", None),
            ],
        ),
        (
            "Zaranj became the first provincial capital to fall to the Taliban.",
            [
                ("captured", "Zaranj", "Taliban", None),
            ],
        ),
        (
            "Herat, Kandahar and Lashkar Gah have all fallen to the Taliban.",
            [
                ("captured", "Herat", "Taliban", None),
                ("captured", "Kandahar", "Taliban", None),
                ("captured", "Lashkar Gah", "Taliban", None),
            ],
        ),
    ],
}


@pytest.mark.parametrize(
    ("conflict", "text", "expected"),
    [(name, *row) for name, rows in TOLD.items() for row in rows],
)
def test_prose_tells_what_it_says_and_no_more(conflict, text, expected):
    claims = read(text, conflict=conflict)
    assert [
        (
            c.event_type.value
            if c.modality == "asserted"
            else f"{c.event_type} {c.modality}",
            c.place,
            c.gained_by,
            c.lost_by,
        )
        for c in claims
    ] == expected


NO_WAR = [
    "Al-Wahda of Damascus captured the league title on Friday after beating Homs rivals al-Karamah 2-1 in Aleppo.",
    "Al-Ittihad attacked from the start and took control of the match, before Tishreen fought back in Latakia.",
    "Liverpool captured the Champions League in Istanbul and United lost to Chelsea.",
    "The Basra side took the lead when Ahmed Yasin struck, but Najaf hit back to seize a point.",
    "Real Madrid defended their lead against Barcelona, who lost control of midfield.",
    "Oil fell on Monday to $70 a barrel as OPEC cut output; Brent retreated from a two-month high.",
    "Shares in Istanbul fell 3 percent, and the lira lost ground against the dollar.",
    "Turkey's Koc Holding took over the Izmir refinery from its rival in a $2 billion deal.",
    "The company gained control of Aramco's terminal in Yanbu after a hostile takeover bid.",
    "Wheat fell to a two-year low in Chicago as exporters withdrew from Odesa contracts.",
    "The National Museum in Damascus reopened on Sunday with an exhibition on the siege of Aleppo in 1260.",
    "The Louvre recovered two Palmyra busts that were seized by customs officers in Geneva.",
    "A film about the fall of Saigon captured the top prize in Venice.",
    "Police in Erbil seized 40 kilograms of heroin and arrested three men in a raid on a house in Ankawa.",
    "Police raided a cafe in Baghdad's Karrada district on Tuesday and detained 12 suspects.",
    "Officers surrounded a house in Manchester and freed a hostage after a two-hour siege.",
    "Gunmen stormed a bank in Beirut, took hostages and escaped with cash.",
    "A man attacked passengers with a knife at Frankfurt station before police overpowered him.",
    "Firefighters brought the blaze in Latakia's forests under control on Thursday.",
    "Heavy rain fell on Mogadishu and floods cut off Beledweyne from the capital.",
    "The storm advanced on Misrata, and Benghazi was cut off by floods.",
    "The president captured 52 percent of the vote in Kharkiv region, while the opposition held Lviv.",
    "The opposition party took Istanbul and Ankara from the ruling party in local elections.",
    "Labour gained Leeds and lost Bradford to the Greens; the Conservatives held Solihull.",
    "Cyclist Tadej Pogacar attacked on Mont Ventoux and took the yellow jersey from Jonas Vingegaard.",
    "The court in Khartoum handed over the suspect to Egypt under an extradition treaty.",
    "The patient was freed from Kabul hospital after doctors cleared him of infection.",
    "Tourists have returned to Palmyra, where the hotel was taken over by a Homs businessman.",
    "UNESCO warned that looters had seized statues in Apamea.",
    "Kasparov launched a fierce attack and captured the bishop; his rival surrendered on move 40.",
    "Health workers fought the spread of cholera in Aden and contained an outbreak in Taiz.",
    "The virus has reached Idlib, and hospitals in Aleppo are overrun.",
    "The airline withdrew from Tripoli and will hand over its Mitiga slots to a rival.",
    "Ukraine's grain deal collapsed and prices in Odesa fell.",
    "Vodafone pulled out of Afghanistan, and MTN agreed to hand over its Kabul unit to a Lebanese buyer.",
]


@pytest.mark.parametrize("text", NO_WAR)
@pytest.mark.parametrize("conflict", ["syria", "iraq", "libya", "ukraine"])
def test_sport_trade_votes_and_crime_tell_nothing(conflict, text):
    assert read(text, conflict=conflict) == ()


@pytest.mark.parametrize("sign", ["'", "’"])
@pytest.mark.parametrize(
    "text",
    [
        "The Syrian army hasn{}t captured Aleppo.",
        "Aleppo wasn{}t captured by the Syrian army.",
        "The Syrian army didn{}t capture Aleppo.",
    ],
)
def test_a_denial_holds_with_any_apostrophe(text, sign):
    [claim] = read(text.format(sign))
    assert claim.modality == "denied"


@pytest.mark.parametrize(
    "text",
    [
        "Rebels captured Tadef, 1.2.3 km west of Aleppo.",
        f"Rebels captured Tadef, {'9' * 400} km west of Aleppo.",
        "Syrian army commander Ali al- said the Syrian army captured Aleppo.",
        "The Syrian army has held Aleppo for 300 decades.",
        "Rebels took Palmyra. The city fell to the Syrian army, and calm was",
    ],
)
def test_odd_numbers_and_cut_sentences_are_read(text):
    assert read(text)


def test_a_place_spoken_of_again_is_shown_where_it_is():
    claims = read("The army captured Homs and the airbase.")
    shown = [c.evidence.place for c in claims]
    text = "The army captured Homs and the airbase."
    assert [text[s.start : s.end] for s in shown] == ["Homs", "the airbase"]


def test_a_failure_of_something_else_repels_nobody():
    [claim] = read("Rebels attacked Aleppo after the peace talks failed.")
    assert (claim.event_type, claim.gained_by) == ("attacked", "Syrian opposition")
