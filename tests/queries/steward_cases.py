"""The questions of stewards and consumers with the exact answers of the fixture in `steward/`.

Each case is a named query, its parameters as they are given from outside, the columns and the
rows in their order; None is a value that is not known. Times come from the clock of the log: a
text such as `@changed practice/bikes` stands for one, see `resolve`.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final

from question_kit import BASE, Case, Row

from practicegraph.repository import Repository

FIXTURE: Final = Path(__file__).parent / "steward"


def resolve(text: str | None, repository: Repository) -> str | None:
    """A value of a case, with the time of the log where one is asked for.

    `@changed kind/slug` and `@issued kind/slug` are the moments of the last and the first revision
    of a record, `@day kind/slug` is the day of the last one.
    """
    if text is None or not text.startswith("@"):
        return text
    which, name = text.removeprefix("@").split(" ")
    history = repository.log.history(f"{BASE}/id/{name}")
    moment = history[-1 if which == "issued" else 0].time.astimezone(dt.UTC)
    written = moment.strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip(".")
    return written[:10] if which == "day" else written + "Z"


def practice(slug: str) -> str:
    return f"{BASE}/id/practice/{slug}"


PARKS, AGAIN, ELSEWHERE = practice("parks"), practice("parks-again"), practice("parks-elsewhere")
BIKES, GONE = practice("bikes"), practice("gone")
TOWN, CLUB = f"{BASE}/id/organisation/town", f"{BASE}/id/organisation/club"
PERMITS, GUIDE = f"{BASE}/id/service/permits", f"{BASE}/id/asset/guide"
PARKS_TITLE, PARKS_ITALIAN = "Parks adopted by residents", "Parchi adottati dai residenti"
AGAIN_TITLE, BIKES_TITLE = "PARKS, adopted by residents!", "Velosipēdi visiem"
DESCRIPTION = "Residents look after a park."
CATALOGUE, LIST = "https://catalogue.example/", "List of the region"

DCT, GP = "http://purl.org/dc/terms/", "https://w3id.org/practicegraph/ns#"
SKOS, FOAF = "http://www.w3.org/2004/02/skos/core#", "http://xmlns.com/foaf/0.1/"
DCAT, CV = "http://www.w3.org/ns/dcat#", "http://data.europa.eu/m8g/"
EU = "http://publications.europa.eu/resource/authority/"
SCHEME = "https://w3id.org/practicegraph/scheme/"
ROLE = SCHEME + "participant-role/"
GOAL, CITIES = "http://metadata.un.org/sdg/11", "Sustainable cities and communities"
CC_BY, MIT = EU + "licence/CC_BY_4_0", "https://spdx.org/licenses/MIT"
FIRST, SECOND, THIRD = (f"{BASE}/runs/{number}" for number in (1, 2, 3))


def reviewed(thing: str, title: str, last: str, months: str, overdue: str | None = None) -> Row:
    changed = "@day " + thing.removeprefix(f"{BASE}/id/")
    return thing, title, overdue, last, changed, months


REVIEWS = ("record", "title", "overdueSince", "lastReview", "lastChange", "monthsPassed")
REVIEW_DUE = reviewed(AGAIN, AGAIN_TITLE, "2025-03-01", "3", "2025-01-31")

OUTCOMES = ("practice", "title", "outcome", "typeLabel", "description", "sources")
TRANSLATIONS = ("record", "field", "text", "textLanguage")
DUPLICATES = ("record", "title", "other", "otherTitle", "address", "name")
VALUES = ("record", "title", "part", "property", "value", "list", "replacement")
ORIGINS = ("record", "title", "source", "run", "revision", "published", "changed", "status")
MISSING = ("source", "field", "fieldName", "missing", "records")
CHANGES = ("changed", "change", "record", "title", "replacement", "revision", "run")
EVERY = ("practice", "title", "places", "maturity")
COUNTS = ("goal", "goalLabel", "theme", "themeLabel", "country", "countryLabel", "practices")
LINKS = ("record", "title", "link", "target", "host")
LICENCES = (
    "record", "title", "licence", "licenceName", "code", "attribution", "pages", "source"
)  # fmt: skip
ROLES = ("role", "roleLabel", "body", "name", "start", "end", "certain")


def origin(
    thing: str, title: str | None, source: str | None, run: str | None, revision: int
) -> Row:
    name = thing.removeprefix(f"{BASE}/id/")
    status = None if title else "http://purl.org/adms/status/Withdrawn"
    return thing, title, source, run, str(revision), f"@issued {name}", f"@changed {name}", status


FROM_GUIDE = origin(GUIDE, "Guida", LIST, SECOND, 8)
FROM_CLUB = origin(CLUB, "Club of Friends", None, None, 9)
FROM_TOWN = origin(TOWN, "Town of Trees", CATALOGUE, FIRST, 6)
FROM_BIKES = origin(BIKES, BIKES_TITLE, CATALOGUE, THIRD, 10)
FROM_GONE = origin(GONE, None, None, None, 11)
FROM_PARKS = origin(PARKS, PARKS_TITLE, CATALOGUE, FIRST, 1)
FROM_AGAIN = origin(AGAIN, AGAIN_TITLE, CATALOGUE, FIRST, 2)
FROM_ELSEWHERE = origin(ELSEWHERE, PARKS_TITLE, CATALOGUE, FIRST, 3)
FROM_PERMITS = origin(PERMITS, "Park permits", LIST, SECOND, 7)


def change(
    what: str, thing: str, title: str | None, revision: int, run: str | None,
    replacement: str | None = None,
) -> Row:  # fmt: skip
    changed = "@changed " + thing.removeprefix(f"{BASE}/id/")
    return changed, what, thing, title, replacement, str(revision), run


WITHDRAWN = change("withdraw", GONE, None, 11, None, PARKS)
LATER = [
    change("create", CLUB, "Club of Friends", 9, None),
    change("create", GUIDE, "Guida", 8, SECOND),
    change("create", PERMITS, "Park permits", 7, SECOND),
]


def count(theme: tuple[str, str], country: tuple[str, str], goal: str = CITIES) -> Row:
    themed = (EU + "data-theme/" + theme[0], theme[1])
    return GOAL, goal, *themed, EU + "country/" + country[0], country[1], "1"


def nowhere_filed(country: str, name: str) -> Row:
    return None, None, None, None, EU + "country/" + country, name, "1"


ITALY, LATVIA = ("ITA", "Italy"), ("LVA", "Latvia")

CASES: Final = [
    Case(
        "overdue-reviews",
        "24 full months, counted from the end of what is known, or a review that was due",
        {"today": ["2025-06-15"]},
        REVIEWS,
        [
            reviewed(PARKS, PARKS_TITLE, "2023-05", "24"),
            reviewed(ELSEWHERE, PARKS_TITLE, "2023-06-15", "24"),
            REVIEW_DUE,
        ],
    ),
    Case(
        "overdue-reviews",
        "a day later there is one more",
        {"today": ["2025-06-16"], "months": ["24"], "language": ["it"]},
        REVIEWS,
        [
            reviewed(BIKES, BIKES_TITLE, "2023-06-16", "24"),
            reviewed(PARKS, PARKS_ITALIAN, "2023-05", "24"),
            reviewed(ELSEWHERE, PARKS_TITLE, "2023-06-15", "24"),
            REVIEW_DUE,
        ],
    ),
    Case(
        "overdue-reviews",
        "on the day for which it is planned a review is not overdue",
        {"today": ["2025-01-31"], "months": ["30"]},
        REVIEWS,
        [],
    ),
    Case(
        "unsupported-outcomes",
        "addresses are no evidence, nor is a link to what is not described",
        {},
        OUTCOMES,
        [
            (PARKS, PARKS_TITLE, PARKS + "#outcome-2", "Cost", "Upkeep costs less.", "2"),
            (PARKS, PARKS_TITLE, PARKS + "#outcome-3", None, "Residents smile.", "0"),
        ],
    ),
    Case(
        "unsupported-outcomes",
        "of the types asked for, in Italian",
        {"type": ["cost", "uptake"], "language": ["it"]},
        OUTCOMES,
        [
            (PARKS, PARKS_ITALIAN, PARKS + "#outcome-2", "Costo", "La manutenzione costa meno.",
             "2"),
        ],
    ),
    Case("unsupported-outcomes", "of a type that none has", {"type": ["trust"]}, OUTCOMES, []),
    Case(
        "missing-translations",
        "what is not in English; an optional text is not asked for",
        {},
        TRANSLATIONS,
        [
            (GUIDE, DCT + "title", "Guida", "it"),
            (BIKES, DCT + "description", "Velosipēdi par velti.", "lv"),
            (BIKES, DCT + "title", BIKES_TITLE, "lv"),
            (BIKES, GP + "challenge", None, None),
            (AGAIN, GP + "challenge", None, None),
            (ELSEWHERE, GP + "challenge", None, None),
        ],
    ),
    Case(
        "missing-translations",
        "what is not in Italian",
        {"language": ["it"]},
        TRANSLATIONS,
        [
            (GUIDE, DCT + "description", "A guide.", "en"),
            (CLUB, SKOS + "prefLabel", "Club of Friends", "en"),
            (BIKES, DCT + "description", "Velosipēdi par velti.", "lv"),
            (BIKES, DCT + "title", BIKES_TITLE, "lv"),
            (BIKES, GP + "challenge", None, None),
            (PARKS, GP + "challenge", "Nobody looked after the parks.", "en"),
            (AGAIN, DCT + "description", DESCRIPTION, "en"),
            (AGAIN, DCT + "title", AGAIN_TITLE, "en"),
            (AGAIN, GP + "challenge", None, None),
            (ELSEWHERE, DCT + "description", DESCRIPTION, "en"),
            (ELSEWHERE, DCT + "title", PARKS_TITLE, "en"),
            (ELSEWHERE, GP + "challenge", None, None),
            (PERMITS, DCT + "description", "Permits to plant a tree.", "en"),
            (PERMITS, DCT + "title", "Park permits", "en"),
        ],
    ),
    Case(
        "probable-duplicates",
        "one pair, with what both share; the same name in another country is no pair",
        {},
        DUPLICATES,
        [
            (PARKS, PARKS_TITLE, AGAIN, AGAIN_TITLE, "parks.example",
             "parks adopted by residents"),
        ],
    ),
    Case(
        "probable-duplicates",
        "in Italian, where there is a title in it",
        {"language": ["it"]},
        DUPLICATES,
        [
            (PARKS, PARKS_ITALIAN, AGAIN, AGAIN_TITLE, "parks.example",
             "parks adopted by residents"),
        ],
    ),
    Case(
        "questionable-values",
        "of a scheme, a closed list and a list of the Union, and one that is deprecated",
        {},
        VALUES,
        [
            (BIKES, BIKES_TITLE, BIKES, DCT + "language", EU + "language/KLN", EU + "language",
             None),
            (BIKES, BIKES_TITLE, BIKES, DCT + "license", "https://licence.example/own",
             "https://w3id.org/practicegraph/shapes#open-licence", None),
            (BIKES, BIKES_TITLE, BIKES, GP + "maturity", SCHEME + "maturity/huge",
             SCHEME + "maturity", None),
            (BIKES, BIKES_TITLE, BIKES, GP + "technology", SCHEME + "technology/robotics", None,
             SCHEME + "technology/artificial-intelligence"),
            (PARKS, PARKS_TITLE, PARKS + "#outcome-3", GP + "outcomeType",
             SCHEME + "outcome-type/joy", SCHEME + "outcome-type", None),
        ],
    ),
    Case(
        "record-origins",
        "of all records, those that were withdrawn or written by hand too",
        {},
        ORIGINS,
        [
            FROM_GUIDE, FROM_CLUB, FROM_TOWN, FROM_BIKES, FROM_GONE, FROM_PARKS, FROM_AGAIN,
            FROM_ELSEWHERE, FROM_PERMITS,
        ],
    ),
    Case(
        "record-origins",
        "of some records",
        {"record": [BIKES, GONE]},
        ORIGINS,
        [FROM_BIKES, FROM_GONE],
    ),
    Case("record-origins", "of a source", {"source": [LIST]}, ORIGINS, [FROM_GUIDE, FROM_PERMITS]),
    Case(
        "record-origins",
        "of two runs, the last counts",
        {"run": ["2", "3"]},
        ORIGINS,
        [FROM_GUIDE, FROM_BIKES, FROM_PERMITS],
    ),
    Case(
        "record-origins",
        "of a source and a run that did not go together",
        {"source": [CATALOGUE], "run": ["2"]},
        ORIGINS,
        [],
    ),
    Case("record-origins", "of a run that never was", {"run": ["12"]}, ORIGINS, []),
    Case(
        "source-completeness",
        "14, 7, 6 and 10 of 33 fields and 6 of 6; 3 of 6; 6 of 9 and 6 of 9",
        {},
        ("source", "records", "completeness"),
        [(CATALOGUE, "5", "0.424"), (None, "1", "0.5"), (LIST, "2", "0.667")],
    ),
    Case(
        "missing-fields",
        "of a source, in Italian",
        {"source": [LIST], "language": ["it"]},
        MISSING,
        [
            (LIST, CV + "thematicArea", "Area tematica", "1", "1"),
            (LIST, DCT + "conformsTo", "Standard usati", "1", "1"),
            (LIST, DCT + "language", "Lingua", "1", "1"),
            (LIST, DCAT + "landingPage", "Pagina principale", "1", "1"),
            (LIST, DCAT + "version", "Versione", "1", "1"),
            (LIST, FOAF + "page", "Pagina web", "1", "1"),
        ],
    ),
    Case("missing-fields", "of a source that is not there", {"source": ["None"]}, MISSING, []),
    Case(
        "changes",
        "since before all: all that is there is new",
        {"since": ["2020-01-01"]},
        CHANGES,
        [
            WITHDRAWN,
            change("create", BIKES, BIKES_TITLE, 10, THIRD),
            *LATER,
            change("create", TOWN, "Town of Trees", 6, FIRST),
            change("create", ELSEWHERE, PARKS_TITLE, 3, FIRST),
            change("create", AGAIN, AGAIN_TITLE, 2, FIRST),
            change("create", PARKS, PARKS_TITLE, 1, FIRST),
        ],
    ),
    Case(
        "changes",
        "since a moment, itself included: what was there before is updated",
        {"since": ["@changed service/permits"]},
        CHANGES,
        [WITHDRAWN, change("update", BIKES, BIKES_TITLE, 10, THIRD), *LATER],
    ),
    Case("changes", "since the future", {"since": ["2999-01-01"]}, CHANGES, []),
    Case(
        "practice-counts",
        "a region counts for its country, and what is told twice counts once",
        {},
        COUNTS,
        [
            nowhere_filed("ITA", "Italy"),
            nowhere_filed("LVA", "Latvia"),
            count(("ENVI", "Environment"), ITALY),
            count(("SOCI", "Population and society"), ITALY),
            count(("TRAN", "Transport"), LATVIA),
        ],
    ),
    Case(
        "practice-counts",
        "of a goal and two themes",
        {"goal": ["11"], "theme": ["ENVI", "TRAN"]},
        COUNTS,
        [count(("ENVI", "Environment"), ITALY), count(("TRAN", "Transport"), LATVIA)],
    ),
    Case(
        "practice-counts",
        "of a country, in Latvian",
        {"country": ["Latvia"], "language": ["lv"]},
        COUNTS,
        [
            nowhere_filed("LVA", "Latvija"),
            count(("TRAN", "Transports"), ("LVA", "Latvija"), "Ilgtspējīgas pilsētas un kopienas"),
        ],
    ),
    Case("practice-counts", "of a country that has none", {"country": ["FR"]}, COUNTS, []),
    Case(
        "external-links",
        "what a thing is elsewhere; links that stay inside do not count",
        {},
        LINKS,
        [
            (TOWN, "Town of Trees", "http://www.w3.org/2002/07/owl#sameAs",
             "https://register.example/bodies/17", "register.example"),
            (TOWN, "Town of Trees", SKOS + "exactMatch", EU + "corporate-body/TREES",
             "publications.europa.eu"),
            (PERMITS, "Park permits", DCT + "identifier", "https://services.example:8443/permits",
             "services.example"),
        ],
    ),
    Case(
        "external-links",
        "by properties asked for, in Italian",
        {"property": [FOAF + "homepage", DCT + "type"], "language": ["it"]},
        LINKS,
        [
            (CLUB, "Club of Friends", DCT + "type",
             "http://purl.org/adms/publishertype/NonProfitOrganisation", "purl.org"),
            (TOWN, "Città degli Alberi", DCT + "type",
             "http://purl.org/adms/publishertype/LocalAuthority", "purl.org"),
            (TOWN, "Città degli Alberi", FOAF + "homepage", "https://town.example/",
             "town.example"),
        ],
    ),
    Case(
        "external-links",
        "by a property that leads to records of ours",
        {"property": [CV + "hasCompetentAuthority"]},
        LINKS,
        [],
    ),
    Case(
        "record-licences",
        "of all records; what is not stated stays open",
        {},
        LICENCES,
        [
            (GUIDE, "Guida", MIT, "MIT License", "MIT", "Town of Trees",
             "https://town.example/guide", LIST),
            (CLUB, "Club of Friends", None, None, None, None, None, None),
            (TOWN, "Town of Trees", None, None, None, None, "https://town.example/about",
             CATALOGUE),
            (BIKES, BIKES_TITLE, "https://licence.example/own", None, None, None,
             "https://catalogue.example/bikes", CATALOGUE),
            (PARKS, PARKS_TITLE, CC_BY, "Creative Commons Attribution 4.0", "CC-BY-4.0",
             "Club of Friends; Town of Trees",
             "https://another.example/parks https://catalogue.example/parks", CATALOGUE),
            (AGAIN, AGAIN_TITLE, None, None, None, None, "https://catalogue.example/again",
             CATALOGUE),
            (ELSEWHERE, PARKS_TITLE, None, None, None, None,
             "https://catalogue.example/elsewhere", CATALOGUE),
            (PERMITS, "Park permits", None, None, None, "Town of Trees",
             "https://town.example/permits", LIST),
        ],
    ),
    Case(
        "record-licences",
        "of one licence, in Italian",
        {"licence": [CC_BY], "language": ["it"]},
        LICENCES,
        [
            (PARKS, PARKS_ITALIAN, CC_BY, "Creative Commons Attribuzione 4.0", "CC-BY-4.0",
             "Città degli Alberi; Club of Friends",
             "https://another.example/parks https://catalogue.example/parks", CATALOGUE),
        ],
    ),
    Case(
        "record-licences",
        "of records asked for; one that was withdrawn has none",
        {"record": [CLUB, GONE]},
        LICENCES,
        [(CLUB, "Club of Friends", None, None, None, None, None, None)],
    ),
    Case("record-licences", "of a licence that none has", {"licence": [EU + "licence/CC0"]},
         LICENCES, []),
    Case(
        "role-holders",
        "in the year and month in which roles began nothing is certain",
        {"practice": ["parks"], "on": ["2020-03-15"]},
        ROLES,
        [
            (ROLE + "evaluator", "Evaluator", CLUB, "Club of Friends", None, None, "false"),
            (ROLE + "funder", "Funder", TOWN, "Town of Trees", "2020-03", "2022-06-30", "false"),
            (ROLE + "owner", "Owner", TOWN, "Town of Trees", "2020", None, "false"),
        ],
    ),
    Case(
        "role-holders",
        "on the last day of a role, in Italian",
        {"practice": ["parks"], "on": ["2022-06-30"], "language": ["it"]},
        ROLES,
        [
            (ROLE + "evaluator", "Valutatore", CLUB, "Club of Friends", None, None, "false"),
            (ROLE + "funder", "Finanziatore", TOWN, "Città degli Alberi", "2020-03", "2022-06-30",
             "true"),
            (ROLE + "owner", "Titolare", TOWN, "Città degli Alberi", "2020", None, "true"),
        ],
    ),
    Case(
        "role-holders",
        "a day later it is over, and what has no end goes on",
        {"practice": [PARKS], "on": ["2022-07-01"]},
        ROLES,
        [
            (ROLE + "evaluator", "Evaluator", CLUB, "Club of Friends", None, None, "false"),
            (ROLE + "owner", "Owner", TOWN, "Town of Trees", "2020", None, "true"),
        ],
    ),
    Case("role-holders", "of a practice without roles", {"practice": ["bikes"]}, ROLES, []),
    Case(
        "practices",
        "with a title in another language where there is none, and without what is not known",
        {"language": ["it"]},
        EVERY,
        [
            (AGAIN, AGAIN_TITLE, "Italia", None),
            (PARKS, PARKS_ITALIAN, "Italia", "Diffusa su larga scala"),
            (ELSEWHERE, PARKS_TITLE, "Lettonia", None),
            (BIKES, BIKES_TITLE, "Lettonia", None),
        ],
    ),
]  # fmt: skip
