"""What `tideline explain` says: every claim with its rule, every veto with its reason."""

import json

import pytest
from evaluate import passages
from reading import KNOWN, PUBLISHED, lexicon_of, read
from test_cli import CACHE, check, machine, run  # noqa: F401 - the fixture is for all

from extract.explain import explain
from extract.records import Article


def explained(text, *, conflict="syria"):
    article = Article(article_id="a", text=text, published=PUBLISHED)
    return explain(article, lexicon_of(conflict), lambda names: KNOWN & set(names))


def steps(text):
    return [step for sentence in explained(text) for step in sentence.steps]


def signs(text):
    return {sign.words: sign.meaning for s in explained(text) for sign in s.signs}


def test_a_claim_is_told_with_the_rule_that_gave_it():
    [step] = steps("The Syrian army captured Palmyra from Islamic State.")
    assert (step.words, step.rule, step.stopped) == ("captured", "take", [])
    assert step.reading == "active, as a fact"
    assert [c.place for c in step.claims] == ["Palmyra"]


@pytest.mark.parametrize("row", passages("all")[:40], ids=lambda row: row["id"])
def test_every_claim_is_explained_once(row):
    sentences = explained(row["text"])
    told = [claim for sentence in sentences for claim in sentence.claims]
    assert sorted(told, key=repr) == sorted(read(row["text"]), key=repr)
    for sentence in sentences:
        for step in sentence.steps:
            assert step.claims or step.stopped
            assert all(claim.rule == step.rule for claim in step.claims)
            assert sentence.text == row["text"][sentence.span.start : sentence.span.end]


@pytest.mark.parametrize(
    ("text", "words", "why"),
    [
        ("Rebels met near Homs to retake Palmyra.", "to retake", "a purpose, a plan"),
        ("Rebels fled. Most of Raqqa was cleared.", "was cleared", "only a part of it"),
        ("Most of Raqqa was cleared.", "was cleared", "no armed men in the text"),
        ("Weapons were seized by the army.", "were seized", "its capital proves no"),
        ("The army seized Jaber, a commander.", "seized", "no place in the sentence"),
        ("The army attacked Zubayda.", "attacked", "the verb is too weak"),
        ("The army seized two towns.", "seized", "waits for a list"),
        ("The army seized the area.", "seized", "nothing named before fits it"),
        ("The captured town was quiet.", "captured", "no verb or noun of an event"),
        ("The army advanced.", "advanced", "no place in the sentence"),
        ("Palmyra was entered by hail.", "entered", "no party in the sentence"),
        ("Near Homs rebels withdrew.", "withdrew", "LOSER withdraws from PLACE"),
        (
            "The army seized Homs and drove rebels out of Homs.",
            "drove",
            '"Homs": merged; "seized" tells the same',
        ),
        (
            "The army captured Homs and Hama. The cities fell.",
            "fell",
            '"Homs": an echo; it only sums up',
        ),
    ],
)
def test_each_veto_gives_its_reason(text, words, why):
    [step] = [step for step in steps(text) if step.words == words]
    assert why in "; ".join(step.stopped)
    assert step.claims == []


def test_a_persons_name_is_no_place_and_says_so():
    told = signs("The spokesman Zubayda spoke. The army captured Zubayda.")
    assert told["Zubayda"].startswith("no place: it speaks here, or is the name of a")


def test_a_denial_and_a_list_are_told_as_such():
    text = "The army captured three villages. They were named as Zab, Zeb and Zib."
    last = steps(text)[-1]
    assert (last.rule, last.reading[:9]) == ("list", "this list")
    denied = steps("Rebels captured Homs. The army denied the reports.")[-1]
    assert (denied.rule, denied.claims[0].modality) == ("denial", "denied")
    assert denied.reading == "it denies what was reported before"


def test_a_denied_and_a_failed_event_say_so():
    [denied] = steps("The army did not capture Homs.")
    failed = steps("Rebels failed to capture Hama.")[-1]
    assert denied.reading == "active, denied"
    assert failed.reading == "active, tried in vain"


def test_marks_say_what_words_are_taken_to_mean():
    told = signs(
        "Islamic State held Palmyra. The Syrian army entered the city of Palmyra on"
        " Friday. It seized the village of Zab, 5 km east of Homs, from the militants."
    )
    assert told["Syrian army"] == "Syrian government"
    assert told["the militants"] == "Islamic State (from the context)"
    assert told["Friday"] == "2017-03-03 (precision 1, from: publication)"
    assert told["seized"] == "may be take (either)"
    assert told["It"] == "Syrian government (from the context)"
    assert told["city of Palmyra"] == "in the gazetteer; city"
    assert "not in the gazetteer" in told["village of Zab"]
    assert "lies 5 km east of Homs (reference)" in told["village of Zab"]
    assert told["Homs"].endswith("a direction or distance from it is meant")


def test_marks_say_what_stands_for_what_and_what_stays_open():
    told = signs("The army took Palmyra. The next day rebels left the city. They won.")
    assert told["the city"].startswith("stands for Palmyra")
    article = Article(article_id="a", text="On Friday it rained.", published=None)
    [only] = explain(article, lexicon_of("syria"), lambda _names: set())
    assert [(s.kind, s.meaning) for s in only.signs] == [("date", "stays open")]


def test_a_name_that_speaks_is_no_place_and_says_so():
    told = explained("Damascus said the army had captured Hama.")[0].signs
    assert ("name", "Damascus") in [(s.kind, s.words) for s in told]
    assert ("speaker", "says so: Syrian government") in [
        (s.kind, s.meaning) for s in told
    ]


def test_explaining_changes_nothing():
    text = "Rebels failed to retake Homs. The army denied it. They then took the city."
    article = Article(article_id="a", text=text, published=PUBLISHED)
    before = read(text)
    assert explained(text) == explained(text)
    assert read(text) == before
    assert article.text == text


# --- the command ---


def test_the_command_prints_each_sentence_its_marks_and_its_claims(tmp_path):
    (tmp_path / "a.txt").write_text(
        "The Syrian army captured Palmyra on 2 March 2017. It rained."
    )
    done = check(run("explain", "a.txt", "--published", "2017-03-05"), 0)
    lines = done.stdout.splitlines()
    assert lines[0].startswith("a.txt (")
    assert lines[0].endswith("): 2 sentences, 1 claim; conflict: Syria")
    assert "  1 The Syrian army captured Palmyra on 2 March 2017." in lines
    assert any(line.split() == ["nothing", "is", "marked"] for line in lines)
    assert '-> "captured": rule take (active, as a fact)' in done.stdout
    assert "claim: captured Palmyra; gained by Syrian government" in done.stdout
    assert not [line for line in lines if line != line.rstrip()]
    assert "\x1b" not in done.stdout


def test_the_command_reads_jsonl_and_tells_what_it_cannot_read(tmp_path):
    record = {"id": "one", "text": "Rebels took Homs.", "title": "T"}
    (tmp_path / "a.jsonl").write_text(json.dumps(record) + "\n{\n")
    done = check(run("explain", "a.jsonl", "--conflict", "syria"), 1)
    assert done.stdout.startswith("T: 1 sentence, 1 claim; conflict: Syria")
    assert "a.jsonl, line 2: not JSON" in done.stderr


def test_hostile_text_stays_text(tmp_path):
    text = "The army captured [red]Palmyra[/red]\x1b[2J from {{7*7}} :smile: rebels."
    long = "The army captured " + "Palmyra" * 30_000 + "."
    record = {"text": f"{text}\n{long}", "title": "[b]\x07", "published": "2017-03-05"}
    (tmp_path / "a.jsonl").write_text(json.dumps(record))
    done = check(run("explain", "a.jsonl"), 0)
    printed = " ".join(done.stdout.split())
    assert "[red]Palmyra[/red]\\x1b[2J from {{7*7}} :smile: rebels" in printed
    assert done.stdout.startswith("[b]\\x07: ")
    assert "\x1b" not in done.stdout
    assert done.stdout.count("Palmyra") > 20_000
