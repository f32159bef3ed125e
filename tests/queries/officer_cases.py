"""The questions of officers with the exact answers of the fixture in `officer/`: data only.

Each case is a named query, its parameters as they are given from outside, the columns and the
rows in their order; None is a value that is not known. The answer of a CONSTRUCT is a set of
triples, here sorted. Numbers stand as the engine writes them: 12.0 is 12.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from question_kit import BASE, Case, Row

FIXTURE: Final = Path(__file__).parent / "officer"


def practice(name: str) -> str:
    return f"{BASE}/id/practice/{name}"


def service(name: str) -> str:
    return f"{BASE}/id/service/{name}"


def organisation(name: str) -> str:
    return f"{BASE}/id/organisation/{name}"


def asset(name: str) -> str:
    return f"{BASE}/id/asset/{name}"


CRADLE, CRIB = practice("cradle"), practice("crib")
RATTLE, WHISTLE, BELL = practice("rattle"), practice("whistle"), practice("bell")
TOYS = practice("toy-library")
GRANT, BENEFIT = service("birth-grant"), service("birth-benefit")
BENEFIT_TITLE, CRIB_TITLE = "Bērna piedzimšanas pabalsts", "Redeļu gultiņa"
EVENT = "http://data.europa.eu/ox8/life-event/"
ACT = "https://law.example.org/eli/"
LICENCE = "http://publications.europa.eu/resource/authority/licence/"
GP, DCT = "https://w3id.org/practicegraph/ns#", "http://purl.org/dc/terms/"
DERIVED = "http://www.w3.org/ns/prov#wasDerivedFrom"


def adapted(newer: str, older: str) -> list[Row]:
    return [(newer, GP + "adaptedFrom", older), (newer, DERIVED, older)]


def titled(**titles: str) -> list[Row]:
    return [(practice(name), DCT + "title", title) for name, title in titles.items()]


LIFE_EVENT = ("practice", "title", "countries", "service", "serviceTitle")
BY_THEME = ("practice", "title", "countries", "maturity")
PROVEN = ("practice", "title", "countries", "maturityLevel", "evidenceLevel")
REUSED = ("practice", "title", "reuses", "countries")
TRIPLE = ("subject", "predicate", "object")
BLOCKING = ("interoperabilityLayer", "preconditionType", "description", "precondition")
LEGISLATION = ("act", "actTitle", "subject", "subjectTitle")
STEPS = (
    "position", "step", "title", "processPhase", "responsibleRole",
    "handover", "artefact", "fromRole", "toRole", "toStep",
)  # fmt: skip
ASSETS = (
    "asset", "title", "assetType", "licence", "licenceName", "version", "landingPage", "practices",
)  # fmt: skip
BARRIERS = ("barrier", "description", "practice", "title", "countries")
CONTACTS = ("capacity", "body", "name", "homepage", "mailbox", "contactPage")
OUTCOMES = (
    "outcomeType", "practice", "outcome", "description", "indicator", "baseline", "result", "unit",
    "date", "source", "evidence", "evidenceMethod",
)  # fmt: skip

CRADLE_SOCI = (CRADLE, "Cradle", "Italy", "Scaled")
CRIB_SOCI = (CRIB, CRIB_TITLE, "Latvia", "Scaled")
RATTLE_SOCI = (RATTLE, "Rattle", "Latvia, Spain", "Operational")
RANDOMISED = "Randomised trial or synthesis of studies"
CRADLE_PROVEN = (CRADLE, "Cradle", "Italy", "Scaled", RANDOMISED)
CRIB_PROVEN = (CRIB, CRIB_TITLE, "Latvia", "Scaled", "Comparison group")
TO_CRIB = [*adapted(CRIB, CRADLE), *titled(cradle="Cradle", crib=CRIB_TITLE)]
FROM_CRIB = [
    *adapted(RATTLE, CRIB),
    *adapted(WHISTLE, CRIB),
    *adapted(BELL, RATTLE),
    *titled(crib=CRIB_TITLE, rattle="Rattle", whistle="Whistle", bell="Bell"),
]
GUIDE = (
    asset("guide"), "Guide", "Guideline", LICENCE + "CC_BY_4_0",
    "Creative Commons Attribution 4.0", "2", "https://town.example.org/guide", f"{CRADLE} {CRIB}",
)  # fmt: skip
APP = (
    asset("app"), "App", "Software", LICENCE + "EUPL_1_2",
    "European Union Public Licence 1.2", None, None, CRADLE,
)  # fmt: skip
KIT = (
    asset("kit"), "Kit", "Training material", "https://spdx.org/licenses/CC0-1.0",
    "Creative Commons Zero 1.0 Universal (public domain)", None, None, None,
)  # fmt: skip
NOISE = (CRADLE + "#barrier", "Noise", CRADLE, "Cradle", "Italy")
COLD = (CRIB + "#barrier", "Aukstums", CRIB, CRIB_TITLE, "Latvia")
SIZE = (RATTLE + "#barrier", "Size", RATTLE, "Rattle", "Latvia, Spain")
COSTS = (
    "Cost", CRADLE, CRADLE + "#outcome-3", "It costs less.", None, None, "0",
    "http://publications.europa.eu/resource/authority/currency/EUR", "2024-03-15",
)  # fmt: skip
TIME = (
    "Time", CRADLE, CRADLE + "#outcome-1", "They sleep sooner.", "Minutes awake", "40.5", "12",
    "minutes", "2024", "https://cradle.example.org/figures", "Study of cradles", "Evaluation",
)  # fmt: skip
COST_A = (*COSTS, "https://cradle.example.org/a", None, None)
COST_B = (*COSTS, "https://cradle.example.org/b", None, None)
UPTAKE = (
    "Uptake", RATTLE, RATTLE + "#outcome", "Many shake.", None, None, "7", *[None] * 5,
)  # fmt: skip
TRUST = ("Trust", CRADLE, CRADLE + "#outcome-2", "They trust.", *[None] * 8)

CASES: Final = (
    Case(
        "practices-for-life-event", "of other countries, which alone are told",
        {"event": [EVENT + "BIRTH"], "country": ["LV"]}, LIFE_EVENT,
        [
            (CRADLE, "Cradle", "Italy", GRANT, "Birth grant"),
            (RATTLE, "Rattle", "Spain", BENEFIT, BENEFIT_TITLE),
        ],
    ),
    Case(
        "practices-for-life-event", "asked for by the national event, in Latvian, from Italy",
        {"event": [BENEFIT + "#event"], "country": ["ITA"], "language": ["lv"]}, LIFE_EVENT,
        [
            (RATTLE, "Rattle", "Latvija, Spānija", BENEFIT, BENEFIT_TITLE),
            (CRIB, CRIB_TITLE, "Latvija", BENEFIT, BENEFIT_TITLE),
        ],
    ),
    Case(
        "practices-for-life-event", "without a country of one's own all come out",
        {"event": [EVENT + "BIRTH"]}, LIFE_EVENT,
        [
            (CRADLE, "Cradle", "Italy", GRANT, "Birth grant"),
            (RATTLE, "Rattle", "Latvia, Spain", BENEFIT, BENEFIT_TITLE),
            (CRIB, CRIB_TITLE, "Latvia", BENEFIT, BENEFIT_TITLE),
        ],
    ),
    Case(
        "practices-for-life-event", "none for an event that no service names",
        {"event": [EVENT + "MOVING"], "country": ["ITA"]}, LIFE_EVENT, [],
    ),
    Case(
        "practices-by-theme", "at one level",
        {"theme": ["SOCI"], "level": ["local"]}, BY_THEME, [CRADLE_SOCI, RATTLE_SOCI],
    ),
    Case(
        "practices-by-theme", "at one of several levels, once each",
        {"theme": ["SOCI"], "level": ["national", "local"]}, BY_THEME,
        [CRADLE_SOCI, RATTLE_SOCI, CRIB_SOCI],
    ),
    Case(
        "practices-by-theme", "at any level, also one that is not known, in Italian",
        {"theme": ["SOCI"], "language": ["it"]}, BY_THEME,
        [
            (CRADLE, "Culla", "Italia", "Diffusa su larga scala"),
            (RATTLE, "Rattle", "Lettonia, Spagna", "Operativa"),
            (CRIB, CRIB_TITLE, "Lettonia", "Diffusa su larga scala"),
            (WHISTLE, "Whistle", "Polonia", "Interrotta"),
        ],
    ),
    Case(
        "practices-by-theme", "none on a theme that no practice has",
        {"theme": ["HEAL"], "level": ["local"]}, BY_THEME, [],
    ),
    Case(
        "proven-practices", "a comparison group or better, the strongest first",
        {}, PROVEN, [CRADLE_PROVEN, CRIB_PROVEN],
    ),
    Case(
        "proven-practices", "weaker evidence will do",
        {"evidence": ["monitored"]}, PROVEN,
        [CRADLE_PROVEN, CRIB_PROVEN, (TOYS, "Toy library", "Italy, Malta", "Scaled", "Monitored")],
    ),
    Case(
        "proven-practices", "less maturity will do, but not one that is over",
        {"maturity": ["operational"]}, PROVEN,
        [
            CRADLE_PROVEN,
            (RATTLE, "Rattle", "Latvia, Spain", "Operational", "Comparison group"),
            CRIB_PROVEN,
        ],
    ),
    Case(
        "proven-practices", "none is at least as good as what stands outside the order",
        {"evidence": ["unassessed"]}, PROVEN, [],
    ),
    Case(
        "reused-practices", "in two countries beside that of origin",
        {}, REUSED,
        [(CRADLE, "Cradle", "2", "Greece, Latvia"), (CRIB, CRIB_TITLE, "2", "Poland, Spain")],
    ),
    Case(
        "reused-practices", "in one country at least",
        {"minimum": ["1"], "language": ["es"]}, REUSED,
        [
            (CRADLE, "Cradle", "2", "Grecia, Letonia"),
            (CRIB, CRIB_TITLE, "2", "España, Polonia"),
            (TOYS, "Toy library", "1", "Malta"),
        ],
    ),
    Case("reused-practices", "none in three countries", {"minimum": ["3"]}, REUSED, []),
    Case(
        "adaptation-chain", "both ways from the middle",
        {"practice": ["crib"]}, TRIPLE,
        sorted({*TO_CRIB, *FROM_CRIB}),
    ),
    Case(
        "adaptation-chain", "over several steps to what it comes from",
        {"practice": ["bell"]}, TRIPLE,
        sorted(
            [
                *TO_CRIB, *adapted(RATTLE, CRIB), *adapted(BELL, RATTLE),
                *titled(rattle="Rattle", bell="Bell"),
            ]
        ),
    ),
    Case(
        "adaptation-chain", "back only, in Italian",
        {"practice": ["crib"], "adaptations": ["0"], "language": ["it"]}, TRIPLE,
        sorted([*adapted(CRIB, CRADLE), *titled(cradle="Culla", crib=CRIB_TITLE)]),
    ),
    Case(
        "adaptation-chain", "one step on",
        {"practice": ["cradle"], "adaptations": ["1"]}, TRIPLE,
        sorted(TO_CRIB),
    ),
    Case(
        "adaptation-chain", "one step back",
        {"practice": ["rattle"], "origins": ["1"], "adaptations": ["0"]}, TRIPLE,
        sorted([*adapted(RATTLE, CRIB), *titled(crib=CRIB_TITLE, rattle="Rattle")]),
    ),
    Case(
        "adaptation-chain", "none of one that stands alone",
        {"practice": ["toy-library"]}, TRIPLE, [],
    ),
    Case(
        "adaptations", "all of them, whatever language their titles are in",
        {"language": ["it"]}, ("practice", "title", "origin", "originTitle"),
        [
            (CRIB, CRIB_TITLE, CRADLE, "Culla"), (BELL, "Bell", RATTLE, "Rattle"),
            (RATTLE, "Rattle", CRIB, CRIB_TITLE), (WHISTLE, "Whistle", CRIB, CRIB_TITLE),
        ],
    ),
    Case(
        "blocking-preconditions", "layer by layer, those of no layer last",
        {"practice": ["cradle"]}, BLOCKING,
        [
            ("Legal", "Legal", "A permit", CRADLE + "#legal"),
            ("Technical", "Technical", "A saw", CRADLE + "#technical"),
            (None, "Skills", "Steady hands", CRADLE + "#skills"),
        ],
    ),
    Case(
        "blocking-preconditions", "of some layers, in Italian",
        {"practice": ["cradle"], "layer": ["technical", "semantic"], "language": ["it"]}, BLOCKING,
        [("Tecnico", "Tecnico", "Una sega", CRADLE + "#technical")],
    ),
    Case(
        "blocking-preconditions", "none of a practice without any",
        {"practice": ["crib"]}, BLOCKING, [],
    ),
    Case(
        "applicable-legislation", "of the practice and of its services, also by way of a rule",
        {"practice": ["cradle"]}, LEGISLATION,
        [
            (CRADLE + "#act", "Act on cradles", CRADLE, "Cradle"),
            (ACT + "1", None, CRADLE, "Cradle"),
            (ACT + "2", None, GRANT, "Birth grant"),
            (ACT + "3", None, GRANT, "Birth grant"),
        ],
    ),
    Case(
        "applicable-legislation", "in Italian",
        {"practice": ["toy-library"], "language": ["it"]}, LEGISLATION,
        [(ACT + "9", None, TOYS, "Ludoteca")],
    ),
    Case("applicable-legislation", "none that is known", {"practice": ["crib"]}, LEGISLATION, []),
    Case(
        "steps-and-handovers", "in their order, a step that hands over twice told twice",
        {"practice": ["cradle"]}, STEPS,
        [
            (
                "1", CRADLE + "#step-z", "Carve", "Build", "Implementer", CRADLE + "#handover-1",
                "Wood", "Implementer", "Co-producer", CRADLE + "#step-b",
            ),
            (
                "1", CRADLE + "#step-z", "Carve", "Build", "Implementer", CRADLE + "#handover-2",
                "Song", "Implementer", "Beneficiary", CRADLE + "#step-a",
            ),
            ("2", CRADLE + "#step-b", "Rock", None, "Co-producer", *[None] * 5),
            ("3", CRADLE + "#step-a", "Lull", *[None] * 7),
        ],
    ),
    Case(
        "steps-and-handovers", "in Italian, where there is Italian",
        {"practice": ["cradle"], "language": ["it"]}, STEPS,
        [
            (
                "1", CRADLE + "#step-z", "Intagliare", "Realizzazione", "Attuatore",
                CRADLE + "#handover-1", "Legno", "Attuatore", "Coproduttore", CRADLE + "#step-b",
            ),
            (
                "1", CRADLE + "#step-z", "Intagliare", "Realizzazione", "Attuatore",
                CRADLE + "#handover-2", "Song", "Attuatore", "Beneficiario", CRADLE + "#step-a",
            ),
            ("2", CRADLE + "#step-b", "Dondolare", None, "Coproduttore", *[None] * 5),
            ("3", CRADLE + "#step-a", "Lull", *[None] * 7),
        ],
    ),
    Case(
        "steps-and-handovers", "none of a practice without steps",
        {"practice": ["crib"]}, STEPS, [],
    ),
    Case("open-assets", "all of them, also of no practice", {}, ASSETS, [APP, GUIDE, KIT]),
    Case("open-assets", "of one practice", {"practice": ["cradle"]}, ASSETS, [APP, GUIDE]),
    Case(
        "open-assets", "of some types, in Italian",
        {"type": ["guideline", "template"], "language": ["it"]}, ASSETS,
        [
            (
                asset("guide"), "Guida", "Linea guida", LICENCE + "CC_BY_4_0",
                "Creative Commons Attribuzione 4.0", "2", "https://town.example.org/guide",
                f"{CRADLE} {CRIB}",
            )
        ],
    ),
    Case(
        "open-assets", "none of a type that only closed ones have",
        {"type": ["template"]}, ASSETS, [],
    ),
    Case(
        "barriers", "at the same level, outside one's own country",
        {"level": ["local"], "except": ["LVA"]}, BARRIERS, [NOISE, (*SIZE[:4], "Spain")],
    ),
    Case(
        "barriers", "in countries that are comparable",
        {"level": ["local"], "country": ["LVA", "ESP"]}, BARRIERS, [SIZE],
    ),
    Case(
        "barriers", "at several levels, in all countries",
        {"level": ["local", "national"]}, BARRIERS, [NOISE, SIZE, COLD],
    ),
    Case(
        "barriers", "several countries left out, in Italian",
        {"level": ["local"], "except": ["LVA", "ESP"], "language": ["it"]}, BARRIERS,
        [(CRADLE + "#barrier", "Rumore", CRADLE, "Culla", "Italia")],
    ),
    Case("barriers", "none at a level without practices", {"level": ["european"]}, BARRIERS, []),
    Case(
        "contacts", "bodies only, in each capacity, by no mailbox of a person",
        {"practice": ["cradle"]}, CONTACTS,
        [
            (
                "Lead organisation", organisation("town"), "Town", "https://town.example.org/",
                "desk@town.example.org", None,
            ),
            ("Maintainer", organisation("association"), "Association", None, None, None),
            (
                "Competent authority", organisation("registry"), "Registry",
                "https://registry.example.org/", "grants@registry.example.org",
                "https://registry.example.org/grants",
            ),
        ],
    ),
    Case("contacts", "none that is known", {"practice": ["crib"]}, CONTACTS, []),
    Case(
        "contacts", "in Italian",
        {"practice": ["cradle"], "language": ["it"]}, CONTACTS,
        [
            (
                "Organizzazione responsabile", organisation("town"), "Comune",
                "https://town.example.org/", "desk@town.example.org", None,
            ),
            (
                "Responsabile del mantenimento", organisation("association"), "Association",
                None, None, None,
            ),
            (
                "Autorità competente", organisation("registry"), "Registry",
                "https://registry.example.org/", "grants@registry.example.org",
                "https://registry.example.org/grants",
            ),
        ],
    ),
    Case(
        "outcomes", "of one practice, by type; what is not known is not zero",
        {"practice": ["cradle"]}, OUTCOMES, [TIME, COST_A, COST_B, TRUST],
    ),
    Case("outcomes", "of all practices", {}, OUTCOMES, [TIME, COST_A, COST_B, UPTAKE, TRUST]),
    Case(
        "outcomes", "of some types",
        {"type": ["trust", "uptake"]}, OUTCOMES, [UPTAKE, TRUST],
    ),
    Case(
        "outcomes", "of a practice and a type, in Italian",
        {"practice": ["cradle"], "type": ["time"], "language": ["it"]}, OUTCOMES,
        [
            (
                "Tempo", *TIME[1:3], "Dormono prima.", "Minuti di veglia", "40.5", "12", "minuti",
                "2024", "https://cradle.example.org/figures", "Studio sulle culle", "Valutazione",
            )
        ],
    ),
    Case("outcomes", "none of a type that nobody reports", {"type": ["burden"]}, OUTCOMES, []),
)  # fmt: skip
