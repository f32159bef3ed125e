"""Comparison: how far two names, two texts and two records agree, piece by piece.

Nothing here decides; `scoring` weighs the pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from practicegraph.duplicates import addresses, words
from practicegraph.duplicates.features import SKETCH, Features

#: From which likeness on two words of one language are the same one, misspelt or inflected, and
#: from which two words of two languages are cognates (0 to 100). Short words differ too easily.
_ALIKE: Final = 88.0
_COGNATE: Final = 78.0
_MIN_FUZZY: Final = 5
_SLIP: Final = 95.0
#: Words whose lengths differ by more are not compared.
_STRETCH: Final = 4
#: How much a word without counterpart counts between two languages.
_TRANSLATED: Final = 0.5
#: So many words of each name are aligned; nothing has a longer name that is meant to be read.
_MAX_WORDS: Final = 24
#: Letters of a word that count at a quick look; endings vary.
_STEM: Final = 5

#: A text of fewer words is a phrase that anything may carry.
_MIN_SKETCH: Final = 8
_TERRITORIES: Final = frozenset(
    frozenset({f"~{kind}"}) for kind in ("municipality", "province", "region")
)
_COUNCIL: Final = frozenset({"~council"})

Languages = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How far two names agree.

    `same` is the weight of the words they share, `mine` and `yours` that of what only one has;
    `own_mine` and `own_yours` count of these only words that tell one thing from another.
    `numbers` and `places` are False where the names count or date something, or name a country or a
    province, and contradict each other in it.
    """

    same: float = 0.0
    telling: float = 0.0
    mine: float = 0.0
    yours: float = 0.0
    own_mine: float = 0.0
    own_yours: float = 0.0
    numbers: bool = True
    places: bool = True

    @property
    def whole(self) -> float:
        """Agreement of the names as wholes, from 0 to 1 (Dice's coefficient over weights)."""
        either = self.same + (self.mine + self.yours) / 2
        return self.same / either if either else 0.0

    @property
    def part(self) -> float:
        """How far the shorter name is contained in the longer, from 0 to 1."""
        shorter = self.same + min(self.mine, self.yours)
        return self.same / shorter if shorter else 0.0

    @property
    def contrary(self) -> float:
        """How much each name says that the other does not, from 0 to 1."""
        against = min(self.own_mine, self.own_yours)
        either = self.same + against
        return against / either if either else 0.0


@dataclass(frozen=True, slots=True)
class _Name:
    """A name taken apart once: its words, and those that contradict others."""

    words: tuple[str, ...]
    numbers: frozenset[str]
    countries: frozenset[str]
    provinces: frozenset[str]
    bodies: frozenset[str]


@lru_cache(maxsize=512)
def _name(text: str) -> _Name:
    found = tuple(text.split()[:_MAX_WORDS])
    return _Name(
        found,
        frozenset(filter(words.is_number, found)),
        frozenset(word for word in found if word[0] == "="),
        frozenset(word for word in found if word[0] == "@"),
        words.BODIES & {*found},
    )


@lru_cache(maxsize=512)
def likeness(mine: str, yours: str, cognates: bool = False) -> Likeness:
    """Compare two names, given as words that `words.words` made.

    With `cognates`, when they are in two languages, words need not be as much alike.
    """
    cutoff = _COGNATE if cognates else _ALIKE
    a, b = _name(mine), _name(yours)
    left_a, left_b = list(a.words), list(b.words)
    same = telling = 0.0
    for word in a.words:
        if word in left_b:
            left_a.remove(word)
            left_b.remove(word)
            counted = words.weight(word)
            same += counted
            if not words.is_generic(word):
                telling += counted
    for word in list(left_a):
        other, ratio = _closest(word, left_b, cutoff)
        if other is not None:
            left_a.remove(word)
            left_b.remove(other)
            counted = min(words.weight(word), words.weight(other)) * ratio / 100
            same += counted
            telling += counted
    if left_a and left_b:
        # What is written as one word here and as two there: "e health" and "ehealth".
        left_a, left_b, joined = _joined(left_a, left_b)
        same += joined
        telling += joined
    free = {"~company"}
    if not (a.bodies and b.bodies) and a.bodies | b.bodies in _TERRITORIES:
        free |= a.bodies | b.bodies  # a city or region is often called by its name alone
    # A word that has no counterpart may have one in the other language.
    part = _TRANSLATED if cognates else 1.0
    mine_left, own_mine = _left(left_a, free)
    yours_left, own_yours = _left(left_b, free)
    return Likeness(
        same,
        telling,
        part * mine_left,
        part * yours_left,
        part * own_mine,
        part * own_yours,
        a.numbers == b.numbers,
        _meet(a.countries, b.countries) and _meet(a.provinces, b.provinces),
    )


def _left(left: Sequence[str], free: set[str]) -> tuple[float, float]:
    """The weight of words that are left over, and of those among them that tell things apart."""
    whole = own = 0.0
    for word in left:
        if word not in free and not words.is_place(word):
            weight = words.weight(word)
            whole += weight
            if not words.is_generic(word):
                own += weight
    return whole, own


def _meet(a: frozenset[str], b: frozenset[str]) -> bool:
    return not (a and b) or not a.isdisjoint(b)


def _agree(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether two bodies that are called these kinds can be one.

    An office of a body is not that body; but a name may tell of which larger body it is a part,
    and the council of a city is often called the city.
    """
    more = a ^ b
    if more & words.ALWAYS_NAMED:
        return False
    if not (a and b) or not more or more <= words.WHOLES:
        return bool(a & b) or not (a and b)
    return ("~municipality" in a & b and more == _COUNCIL) or bool(a - b and b - a and a & b)


def _closest(word: str, others: Sequence[str], cutoff: float) -> tuple[str | None, float]:
    best: tuple[str | None, float] = (None, 0.0)
    if _may_vary(word):
        for other in others:
            if abs(len(word) - len(other)) <= _STRETCH and _may_vary(other):
                ratio = _ratio(word, other, cutoff)
                if ratio > best[1]:
                    best = other, ratio
    return best


@lru_cache(maxsize=65_536)
def _may_vary(word: str) -> bool:
    return len(word) >= _MIN_FUZZY and not words.is_generic(word) and not words.is_number(word)


@lru_cache(maxsize=65_536)
def _ratio(word: str, other: str, cutoff: float) -> float:
    ratio = fuzz.ratio(word, other, score_cutoff=cutoff)
    if not ratio and len(word) == len(other) and sorted(word) == sorted(other):
        # Two letters that changed places are a slip; another letter may be another name.
        return _SLIP if OSA.distance(word, other, score_cutoff=1) == 1 else 0.0
    return ratio


def _joined(a: list[str], b: list[str]) -> tuple[list[str], list[str], float]:
    for one, other, turned in ((a, b, False), (b, a, True)):
        for start in range(len(one) - 1):
            pair = (one[start] + one[start + 1]).replace("~", "")
            if pair in other:
                rest_one = one[:start] + one[start + 2 :]
                rest_other = [word for word in other if word != pair]
                done = (rest_other, rest_one) if turned else (rest_one, rest_other)
                return *done, words.weight(pair)
    return a, b, 0.0


def best_likeness(a: Languages, b: Languages) -> tuple[Likeness, bool]:
    """The likeness of two sets of names, and whether they were compared within a language.

    Where there are names in several languages of both, only these and those of no language count,
    and of them the one in which they agree least: translations of one name agree in all.
    """
    shared = {language for language, _ in a if language} & {language for language, _ in b}
    by_language: dict[str, Likeness] = {}
    overall = Likeness()
    one_language = False
    for language, mine in a:
        for other, yours in b:
            within = language == other
            if not within and len(shared) > 1 and language and other:
                continue
            found = likeness(mine, yours, bool(language and other and not within))
            if _rank(found) > _rank(overall):
                overall = found
            if within:
                one_language = True
                known = by_language.get(language)
                if language and (known is None or _rank(found) > _rank(known)):
                    by_language[language] = found
    if len(by_language) > 1:
        return min(by_language.values(), key=_rank), True
    return overall, one_language


def _rank(found: Likeness) -> float:
    return found.whole - found.contrary / 4


def jaccard(mine: Sequence[int], yours: Sequence[int]) -> float:
    """Estimate how many words two texts share from their bottom-k sketches, from 0 to 1."""
    union = sorted({*mine, *yours})[:SKETCH]
    if not union:
        return 0.0
    both = {*mine} & {*yours}
    return sum(word in both for word in union) / len(union)


@dataclass(slots=True)
class Comparison:
    """How two records agree and disagree; None where one of them says nothing about it."""

    names: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    translations: tuple[str, ...] = ()
    other_pages: bool = False
    one_site: bool = False
    title: Likeness = field(default_factory=Likeness)
    head: Likeness = field(default_factory=Likeness)
    one_language: bool = False
    organisation: Likeness | None = None
    same_organisation: bool = False
    country: bool | None = None
    text: float | None = None
    other_text: float | None = None
    types: bool | None = None
    bodies: bool = True
    told_apart: bool = False
    one_source: bool = False


def promising(a: Features, b: Features) -> bool:
    """Whether two records may be alike at all: a quick look before a thorough one.

    They share a page, an identifier or a run of words, or half the words of the shorter name.
    """
    if _any_shared(a.pages, b.pages) or _any_shared(a.names, b.names):
        return True
    if _any_shared(a.shingles, b.shingles):
        return True
    if _names_promise(_stems(a.titles + a.heads), _stems(b.titles + b.heads)):
        return True
    return bool(
        a.pages
        and b.pages
        and {*map(addresses.neutral, a.pages)} & {*map(addresses.neutral, b.pages)}
    )


def _any_shared(a: Sequence[object], b: Sequence[object]) -> bool:
    return bool(a and b) and not {*a}.isdisjoint(b)


def _names_promise(a: _Stems, b: _Stems) -> bool:
    """Whether half the words of a name are shared; in every language, where there are several."""
    shared = [language for language in a if language and language in b]
    if len(shared) > 1:
        return all(_half(a[language], b[language]) for language in shared)
    return any(_half(mine, yours) for mine in a.values() for yours in b.values())


def _half(mine: Sequence[frozenset[str]], yours: Sequence[frozenset[str]]) -> bool:
    return any(2 * len(one & other) >= min(len(one), len(other)) for one in mine for other in yours)


_Stems = dict[str, list[frozenset[str]]]


@lru_cache(maxsize=512)
def _stems(names: Languages) -> _Stems:
    found: _Stems = {}
    for language, text in names:
        found.setdefault(language, []).append(frozenset(word[:_STEM] for word in text.split()))
    return found


def compare(a: Features, b: Features, lookup: Callable[[str], Features | None]) -> Comparison:
    """Compare two records; `lookup` finds what is known of the organisations that they name."""
    found = Comparison(
        names=_shared(a.names, b.names),
        pages=_shared(a.pages, b.pages),
        one_source=a.source == b.source,
    )
    mine = {addresses.neutral(page) for page in a.pages}
    yours = {addresses.neutral(page) for page in b.pages}
    if a.anchors and b.anchors and not _any_shared(a.anchors, b.anchors):
        # Two places of one page: two things that are told of there.
        places = {anchor.partition("#")[0] for anchor in (*a.anchors, *b.anchors)}
        mine, yours = mine - places, yours - places
        found.pages = tuple(page for page in found.pages if addresses.neutral(page) in mine)
        found.other_pages = found.one_site = True
    found.translations = () if found.pages else _shared(mine, yours)
    found.other_pages |= bool(mine and yours and not mine & yours)
    found.one_site |= bool(set(map(addresses.site, mine)) & set(map(addresses.site, yours)))
    found.title, found.one_language = best_likeness(a.titles, b.titles)
    if a.heads or b.heads:
        found.head, _ = best_likeness(a.heads or a.titles, b.heads or b.titles)
        for heads, titles in ((a.heads, b.titles), (b.heads, a.titles)):
            other, _ = best_likeness(heads, titles)
            if _rank(other) > _rank(found.head):
                found.head = other
    if a.organisations and b.organisations:
        found.same_organisation = bool({*a.organisations} & {*b.organisations})
        if not found.same_organisation:
            found.organisation = _organisations(a, b, lookup)
    if a.countries and b.countries:
        found.country = bool({*a.countries} & {*b.countries})
    texts = {language: sketch for language, sketch in a.sketch if len(sketch) >= _MIN_SKETCH}
    others = {language: sketch for language, sketch in b.sketch if len(sketch) >= _MIN_SKETCH}
    shared = texts.keys() & others.keys()
    if shared:
        found.text = max(jaccard(texts[language], others[language]) for language in shared)
    elif texts and others:
        found.other_text = max(
            jaccard(one, other) for one in texts.values() for other in others.values()
        )
    found.types = _types(a.types, b.types)
    found.bodies = _agree(frozenset(a.bodies), frozenset(b.bodies))
    found.told_apart = bool(found.one_source and a.names and b.names and not found.names)
    return found


def _shared(a: Iterable[str], b: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({*a} & {*b}))


def _organisations(
    a: Features, b: Features, lookup: Callable[[str], Features | None]
) -> Likeness | None:
    best: Likeness | None = None
    for mine in a.organisations[:4]:
        for yours in b.organisations[:4]:
            one, other = lookup(mine), lookup(yours)
            if one is None or other is None:
                continue
            found, _ = best_likeness(one.titles, other.titles)
            if best is None or _rank(found) > _rank(best):
                best = found
    return best


def _types(a: Sequence[str], b: Sequence[str]) -> bool | None:
    """Whether two things are of one kind; None where no list of kinds is used for both."""
    mine = {iri.rpartition("/")[0]: iri for iri in a}
    yours = {iri.rpartition("/")[0]: iri for iri in b}
    shared = mine.keys() & yours.keys()
    if not shared:
        return None
    return any({*a} & {*b}) or all(mine[name] == yours[name] for name in shared)
