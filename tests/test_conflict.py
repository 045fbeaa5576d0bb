"""The conflict packs: what ships is sound, and what a reader adds is read and checked."""

import re
from collections import Counter
from itertools import chain

import pytest

from extract.conflict import PACKS, load_conflict, load_conflicts
from extract.lexicon import load_lexicon
from extract.packs import Lexicons
from extract.records import ClaimantType

FILES = sorted(PACKS.glob("*.toml"))
SHIPPED = (
    "afghanistan iraq libya somalia sudan syria ukraine yemen".split()
)  # in the order of their names
SHAPES = {"circle", "square", "triangle", "diamond", "pentagon"}
COLOR = re.compile(r"#[0-9a-f]{6}")
ISO = re.compile(r"[A-Z]{2}")
NINTH = """
title = "Ruritania"
countries = ["XA"]
view = {lon = 20, lat = 50, zoom = 7}

[[actors]]
name = "Ruritanian army"
side = "government"
color = "#c62828"
letter = "G"
since = 2030-01-01
aliases = ["Ruritanian army", "RAF"]
adjectives = ["Ruritanian"]

[[publishers]]
name = "Strelsau Radio"
aliases = ["Strelsau Radio"]
kind = "state_media"
side = "Ruritanian army"
"""


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def pack(request):
    return load_conflict(request.param)


def repeated(names):
    return [name for name, count in Counter(names).items() if count > 1]


def spelt(alias):
    """Return what the matcher sees of an alias, which reads it in any apostrophe."""
    bare = alias.replace("'", "")
    return bare if bare.isupper() else bare.casefold()


def shared(rows):
    """Return the words that more than one of the (owner, words) lay claim to."""
    return repeated(
        chain.from_iterable({spelt(word) for word in words} for words in rows)
    )


def test_the_eight_packs_load_in_the_order_of_their_names():
    packs = load_conflicts()
    assert list(packs) == SHIPPED
    assert all(packs[name].name == name for name in packs)


def test_a_pack_has_a_title_and_its_own_country_first(pack):
    assert pack.title
    assert all(ISO.fullmatch(code) for code in pack.countries)
    assert not repeated(pack.countries)


def test_no_two_packs_are_of_one_country():
    assert not repeated(pack.countries[0] for pack in load_conflicts().values())


def test_the_first_view_is_inside_the_world(pack):
    assert -180 <= pack.lon <= 180
    assert -85 <= pack.lat <= 85
    assert 2 <= pack.zoom <= 12


def test_an_actors_look_is_its_own_in_its_pack(pack):
    assert not repeated(actor.name for actor in pack.actors)
    assert not repeated(actor.letter for actor in pack.actors)
    assert not repeated(actor.color for actor in pack.actors)
    for actor in pack.actors:
        assert COLOR.fullmatch(actor.color), actor.name
        assert len(actor.letter) == 1, actor.name
        assert actor.letter.isupper(), actor.name
        assert actor.shape in SHAPES, actor.name


def test_the_first_actor_is_the_state(pack):
    assert pack.actors[0].side == "government"
    assert not pack.actors[0].backer
    assert load_lexicon(pack).state == pack.actors[0]


def test_every_actor_has_a_side_and_goes_by_its_own_name(pack):
    for actor in pack.actors:
        assert actor.side, actor.name
        assert actor.name in actor.aliases


@pytest.mark.parametrize("code", ["ar"])
def test_actors_have_a_name_of_their_own_in_every_language(code):
    """In the page they are told apart by it, whatever the pack they come from."""
    named = {}
    for pack in load_conflicts().values():
        assert dict(pack.names)[code]
        for actor in pack.actors:
            named.setdefault(dict(actor.names)[code], set()).add(actor.name)
    assert all(len(names) == 1 for names in named.values())
    assert len(named) == len(set().union(*named.values()))


@pytest.mark.parametrize("words", ["aliases", "adjectives", "seats"])
def test_a_name_means_one_actor_of_its_pack(pack, words):
    assert not shared(getattr(actor, words) for actor in pack.actors)
    for actor in pack.actors:
        assert not repeated(getattr(actor, words)), actor.name


def test_a_name_is_written_as_the_matcher_reads_it(pack):
    for actor in pack.actors:
        for word in chain(actor.aliases, actor.adjectives, actor.seats):
            assert word == " ".join(word.split()), actor.name
            assert re.fullmatch(r"[\w.'’/&–-]+(?: [\w.'’/&–-]+)*", word), word


def test_a_name_that_matches_in_any_case_is_long_enough(pack):
    """Those in capitals match only as written and may be as short as IS."""
    for actor in pack.actors:
        for alias in actor.aliases:
            assert alias.isupper() or len(alias) >= 4, alias


def test_an_actor_does_not_end_before_it_begins(pack):
    for actor in pack.actors:
        if actor.since and actor.until:
            assert actor.since < actor.until, actor.name


def test_publishers_stand_where_the_pack_has_an_actor(pack):
    names = {actor.name for actor in pack.actors}
    partial = {ClaimantType.STATE_MEDIA, ClaimantType.ALLY}
    for publisher in pack.publishers:
        assert publisher.aliases, publisher.name
        assert publisher.side in names | {""}, publisher.name
        assert (publisher.kind in partial) == bool(publisher.side), publisher.name
    assert not shared(publisher.aliases for publisher in pack.publishers)


def test_a_pack_knows_state_media_monitors_and_newsrooms(pack):
    kinds = {publisher.kind for publisher in pack.publishers}
    assert {
        ClaimantType.STATE_MEDIA,
        ClaimantType.MONITOR,
        ClaimantType.NEWSROOM,
    } <= kinds


@pytest.mark.parametrize(
    ("name", "alias", "actor"),
    [
        ("syria", "General Security Service", "Syrian transitional government"),
        ("ukraine", "LPR People's Militia", "Russian-backed separatists"),
        ("iraq", "Hashd al-Shaabi", "Iraqi government"),
        ("iraq", "Pesh Merga", "Kurdish Peshmerga"),
        ("libya", "GNA", "Libyan GNA"),
        ("libya", "Khalifa Haftar's forces", "Libyan National Army"),
        ("libya", "pro-Qaddafi forces", "Gaddafi forces"),
        ("yemen", "Ansar Allah", "Houthis"),
        ("yemen", "Security Belt", "Southern Transitional Council"),
        ("afghanistan", "ANDSF", "Afghan government"),
        ("afghanistan", "ISIS-K", "Islamic State"),
        ("somalia", "Macawisley", "Ma'awisley"),
        ("somalia", "Danab", "Somali government"),
        ("somalia", "Al Shabab", "al-Shabaab"),
        ("sudan", "RSF", "Rapid Support Forces"),
        ("sudan", "SLM-MM", "Joint Force of Darfur movements"),
    ],
)
def test_names_of_the_press_lead_to_the_actor(name, alias, actor):
    pack = load_conflict(PACKS / f"{name}.toml")
    named = load_lexicon(pack).prefix_actor(alias)
    assert named == pack.actor(actor) is not None


def test_a_reader_adds_a_pack_by_adding_a_file(tmp_path):
    for path in FILES:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "ruritania.toml").write_text(NINTH, "utf-8")
    (tmp_path / "notes.txt").write_text("not a pack", "utf-8")
    packs = load_conflicts(tmp_path)
    assert set(packs) == {*SHIPPED, "ruritania"}
    ninth = packs["ruritania"]
    assert (ninth.title, ninth.countries) == ("Ruritania", ("XA",))
    assert (ninth.lon, ninth.lat, ninth.zoom) == (20.0, 50.0, 7)
    assert ninth.actors[0].aliases == ("Ruritanian army", "RAF")
    assert ninth.publishers[0].kind is ClaimantType.STATE_MEDIA
    assert load_lexicon(ninth).state == ninth.actors[0]


def test_an_empty_folder_has_no_packs(tmp_path):
    assert load_conflicts(tmp_path) == {}


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        ('title = "Ruritania"', "title = "),
        ('title = "Ruritania"', ""),
        ('countries = ["XA"]', ""),
        ("view = {lon = 20, lat = 50, zoom = 7}", ""),
        ("lon = 20", 'lon = "east"'),
        ('name = "Ruritanian army"', ""),
        ('letter = "G"', 'lettre = "G"'),
        ('kind = "state_media"', 'kind = "gossip"'),
    ],
)
def test_a_broken_pack_is_refused_by_its_files_name(tmp_path, part, instead):
    assert part in NINTH
    path = tmp_path / "ruritania.toml"
    path.write_text(NINTH.replace(part, instead, 1), "utf-8")
    with pytest.raises(ValueError, match=r"ruritania\.toml is not a conflict pack"):
        load_conflicts(tmp_path)


def test_a_pack_in_another_encoding_is_refused_by_its_files_name(tmp_path):
    path = tmp_path / "ruritania.toml"
    path.write_bytes(NINTH.replace("Ruritania", "Ruritánia").encode("latin-1"))
    with pytest.raises(ValueError, match=r"ruritania\.toml is not a conflict pack"):
        load_conflict(path)


def towns_of(**countries):
    """Return what knows these names in these countries, and nothing else."""

    def known(names, at_hand):
        return {n for n in names if countries.get(n.replace(" ", "_")) in at_hand}

    return known


def test_of_two_wars_that_is_meant_whose_town_is_named_first():
    known = towns_of(Aleppo="SY", Azizia="LY")
    lexicons = Lexicons(load_conflicts(), known)
    assert lexicons.conflict_of("Aleppo is quiet. Azizia too.") == "syria"
    assert lexicons.conflict_of("Azizia is quiet. Aleppo too.") == "libya"


def test_plain_words_in_capitals_are_no_towns():
    known = towns_of(Old_City="UA", The_Old="UA", Aleppo="SY")
    lexicons = Lexicons(load_conflicts(), known)
    assert lexicons.conflict_of("The Old City was quiet, like Aleppo.") == "syria"
    assert lexicons.conflict_of("The Old City was quiet.") == ""
