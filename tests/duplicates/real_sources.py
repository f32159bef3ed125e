"""The third-party files, row by row, as far as duplicates are found by what they say.

Nothing here is a mapping: names, pages, identifiers, organisations, countries and texts are taken
out field by field. Every row has a key that does not copy a text of its file.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import openpyxl
import pyoxigraph as ox
import rdflib
import yaml
from real_rows import Row, Texts, row

from practicegraph.concepts import bundled
from practicegraph.namespaces import CPSV, CV, DCAT, DCT, FOAF, ORG, SKOS
from practicegraph.texts import fold

_URL = re.compile(r"https?://[^\s,;<>\"]+|www\.[^\s,;<>\"]+")


def country(text: str) -> str | None:
    found = bundled().find("countries", text)
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
    for name in ("bestuurseenheden", "bestuurseenheid-classification-codes"):
        graph.parse(data / f"flanders-lpdc/{name}.ttl", format="turtle")
    besluit = "http://data.vlaanderen.be/ns/besluit#"
    label_of = rdflib.URIRef(SKOS + "prefLabel")
    for node in sorted(
        graph.subjects(rdflib.RDF.type, rdflib.URIRef(besluit + "Bestuurseenheid")), key=str
    ):
        label = graph.value(node, label_of)
        if label is None:
            continue
        kind = graph.value(graph.value(node, rdflib.URIRef(besluit + "classificatie")), label_of)
        named = str(kind) in {"Gemeente", "OCMW", "Provincie", "District"}
        yield row(
            "flanders",
            str(node).rpartition("/")[2],
            "organisation",
            [("nl", f"{kind} {label}" if named else str(label))],
            other_titles=[("nl", str(label))] if named else [],
            identifiers=[str(o) for o in graph.objects(node, rdflib.URIRef(DCT + "identifier"))],
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
        except Exception:
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
            _, _, local = str(node).rpartition("/")
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
