"""Generated practices: as many as wanted, the same ones every time, about forty statements each.

The rows of a table, in the columns of the catalogue that `jrc-ips` reads, make about twenty-five.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from practicegraph.iris import Iris, slugify
from practicegraph.namespaces import (
    CV,
    DCAT,
    DCT,
    FOAF,
    GP,
    ORG,
    PREFIXES,
    RDF_TYPE,
    SCHEME,
    SKOS,
    XSD,
)
from practicegraph.record import Record

_WORDS = {
    "en": "permit street care school citizens budget data waste housing mobility portal queue "
    "form visit council library energy family volunteers language office training vote".split(),
    "it": "permesso strada cura scuola cittadini bilancio dati rifiuti casa mobilità portale "
    "coda modulo visita consiglio biblioteca energia famiglia volontari ufficio voto".split(),
    "lv": "atļauja iela aprūpe skola iedzīvotāji budžets dati atkritumi mājoklis mobilitāte "
    "portāls rinda veidlapa padome bibliotēka enerģija ģimene brīvprātīgie birojs".split(),
}
_COUNTRIES = "ITA LVA ESP FRA DEU EST FIN NLD PRT POL BEL SVN".split()
_THEMES = "GOVE SOCI TECH EDUC HEAL ENVI TRAN REGI".split()
_AREAS = "gen-pub pub-os econ-aff env-pro health education soc-pro".split()
_MATURITY = "idea prototype pilot operational scaled".split()
_AUTHORITY = "http://publications.europa.eu/resource/authority/"


def _iri(text: str) -> ox.NamedNode:
    return ox.NamedNode(text)


class Generator:
    """Generates records below a base IRI; the same seed gives the same records."""

    def __init__(self, base: str = "http://127.0.0.1:8000", seed: int = 7) -> None:
        self.iris = Iris(base)
        self._seed = seed

    def records(self, practices: int) -> Iterator[Record]:
        """Yield organisations (one for twenty practices) and practices."""
        bodies = max(1, practices // 20)
        for number in range(bodies):
            yield self._organisation(number)
        for number in range(practices):
            yield self._practice(number, bodies)

    def _text(self, rng: random.Random, language: str, words: int) -> ox.Literal:
        text = " ".join(rng.choices(_WORDS[language], k=words))
        return ox.Literal(text.capitalize(), language=language)

    def _organisation(self, number: int) -> Record:
        rng = random.Random(f"{self._seed}/organisation/{number}")
        thing = _iri(self.iris.thing("organisation", f"body-{number}"))
        name = ox.Literal(f"Municipality {number}", language="en")
        pairs: list[tuple[str, ox.NamedNode | ox.Literal]] = [
            (RDF_TYPE, _iri(CV + "PublicOrganisation")),
            (RDF_TYPE, _iri(ORG + "Organization")),
            (RDF_TYPE, _iri(FOAF + "Organization")),
            (RDF_TYPE, _iri(FOAF + "Agent")),
            (DCT + "identifier", ox.Literal(f"body-{number}")),
            (SKOS + "prefLabel", name),
            (DCT + "title", name),
            (FOAF + "name", name),
            (DCT + "spatial", _iri(f"{_AUTHORITY}country/{rng.choice(_COUNTRIES)}")),
            (DCT + "type", _iri("http://purl.org/adms/publishertype/LocalAuthority")),
            (FOAF + "homepage", _iri(f"https://example.org/body/{number}")),
        ]
        triples = [ox.Triple(thing, _iri(p), o) for p, o in pairs]
        return Record.of(thing.value, triples, self.iris)

    def _practice(self, number: int, bodies: int) -> Record:
        rng = random.Random(f"{self._seed}/practice/{number}")
        title = self._text(rng, "en", 5)
        slug = f"{slugify(title.value)}-{number}"
        thing = _iri(self.iris.thing("practice", slug))
        country = _iri(f"{_AUTHORITY}country/{rng.choice(_COUNTRIES)}")
        body = _iri(self.iris.thing("organisation", f"body-{rng.randrange(bodies)}"))
        start = _iri(thing.value + "#implementation-1")
        outcome = _iri(thing.value + "#outcome-1")
        main: list[tuple[str, ox.NamedNode | ox.Literal]] = [
            (RDF_TYPE, _iri(GP + "GoodPractice")),
            (RDF_TYPE, _iri(DCAT + "Resource")),
            (DCT + "identifier", ox.Literal(slug)),
            (DCT + "title", title),
            *((DCT + "title", self._text(rng, tag, 5)) for tag in ("it", "lv")),
            *((DCT + "description", self._text(rng, tag, 40)) for tag in ("en", "it", "lv")),
            *((GP + "challenge", self._text(rng, tag, 15)) for tag in ("en", "it", "lv")),
            (DCT + "spatial", country),
            (DCT + "source", _iri(f"https://example.org/catalogue/{number}")),
            (DCT + "language", _iri(f"{_AUTHORITY}language/ENG")),
            (FOAF + "page", _iri(f"https://example.org/page/{number}")),
            (DCT + "license", _iri(f"{_AUTHORITY}licence/CC_BY_4_0")),
            *(
                (DCAT + "theme", _iri(f"{_AUTHORITY}data-theme/{code}"))
                for code in rng.sample(_THEMES, 2)
            ),
            (DCT + "subject", _iri(f"http://eurovoc.europa.eu/{rng.randrange(1000, 9000)}")),
            (GP + "policyArea", _iri(f"{_AUTHORITY}main-activity/{rng.choice(_AREAS)}")),
            (GP + "practiceType", _iri(f"{SCHEME}practice-type/delivery-model")),
            (GP + "administrativeLevel", _iri(f"{SCHEME}administrative-level/local")),
            (GP + "technology", _iri(f"{SCHEME}technology/open-data")),
            (GP + "maturity", _iri(f"{SCHEME}maturity/{rng.choice(_MATURITY)}")),
            (GP + "evidenceLevel", _iri(f"{SCHEME}evidence-level/self-reported")),
            (GP + "leadOrganisation", body),
            (GP + "hasImplementation", start),
            (GP + "hasOutcome", outcome),
        ]
        year = ox.Literal(str(rng.randrange(2005, 2026)), datatype=_iri(XSD + "gYear"))
        parts: list[tuple[ox.NamedNode, str, ox.NamedNode | ox.Literal]] = [
            (start, RDF_TYPE, _iri(GP + "Implementation")),
            (start, RDF_TYPE, _iri(PREFIXES["prov"] + "Activity")),
            (start, GP + "implements", thing),
            (start, PREFIXES["prov"] + "wasAssociatedWith", body),
            (start, DCT + "spatial", country),
            (start, GP + "reuseMode", _iri(f"{SCHEME}reuse-mode/original")),
            (start, PREFIXES["prov"] + "startedAtTime", year),
            (outcome, RDF_TYPE, _iri(GP + "Outcome")),
            (outcome, GP + "outcomeType", _iri(f"{SCHEME}outcome-type/uptake")),
            (outcome, DCT + "description", self._text(rng, "en", 12)),
            (outcome, DCT + "source", _iri(f"https://example.org/figures/{number}")),
            (
                outcome,
                GP + "resultValue",
                ox.Literal(str(rng.randrange(10_000)), datatype=_iri(XSD + "decimal")),
            ),
        ]
        triples = [ox.Triple(thing, _iri(p), o) for p, o in main]
        triples += [ox.Triple(s, _iri(p), o) for s, p, o in parts]
        return Record.of(thing.value, triples, self.iris)


def write(file: Path, practices: int) -> int:
    """Write generated records as N-Quads, a named graph each; returns the number of records."""
    generator = Generator()
    count = 0
    with file.open("wb") as out:
        for record in generator.records(practices):
            out.write(record.nquads(generator.iris.graph(record.iri)))
            count += 1
    return count


_COUNTRY_NAMES = "Italy Latvia Spain France Germany Estonia Finland Portugal Poland Belgium".split()
_SECTORS = ("General public services", "Economic affairs", "Education", "Health")
_STATUSES = ("Planned", "Pilot", "Implemented", "Not in use anymore")


def write_table(file: Path, practices: int) -> int:
    """Write generated rows as CSV; returns the number of rows."""
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.DictWriter(out, list(_row(0)))
        rows.writeheader()
        rows.writerows(map(_row, range(practices)))
    return practices


def _row(number: int) -> dict[str, str]:
    rng = random.Random(f"row/{number}")
    country = rng.choice(_COUNTRY_NAMES)
    return {
        "id": str(number),
        "entry_type": "case",
        "rtype": "Service",
        "name": " ".join(rng.choices(_WORDS["en"], k=5)).capitalize() + f" {number}",
        "url": f"https://example.org/case/{number}",
        "description": " ".join(rng.choices(_WORDS["en"], k=60)).capitalize(),
        "geoextent": "Local",
        "geocoverage": country,
        "geocoverage_codes": "",
        "lead_organisation_name": f"Municipality {number // 20}",
        "lead_organisation_category": "Local Government",
        "start_date": str(rng.randrange(2005, 2026)),
        "end_date": "",
        "primary_sector": rng.choice(_SECTORS),
        "technology": "Open data",
        "type": "Data sharing management",
        "status": rng.choice(_STATUSES),
    }
