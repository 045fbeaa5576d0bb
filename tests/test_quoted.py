"""What a model quotes becomes claims: all words found in the text, or none."""

import json
from datetime import date

import pytest
from asking import FIRST, NOWHERE, PALMYRA, TABQA, TEXT, article, known
from hypothesis import given
from hypothesis import strategies as st
from model_server import answer
from reading import lexicon_of

from extract import llm
from extract.claims import read_lines
from extract.quoted import Quotation, claims_of
from extract.records import EventType, Modality, Span

pytest_plugins = ["model_fixtures"]


def test_quotations_become_claims(server, find, notes):
    server.answers = [answer(PALMYRA, TABQA, NOWHERE)]
    palmyra, tabqa, nowhere = find()
    assert notes == []
    assert palmyra.sentence == FIRST
    assert (palmyra.gained_by, palmyra.lost_by) == (
        "Syrian government",
        "Islamic State",
    )
    assert palmyra.gained_by_text == "The Syrian army"
    assert (palmyra.date_start, palmyra.date_end) == (date(2017, 3, 2),) * 2
    assert palmyra.date_prec == 1
    assert palmyra.claimed_by == "the ministry"
    assert palmyra.claimant_type == "gainer"
    assert palmyra.extractor == "llm m"
    assert palmyra.rule == "llm"
    assert tabqa.event_type is EventType.HOLDS
    assert tabqa.gained_by == "Syrian Democratic Forces"
    assert tabqa.lost_by is None
    # "A day later" is reckoned from the 2nd by our own reading.
    assert (tabqa.date_start, tabqa.date_end) == (date(2017, 3, 3),) * 2
    assert tabqa.claimant_type == "newsroom"
    assert nowhere.modality is Modality.DENIED
    assert nowhere.gained_by == "Syrian opposition"
    assert nowhere.place_kind == "village"
    assert nowhere.place_context == "eastern countryside of Aleppo"
    # No date: the last days, as for the rules.
    assert (nowhere.date_start, nowhere.date_anchor) == (date(2017, 3, 3), "assumed")


def test_all_offsets_quote_the_text(server, find):
    server.answers = [answer(PALMYRA, TABQA, NOWHERE)]
    for claim, quoted in zip(find(), (PALMYRA, TABQA, NOWHERE), strict=True):
        assert TEXT[claim.char_start : claim.char_end] == claim.sentence
        for part in ("trigger", "place", "gained_by", "lost_by", "claimed_by"):
            span = getattr(claim.evidence, part)
            assert (span.of(TEXT) if span else None) == quoted[part]


def test_a_quotation_is_widened_to_its_sentence(server, find):
    server.answers = [answer(NOWHERE)]
    [claim] = find()
    assert claim.sentence.startswith("The army denied that rebels")
    assert claim.sentence.endswith("Aleppo.")


def test_ids_are_stable_and_distinct(server, find):
    server.answers = [answer(PALMYRA, TABQA, NOWHERE)]
    ids = [claim.claim_id for claim in find()]
    assert len(set(ids)) == 3
    assert [claim.claim_id for claim in find()] == ids


def test_a_model_that_says_it_twice_says_it_once(server, find):
    server.answers = [answer(PALMYRA, PALMYRA, {**PALMYRA, "lost_by": None})]
    [claim] = find()
    assert claim.lost_by == "Islamic State"


def test_a_place_may_be_named_in_another_sentence(server, find):
    text = "The army entered Manbij on Friday. Hours later it took the city."
    server.answers = [
        answer(
            {
                **PALMYRA,
                "sentence": "Hours later it took the city.",
                "trigger": "took",
                "place": "Manbij",
                "gained_by": "The army",
                "lost_by": None,
                "date": "on Friday",
                "claimed_by": None,
            }
        )
    ]
    [claim] = find(text)
    assert claim.place == "Manbij"
    assert claim.sentence == "Hours later it took the city."
    assert claim.evidence.place.of(text) == "Manbij"
    assert claim.date_start == date(2017, 3, 3)
    assert claim.gained_by == "Syrian government"


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("the village of al-Nowhere", "al-Nowhere"),
        ("Tiyas", "Tiyas airbase"),
        ("Tiyas airbase", "Tiyas airbase"),
    ],
)
def test_a_place_is_the_name_that_stands_there(server, find, words, place):
    text = "The army took the village of al-Nowhere and Tiyas airbase on Friday."
    quoted = {**PALMYRA, "sentence": text, "trigger": "took", "place": words}
    quoted |= {"gained_by": "The army", "lost_by": None, "date": None}
    server.answers = [answer({**quoted, "claimed_by": None})]
    [claim] = find(text)
    assert claim.place == place
    assert claim.evidence.place.of(text) == place


def test_the_words_nearest_to_the_sentence_are_meant(server, find):
    text = "Rebels took Hama. Rebels took Idlib. Then they took Homs. Rebels cheered."
    quoted = {**PALMYRA, "sentence": "Then they took Homs.", "trigger": "took"}
    quoted |= {"place": "Homs", "gained_by": "Rebels", "lost_by": None, "date": None}
    server.answers = [answer({**quoted, "claimed_by": None})]
    [claim] = find(text)
    assert claim.evidence.gained_by.start == text.index("Rebels took Idlib")
    assert claim.evidence.trigger.start == text.index("took Homs")


def test_days_come_from_our_own_reading_of_the_words(server, find):
    assert "date_start" not in json.dumps(llm.Answer.model_json_schema())
    server.answers = [answer(PALMYRA)]
    [claim] = find(published=date(2020, 3, 5))
    assert claim.date_start == date(2020, 3, 2)
    [claim] = find(published=None)
    assert claim.date_start is None


def test_what_is_dated_after_publication_is_planned(server, find):
    text = "The army captured Homs on 20 March 2017."
    quoted = {**PALMYRA, "sentence": text, "place": "Homs", "date": "on 20 March 2017"}
    quoted |= {"gained_by": "The army", "lost_by": None, "claimed_by": None}
    server.answers = [answer(quoted)]
    [claim] = find(text)
    assert claim.modality is Modality.PLANNED


def test_a_party_that_the_pack_does_not_know_has_words_and_no_name(server, find):
    text = "The Moon Brigade captured Homs from the militants."
    quoted = {**PALMYRA, "sentence": text, "place": "Homs", "date": None}
    quoted |= {"gained_by": "The Moon Brigade", "lost_by": "the militants"}
    server.answers = [answer({**quoted, "claimed_by": None})]
    [claim] = find(text)
    assert (claim.gained_by, claim.gained_by_text) == (None, "The Moon Brigade")
    assert claim.lost_by == "unidentified armed group"


def told(text, **changes):
    """Return what a model may say of a text of one sentence."""
    nothing = dict.fromkeys(("gained_by", "lost_by", "date", "claimed_by"))
    return answer({**PALMYRA, **nothing, "sentence": text, **changes})


def test_a_party_goes_by_its_name_of_that_day(server, find):
    text = "The Syrian army captured Homs on 3 May."
    said = {"place": "Homs", "gained_by": "The Syrian army", "date": "on 3 May"}
    server.answers = [told(text, **said)]
    [claim] = find(text, published=date(2015, 6, 1))
    [later] = find(text, published=date(2025, 6, 1))
    assert claim.gained_by == "Syrian government"
    assert later.gained_by == "Syrian transitional government"


def test_two_factions_of_one_party_lose_nothing_to_each_other(server, find, notes):
    text = "The rebels captured Idlib from the Free Syrian Army."
    said = {"place": "Idlib", "gained_by": "The rebels"}
    server.answers = [told(text, **said, lost_by="Free Syrian Army")]
    [claim] = find(text)
    assert claim.gained_by == "Syrian opposition"
    assert (claim.lost_by, claim.lost_by_text) == (None, None)
    assert claim.evidence.lost_by is None


@pytest.mark.parametrize(
    ("text", "words", "start"),
    [
        ("The army has held Homs since June 2016.", "since June 2016", (2016, 6, 1)),
        ("The army held Homs in June 2016.", "in June 2016", (2016, 6, 1)),
        ("The army holds Homs.", None, (2017, 3, 5)),
    ],
)
def test_what_holds_holds_to_the_day_of_publication(server, find, text, words, start):
    said = {"event_type": "holds", "trigger": text.split(" Homs")[0].split()[-1]}
    server.answers = [told(text, **said, place="Homs", date=words)]
    [claim] = find(text)
    assert claim.date_start == date(*start)
    over = words and words.startswith("in ")
    assert claim.date_end == (date(2016, 6, 30) if over else date(2017, 3, 5))


def test_words_that_are_no_date_give_no_days(server, find):
    text = "The army captured Homs at lunch."
    server.answers = [told(text, place="Homs", date="at lunch")]
    [claim] = find(text)
    assert (claim.date_start, claim.date_text) == (None, None)


def test_no_claims_is_an_answer(server, find, notes):
    assert find() == ()
    assert notes == []
    assert len(server.requests) == 1


def test_an_empty_word_is_none(server, find):
    server.answers = [answer({**PALMYRA, "lost_by": "", "claimed_by": " "})]
    [claim] = find()
    assert claim.lost_by is None
    assert claim.claimed_by is None


# --- quotations that are none ---


@pytest.mark.parametrize(
    "made_up",
    [
        {"sentence": "Islamic State captured Damascus from the Syrian army."},
        {"sentence": FIRST.replace("Palmyra", "Homs")},
        {"sentence": ""},
        {"trigger": "liberated"},
        {"trigger": "denied"},  # in the text, but not in the sentence
        {"trigger": " "},
        {"place": "Damascus"},
        {"place": "Palm"},  # no word of the text
        {"place": "myra"},
        {"place": "palmyra"},
        {"gained_by": "Syrian government"},
        {"lost_by": "ISIS"},
        {"date": "2 March 2017"},
        {"claimed_by": "the defence ministry"},
    ],
    ids=str,
)
def test_a_made_up_word_costs_the_claim_and_is_counted(server, find, notes, made_up):
    server.answers = [answer({**PALMYRA, **made_up}, TABQA)]
    assert [claim.place for claim in find()] == ["Tabqa"]
    assert notes == [
        "T: 1 of the model's 2 claims left out: 1 not word for word in the text"
    ]


@pytest.mark.parametrize("place", ["the village", "countryside", "Syria"])
def test_what_names_no_place_makes_no_claim(server, find, notes, place):
    text = TEXT + " Syria has one such village less, the village said."
    server.answers = [answer({**PALMYRA, "place": place})]
    assert find(text) == ()
    assert notes == [
        "T: 1 of the model's 1 claims left out: 1 without the name of a place"
    ]


def test_a_quotation_of_half_the_text_shows_nothing(server, find, notes):
    text = "The army captured Homs. " + "Rain fell on the hills and the coast. " * 60
    server.answers = [answer({**PALMYRA, "sentence": text.strip(), "place": "Homs"})]
    assert find(text) == ()
    assert "with too long a quotation" in notes[0]


def test_a_quotation_must_be_of_the_piece_that_was_sent(server, find, notes):
    text = "\n".join([FIRST, *(f"Rain fell on hill {n} today." for n in range(60))])
    server.answers = [answer(), answer(PALMYRA)]
    assert find(text, size=600) == ()
    assert "not word for word" in notes[0]


@given(data=st.data())
def test_whatever_is_quoted_claims_quote_the_text(data):
    """Any slices of any text, and words that are none of it."""
    noise = st.text(st.characters(exclude_categories=()), max_size=30)
    text = data.draw(st.sampled_from([TEXT, ""])) + data.draw(noise)
    text = data.draw(st.sampled_from(["", "\n", " "])).join([text, TEXT])
    ends = st.integers(0, len(text))
    sliced = st.tuples(ends, ends).map(lambda ab: text[min(ab) : max(ab)])
    words = st.one_of(sliced, noise, st.sampled_from(text.split()))
    fields = {
        **dict.fromkeys(("sentence", "trigger", "place"), words),
        **dict.fromkeys(("gained_by", "lost_by", "date", "claimed_by"), words),
        "event_type": st.sampled_from(EventType),
        "modality": st.sampled_from(Modality),
    }
    quotations = st.fixed_dictionaries(fields).map(
        lambda drawn: Quotation.model_construct(**drawn)
    )
    reader, lines = read_lines(article(text), lexicon_of("syria"), known)
    piece = Span(start=lines[0].span.start, end=lines[-1].span.end)
    drawn = [(one, piece) for one in data.draw(st.lists(quotations, max_size=8))]
    claims, left_out = claims_of(drawn, reader, lines, "llm m")
    assert len(claims) + left_out.total() <= len(drawn)
    assert len({claim.claim_id for claim in claims}) == len(claims)
    for claim in claims:
        assert text[claim.char_start : claim.char_end] == claim.sentence
        assert claim.evidence.place.of(text) == claim.place
        assert claim.evidence.trigger.of(text) in claim.sentence
