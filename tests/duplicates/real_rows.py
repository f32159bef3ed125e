"""Rows of the third-party files as small records: what they say of themselves, field by field.

Only what duplicates are found by is read: name, page, identifiers, organisation, country, text.
Every row has a key that does not copy a text of its file: a number, a file name, an IRI, or the key
of the row that mentions it.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import openpyxl
import pyoxigraph as ox
import rdflib
import yaml

from practicegraph import concepts
from practicegraph.iris import Iris, slugify
from practicegraph.namespaces import (
    CPSV,
    CV,
    DCAT,
    DCT,
    FOAF,
    GP,
    ORG,
    PREFIXES,
    RDF_TYPE,
    SKOS,
)
from practicegraph.record import Record
from practicegraph.texts import fold

IRIS = Iris("http://127.0.0.1:8000")
COUNTRY = "http://publications.europa.eu/resource/authority/country/"
_CLASS = {
    "practice": GP + "GoodPractice",
    "service": CPSV + "PublicService",
    "organisation": CV + "PublicOrganisation",
    "asset": GP + "ReusableAsset",
}
_URL = re.compile(r"https?://[^\s,;<>\"]+|www\.[^\s,;<>\"]+")

Texts = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says; `titles` and `texts` are pairs of language and text."""

    source: str
    key: str
    kind: str
    titles: Texts
    other_titles: Texts
    texts: Texts
    pages: list[str]
    identifiers: list[str]
    same: list[str]
    organisation: str | None
    country: str | None
    types: list[str]

    @property
    def name(self) -> str:
        """Source and key, as the labelled pairs write them."""
        return f"{self.source} {self.key}"

    @property
    def iri(self) -> str:
        return iri_of(self.kind, self.name)

    def record(self) -> Record:
        thing = ox.NamedNode(self.iri)
        pairs: list[tuple[str, ox.NamedNode | ox.Literal]] = [
            (RDF_TYPE, ox.NamedNode(_CLASS[self.kind]))
        ]
        title = SKOS + "prefLabel" if self.kind == "organisation" else DCT + "title"
        for property_, texts in (
            (title, self.titles),
            (SKOS + "altLabel", self.other_titles),
            (DCT + "description", self.texts),
        ):
            for language, text in texts:
                if text.strip():
                    literal = ox.Literal(text, language=language) if language else ox.Literal(text)
                    pairs.append((property_, literal))
        page = FOAF + "homepage" if self.kind == "organisation" else FOAF + "page"
        pairs += [(page, ox.NamedNode(url)) for url in self.pages]
        pairs += [(DCT + "identifier", ox.Literal(text)) for text in self.identifiers]
        pairs += [(SKOS + "exactMatch", ox.NamedNode(iri)) for iri in self.same]
        pairs += [(ORG + "classification", ox.NamedNode(iri)) for iri in self.types]
        if self.country:
            pairs.append((DCT + "spatial", ox.NamedNode(COUNTRY + self.country)))
        if self.organisation:
            of_service = CV + "hasCompetentAuthority"
            property_ = of_service if self.kind == "service" else GP + "leadOrganisation"
            pairs.append((property_, ox.NamedNode(iri_of("organisation", self.organisation))))
        return Record.of(
            thing.value, [ox.Triple(thing, ox.NamedNode(p), o) for p, o in pairs], IRIS
        )


def iri_of(kind: str, name: str) -> str:
    slug = slugify(name, "x")
    if len(slug) > 60 or not name.isascii():
        slug = f"{slug[:50].strip('-')}-{abs(hash_of(name)):x}"
    return IRIS.thing(kind, slug)


def hash_of(text: str) -> int:
    import zlib

    return zlib.crc32(text.encode())


def row(source: str, key: str, kind: str, titles: Texts, **said: object) -> Row:
    values: dict[str, object] = {
        "other_titles": [],
        "texts": [],
        "pages": [],
        "identifiers": [],
        "same": [],
        "organisation": None,
        "country": None,
        "types": [],
    } | said
    return Row(source, key, kind, titles, **values)  # type: ignore[arg-type]


def country(text: str) -> str | None:
    found = concepts.find("countries", text)
    return next(iter(found)).rpartition("/")[2] if len(found) == 1 else None


def urls(cell: str | None) -> list[str]:
    found = _URL.findall((cell or "").replace("\u00a0", " "))
    return [f"https://{url}" if url.startswith("www.") else url for url in found if _is_iri(url)]


def _is_iri(url: str) -> bool:
    try:
        ox.NamedNode(url)
    except ValueError:
        return False
    return not re.search(r"[{}|\\^`\[\]]", url)


# ---- the sources


def jrc(data: Path) -> Iterator[Row]:
    leads: dict[tuple[str | None, str], str] = {}
    with (data / "jrc-ips-explorer/cases.csv").open(encoding="utf-8-sig", newline="") as file:
        for case in csv.DictReader(file):
            land = country(case["geocoverage"].partition(";")[0])
            name = " ".join(case["lead_organisation_name"].split()).rstrip(" ,;")
            lead = None
            if name:
                known = leads.get((land, fold(name)))
                lead = known or f"jrc lead-{case['id']}"
                if not known:
                    leads[land, fold(name)] = lead
                    yield row(
                        "jrc", f"lead-{case['id']}", "organisation", [("en", name)], country=land
                    )
            yield row(
                "jrc",
                case["id"],
                "practice",
                [("en", " ".join(case["name"].split()))],
                texts=[("en", case["description"])],
                pages=urls(case["url"]),
                organisation=lead,
                country=land,
            )


def _front_matter(file: Path) -> tuple[dict[str, object], str]:
    _, head, body = file.read_text("utf-8").split("---", 2)
    return yaml.safe_load(head) or {}, body


def beta(data: Path) -> Iterator[Row]:
    for file in sorted((data / "beta-gouv-fr/organisations").glob("*.md")):
        head, _ = _front_matter(file)
        acronym = str(head.get("acronym") or "").strip()
        yield row(
            "beta",
            f"organisation-{file.stem}",
            "organisation",
            [("fr", str(head["name"]))],
            other_titles=[("", acronym)] if acronym else [],
            country="FRA",
        )
    for file in sorted((data / "beta-gouv-fr/startups").glob("*.md")):
        head, body = _front_matter(file)
        sponsors = [str(s).rpartition("/")[2] for s in head.get("sponsors") or []]  # type: ignore[attr-defined]
        link = str(head.get("link") or "").replace("&#x2F;", "/").strip()
        yield row(
            "beta",
            file.stem,
            "practice",
            [("fr", str(head["title"]))],
            texts=[("fr", f"{head.get('mission') or ''} {body}")],
            pages=urls(link),
            organisation=f"beta organisation-{sponsors[0]}" if sponsors else None,
            country="FRA",
        )


def _graph_rows(graph: rdflib.Graph, source: str, land: str | None, prefix: str) -> Iterator[Row]:
    def texts(node: rdflib.term.Node, *properties: str) -> Texts:
        return [
            (value.language or "", str(value))
            for p in properties
            for value in sorted(graph.objects(node, rdflib.URIRef(p)), key=str)
            if isinstance(value, rdflib.Literal)
        ]

    def key(node: rdflib.term.Node) -> str:
        return str(node).removeprefix(prefix)

    kinds = (
        (CV + "PublicOrganisation", "organisation"),
        (ORG + "Organization", "organisation"),
        (DCT + "Agent", "organisation"),
        (CPSV + "PublicService", "service"),
        ("https://data.norge.no/vocabulary/cpsvno#Service", "service"),
    )
    done = set()
    for class_, kind in kinds:
        for node in sorted(graph.subjects(rdflib.RDF.type, rdflib.URIRef(class_)), key=str):
            titles = texts(node, SKOS + "prefLabel", DCT + "title", FOAF + "name")
            if not titles or node in done:
                continue
            done.add(node)
            pages = [str(o) for p in ("https://schema.org/url", FOAF + "homepage", FOAF + "page")
                     for o in graph.objects(node, rdflib.URIRef(p))]  # fmt: skip
            for described in graph.objects(node, rdflib.URIRef(CV + "isDescribedAt")):
                pages += [
                    str(o) for o in graph.objects(described, rdflib.URIRef(DCAT + "landingPage"))
                ]
            authority = graph.value(node, rdflib.URIRef(CV + "hasCompetentAuthority"))
            of_service = authority is not None and (authority, rdflib.RDF.type, None) in graph
            yield row(
                source,
                key(node),
                kind,
                list(dict.fromkeys(titles)),
                texts=texts(node, DCT + "description"),
                pages=[page for page in pages if _is_iri(page)],
                identifiers=[text for _, text in texts(node, DCT + "identifier")],
                organisation=f"{source} {key(authority)}" if of_service and authority else None,
                country=land,
            )


def trento(data: Path) -> Iterator[Row]:
    folder = data / "cpsv-ap-trento"
    graph = rdflib.Graph()
    graph.parse(folder / "servizi_famiglia.rdf", format="xml")
    yield from _graph_rows(graph, "trento-rdf", "ITA", "http://www.provincia.tn.it/")
    nodes = {
        node["@id"]: node
        for node in json.loads((folder / "servizi_famiglia.jsonld").read_text("utf-8"))["@graph"]
    }

    def value(text: object) -> str:
        if isinstance(text, list):
            text = text[0]
        return str(text["@value"]) if isinstance(text, dict) else str(text or "")

    for iri, node in sorted(nodes.items()):
        types = node.get("@type", [])
        kind = {"PublicService": "service", "PublicOrganisation": "organisation"}.get(
            types if isinstance(types, str) else (types or [""])[0]
        )
        if kind is None:
            continue
        described = node.get("isDescribedAt") or node.get("cv:isDescribedAt") or []
        described = described if isinstance(described, list) else [described]
        authority = node.get("hasCompetentAuthority") or node.get("cv:hasCompetentAuthority")
        authority = authority[0] if isinstance(authority, list) else authority
        if isinstance(authority, dict):
            authority = authority["@id"]
        pages = [nodes[d["@id"] if isinstance(d, dict) else d].get("landingPage") for d in described
                 if (d["@id"] if isinstance(d, dict) else d) in nodes]  # fmt: skip
        flat = [p for page in pages for p in (page if isinstance(page, list) else [page]) if p]
        yield row(
            "trento-jsonld",
            iri.removeprefix("http://www.provincia.tn.it/"),
            kind,
            [("it", value(node.get("dct:title") or node.get("skos:prefLabel")))],
            texts=[("it", value(node.get("dct:description") or node.get("description")))],
            pages=[p if isinstance(p, str) else p["@id"] for p in flat],
            identifiers=[value(node.get("dct:identifier"))],
            organisation=f"trento-jsonld {str(authority).removeprefix('http://www.provincia.tn.it/')}"
            if authority
            else None,
            country="ITA",
        )
    book = openpyxl.load_workbook(folder / "servizifamiglia.xlsx", read_only=True)
    sheets = {sheet.title: _sheet(sheet) for sheet in book}
    places = {line["PSDURI"]: line.get("Landing Page") for line in sheets["PS Dataset"]}
    for line in sheets["Public Organisation"]:
        yield row(
            "trento-xlsx",
            line["PublicOrganisationURI"],
            "organisation",
            [("it", line["Name"])],
            country="ITA",
        )
    for line in sheets["Public Service"]:
        authority = (line.get("Has Competent Authority") or "").partition(";")[0].strip()
        yield row(
            "trento-xlsx",
            line["PSURI"],
            "service",
            [("it", line["Name"])],
            texts=[("it", line.get("Description") or "")],
            pages=urls(places.get((line.get("Is Described At") or "").partition(";")[0].strip())),
            organisation=f"trento-xlsx {authority}" if authority else None,
            country="ITA",
        )
    book.close()


def _sheet(sheet: object) -> list[dict[str, str]]:
    lines = sheet.iter_rows(values_only=True)  # type: ignore[attr-defined]
    names = [str(cell or "").strip() for cell in next(lines)]
    found = []
    for cells in lines:
        line = {
            n: str(c).strip() for n, c in zip(names, cells, strict=False) if n and c is not None
        }
        if line.get(names[0]):
            found.append(line)
    return found


def sdg(data: Path) -> Iterator[Row]:
    book = openpyxl.load_workbook(data / "sdg-notified-links/cpsv-pilot.xlsx", read_only=True)
    for number, cells in enumerate(
        book["Export Worksheet"].iter_rows(min_row=2, values_only=True), start=2
    ):
        title, url, language, _, _, _, land = cells[:7]
        if not title or not url:
            continue
        yield row(
            "sdg",
            str(number),
            "service",
            [(str(language).partition(";")[0], str(title))],
            pages=urls(str(url)),
            country=country(str(land)),
        )
    book.close()


def _publiccode(source: str, key: str, text: str) -> Iterator[Row]:
    said = yaml.safe_load(text)
    described = said.get("description") or {}
    titles = [("", str(said.get("name") or ""))]
    others = []
    texts = []
    for tag, part in described.items():
        language = str(tag).partition("-")[0].lower()
        if part.get("localisedName"):
            others.append((language, str(part["localisedName"])))
        texts.append(
            (language, f"{part.get('shortDescription') or ''} {part.get('longDescription') or ''}")
        )
    owner = (said.get("organisation") or {}).get("name") or (said.get("legal") or {}).get(
        "repoOwner"
    )
    bodies = [str(name) for name in said.get("usedBy") or []]
    if owner:
        yield row(source, f"{key}/owner", "organisation", [("", str(owner))])
    for number, name in enumerate(bodies):
        yield row(source, f"{key}/used-by-{number}", "organisation", [("", name)])
    yield row(
        source,
        key,
        "asset",
        titles,
        other_titles=others,
        texts=texts,
        pages=urls(str(said.get("url") or "")) + urls(str(said.get("landingURL") or "")),
        organisation=f"{source} {key}/owner" if owner else None,
    )


def publiccode(data: Path) -> Iterator[Row]:
    page = json.loads((data / "publiccode/developers_italia_page1.json").read_text("utf-8"))
    for entry in page["data"]:
        yield from _publiccode("catalogue", entry["id"], entry["publiccodeYml"])
    for file in sorted((data / "publiccode/yml").iterdir()):
        try:
            yield from list(_publiccode("publiccode", file.stem, file.read_text("utf-8")))
        except yaml.YAMLError:
            continue


def flanders(data: Path) -> Iterator[Row]:
    graph = rdflib.Graph()
    graph.parse(data / "flanders-lpdc/bestuurseenheden.ttl", format="turtle")
    besluit = "http://data.vlaanderen.be/ns/besluit#"
    for node in sorted(
        graph.subjects(rdflib.RDF.type, rdflib.URIRef(besluit + "Bestuurseenheid")), key=str
    ):
        label = graph.value(node, rdflib.URIRef(SKOS + "prefLabel"))
        kind = graph.value(node, rdflib.URIRef(besluit + "classificatie"))
        if label is None:
            continue
        yield row(
            "flanders",
            str(node).rpartition("/")[2],
            "organisation",
            [("nl", str(label))],
            identifiers=[str(o) for o in graph.objects(node, rdflib.URIRef(DCT + "identifier"))],
            types=[str(kind)] if kind else [],
            country="BEL",
        )


def swiss(data: Path) -> Iterator[Row]:
    file = data / "vocabularies/switzerland/federal-organisations.json"

    def bodies(listed: Iterable[dict[str, object]]) -> Iterator[Row]:
        for body in listed:
            names = body["name"]
            others = {**body.get("abbreviation", {}), **body.get("alternativeName", {})}  # type: ignore[dict-item]
            yield row(
                "swiss",
                str(body["id"]).removeprefix("https://ld.admin.ch/"),
                "organisation",
                [(language, str(name)) for language, name in names.items()],  # type: ignore[attr-defined]
                other_titles=[(language, str(name)) for language, name in others.items()],
                same=[str(body["id"])],
                country="CHE",
            )
            yield from bodies(body.get("organisations", []))  # type: ignore[arg-type]

    yield from bodies(json.loads(file.read_text("utf-8")))


def estonia(data: Path) -> Iterator[Row]:
    graph = rdflib.Graph()
    graph.parse(data / "cpsv-ap-estonia/EstonianServices.rdf", format="xml")
    yield from _graph_rows(graph, "estonia", "EST", "http://127.0.0.1:3362/")


def norway(data: Path) -> Iterator[Row]:
    for file in sorted((data / "cpsv-ap-no/harvester").glob("*.ttl")):
        graph = rdflib.Graph()
        try:
            graph.parse(file, format="turtle")
        except Exception:  # noqa: BLE001, S112
            continue
        yield from _graph_rows(graph, f"norway-{file.stem.replace('_', '-')}", "NOR", "http://")


def nifo(data: Path) -> Iterator[Row]:
    for file in sorted((data / "nifo-factsheets-2023").glob("*.ttl")):
        name = file.stem.split("_")[3]
        graph = rdflib.Graph()
        graph.parse(file, format="turtle")
        for node in sorted(
            graph.subjects(rdflib.RDF.type, rdflib.URIRef(CPSV + "PublicService")), key=str
        ):
            prefix, _, local = str(node).rpartition("/")
            url = next(
                (str(o) for p, o in graph.predicate_objects(node) if str(p).endswith("/url")), ""
            )
            words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", local)
            yield row(
                "nifo", f"{name}/{local}", "service", [("en", words)], pages=urls(url),
                country=country(name),
            )  # fmt: skip


SOURCES = (jrc, beta, trento, sdg, publiccode, flanders, swiss, estonia, norway, nifo)


@lru_cache(maxsize=1)
def all_rows(data: Path) -> dict[str, Row]:
    """Every row of every source, by name, in a stable order."""
    return {found.name: found for source in SOURCES for found in source(data)}


def altered(found: Row, how: str) -> Row:
    """A copy of a row under another source, changed as people change what they copy.

    `moved`: another page, and the texts cut in half; `short`: the title without its explanation,
    no page, the texts cut in half; `typo`: two letters of the longest word swapped, no page;
    `bare`: title, organisation and country alone.
    """
    from dataclasses import replace

    half = [(language, text[: len(text) // 2]) for language, text in found.texts]
    copy = replace(found, source=f"{found.source}-copy", identifiers=[], same=[])
    match how:
        case "moved":
            return replace(copy, pages=["https://moved.example.org/about"], texts=half)
        case "short":
            titles = [(language, text.split(" - ")[0]) for language, text in found.titles]
            return replace(copy, titles=titles, pages=[], texts=half)
        case "typo":
            return replace(copy, titles=[(a, misspelt(b)) for a, b in found.titles], pages=[])
        case "bare":
            return replace(copy, pages=[], texts=[])
    raise ValueError(how)


def misspelt(text: str) -> str:
    longest = max(re.findall(r"\w+", text), key=len)
    middle = len(longest) // 2
    wrong = longest[: middle - 1] + longest[middle] + longest[middle - 1] + longest[middle + 1 :]
    return text.replace(longest, wrong, 1)


@dataclass(frozen=True, slots=True)
class Pair:
    """A labelled pair; `held_out` tells the half that nothing was tuned on."""

    a: str
    b: str
    same: bool
    alteration: str
    why: str

    @property
    def held_out(self) -> bool:
        return hash_of(f"{self.a}|{self.b}|{self.alteration}") % 2 == 1

    def rows(self, known: dict[str, Row]) -> tuple[Row, Row]:
        one, other = known[self.a], known[self.b]
        return one, altered(other, self.alteration) if self.alteration else other


def labelled() -> list[Pair]:
    with (Path(__file__).parent / "labelled.csv").open(encoding="utf-8", newline="") as file:
        return [
            Pair(
                f"{line['source_a']} {line['key_a']}",
                f"{line['source_b']} {line['key_b']}",
                line["same"] == "yes",
                line["alteration"],
                line["why"],
            )
            for line in csv.DictReader(file)
        ]
