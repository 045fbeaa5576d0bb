"""What a written place name could mean is decided here: spelling keys and readings.

Five keys, each made from the one before it, so that names which share a finer key share
the coarser ones: `fold` forgets case, accents and punctuation, `bare` also articles and
words such as "city", `sound` the romaniser's taste in vowels, `skeleton` all vowels,
`coarse` also which of kindred consonants was written. How alike two names of one coarse
key are is weighed in `geo/likeness.py`. `readings` takes apart phrases such as
"northern Aleppo countryside".
"""

from __future__ import annotations

import re
import string
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from anyascii import anyascii

# Apostrophes, half rings and modifier letters written for ayn and hamza, the tatweel,
# Slavic soft signs and the marks that set the direction of writing: all say nothing.
_SILENT = (
    "'`´‘’‛ʻʼʽʾʿˈ′ـьъ\u200b\u200c\u200d\u200e\u200f"
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
# Persian, Kurdish and Urdu forms of Arabic letters, and endings that sound alike.
_FORMS = {
    "ة": "ه", "ە": "ه", "ھ": "ه", "ہ": "ه", "ى": "ي", "ی": "ي", "ێ": "ي", "ک": "ك",
    "ڕ": "ر", "ۆ": "و", "ٱ": "ا", "ڵ": "ل",
}  # fmt: skip
_MARKS = [
    chr(code)
    for code in (*range(0x300, 0x3100), *range(0xFE20, 0xFE30))
    if unicodedata.combining(chr(code))
]
_PLAIN = str.maketrans({**_FORMS, **dict.fromkeys([*_MARKS, *_SILENT])})
_ASCII = str.maketrans(
    {chr(code): " " for code in range(128) if not chr(code).isalnum()}
    | dict(zip(string.ascii_uppercase, string.ascii_lowercase, strict=True))
    | {"'": None, "`": None}
)
_BREAKS = re.compile(r"[\W_]+")
_LATIN = re.compile(r"[ªºß-öø-ɏɐ-˯ᴀ-ᶿḀ-ỿⱠ-Ɀ꜠-ꟿﬀ-ﬆ]+")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_CYRILLIC = re.compile(r"[\u0400-\u052f]+")

ARTICLES = frozenset(
    {"the", "al", "el", "ul", "il", "as", "es", "ash", "esh", "ad", "ed", "adh", "ar"}
    | {"er", "an", "en", "at", "et", "ath", "az", "ez", "aj", "ej"}
    | {"ehl", "ehr", "ehs", "ehsh", "ehd", "ehn", "eht", "ehz"}
)
"""Arabic articles in their romanised, assimilated forms, and the English one.

Those in eh- are what became of them by way of Russian.
"""

GENERIC = frozenset(
    {"of", "city", "town", "village", "hamlet", "madinat", "medinat", "qaryat"}
    | {"nahiyat", "mintaqat", "مدينه", "قريه", "ناحيه", "город", "місто"}
)
"""Words that say what a place is without saying where else it could be."""

_EMPTY = ARTICLES | GENERIC

# First words of Arabic place names, by the ways in which they are romanised.
_TOKENS = {
    form: forms.split()[0]
    for forms in (
        "tal tall tell tel til",
        "dair dayr deir der deyr dir",
        "abu abou abo bu bou albu albou ebu",
        "kafr kafar kfar kfer kefr kufr kafer kefer",
        "um umm oum om",
        "ain ayn ein ayin aayn eyn",
        "bait bayt beit beyt bet",
        "jabal jebel djebel jabel gebel jbel cebel",
        "burj borj bourj",
        "khirbat khirbet kherbet khurbat kharbat khirbah khirba xirbet hirbet",
        "khan khane xan han",
        "shaikh shaykh sheikh cheikh sheik sheykh cheik sex seyh",
        "kala qalat qalaat kalaat qala qalah kalat",
        "mara maarat maarrat marrat maara",
        "jisr jisir jesr djisr cisr",
        "wadi ouadi vadi",
        "ras raas rass",
    )
    for form in forms.split()
}

# One pass of `sound`. Greek letters stand for sounds that English writes with two
# letters: chi for kh, sigma for sh, gamma for gh.
_PAIRS = {
    "dsch": "j", "dzh": "j", "sch": "σ", "tsch": "σ", "tch": "σ", "aou": "au",
    "kh": "χ", "gh": "γ", "sh": "σ", "ch": "σ", "dj": "j", "dz": "j", "th": "t",
    "dh": "d", "ph": "f", "zh": "z", "ck": "k", "ou": "u", "oo": "u", "ee": "i",
    "ie": "i", "ei": "ai", "ey": "ai", "ow": "au", "mb": "nb",
}  # fmt: skip
_PAIR = re.compile("|".join(sorted(_PAIRS, key=len, reverse=True)))
_SINGLES = str.maketrans(
    {"q": "k", "c": "k", "x": "χ", "o": "u", "e": "i", "y": "i", "w": "u"}
)
_DOUBLED = re.compile(r"(.)\1+")
# The ending that is written -ah, -a, -eh, -e and -é, and with an i before it, but not
# the -i of Qamishli.
_FINAL_E = re.compile(r"(?<=[^aeou])eh?$")
_CONSTRUCT = re.compile(r"(?<=.[^aeou])(?:a[ht]|e[ht]?)$")
_FINAL_H = re.compile(r"(?<=[aiu])h$")
_VOWELS = re.compile(r"[aiu]+")
_BONES = re.compile("[a-z0-9σχγ]{2,}")
_GLUED_TELL = re.compile(r"^til(?=.{3})")
_GLUED_ARTICLE = re.compile(r"^al(?=[^aiu](?:.*[^aiu]){2})")

# Arabic letters as they sound. Short vowels are not written; ayn and hamza say nothing,
# nor does ه in the middle; at the end of a word all hear an a.
_ARABIC_SOUNDS = str.maketrans(
    "بتثجحخدذرزسشصضطظغفقكلمنوايپچگژڤ", "bttjhχddrzsσsdtzγfkklmnuaibσkzf", "ءعؤئه"
)
_FINAL_HEH = re.compile(r"ه(?= |$)")
# Letters that one romaniser writes for another: z for d and dh in the Persian press
# (Rowzah, Rawdah); g, gh, j and q for each other from Cairo to Baghdad; s for a sh that
# lost its cedilla. Sounds that come and go: h, kh and the v that is written for w.
KIN = {letter: kin[0] for kin in ("dz", "kgγj", "sσ", "bp") for letter in kin}
"""The first of the letters among which romanisers choose, by each of them."""
_COARSE = str.maketrans({**KIN, **dict.fromkeys("hχv")})


def fold(name: str) -> str:
    """Forget case, accents, apostrophes and punctuation; keep each script as it is.

    Folding a folded name changes nothing. Words are separated by one space.
    """
    folded = _fold_once(name)
    while not folded.isascii() and (again := _fold_once(folded)) != folded:
        folded = again
    return folded


def _fold_once(name: str) -> str:
    if not name.isascii():
        name = unicodedata.normalize("NFKD", name.casefold()).translate(_PLAIN)
        name = _LATIN.sub(lambda latin: anyascii(latin[0]), name)
        if not name.isascii():
            return _BREAKS.sub(" ", name.casefold()).strip()
    return " ".join(name.translate(_ASCII).split())


def bare(name: str) -> str:
    """Fold, and leave out articles and generic words, unless nothing would be left."""
    return _bare(fold(name))


def _bare(folded: str) -> str:
    words = folded.split()
    if "ال" in folded:
        words = [_without_al(word) for word in words]
    kept = [word for word in words if word not in _EMPTY]
    return " ".join(kept or words)


def _without_al(word: str) -> str:
    while word.startswith("ال") and len(word) > 4:
        word = word[2:]
    return word


def sound(name: str) -> str:
    """Spell the bare name as it sounds, in a-i-u vowels, without spaces.

    Latin, Cyrillic and Arabic letters only; another script's stay as they are.
    """
    return _sound(bare(name))


def _sound(bared: str) -> str:
    if not bared.isascii() and _ARABIC.search(bared):
        bared = _FINAL_HEH.sub("ا", bared).translate(_ARABIC_SOUNDS)
    *firsts, last = bared.split() or [""]
    heard = "".join([_TOKENS.get(word) or _ending(word) for word in firsts])
    heard += _TOKENS.get(last, last)
    if not heard.isascii():
        heard = _CYRILLIC.sub(lambda word: fold(anyascii(word[0])), heard)
    heard = _sound_once(heard)
    # Only letters before an h or a j can make a new pair in what is already spelt, and
    # only a name of one short word ("Bo") can become the first word of others ("Abu").
    while "h" in heard or "j" in heard or heard in _TOKENS:
        again = _sound_once(_TOKENS.get(heard, heard))
        if again == heard:
            break
        heard = again
    return heard


def _ending(word: str) -> str:
    """Leave off the -t and -h in which first words end before others."""
    return _CONSTRUCT.sub("a", word)


def _sound_once(word: str) -> str:
    word = _FINAL_E.sub("a", word)
    word = _PAIR.sub(lambda letters: _PAIRS[letters[0]], word).translate(_SINGLES)
    return _GLUED_TELL.sub("tal", _FINAL_H.sub("", _DOUBLED.sub(r"\1", word)))


def skeleton(name: str) -> str:
    """Return the consonants that are heard, or "" when there is but one or none.

    A skeleton is no spelling any more: it is compared, never made into a key again.
    """
    return _skeleton(sound(name))


def _skeleton(heard: str) -> str:
    bones = _DOUBLED.sub(r"\1", _VOWELS.sub("", _GLUED_ARTICLE.sub("", heard)))
    return bones if _BONES.fullmatch(bones) else ""


def coarse(name: str) -> str:
    """Return the skeleton with one letter for all that romanisers choose among."""
    return _coarse(skeleton(name))


def _coarse(bones: str) -> str:
    rough = _DOUBLED.sub(r"\1", bones.translate(_COARSE))
    return rough if len(rough) > 1 else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """All keys of one name, from the finest to the coarsest."""

    fold: str
    bare: str
    sound: str
    skeleton: str
    coarse: str


def keys(name: str) -> Keys:
    """Return every key under which a name is filed and looked up."""
    return keys_of_folded(fold(name))


def keys_of_folded(folded: str) -> Keys:
    """Return the keys of a name that is folded already, sooner than `keys` would."""
    bared = _bare(folded)
    heard = _sound(bared)
    bones = _skeleton(heard)
    return Keys(
        fold=folded, bare=bared, sound=heard, skeleton=bones, coarse=_coarse(bones)
    )


class Feature(StrEnum):
    """What the words around a name say that it is, the widest ground first."""

    ADMIN1 = "admin1"
    ADMIN2 = "admin2"
    RURAL = "rural"
    QUARTER = "quarter"
    AIRFIELD = "airfield"
    BASE = "base"
    DAM = "dam"
    CROSSING = "crossing"
    FIELD = "field"
    HEIGHT = "height"
    SITE = "site"
    ROAD = "road"
    WATER = "water"
    SETTLEMENT = "settlement"


_WORDS = {
    Feature.SETTLEMENT: "city|town|village|hamlet|township|settlement|villages|towns",
    Feature.ADMIN1: "governorate|province|oblast|muhafazah|wilayat|wilayah|state",
    Feature.ADMIN2: "raion|rayon|subdistrict|sub-district|nahiya|canton|county|"
    "locality",
    Feature.RURAL: "countryside|plains|plain|farms|farmland|desert|area|areas|region|"
    "outskirts|suburb|suburbs|surroundings|pocket|front|axis|enclave|hinterland|"
    "frontline|vicinity|rural area|badia|forest",
    Feature.QUARTER: "neighbourhood|neighborhood|quarter|district|districts|"
    "neighbourhoods|neighborhoods|industrial zone|industrial district|refugee camp",
    Feature.AIRFIELD: "airbase|air base|airport|military airport|international airport|"
    "military airbase|airfield|military air base|military aerodrome",
    Feature.BASE: "base|military base|barracks|camp|headquarters|hq|army base|garrison|"
    "military camp|radar base|naval base",
    Feature.DAM: "dam",
    Feature.CROSSING: "crossing|border crossing|border gate|border post|checkpoint",
    Feature.FIELD: "oil field|oilfield|oil fields|oilfields|gas field|gas fields|"
    "gas plant|gasfield|oil and gas field|oil and gas fields|pumping station",
    Feature.HEIGHT: "hill|hills|mountain|mountains|mount|heights|ridge|pass|plateau",
    Feature.SITE: "castle|citadel|prison|hospital|university|factory|factories|silos|"
    "grain silos|palace|station|power plant|power station|thermal plant|bridge|museum|"
    "nuclear power plant|nuclear power station|nuclear plant|fortress|academy|"
    "infantry college|cement factory|steel plant|coke plant|refinery|oil refinery|"
    "oil terminal|oil terminals|terminal|oil port|oil ports|port|mines",
    Feature.ROAD: "road|highway|junction|crossroads|roundabout|corridor|tunnel",
    Feature.WATER: "river|lake|valley|reservoir|island|islands|canal|strait|marshes|"
    "peninsula|spit",
}
_FEATURES = {
    word: feature for feature, words in _WORDS.items() for word in words.split("|")
}
_ANY = "|".join(re.escape(word) for word in sorted(_FEATURES, key=len, reverse=True))
_AFTER = re.compile(rf"^(?P<core>.+?)[ -]+(?P<word>{_ANY})$", re.IGNORECASE)
_BEFORE = re.compile(
    rf"^(?:the )?(?:old |ancient )?(?P<word>{_ANY}) (?:of )?(?P<core>.+)$",
    re.IGNORECASE,
)
_THE = re.compile(
    r"^(?:the|near|around|inside|downtown|central|greater|rural)\s+(?P<core>.+)$", re.I
)
_SIDE = re.compile(
    r"^(?P<side>(?:north|south)(?:-?(?:east|west))?|east|west)(?:ern)?"
    r"[ -]+(?:part of |of )?(?P<core>.+)$",
    re.IGNORECASE,
)
_POINTS = {
    "north": "N", "northeast": "NE", "east": "E", "southeast": "SE",
    "south": "S", "southwest": "SW", "west": "W", "northwest": "NW",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to take a phrase apart: a name, what it is, which part of it is meant."""

    core: str
    feature: Feature | None = None
    bearing: str | None = None


def feature_of(words: str | None) -> Feature | None:
    """Return the widest feature that a phrase names, or None.

    "eastern countryside of the northwestern city of Aleppo" is RURAL: what is said of
    the ground outweighs what is said of the town that it is named after.
    """
    named = re.findall(rf"\b(?:{_ANY})\b", (words or "").casefold())
    found = [_FEATURES[word] for word in named]
    return min(found, key=list(Feature).index, default=None)


def readings(name: str) -> tuple[Reading, ...]:
    """Take a phrase apart step by step, the whole first.

    "northern Aleppo countryside" reads as itself, then as the rural part of "northern
    Aleppo", then as the northern rural part of "Aleppo".
    """
    reading = Reading(core=" ".join(name.split()))
    found = [reading]
    while (reading := _shorter(reading)) is not found[-1]:
        found.append(reading)
    return tuple(found)


def _shorter(reading: Reading) -> Reading:
    if match := _AFTER.match(reading.core) or _BEFORE.match(reading.core):
        feature = reading.feature or _FEATURES[match["word"].casefold()]
        return Reading(core=match["core"], feature=feature, bearing=reading.bearing)
    if match := _SIDE.match(reading.core):
        point = _POINTS[match["side"].casefold().replace("-", "")]
        return Reading(
            core=match["core"],
            feature=reading.feature,
            bearing=reading.bearing or point,
        )
    if match := _THE.match(reading.core):
        return Reading(
            core=match["core"], feature=reading.feature, bearing=reading.bearing
        )
    return reading
