"""Who says so is found here: "X said", "according to X", "..., X announced"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from extract.marks import ActorMark, DateMark, TriggerMark
from extract.records import ClaimantType, Publisher, Span

if TYPE_CHECKING:
    from extract.lexicon import Lexicon
    from extract.marks import Line
    from extract.records import Article, Conflict

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
_NO_SPEAKER = frozenset({"in", "on", "at", "by", "with", "it", "there", "to"})
_STOP = frozenset(
    {
        ",",
        ";",
        ":",
        "(",
        ")",
        "and",
        "but",
        "while",
        "that",
        "which",
        "where",
        "as",
        "after",
        "when",
        "—",
        "–",
        '"',
        "”",
        "“",
        "however",
        "meanwhile",
        "later",
    }
)


@dataclass(frozen=True, slots=True)
class Claimant:
    """The one who says so: words, where they stand, and the party if there is one.

    `rejects` is the party whose claim it contradicts.
    """

    text: str
    span: Span
    actor: str | None
    kind: ClaimantType | None
    rejects: str | None = None


def find_claimants(line: Line, lexicon: Lexicon) -> list[Claimant]:
    """Return the speakers of a sentence, in the order of the text."""
    found = []
    saying = lexicon.saying
    for k in [k for k, w in enumerate(line.low) if w in saying or w in _TELLS]:
        word = line.low[k]
        if word == "according" and line.low[k + 1 : k + 2] == ["to"]:
            found.append(_phrase_right(line, lexicon, k + 2))
        elif (
            word in _SAID
            and line.low[k + 1 : k + 2]
            and k
            and line.low[k - 1] in {",", "”", '"'}
            and line.low[k + 1] not in _STOP
        ):
            found.append(_phrase_right(line, lexicon, k + 1))
        elif word in _REPORTS and _denied_before(line, lexicon, k):
            continue
        elif _speaks(line, lexicon, k):
            found.append(_phrase_left(line, lexicon, k))
    return [c for c in found if c]


_SAID = frozenset({"says", "said"})
_TELLS = _SAID | {"according"}
_REPORTS = frozenset({"reports", "report", "claims", "claim"})


def _speaks(line: Line, lexicon: Lexicon, k: int) -> bool:
    """Say whether a verb of saying or of denying stands at token k."""
    says = line.low[k] in lexicon.sets["say"] and not isinstance(line.at[k], DateMark)
    return says or line.low[k] in lexicon.sets["deny"]


def _denied_before(line: Line, lexicon: Lexicon, k: int) -> bool:
    """Say whether "denied the reports" makes a noun of a word for saying."""
    return bool(lexicon.sets["deny"].intersection(line.low[max(0, k - 5) : k]))


def _phrase_left(line: Line, lexicon: Lexicon, verb: int) -> Claimant | None:
    end = verb
    while end > 0 and (
        isinstance(line.at[end - 1], DateMark)
        or line.low[end - 1]
        in {
            "had",
            "has",
            "have",
            "also",
            "later",
            "on",
            "was",
            "were",
            "then",
            "reportedly",
            "earlier",
            "further",
            "not",
            "never",
        }
    ):
        end -= 1
    start = end
    while (
        start > 0
        and end - start < 14
        and line.low[start - 1] not in _STOP
        and not isinstance(line.at[start - 1], DateMark)
    ):
        if isinstance(line.at[start - 1], TriggerMark) and end - start > 0:
            break
        start -= 1
    if line.low[verb - 1 : verb] == [","] or start == end:
        return None
    if line.low[start] in _NO_SPEAKER:
        return None
    return claimant_at(line, lexicon, start, end)


def _phrase_right(line: Line, lexicon: Lexicon, start: int) -> Claimant | None:
    end = start
    while (
        end < len(line.low)
        and end - start < 14
        and line.low[end] not in {",", ";", ".", ":", "—", "(", "which", "who"}
        and not isinstance(line.at[end], (TriggerMark, DateMark))
    ):
        end += 1
    return claimant_at(line, lexicon, start, end) if end > start else None


def claimant_at(line: Line, lexicon: Lexicon, start: int, end: int) -> Claimant:
    """Return who speaks where tokens start to end name a speaker."""
    text = line.slice(start, end)
    span = Span(start=line.starts[start], end=line.ends[end - 1])
    low = set(line.low[start:end])
    for k in range(start, end):
        hit = lexicon.publishers.longest(line.low, line.words, k)
        if hit and hit[0] <= end + 1:
            publisher = hit[1][0]
            return Claimant(text, span, publisher.side or None, publisher.kind)
    if low & _STATE_MEDIA and low & _MEDIA:
        return Claimant(text, span, _state(lexicon), ClaimantType.STATE_MEDIA)
    if low & _MONITOR:
        return Claimant(text, span, None, ClaimantType.MONITOR)
    if low & _WITNESS:
        return Claimant(text, span, None, ClaimantType.WITNESS)
    return Claimant(text, span, _party(line, lexicon, start, end, low), None)


def _state(lexicon: Lexicon) -> str | None:
    return lexicon.state.name if lexicon.state else None


def _party(
    line: Line, lexicon: Lexicon, start: int, end: int, low: set[str]
) -> str | None:
    named = [m for m in line.at[start:end] if isinstance(m, ActorMark) and m.name]
    if named:
        return named[0].name
    for k in range(start, end):
        for table in (lexicon.seats, lexicon.adjectives):
            hit = table.longest(line.low, line.words, k)
            if hit:
                return hit[1][0].name
    if low & _OFFICIAL and (
        low & {w.lower() for w in lexicon.conflict.title.split()}
        or low & {"ministry", "army", "military", "government"}
    ):
        return _state(lexicon)
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
    if claimant.actor in {gained_by, lost_by}:
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
        if gainer and speaker.side == gainer.side:
            return ClaimantType.ALLY
        if lost_by is None and not speaker.backer:
            return ClaimantType.LOSER  # who else would own that the other side gained
    if speaker and speaker.side and loser and speaker.side == loser.side:
        return ClaimantType.LOSER
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
