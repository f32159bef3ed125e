"""Scoring: from how two records agree to how likely they are about one thing, and why.

The model is that of probabilistic record linkage (Fellegi and Sunter, 1969): each piece of evidence
adds to the log-odds that the two are one, or takes away from them, and the logistic function makes
a score from 0 to 1 of the sum. The weights were fitted by logistic regression to one half of the
labelled pairs and then rounded; `docs/duplicates.md` says how, and how well they do on the other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from practicegraph.duplicates import addresses, blocking
from practicegraph.duplicates.comparison import Comparison, Likeness, compare
from practicegraph.duplicates.features import Features

#: From this score on a pair is put before a person.
LIKELY: Final = 0.5
#: What an identifier in common, or one record that names the other, is worth whatever else is said.
_IDENTIFIED: Final = 0.98


@dataclass(frozen=True, slots=True)
class Weights:
    """What each piece of evidence adds to the log-odds.

    `close` is given in proportion to how far the names agree above one half, `equal` where they
    agree all but wholly, both in proportion to how much the shared words tell; `shares` is given
    for words in common, `foreign` where the names are in two languages: of a body when they are
    like, of others when they are not and so say nothing.
    """

    prior: float
    close: float
    equal: float
    shares: float
    foreign: float
    contrary: float
    foreign_contrary: float
    differs: float
    kinds: float
    family: float
    common: float
    page: float
    home_page: float
    translated_page: float
    one_site: float
    other_site: float
    organisation: float
    same_organisation: float
    same_country: float
    other_country: float
    text: float
    text_and_name: float
    other_text: float
    types: float
    one_source: float
    told_apart: float
    #: Weight of shared words from which on more of them tell no more.
    enough: float


ORGANISATIONS: Final = Weights(
    prior=-2.3,
    close=3.0,
    equal=2.3,
    shares=0.0,
    foreign=0.6,
    contrary=-1.8,
    foreign_contrary=-0.6,
    differs=-3.5,
    kinds=-3.2,
    family=0.0,
    common=-0.9,
    page=2.0,
    home_page=2.0,
    translated_page=2.0,
    one_site=-0.5,
    other_site=-0.5,
    organisation=0.0,
    same_organisation=0.0,
    same_country=0.3,
    other_country=-3.5,
    text=1.5,
    text_and_name=0.7,
    other_text=0.0,
    types=-4.2,
    one_source=0.0,
    told_apart=-2.0,
    enough=1.3,
)
OTHERS: Final = Weights(
    prior=-1.6,
    close=1.5,
    equal=1.6,
    shares=0.5,
    foreign=1.1,
    contrary=-1.0,
    foreign_contrary=0.0,
    differs=-0.8,
    kinds=0.0,
    family=-0.6,
    common=-0.3,
    page=2.0,
    home_page=1.0,
    translated_page=4.3,
    one_site=-2.7,
    other_site=0.3,
    organisation=1.7,
    same_organisation=0.4,
    same_country=0.2,
    other_country=-1.7,
    text=1.5,
    text_and_name=0.7,
    other_text=-1.7,
    types=-2.0,
    one_source=-0.8,
    told_apart=-2.0,
    enough=1.6,
)
#: A head of a title counts for a little less than a whole title.
_HEAD: Final = 0.9
#: A page, a title or a head that more records than this have in common tells little.
_RARE: Final = 2
_COMMON_TITLE: Final = 4


@dataclass(frozen=True, slots=True)
class Score:
    """How likely two records are about one thing, from 0 to 1, and why."""

    value: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known beside the two records that are compared.

    `lookup` gives the features of an organisation that a record names, `frequency` says how many
    records have a key of `blocking`; beyond the size of a block it need not count.
    """

    lookup: Callable[[str], Features | None]
    frequency: Callable[[int], int]


def score(a: Features, b: Features, around: Surroundings) -> Score:
    """Score two records of one kind. Symmetric: the order of the two does not count."""
    if a.record > b.record:
        a, b = b, a
    found = compare(a, b, around.lookup)
    weights = ORGANISATIONS if a.kind == "organisation" else OTHERS
    log_odds = weights.prior
    reasons: list[str] = []
    for added, reason in (
        *_pages(found, weights, around),
        *_names(a, b, found, weights, around),
        *_context(found, weights),
    ):
        log_odds += added
        if reason:
            reasons.append(reason)
    value = 1 / (1 + math.exp(-log_odds))
    if found.names and found.types is not False:
        reasons.insert(0, f"same identifier {found.names[0]}")
        value = max(value, _IDENTIFIED)
    return Score(round(value, 3), tuple(reasons))


Evidence = Iterable[tuple[float, str]]


def _pages(found: Comparison, weights: Weights, around: Surroundings) -> Evidence:
    if found.pages:
        page = found.pages[0]
        # A catalogue tells of several things on one page, and gives it for each of them.
        worth = 0.0
        if not found.one_source:
            shared = min(around.frequency(blocking.page_key(each)) for each in found.pages)
            home = all(map(addresses.is_home, found.pages))
            worth = weights.home_page if home else weights.page
            worth /= max(1.0, math.log2(max(shared, 1)))
        yield worth, f"same page {page}"
    elif found.translations:
        yield weights.translated_page, f"same page in another language {found.translations[0]}"
    elif found.other_pages and found.one_site:
        yield weights.one_site, "other page of one site"
    elif found.other_pages:
        yield weights.other_site, ""


def _names(
    a: Features, b: Features, found: Comparison, weights: Weights, around: Surroundings
) -> Evidence:
    best, strength, contrary, head = _best(found, a.kind != "organisation")
    mass = min(1.0, best.same / weights.enough)
    if strength > 0.3 or found.one_language:
        yield max(0.0, (strength - 0.5) / 0.5) * weights.close * mass, f"title {strength:.2f}"
        if strength > 0.93:
            yield weights.equal * mass, ""
        if strength > 0.5:
            yield weights.shares * mass, ""
        if not found.one_language and a.kind == "organisation" and strength > 0.5:
            yield weights.foreign, ""
        against = weights.contrary if found.one_language else weights.foreign_contrary
        yield against * contrary, ""
    elif a.kind != "organisation":
        yield weights.foreign, "titles in two languages"
    if not (best.numbers and best.places):
        yield weights.differs, "another number or place in the title"
    if not found.bodies:
        yield weights.kinds, "another kind of body"
    if head and _most(a, b, "head", around) > _RARE:
        yield weights.family, "several have this name"
    common = _most(a, b, "title", around)
    if common > _COMMON_TITLE:
        yield (math.log2(common) - 2) * weights.common, f"title of {common} or more"


def _best(found: Comparison, may_be_head: bool) -> tuple[Likeness, float, float, bool]:
    """Names or the heads of names, whichever agree better; how far, and how far they contradict."""
    title, head = found.title, found.head
    if may_be_head and head.telling >= 0.9 and head.whole * _HEAD > title.whole:
        return head, head.whole * _HEAD, max(head.contrary, title.contrary / 2), True
    return title, title.whole, title.contrary, False


def _most(a: Features, b: Features, what: str, around: Surroundings) -> int:
    """How many records bear the commonest of the names that the two share."""
    mine = {text for _, text in a.titles}
    yours = {text for _, text in b.titles}
    if what == "head":
        mine |= {text for _, text in a.heads}
        yours |= {text for _, text in b.heads}
    return max((around.frequency(blocking.name_key(a.kind, t)) for t in mine & yours), default=0)


def _context(found: Comparison, weights: Weights) -> Evidence:
    if found.same_organisation:
        yield weights.same_organisation, "same organisation"
    elif found.organisation is not None:
        alike = found.organisation.whole
        yield weights.organisation * (alike - 0.4), f"organisation {alike:.2f}"
    if found.country is True:
        yield weights.same_country, "same country"
    elif found.country is False:
        yield weights.other_country, "other country"
    if found.text is not None:
        above = max(0.0, found.text - 0.1)
        yield weights.text * above / 0.9, f"text {found.text:.2f}"
        yield weights.text_and_name * above * max(found.title.whole, found.head.whole), ""
        if found.text < 0.1:
            yield weights.other_text, ""
    if found.types is False:
        yield weights.types, "classified differently"
    if found.told_apart:
        yield weights.told_apart, "other identifiers in one source"
    if found.one_source:
        yield weights.one_source, "one source"
