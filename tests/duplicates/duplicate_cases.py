"""Pairs of our own invention: the kinds of likeness and difference that real sources have."""

from __future__ import annotations

from typing import Any, NamedTuple


class Case(NamedTuple):
    """Two descriptions; `kind` of both, `same` whether they are about one thing."""

    name: str
    kind: str
    one: dict[str, Any]
    other: dict[str, Any]
    same: bool
    one_source: bool = False


LONG = (
    "Residents report broken lamps, holes and waste with a photograph; the message goes to the "
    "team in charge, and whoever reported it hears what became of it within three working days."
)
OTHER = (
    "Parents choose among nurseries on a map with free places, hand in one form for all of them "
    "and see their rank on the waiting list while the offices exchange the answers themselves."
)

# ruff: noqa: E501
CASES = (
    Case("the same page and title", "service",
         {"titles": {"en": "Parking permit for residents"}, "pages": ["https://a.example/p"], "country": "ITA"},
         {"titles": {"en": "Parking permit for residents"}, "pages": ["http://www.a.example/p/"], "country": "ITA"}, True),
    Case("a misspelt title and no page", "practice",
         {"titles": {"en": "Neighbourhood repair reports"}, "text": LONG, "country": "LVA"},
         {"titles": {"en": "Neighborhood repair reports"}, "text": LONG, "country": "LVA"}, True),
    Case("a name with and without its explanation", "practice",
         {"titles": {"en": "FIXLY - Citizens report what is broken"}, "text": LONG, "country": "EST"},
         {"titles": {"en": "FIXLY"}, "text": LONG[: len(LONG) // 2 + 20], "country": "EST"}, True),
    Case("one page in two languages", "service",
         {"titles": {"en": "Working hours"}, "pages": ["https://b.example/en/service/hours"], "country": "GRC"},
         {"titles": {"el": "Ωράριο εργασίας"}, "pages": ["https://b.example/el/service/hours"], "country": "GRC"}, True, True),
    Case("one service on two sites", "service",
         {"titles": {"nl": "Kwijtschelding gemeentelijke lasten aanvragen"}, "pages": ["https://c.example/x"], "country": "NLD"},
         {"titles": {"nl": "Kwijtschelding gemeentelijke lasten aanvragen"}, "pages": ["https://d.example/y"], "country": "NLD"}, True),
    Case("a city in two languages", "organisation",
         {"titles": {"en": "City of Riverton"}, "country": "NLD"},
         {"titles": {"nl": "Gemeente Riverton"}, "country": "NLD"}, True),
    Case("a body with and without its acronym", "organisation",
         {"titles": {"en": "National Board of Bridges (NBB)"}, "country": "FIN"},
         {"titles": {"en": "National Board of Bridges"}, "country": "FIN"}, True),
    Case("an acronym before the name", "organisation",
         {"titles": {"it": "ARPL - Agenzia Regionale per la Pesca Lacustre"}, "country": "ITA"},
         {"titles": {"it": "Agenzia Regionale per la Pesca Lacustre"}, "country": "ITA"}, True),
    Case("a body in two languages with cognates", "organisation",
         {"titles": {"fr": "Service hydrographique et météorologique du Littoral"}, "country": "FRA"},
         {"titles": {"en": "Hydrographic and Meteorological Service of the Littoral"}, "country": "FRA"}, True),
    Case("a municipality with and without its province", "organisation",
         {"titles": {"it": "Comune di Valscura (TN)"}, "country": "ITA"},
         {"titles": {"it": "Comune di Valscura"}, "country": "ITA"}, True),
    Case("the same register number", "organisation",
         {"titles": {"nl": "Welzijnshuis"}, "identifier": "0123.456.789", "country": "BEL"},
         {"titles": {"nl": "Sociaal Huis Oost"}, "identifier": "0123.456.789", "country": "BEL"}, True),
    Case("one says that it is the other", "organisation",
         {"titles": {"de": "Bundesamt für Kanäle"}, "same": ["https://ld.example/office/7"]},
         {"titles": {"fr": "Office fédéral des canaux"}, "same": ["https://ld.example/office/7"]}, True),
    Case("one repository of software", "asset",
         {"titles": {"": "Portale Pratiche"}, "pages": ["https://github.com/Ente/Portale.git"]},
         {"titles": {"": "Portale Pratiche"}, "pages": ["https://github.com/ente/portale"]}, True),
    # ---- and what only looks like it
    Case("two things on a page that lists many", "practice",
         {"titles": {"en": "Drones that inspect bridges"}, "pages": ["https://e.example/list"], "country": "NLD"},
         {"titles": {"en": "Chatbot for pensions"}, "pages": ["https://e.example/list"], "country": "NLD"}, False, True),
    Case("one pilot in two countries", "practice",
         {"titles": {"en": "CARE: listening to patients - Spain pilot"}, "text": LONG, "country": "ESP"},
         {"titles": {"en": "CARE: listening to patients - Portugal pilot"}, "text": OTHER, "country": "PRT"}, False, True),
    Case("municipalities one letter apart", "organisation",
         {"titles": {"it": "Comune di Valsana"}, "country": "ITA"},
         {"titles": {"it": "Comune di Valsano"}, "country": "ITA"}, False),
    Case("one name in two provinces", "organisation",
         {"titles": {"it": "Comune di Valscura (TN)"}, "country": "ITA"},
         {"titles": {"it": "Comune di Valscura (TO)"}, "country": "ITA"}, False),
    Case("schools told apart by a number", "organisation",
         {"titles": {"it": "Istituto comprensivo Rivabella I"}, "country": "ITA"},
         {"titles": {"it": "Istituto comprensivo Rivabella II"}, "country": "ITA"}, False),
    Case("a city and its university", "organisation",
         {"titles": {"en": "City of Riverton"}, "country": "IRL"},
         {"titles": {"en": "Riverton City University"}, "country": "IRL"}, False),
    Case("a municipality and its welfare centre", "organisation",
         {"titles": {"nl": "Gemeente Zandhoek"}, "other_titles": {"nl": "Zandhoek"}, "identifier": "0123456789", "country": "BEL"},
         {"titles": {"nl": "OCMW Zandhoek"}, "other_titles": {"nl": "Zandhoek"}, "identifier": "0987654321", "country": "BEL"}, False, True),
    Case("ministries of two countries", "organisation",
         {"titles": {"en": "Ministry of Foreign Affairs"}, "country": "NOR"},
         {"titles": {"en": "Ministry of Foreign Affairs"}, "country": "NLD"}, False),
    Case("a province and an office of it", "organisation",
         {"titles": {"it": "Provincia autonoma di Montealto"}, "country": "ITA"},
         {"titles": {"it": "Provincia autonoma di Montealto - Agenzia del lavoro"}, "country": "ITA"}, False),
    Case("two directorates", "organisation",
         {"titles": {"fr": "Direction générale des fleuves"}, "country": "FRA"},
         {"titles": {"en": "General Directorate of Airports"}, "country": "FRA"}, False),
    Case("one heading on two pages of a site", "service",
         {"titles": {"en": "Tax appeals"}, "pages": ["https://f.example/companies/appeals"], "country": "POL"},
         {"titles": {"en": "Tax appeals"}, "pages": ["https://f.example/pensioners/appeals"], "country": "POL"}, False, True),
    Case("forms told apart by a number", "service",
         {"titles": {"en": "Declaration INF 4"}, "text": "For employers.", "country": "EST"},
         {"titles": {"en": "Declaration INF 9"}, "text": "For lenders.", "country": "EST"}, False, True),
    Case("two texts of one office", "practice",
         {"titles": {"en": "Reports about streets"}, "text": LONG, "country": "LVA"},
         {"titles": {"en": "Nursery places"}, "text": OTHER, "country": "LVA"}, False),
)  # fmt: skip
