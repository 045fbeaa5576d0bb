"""Who speaks is found here: "X said", "according to X", "a claim by X", "he said"."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from extract.attribution import Claimant, claimant_at
from extract.marks import ActorMark, DateMark, TriggerMark

if TYPE_CHECKING:
    from extract.lexicon import Lexicon
    from extract.marks import Line, Mark

_LONGEST = 14
_LONGEST_ASIDE = 24
_NO_SPEAKER = frozenset({"in", "on", "at", "by", "with", "it", "there", "to"})
_STOP = frozenset(
    ', ; : ( ) and but while that which where as after when — – " ” “ however '
    "meanwhile later".split()
)
_RIGHT_STOP = frozenset(", ; . : — ( which who that but".split())
_QUOTES = frozenset({"”", '"', ","})
_SAID = frozenset({"says", "said"})
_BE = frozenset("is are was were be been being".split())
_AUXILIARIES = _BE | frozenset(
    "had has have also both later on then reportedly earlier further did does do could "
    "would can will independently immediately".split()
)
_NOT = frozenset(
    "nor neither not never cannot n't n’t didn't hasn't haven't couldn't".split()
)
# Words for saying that are nouns too, and other nouns for what is said.
_NOUNS = frozenset("report reports claim claims denial states lists notes".split())
_CLAIMS = frozenset(
    "report reports claim claims allegation allegations assertion assertions "
    "statement statements announcement announcements accusation accusations".split()
)
_BEFORE_NOUN = frozenset(
    "the a an any no this these those such its their his of earlier initial recent "
    "conflicting several many some unconfirmed to other previous false".split()
)
_OWNS = frozenset({"'s", "’s", "'", "’"})
# Of a phrase set off by commas: it says how one speaks, not who one is.
_ASIDE = frozenset(
    "citing quoting speaking in on at who which whose backed supported however "
    "meanwhile for too".split()
)
_RELATIVE = frozenset("who which whose backed supported".split())
_EVIDENCE = frozenset("footage video videos images imagery photos evidence".split())
_DENYING = frozenset({"denying", "rejecting", "dismissing", "disputing"})
# Offices that stand between a nation and a name: "Iraqi Prime Minister Abadi".
_OFFICES = frozenset(
    "president minister premier chief leader commander general spokesman spokesperson "
    "spokeswoman colonel ambassador".split()
)
_HE = frozenset({"he", "she"})
_PRONOUNS = _HE | {"it", "they", "we", "i"}


@dataclass(slots=True)
class Speakers:
    """Who has spoken in an article so far, for "he said" and "Syrsky said"."""

    lexicon: Lexicon
    last: str | None = None
    people: dict[str, str] = field(default_factory=dict)

    def hear(self, line: Line) -> list[Claimant]:
        """Return the speakers of a sentence, their parties known from before too."""
        found = [
            self._known(claimant) for claimant in find_claimants(line, self.lexicon)
        ]
        self._introduce(line)
        for claimant in found:
            name = _surname(claimant.text.split()[-1])
            if claimant.actor and name[:1].isupper():
                self.people[name] = claimant.actor
            self.last = claimant.actor
        return found

    def _introduce(self, line: Line) -> None:
        """Keep whose president or commander one is, from "Iraqi President X"."""
        for k in [k for k, word in enumerate(line.low) if word in _OFFICES]:
            end = k + 1
            while end < min(len(line.low), k + 5) and _is_name(line.words[end]):
                end += 1
            party = _nation(line, self.lexicon, k) if end > k + 1 else None
            if party:
                self.people[_surname(line.words[end - 1])] = self.last = party

    def _known(self, claimant: Claimant) -> Claimant:
        if claimant.actor or claimant.kind:
            return claimant
        if claimant.text.lower() in _HE:
            return replace(claimant, actor=self.last)
        return replace(
            claimant, actor=self.people.get(_surname(claimant.text.split()[-1]))
        )


def _surname(name: str) -> str:
    """Return what "al-Abadi" and "Abadi" have in common."""
    return name.removeprefix("al-").removeprefix("Al-")


def _is_name(word: str) -> bool:
    return word[0].isupper() or word.startswith(("al-", "el-"))


def find_claimants(line: Line, lexicon: Lexicon) -> list[Claimant]:
    """Return the speakers of a sentence, in the order of the text."""
    found: list[Claimant] = []
    saying = lexicon.saying
    for k in [k for k, w in enumerate(line.low) if w in saying or w == "according"]:
        word = line.low[k]
        if isinstance(line.at[k], DateMark):
            continue
        if word != "according":
            claimant = _at(line, lexicon, k)
        else:
            to = line.low[k + 1 : k + 2] == ["to"]
            claimant = _right(line, lexicon, k + 2) if to else None
        if claimant is None and word in _DENYING and found:
            rejects = _rejected(line, lexicon, k)
            claimant = replace(found[-1], denies=True, rejects=rejects)
        if claimant and not (found and _speaks_not(claimant)):
            found.append(claimant)
    return found


def _nation(line: Line, lexicon: Lexicon, k: int) -> str | None:
    """Return whose office stands at token k: the nation's or party's named before."""
    party = lexicon.prefix_actor(line.words[k - 1]) if k else None
    if party:
        return party.name
    for t in range(k - 1, max(-1, k - 4), -1):
        over = line.at[t]
        if isinstance(over, ActorMark):
            return over.name
        hit = lexicon.adjectives.longest(line.low, line.words, t)
        if hit:
            return hit[1][0].name
        if not line.words[t][0].isalpha():
            return None
    return None


def _speaks_not(claimant: Claimant) -> bool:
    """Say whether another is who speaks: "X said he told", "X said footage shows"."""
    words = claimant.text.lower().split()
    return words[0] in _PRONOUNS or bool(_EVIDENCE.intersection(words))


def _at(line: Line, lexicon: Lexicon, k: int) -> Claimant | None:
    """Return who speaks by the word for saying or denying at token k."""
    if line.low[k] == "states" and line.low[k + 1 : k + 2] != ["that"]:
        return None  # "Arab states"
    denies = line.low[k] in lexicon.sets["deny"]
    if _is_noun(line, lexicon, k):
        below = lexicon.sets["deny"].intersection(line.low[max(0, k - 7) : k])
        return None if below or denies else _owner(line, lexicon, k)
    if _is_passive(line, k):
        by = line.low[k + 1 : k + 2] == ["by"]
        claimant = _right(line, lexicon, k + 2) if by else None
    else:
        claimant = _left(line, lexicon, k) or _inverted(line, lexicon, k)
    if claimant and denies:
        return replace(claimant, denies=True, rejects=_rejected(line, lexicon, k))
    return claimant


def _rejected(line: Line, lexicon: Lexicon, k: int) -> str | None:
    """Return whose claim a denial is about: "denied the RSF's claim"."""
    ahead = range(k - 1, max(0, k - 16), -1)  # "the RSF's claim was denied"
    for t in (*range(k + 1, min(k + 8, len(line.low))), *ahead):
        if line.low[t] in _CLAIMS:
            owner = _owner(line, lexicon, t)
            return owner.actor if owner else None
        if t < k and line.low[t] in _STOP:
            break
    return None


# --- nouns ---


def _is_noun(line: Line, lexicon: Lexicon, k: int) -> bool:
    """Say whether a word is a noun there: "the claims", "Russian claims"."""
    if line.low[k] not in _NOUNS or not k:
        return False
    before, after = line.low[k - 1], line.low[k + 1 : k + 2]
    near = line.low[max(0, k - 4) : k]
    if lexicon.sets["deny"].intersection(near) and "," not in near:
        return True
    if before in _BEFORE_NOUN or before in _OWNS or after in (["by"], ["of"]):
        return True
    return _is_adjective(line, lexicon, k - 1)


def _is_adjective(line: Line, lexicon: Lexicon, k: int) -> bool:
    hit = lexicon.adjectives.longest(line.low, line.words, k)
    common = line.words[k].islower() and lexicon.prefix_actor(line.words[k])
    return bool(hit or common) and not line.low[k].endswith("s")


def _owner(line: Line, lexicon: Lexicon, k: int) -> Claimant | None:
    """Return whose claim it is: "claims by X", "X's claim", "Russian claims"."""
    if line.low[k + 1 : k + 2] == ["by"]:
        return _right(line, lexicon, k + 2)
    end = k - (line.low[k - 1] in _OWNS)
    over = line.at[end - 1] if end else None
    if isinstance(over, ActorMark):
        return claimant_at(line, lexicon, over.i, over.j)
    if end == k:
        if not k or not _is_adjective(line, lexicon, k - 1):
            return None
        claimant, party = claimant_at(line, lexicon, k - 1, k), lexicon.prefix_actor
        common = None if claimant.actor else party(line.words[k - 1])
        return replace(claimant, actor=common.name) if common else claimant
    start = end
    while start > 0 and line.words[start - 1][0].isupper():
        start -= 1
    return claimant_at(line, lexicon, start, end) if start < end else None


# --- verbs ---


def _is_passive(line: Line, k: int) -> bool:
    """Say whether "was reported" is a passive: its subject does not speak."""
    t = k - 1
    while t >= 0 and (line.low[t].endswith("ly") or line.low[t] in {"also", "later"}):
        t -= 1
    said = line.low[k].endswith("ed") or line.low[k] in {"said", "told"}
    return t >= 0 and line.low[t] in _BE and said and line.low[k] != "quoted"


def _left(line: Line, lexicon: Lexicon, verb: int) -> Claimant | None:
    """Return who stands before a verb of saying, what is set off by commas aside."""
    end = _end(line, verb)
    if end is None or end == 0:
        return None
    if line.low[max(0, end - 3) : end] == [",", "however", ","]:
        end = _end(line, end - 3) or 0  # "the army did, however, confirm"
    elif line.low[end - 1] in {",", ")"}:
        return _apposed(line, lexicon, end)
    relative = line.low[end - 1] in {"who", "which"}
    if relative:
        end -= 2 if line.low[end - 2 : end - 1] == [","] else 1
    start = _start(line, lexicon, end)
    if start == end or line.low[start] in _NO_SPEAKER:
        return None
    claimant = claimant_at(line, lexicon, start, end)
    named = claimant.actor or claimant.kind
    return claimant if named or not relative else None


def _end(line: Line, verb: int) -> int | None:
    """Return where a verb's auxiliaries begin; None where it is negated."""
    end = verb
    if line.low[max(0, verb - 2) : verb] == ["quoted", "as"]:
        end -= 2
    while end > 0:
        if line.low[end - 1] in _NOT:
            return None
        date = isinstance(line.at[end - 1], DateMark)
        if not date and line.low[end - 1] not in _AUXILIARIES:
            break
        end -= 1
    return end


def _start(line: Line, lexicon: Lexicon, end: int) -> int:
    """Return where the phrase that ends before token `end` begins."""
    start = end
    while start > 0 and end - start < _LONGEST:
        over = line.at[start - 1]
        if line.low[start - 1] in _STOP or isinstance(over, DateMark):
            break
        if start < end and isinstance(over, TriggerMark):
            break
        word = line.low[start - 1]
        if word in lexicon.saying and word not in _NOUNS:
            break
        start -= 1
    noun = start + 1 < end and line.low[start + 1] in _CLAIMS
    if noun and line.low[start] in {"a", "the"} and start + 2 < end:
        return start + 2  # "a claim the army denied"
    return start


_OPENS = frozenset({"and", "but", "while", "that", "“", '"', "—", ";", ":"})


def _apposed(line: Line, lexicon: Lexicon, end: int) -> Claimant | None:
    """Read "X, head of the Y, said", "X (the Y agency) said"."""
    opener = "(" if line.low[end - 1] == ")" else ","
    comma = end - 2
    while comma > 0 and end - comma < _LONGEST_ASIDE and line.low[comma] != opener:
        if line.low[comma] in {";", '"', "”"}:
            return None
        comma -= 1
    if comma <= 0 or line.low[comma] != opener:
        return None
    told = any(_is_verb(over) for over in line.at[comma:end])
    if told and line.low[comma + 1] not in _RELATIVE:
        return None
    start = _start(line, lexicon, comma)
    if start == comma or line.low[start] in _NO_SPEAKER or not _opens(line, start):
        return None
    head = claimant_at(line, lexicon, start, comma)
    if line.low[comma + 1] in _ASIDE:
        return head
    both = claimant_at(line, lexicon, start, end - 1)
    return replace(head, actor=head.actor or both.actor, kind=head.kind or both.kind)


def _is_verb(over: Mark | None) -> bool:
    """Say whether a mark is a verb that tells an event, no "operations"."""
    options = over.options if isinstance(over, TriggerMark) else []
    return any(option.form != "noun" for option in options)


def _opens(line: Line, start: int) -> bool:
    """Say whether a clause begins at token `start`: no list, no end of another."""
    if start == 0 or line.low[start - 1] in _OPENS:
        return True
    before = start - 1 - (line.low[start - 1] == ",")
    return before >= 0 and isinstance(line.at[before], DateMark)


def _inverted(line: Line, lexicon: Lexicon, k: int) -> Claimant | None:
    """Read '..., said X'."""
    after = line.low[k + 1 : k + 2]
    if line.low[k] not in _SAID or not k or line.low[k - 1] not in _QUOTES:
        return None
    return _right(line, lexicon, k + 1) if after and after[0] not in _STOP else None


def _right(line: Line, lexicon: Lexicon, start: int) -> Claimant | None:
    end = start
    while (
        end < len(line.low)
        and end - start < _LONGEST
        and line.low[end] not in _RIGHT_STOP
        and not isinstance(line.at[end], (TriggerMark, DateMark))
    ):
        end += 1
    return claimant_at(line, lexicon, start, end) if end > start else None


def speaker_at(
    start: int, claimants: list[Claimant], *, denied: bool
) -> Claimant | None:
    """Return who says what is told at offset `start`.

    The last who speaks before it, else the next after it. Only of what is `denied`
    does one speak who denies it, and one whose claim is denied does not.
    """
    before = [c for c in claimants if c.span.end <= start]
    after = [c for c in claimants if c.span.start >= start]
    deniers = [c for c in after if c.denies]
    if not denied:
        after = [c for c in after if not c.denies]
    elif before and deniers and deniers[0].rejects == before[-1].actor:
        return deniers[0]
    return before[-1] if before else after[0] if after else None
