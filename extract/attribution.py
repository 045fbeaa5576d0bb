"""What a speaker is worth: which party speaks, of which kind, on which side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from extract.marks import ActorMark
from extract.records import ClaimantType, Publisher, Span

if TYPE_CHECKING:
    from extract.lexicon import Lexicon
    from extract.marks import Line
    from extract.records import Actor, Article, Conflict

_WITNESS = frozenset(
    {
        "witness",
        "witnesses",
        "residents",
        "resident",
        "locals",
        "civilians",
        "eyewitnesses",
        "villagers",
        "inhabitants",
    }
)
_MONITOR = frozenset(
    {
        "observatory",
        "monitor",
        "monitors",
        "monitoring",
        "activists",
        "activist",
        "watchdog",
        "observers",
    }
)
_STATE_MEDIA = frozenset({"state", "government-run", "state-run"})
_MEDIA = frozenset({"media", "television", "tv", "agency", "radio", "newspaper"})
_OFFICIAL = frozenset(
    {
        "ministry",
        "minister",
        "official",
        "officials",
        "government",
        "spokesman",
        "spokesperson",
        "spokeswoman",
        "command",
        "army",
        "president",
        "military",
        "general",
        "commander",
    }
)
# A body that speaks for its party, wherever a pack lists it.
_BODIES = _OFFICIAL | {"staff", "forces", "defence", "defense"}
_OFFICES = _OFFICIAL | frozenset(
    "leader leaders source sources commanders chief officer officers soldier fighter "
    "representative spokespeople spokesmen media".split()
)
_OWN_BODIES = frozenset({"ministry", "army", "military", "government"})
_INSTALLED = ("-installed", "-appointed", "-imposed", "-aligned", "-affiliated")
_NATIONS = ("ian", "ean", "can", "ese", "ish", "li", "qi", "ni", "ti", "di", "ench")


@dataclass(frozen=True, slots=True)
class Claimant:
    """The one who says so: words, where they stand, and the party if there is one.

    A `friend` is "pro-X". `denies` says that it does not tell but deny; `rejects` is
    the party whose claim it contradicts.
    """

    text: str
    span: Span
    actor: str | None
    kind: ClaimantType | None
    friend: bool = False
    denies: bool = False
    rejects: str | None = None


def claimant_at(line: Line, lexicon: Lexicon, start: int, end: int) -> Claimant:
    """Return who speaks where tokens start to end name a speaker."""
    text = line.slice(start, end)
    span = Span(start=line.starts[start], end=line.ends[end - 1])
    low = set(line.low[start:end])
    for k in range(start, end):
        hit = lexicon.publishers.longest(line.low, line.words, k)
        if hit and hit[0] <= end + 1:
            publisher = hit[1][0]
            own = publisher.side and low & _BODIES
            kind = None if own else publisher.kind
            return Claimant(text, span, publisher.side or None, kind)
    if low & _STATE_MEDIA and low & _MEDIA:
        return Claimant(text, span, _state(lexicon), ClaimantType.STATE_MEDIA)
    if low & _MONITOR:
        return Claimant(text, span, None, ClaimantType.MONITOR)
    if low & _WITNESS:
        return Claimant(text, span, None, ClaimantType.WITNESS)
    friend = _friend(line, lexicon, start, end)
    if friend:
        return Claimant(text, span, friend, None, friend=True)
    return Claimant(text, span, _party(line, lexicon, start, end, low), None)


def _friend(line: Line, lexicon: Lexicon, start: int, end: int) -> str | None:
    """Return the party that "pro-Kremlin bloggers" are for."""
    for k in range(start, end):
        if line.low[k].startswith("pro-") and line.at[k] is None:
            word = line.words[k][4:]
            if word in {"government", "regime"}:
                return _state(lexicon)
            party = _seat(lexicon, word) or lexicon.prefix_actor(word)
            return party.name if party else None
    return None


def _seat(lexicon: Lexicon, word: str) -> Actor | None:
    """Return the party that sits in "Kyiv" or "Kremlin"."""
    for words in ([word], ["the", word]):
        hit = lexicon.seats.longest([w.lower() for w in words], words, 0)
        if hit:
            return hit[1][0]
    return None


def _state(lexicon: Lexicon) -> str | None:
    return lexicon.state.name if lexicon.state else None


def _party(
    line: Line, lexicon: Lexicon, start: int, end: int, low: set[str]
) -> str | None:
    named = [m for m in line.at[start:end] if isinstance(m, ActorMark) and m.name]
    if named:
        return named[0].name
    found = _led(line, lexicon, start, end) or _national(line, lexicon, start, end)
    if found:
        return found
    if low & _OWN_BODIES and not _is_foreign(line, start, end):
        return _state(lexicon)
    if low & _OFFICIAL and low & {w.lower() for w in lexicon.conflict.title.split()}:
        return _state(lexicon)
    return None


def _national(line: Line, lexicon: Lexicon, start: int, end: int) -> str | None:
    """Return the party of a nation's adjective or seat: "Kyiv", "Iraqi officials"."""
    for k in range(start, end):
        away = k > start and line.low[k - 1] in {"in", "near", "outside"}
        if away and not _OFFICIAL.intersection(line.low[start:k]):
            continue  # "a priest in Erbil", but "the ministry in Ankara"
        for table in (lexicon.seats, lexicon.adjectives):
            hit = table.longest(line.low, line.words, k)
            if hit:
                return hit[1][0].name
    return None


def _is_foreign(line: Line, start: int, end: int) -> bool:
    """Say whether an army is another nation's: "the Israeli army" in Syria's war."""
    for k in range(start, end - 1):
        after = _OWN_BODIES.intersection(line.low[k + 1 : k + 3])
        if after and line.words[k][0].isupper() and line.low[k].endswith(_NATIONS):
            return True
    return False


def _led(line: Line, lexicon: Lexicon, start: int, end: int) -> str | None:
    """Return the party of a "rebel commander", or of whom it is named after."""
    for k in reversed(range(start, end)):
        words = [line.words[k], "'s", "forces"]
        low = [line.low[k], *words[1:]]
        leads = line.low[k] in lexicon.name_words
        hit = lexicon.actors.longest(low, words, 0) if leads else None
        if hit and hit[0] == len(words):
            return hit[1][0].name  # "Haftar's forces"
        office = _OFFICES.intersection(line.low[k + 1 : k + 3])
        installed = line.low[k].endswith(_INSTALLED)
        name = line.words[k].rpartition("-")[0] if installed else line.words[k]
        party = lexicon.prefix_actor(name) if office or installed else None
        if party:
            return party.name
    return None


def claimant_type(
    claimant: Claimant | None,
    gained_by: str | None,
    lost_by: str | None,
    conflict: Conflict,
) -> ClaimantType:
    """Return how a speaker stands to an event; the newsroom where there is none."""
    if claimant is None:
        return ClaimantType.NEWSROOM
    if claimant.actor is None:
        return claimant.kind or ClaimantType.UNKNOWN
    if claimant.kind is ClaimantType.STATE_MEDIA:
        return ClaimantType.STATE_MEDIA
    if claimant.actor in {gained_by, lost_by} and not claimant.friend:
        gains = claimant.actor == gained_by
        return ClaimantType.GAINER if gains else ClaimantType.LOSER
    return _by_side(claimant, gained_by, lost_by, conflict)


def _by_side(
    claimant: Claimant, gained_by: str | None, lost_by: str | None, conflict: Conflict
) -> ClaimantType:
    """Return how a third party stands: by whose side it is on."""
    speaker = conflict.actor(claimant.actor)
    gainer, loser = conflict.actor(gained_by), conflict.actor(lost_by)
    if speaker and speaker.side and gained_by:
        if speaker.name == gained_by or (gainer and speaker.side == gainer.side):
            return ClaimantType.ALLY
        if lost_by is None and not speaker.backer:
            return ClaimantType.LOSER  # who else would own that the other side gained
    if speaker and speaker.side and loser and speaker.side == loser.side:
        return ClaimantType.LOSER
    own = speaker and speaker.side and not speaker.backer and claimant.kind is None
    if own and loser and not gained_by:
        return ClaimantType.GAINER  # that its foe withdrew
    return claimant.kind or ClaimantType.UNKNOWN


def voice_of(article: Article, lexicon: Lexicon) -> str | None:
    """Return the party whose voice an article is: "our forces" in its statement."""
    words = article.publisher.split()
    low = [word.lower() for word in words]
    for at in range(len(words)):
        for table in (lexicon.publishers, lexicon.actors, lexicon.adjectives):
            hit = table.longest(low, words, at)
            if hit:
                found = hit[1][0]
                party = found.side if isinstance(found, Publisher) else found.name
                return party or None
    return None


def publisher_type(
    article: Article, lexicon: Lexicon, gained: str | None, lost: str | None
) -> ClaimantType:
    """Return what the newsroom's own voice is worth: a partial one is no newsroom."""
    words = article.publisher.split()
    low = [word.lower() for word in words]
    hit = lexicon.publishers.longest(low, words, 0) if words else None
    if hit is None:
        return ClaimantType.NEWSROOM
    publisher = hit[1][0]
    span = Span(start=0, end=0)
    speaker = Claimant("", span, publisher.side or None, publisher.kind)
    return claimant_type(speaker, gained, lost, lexicon.conflict)
