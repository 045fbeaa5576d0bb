"""Who took, lost, holds or attacks which place: sentence by sentence."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import read, told

from extract.merging import with_id
from extract.records import ClaimantType, DateAnchor, Modality, RelationKind

GOV, ISIS = "Syrian government", "Islamic State"
SDF, REBELS, HTS = (
    "Syrian Democratic Forces",
    "Syrian opposition",
    "Hayat Tahrir al-Sham",
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # takers and losers, in either voice
        ("The SDF captured Tabqa from Islamic State.", ("captured", "Tabqa", SDF, ISIS)),
        ("Tabqa was seized by the SDF.", ("captured", "Tabqa", SDF, None)),
        ("Tabqa was recaptured from ISIS by SDF fighters.", ("captured", "Tabqa", SDF, ISIS)),
        ("Palmyra fell to Daesh.", ("captured", "Palmyra", ISIS, None)),
        ("Palmyra came under government control.", ("captured", "Palmyra", GOV, None)),
        ("Palmyra has fallen into the hands of ISIL.", ("captured", "Palmyra", ISIS, None)),
        ("The army lost Palmyra to ISIS.", ("captured", "Palmyra", ISIS, GOV)),
        ("Syrian troops drove ISIS out of Palmyra.", ("captured", "Palmyra", GOV, ISIS)),
        ("ISIS was expelled from Manbij by the SDF.", ("captured", "Manbij", SDF, ISIS)),
        ("The army has cleared Palmyra of ISIS.", ("captured", "Palmyra", GOV, ISIS)),
        ("Rebels raised their flag over Idlib.", ("captured", "Idlib", REBELS, None)),
        ("The army imposed full control over Homs.", ("captured", "Homs", GOV, None)),
        ("The army restored security to Daraa.", ("captured", "Daraa", GOV, None)),
        ("The SDF handed over Manbij to the Syrian army.", ("handed_over", "Manbij", GOV, SDF)),
        ("ISIS withdrew from Palmyra on Friday.", ("withdrew", "Palmyra", None, ISIS)),
        ("The rebels abandoned Homs.", ("withdrew", "Homs", None, REBELS)),
        ("The capture of Tabqa by the SDF was announced.", ("captured", "Tabqa", SDF, None)),
        # holding and fighting
        ("ISIS controls Raqqa.", ("holds", "Raqqa", ISIS, None)),
        ("Raqqa is under the control of ISIS.", ("holds", "Raqqa", ISIS, None)),
        ("Idlib remains in rebel hands.", ("holds", "Idlib", REBELS, None)),
        ("The army advanced towards Raqqa.", ("advanced", "Raqqa", GOV, None)),
        ("SDF fighters entered Raqqa at dawn.", ("advanced", "Raqqa", SDF, None)),
        ("ISIS launched an assault on Kobani.", ("attacked", "Kobani", ISIS, None)),
        ("The SDF besieged Manbij.", ("besieged", "Manbij", SDF, None)),
        ("The army repelled an ISIS attack on Homs.", ("repelled", "Homs", GOV, ISIS)),
        ("ISIS launched an unsuccessful attack on Homs.", ("repelled", "Homs", None, ISIS)),
        # names in no gazetteer, in a place's slot
        ("The SDF captured the village of Khirbat Zum.", ("captured", "Khirbat Zum", SDF, None)),
        ("The army took control of the Shunayf gas field.", ("captured", "Shunayf gas field", GOV, None)),
        ("Rebels stormed and captured Hill 1213.", ("captured", "Hill 1213", REBELS, None)),
    ],
)  # fmt: skip
def test_one_sentence_one_event(text, expected):
    kind, place, gained, lost = expected
    assert (kind, place, gained) in [row[:3] for row in told(read(text))]
    if lost:
        assert expected in told(read(text))


@pytest.mark.parametrize(
    "text",
    [
        "The army vowed to retake Palmyra.",
        "An operation to capture Raqqa is under way.",
        "The army has not entered Idlib.",
        "If the rebels take Aleppo, the talks are over.",
        "The army failed to capture Homs.",
        "The army denied that it had lost Palmyra.",
        "The SDF would take Raqqa within weeks, its spokesman said.",
        "Warplanes struck Idlib, killing nine.",
        "Police seized 40 kilograms of hashish in Damascus.",
        "Homs lost to Aleppo on penalties.",
        "The museum of Palmyra took years to build.",
        "The minister left Damascus for talks.",
        "Damascus said the roads were open.",
        "The army seized weapons, tanks and documents in Homs.",
        "Militants captured two soldiers near Palmyra.",
        "Weapons were seized in Homs by the army.",
        "Shells fell on Homs at noon.",
    ],
)
def test_what_takes_no_place(text):
    assert [row for row in told(read(text)) if row[0] == "captured"] == []


def test_the_object_is_the_place_not_what_it_lies_by():
    [claim] = read("The army captured Deir Hafer east of Aleppo on Friday.")
    assert claim.place == "Deir Hafer"
    [relation] = claim.place_relations
    assert (relation.toponym, relation.bearing) == ("Aleppo", "E")
    assert relation.kind is RelationKind.REFERENCE


def test_distance_and_container_are_read():
    [claim] = read("The SDF took Tabqa, 45 km west of Raqqa, from ISIS.")
    assert claim.place_relations[0].distance_km == 45
    assert claim.place_relations[0].bearing == "W"
    [claim] = read("The army seized Tadef in the eastern countryside of Aleppo.")
    assert claim.place_context == "eastern countryside of Aleppo"
    assert claim.place_relations[0].kind is RelationKind.CONTAINER


def test_a_list_is_as_many_claims():
    text = "The army captured the villages of Umm Zahra, Tall Hasan and al-Qutba."
    assert [c.place for c in read(text)] == ["Umm Zahra", "Tall Hasan", "al-Qutba"]


def test_a_count_is_spelled_out_by_a_later_list():
    text = (
        "Troops seized three villages in the eastern countryside of Aleppo, the "
        "ministry said. It named them as Umm Zahra, Tall Hasan and al-Qutba."
    )
    claims = [c for c in read(text) if c.event_type == "captured"]
    assert [c.place for c in claims] == ["Umm Zahra", "Tall Hasan", "al-Qutba"]
    assert {c.place_relations[0].toponym for c in claims} == {"Aleppo"}
    assert all("seized three villages" in c.sentence for c in claims)
    assert all(c.evidence.place.of(text) == c.place for c in claims)


def test_the_city_and_it_are_the_place_named_before():
    text = (
        "ISIS fighters attacked the city of Palmyra. The army lost the city to them "
        "in May 2015. It recaptured it in March 2016."
    )
    changes = [c for c in read(text) if c.event_type == "captured"]
    assert [(c.place, c.gained_by) for c in changes] == [
        ("Palmyra", ISIS),
        ("Palmyra", GOV),
    ]


def test_two_sides_that_contradict_each_other_both_come_out():
    text = "On Friday the rebels said they had captured Daraa. The army denied the reports."
    asserted, denied = [c for c in read(text) if c.event_type == "captured"]
    assert (asserted.modality, denied.modality) == (Modality.ASSERTED, Modality.DENIED)
    assert asserted.gained_by == denied.gained_by == REBELS
    assert "army" in denied.claimed_by
    assert denied.sentence == text


def test_a_denial_is_about_the_place_that_it_names():
    text = (
        "The rebels had withdrawn from Kafr Zita and Morek, the Observatory said. "
        "A commander denied that Kafr Zita had fallen."
    )
    denied = [c.place for c in read(text) if c.modality == "denied"]
    assert denied == ["Kafr Zita"]


def test_a_date_that_stays_open_is_not_replaced_by_another():
    text = "Aleppo fell to the army late last year, the first time since war began in 2011."
    assert [c.date_start for c in read(text, published=None)] == [None]
    [claim] = read("The army captured Homs on 31 February 2014.")
    assert claim.date_start is None


def test_what_is_dated_after_publication_has_not_happened():
    [claim] = read("The army captured Homs in 2050.")
    assert claim.modality is Modality.PLANNED


@pytest.mark.parametrize(
    ("text", "claimant", "kind"),
    [
        ("The Syrian army said it had taken Homs.", "The Syrian army", ClaimantType.GAINER),
        ("ISIS said the army had taken Homs from it.", "ISIS", ClaimantType.LOSER),
        ("The army took Homs, according to residents.", "residents", ClaimantType.WITNESS),
        ("The army took Homs, SOHR reported.", "SOHR", ClaimantType.MONITOR),
        ("State media said the army had taken Homs.", "State media", ClaimantType.STATE_MEDIA),
        ("The army took Homs.", None, ClaimantType.NEWSROOM),
    ],
)  # fmt: skip
def test_who_says_so(text, claimant, kind):
    claim = read(text)[0]
    assert (claim.claimed_by, claim.claimant_type) == (claimant, kind)


@pytest.mark.parametrize(
    ("text", "claimant", "kind"),
    [
        # an office or an agency's full name stands between the name and the verb
        ("Rami Abdulrahman, head of the Observatory, said the army took Homs.", "Rami Abdulrahman", ClaimantType.MONITOR),
        ("Mohamed Abdi, a resident, said ISIS took Homs.", "Mohamed Abdi", ClaimantType.WITNESS),
        ("SOHR (the Syrian Observatory) reported that ISIS took Homs.", "SOHR", ClaimantType.MONITOR),
        ("A rebel commander, Abu Ahmad, said his fighters had taken Homs.", "A rebel commander", ClaimantType.GAINER),
        ("An Idlib newspaper, citing rebel sources, said the army took Homs.", "An Idlib newspaper", ClaimantType.UNKNOWN),
        ("The Syrian army, which has been fighting ISIS, said it had taken Homs.", "The Syrian army", ClaimantType.GAINER),
        ("ISIS took Homs, activists said, but the army said it still held the town.", "activists", ClaimantType.MONITOR),
        # nouns and passives
        ("The army's capture of Homs was confirmed by residents.", "residents", ClaimantType.WITNESS),
        ("ISIS fighters were reported to have captured Homs.", None, ClaimantType.NEWSROOM),
        ("Reuters could not verify the claim by ISIS that it had taken Homs.", "ISIS", ClaimantType.GAINER),
        ("The army did not say that ISIS had taken Homs.", None, ClaimantType.NEWSROOM),
        ("SOHR said geolocated footage indicates ISIS took Homs.", "SOHR", ClaimantType.MONITOR),
        ("The army took Homs, a priest in Damascus said.", "a priest in Damascus", ClaimantType.UNKNOWN),
        ("The army took Homs, an official in Damascus said.", "an official in Damascus", ClaimantType.GAINER),
        # how they stand
        ("ISIS withdrew from Manbij, an SDF spokesman said.", "an SDF spokesman", ClaimantType.GAINER),
        ("The army took Homs, pro-government bloggers said.", "pro-government bloggers", ClaimantType.ALLY),
    ],
)  # fmt: skip
def test_who_says_so_behind_other_words(text, claimant, kind):
    claim = read(text)[0]
    assert (claim.claimed_by, claim.claimant_type) == (claimant, kind)


def test_a_ministry_speaks_for_its_party_not_as_media():
    text = "The Russian Defence Ministry announced that its forces had captured Izium."
    [claim] = read(text, conflict="ukraine")
    assert (claim.gained_by, claim.claimant_type) == ("Russia", ClaimantType.GAINER)


@pytest.mark.parametrize(
    ("text", "gained", "lost"),
    [
        ("“We have taken Homs,” rebel commander Abu Ahmad said.", REBELS, None),
        ('"Our forces have liberated Homs," army spokesman Ali Hassan said.', GOV, None),
        ('"We withdrew from Homs," an SDF spokesman said.', None, SDF),
        ('"The enemy was driven out of Homs by our forces," a rebel leader said. The army fled.', REBELS, GOV),
        ('Rebel spokesman Ali Nur was there. "We have taken Homs," Nur said.', REBELS, None),
        ("The Syrian army said it killed 20 ISIS fighters and captured Homs.", GOV, ISIS),
    ],
)  # fmt: skip
def test_we_are_those_who_speak(text, gained, lost):
    [claim] = read(text)
    assert (claim.gained_by, lost and claim.lost_by) == (gained, lost)


def test_a_residents_we_is_no_party():
    text = (
        "Rebel spokesman Ali Nur said the battle went on. "
        "“We withdrew from Homs on Friday,” a resident said."
    )
    [claim] = read(text)
    assert (claim.event_type, claim.lost_by) == ("withdrew", None)


def test_the_enemy_is_never_the_speaker():
    text = 'Ukrainian soldier Andriy said: "The enemy has captured Izium."'
    [claim] = read(text, conflict="ukraine")
    assert (claim.gained_by, claim.claimant_type) == ("Russia", ClaimantType.LOSER)


def test_a_confirmation_by_somebody_takes_nothing():
    [claim] = read("The Syrian army's capture of Homs was confirmed by rebels.")
    assert (claim.gained_by, claim.claimed_by) == (GOV, "rebels")


def test_a_denial_ends_where_a_new_saying_begins():
    text = "The army said it had taken Homs, but ISIS denied this and said its men still held the city."
    found = {(c.event_type.value, c.modality.value, c.gained_by) for c in read(text)}
    assert found == {
        ("captured", "asserted", GOV),
        ("captured", "denied", GOV),
        ("holds", "asserted", ISIS),
    }


@pytest.mark.parametrize(
    ("text", "gained", "denier"),
    [
        ("The army rejected claims by ISIS that it had seized Homs.", ISIS, "The army"),
        ("The army rejected the rebel claim that it had seized Homs.", REBELS, "The army"),
        ("The army denied reports of the fall of Homs.", None, "The army"),
        ("The army dismissed as propaganda reports that Homs had fallen to ISIS.", ISIS, "The army"),
        ("ISIS said it had captured Homs, a claim the army denied.", ISIS, "army"),
        ("ISIS said it had captured Homs, which SDF fighters denied.", ISIS, "SDF fighters"),
        ("ISIS denied claims of capturing Homs.", ISIS, "ISIS"),
        ("Claims that ISIS has taken Homs are false, the army said.", ISIS, "army"),
        ("Reports that ISIS had taken Homs were denied by the army.", ISIS, "army"),
        ("Claims by ISIS that it had taken Homs were denied by the army.", ISIS, "army"),
    ],
)  # fmt: skip
def test_a_denial_is_of_what_the_other_claims(text, gained, denier):
    [denied] = [c for c in read(text) if c.modality is Modality.DENIED]
    assert (denied.gained_by, denied.place) == (gained, "Homs")
    assert denied.claimed_by.removeprefix("the ") == denier


def test_who_denies_that_they_lost_is_not_who_claims_it():
    [claim] = read("ISIS fighters denied government claims that they had lost Homs.")
    assert (claim.lost_by, claim.modality) == (ISIS, Modality.DENIED)


def test_who_denies_a_fall_is_who_would_have_lost():
    text = "ISIS said it had captured Homs. The army denied that the city had fallen."
    _, denied = read(text)
    assert (denied.gained_by, denied.lost_by) == (ISIS, GOV)
    assert denied.claimant_type is ClaimantType.LOSER


def test_a_person_is_known_by_the_office_told_before():
    text = (
        "Iraqi Prime Minister Haider al-Abadi was in Baghdad. "
        "“Our forces have liberated Mosul,” Abadi said."
    )
    [claim] = read(text, conflict="iraq")
    assert claim.gained_by == "Iraqi government"


def test_a_partial_publishers_own_voice_is_no_newsrooms():
    text = "The army took Homs."
    [claim] = read(text, publisher="SANA")
    assert claim.claimant_type is ClaimantType.STATE_MEDIA
    [claim] = read("The SDF took Homs.", publisher="ANHA")
    assert claim.claimant_type is ClaimantType.GAINER


def test_helpers_are_associated_not_takers():
    [claim] = read("The army captured Palmyra with the help of Russian airpower.")
    assert (claim.gained_by, claim.associated) == (GOV, ("Russia",))


def test_dates_belong_to_their_own_verb():
    text = "ISIS seized Palmyra in May 2015 but lost it to the army in March 2016."
    assert [str(c.date_start) for c in read(text)] == ["2015-05-01", "2016-03-01"]


@pytest.mark.parametrize(
    ("text", "places", "day"),
    [
        ("The army took Homs on Friday, February 17, 2017.", ["Homs"], "2017-02-17"),
        ("The army took Homs on Saturday (February 18).", ["Homs"], "2017-02-18"),
        ("The army took Homs Friday.", ["Homs"], "2017-03-03"),
        ("The army took Homs Feb. 6, it said.", ["Homs"], "2017-02-06"),
        ("The army took Homs, Hama Friday.", ["Homs", "Hama"], "2017-03-03"),
        ("The army took Homs, Aleppo Today TV said.", ["Homs"], "2017-03-03"),
    ],
)
def test_a_day_is_read_behind_a_place_and_before_its_date(text, places, day):
    claims = read(text)
    assert [c.place for c in claims] == places
    assert {str(c.date_start) for c in claims} == {day}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("BEIRUT, Feb 16 (Reuters) - The army took Homs on Tuesday.", "2017-02-14"),
        ("DAMASCUS, Syria, Feb. 16 (AP) — The army took Homs yesterday.", "2017-02-15"),
        ("Damascus, 16 February 2016: The army took Homs on Tuesday.", "2016-02-16"),
        ("The army digs in\n\nBEIRUT, Feb 16 - The army took Homs on Tuesday.",
         "2017-02-14"),
        ("BEIRUT (AP) - The army took Homs on Tuesday.", "2017-02-28"),
        ("Thursday, Feb 16: The army took Homs on Tuesday.", "2017-02-28"),
        ("BEIRUT, April 16 2017 - The army took Homs on Tuesday.", "2017-02-28"),
        ("Clashes raged on 16 February - The army took Homs on Tuesday.", "2017-02-28"),
    ],
)  # fmt: skip
def test_days_are_reckoned_from_the_day_a_report_was_filed(text, day):
    assert [str(c.date_start) for c in read(text)] == [day]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Rebels held Homs until Thursday.", "2017-03-02", "2017-03-02"),
        ("Rebels held Homs until August 2015.", "2015-08-01", "2015-08-31"),
        ("Rebels took Homs in 2012 and held it until May 2014.", "2012-01-01", "2014-05-31"),
        ("Rebels have held Homs since 2012.", "2012-01-01", "2017-03-05"),
        ("Rebels took Homs in 2012 and have held it ever since.", "2012-01-01", "2017-03-05"),
        ("Rebels took Homs in 2012. They have held it since.", "2012-01-01", "2017-03-05"),
        ("Rebels have held Homs for nearly two years.", "2015-01-01", "2017-03-05"),
        ("Rebels have besieged Homs since May.", "2016-05-01", "2017-03-05"),
        ("Rebels besieged Homs for two years until May 2014.", "2012-01-01", "2014-05-31"),
        ("Rebels still hold Homs.", "2017-03-05", "2017-03-05"),
        ("Rebels had long controlled Homs.", "None", "None"),
        ("Rebels controlled Homs for three years.", "None", "None"),
    ],
)  # fmt: skip
def test_a_state_lasts_from_when_to_when_the_text_tells(text, first, last):
    claim = read(text)[-1]
    assert claim.event_type in {"holds", "besieged"}
    assert (str(claim.date_start), str(claim.date_end)) == (first, last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Footage published on Friday shows that rebels took Homs.", "2017-03-01", "2017-03-03"),
        ("The army admitted on Friday the loss of Homs.", "2017-03-01", "2017-03-03"),
        ("Footage posted on March 3 shows rebels took Homs on March 2.", "2017-03-02", "2017-03-02"),
        ("Rebels took Homs Thursday night, sources said on Friday.", "2017-03-02", "2017-03-02"),
        ("On Thursday rebels took Homs, sources said on Friday.", "2017-03-02", "2017-03-02"),
        ("Rebels have taken Homs since Friday.", "2017-03-03", "2017-03-05"),
        ("Rebels have taken Homs, besieged since 2012.", "2017-03-03", "2017-03-05"),
        ("Rebels have taken Homs, cut off since 2012.", "2017-03-03", "2017-03-05"),
        ("Since Friday rebels have taken Homs.", "2017-03-03", "2017-03-05"),
        ("Rebels have taken Homs for the first time since 2012.", "2017-03-03", "2017-03-05"),
        ("Rebels took Homs, sources said on Friday.", "2017-03-03", "2017-03-03"),
    ],
)  # fmt: skip
def test_the_date_of_the_telling_or_of_before_is_not_the_events(text, first, last):
    [claim] = read(text)
    assert (str(claim.date_start), str(claim.date_end)) == (first, last)


def test_history_is_no_news():
    assert read("The Crusaders took Homs in 1102. They then took Hama.") == ()
    [claim] = read("Troops took Hama in 1941. On Friday rebels took Homs.")
    assert claim.place == "Homs"


def test_fresh_news_without_a_date_is_assumed_and_says_so():
    [claim] = read("The army took Homs.")
    assert (str(claim.date_start), str(claim.date_end)) == ("2017-03-03", "2017-03-05")
    assert claim.date_anchor is DateAnchor.ASSUMED
    [claim] = read("The army took Homs.", published=None)
    assert claim.date_start is None


def test_evidence_points_at_the_words():
    text = "On Friday the Syrian army captured Palmyra from Daesh, SANA said."
    [claim] = read(text)
    spans = claim.evidence
    words = {
        name: getattr(spans, name).of(text)
        for name in ("trigger", "place", "gained_by", "lost_by", "date", "claimed_by")
    }
    assert words == {
        "trigger": "captured",
        "place": "Palmyra",
        "gained_by": "Syrian army",
        "lost_by": "Daesh",
        "date": "Friday",
        "claimed_by": "SANA",
    }


def test_another_conflicts_words_work_alike():
    claims = read(
        "Ukrainian forces liberated Izium. Russia said its troops had left the town.",
        conflict="ukraine",
    )
    assert told(claims)[0][:3] == ("captured", "Izium", "Ukraine")


def test_ids_are_stable_and_distinct():
    text = "The army captured Palmyra, Homs and Hama."
    ids = [c.claim_id for c in read(text)]
    assert ids == [c.claim_id for c in read(text)]
    assert len(set(ids)) == 3


WORDS = st.sampled_from(
    "the army ISIS SDF rebels captured lost to from withdrew Palmyra Homs al-Bab in of "
    "village it they said . , ( ) ' “ ” – ; on Friday 3 May not was by and 's km".split()
)


@given(st.lists(WORDS, max_size=60).map(" ".join) | st.text(max_size=400))
def test_any_text_gives_claims_that_quote_it(text):
    for claim in read(text):
        assert text[claim.char_start : claim.char_end] == claim.sentence
        assert 0 <= claim.confidence <= 1
        for name in ("trigger", "place", "gained_by", "lost_by", "date", "claimed_by"):
            span = getattr(claim.evidence, name)
            assert span is None or span.end <= len(text)


def test_an_id_tells_what_a_claim_says():
    one, again = read("ISIL captured Palmyra."), read("ISIL captured Palmyra.")
    other = read("Rebels captured Palmyra.")
    assert one[0].claim_id == again[0].claim_id != other[0].claim_id
    changed = with_id(replace(one[0], modality=Modality.DENIED))
    assert changed.claim_id != one[0].claim_id
    assert with_id(one[0]) == one[0]
