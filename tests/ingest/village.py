"""A small source of our own invention, and the means to ingest it."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import openpyxl

from ingest import Report, ingest
from practicegraph.repository import Repository
from practicegraph.settings import Settings

MAPPING = """\
#+ source: village
#+ title: Practices of an invented village
#+ homepage: https://example.org/catalogue
#+ language: en
#+ columns: title, text, country, body
#+ list: links ;

PREFIX dct: <http://purl.org/dc/terms/>
PREFIX evidence: <https://w3id.org/practicegraph/scheme/evidence-level/>
PREFIX fn: <https://w3id.org/practicegraph/function#>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX gp: <https://w3id.org/practicegraph/ns#>
PREFIX ingest: <https://w3id.org/practicegraph/ingest#>
PREFIX maturity: <https://w3id.org/practicegraph/scheme/maturity/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xyz: <http://sparql.xyz/facade-x/data/>

CONSTRUCT {
  ?practice a gp:GoodPractice ; ingest:alsoKnownAs ?named ;
    dct:title ?title ; dct:description ?text ; dct:spatial ?country ; dct:source ?homepage ;
    gp:maturity maturity:pilot ; gp:evidenceLevel evidence:unassessed ;
    gp:leadOrganisation ?body ; gp:adaptedFrom ?origin ; foaf:page ?page .
  ?body a org:Organization ; skos:prefLabel ?bodyName ; dct:title ?bodyName ; foaf:name ?bodyName ;
    dct:type ?bodyType .
}
WHERE {
  ?row xyz:title ?titleCell .
  BIND(IRI(CONCAT("https://example.org/named/", fn:key(?titleCell))) AS ?named)
  OPTIONAL { ?row xyz:id ?id }
  BIND(COALESCE(IRI(CONCAT("https://example.org/numbered/", ?id)), ?named) AS ?practice)
  OPTIONAL { ?row xyz:body ?bodyCell }
  BIND(IRI(CONCAT("https://example.org/body/", fn:key(?bodyCell))) AS ?body)
  BIND(fn:text(?bodyCell, "body") AS ?bodyName)
  { BIND(1 AS ?one) ?row xyz:title ?t . BIND(fn:text(?t, "title") AS ?title) }
  UNION { ?row xyz:text ?x . BIND(fn:text(?x, "text") AS ?text) }
  UNION { ?row xyz:country ?c . BIND(fn:country(?c, "country") AS ?country) }
  UNION { ?row xyz:links/rdfs:member ?l . BIND(fn:url(?l, "links") AS ?page) }
  UNION {
    ?row xyz:from ?f . BIND(IRI(CONCAT("https://example.org/named/", fn:key(?f))) AS ?origin) }
  UNION { ?row xyz:kind ?k . BIND(IRI(CONCAT("https://example.org/kind/", ?k)) AS ?bodyType) }
}
"""

BASE = "http://127.0.0.1:8000"
COLUMNS = ("id", "title", "text", "country", "body", "links", "from", "kind")
Line = dict[str, str]


def line(title: str, **cells: str) -> Line:
    """A row that can enter, with some of its cells changed."""
    return {"title": title, "text": f"What {title} does.", "country": "Latvia", **cells}


def as_csv(path: Path, lines: Sequence[Line]) -> Path:
    """Write the rows as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(lines)
    return path


def as_json(path: Path, lines: Sequence[Line]) -> Path:
    """Write the rows as a JSON array."""
    path.write_text(json.dumps(list(lines)), encoding="utf-8")
    return path


def as_xlsx(path: Path, lines: Sequence[Line]) -> Path:
    """Write the rows as a workbook."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(COLUMNS)
    for cells in lines:
        sheet.append([cells.get(column) for column in COLUMNS])
    book.save(path)
    return path


def mapping_file(folder: Path) -> Path:
    """Write the mapping of the village."""
    path = folder / "village.rq"
    path.write_text(MAPPING, encoding="utf-8")
    return path


def bring(repository: Repository, path: Path, **options: bool) -> Report:
    """Ingest a table of the village."""
    mapping = mapping_file(path.parent)
    return ingest(repository, [path], mapping, **options)  # type: ignore[arg-type]


def digests(repository: Repository) -> dict[str, str | None]:
    """Digest of each live record."""
    return {r.record: r.digest for r in repository.log.live_revisions()}


def fresh(folder: Path, **values: object) -> Repository:
    """A repository with the fast engine."""
    return Repository.open(
        Settings.load(data=folder, validation_engine="turbo", **values)  # the fast one
    )


def live(repository: Repository) -> set[str]:
    """Kind and slug of each live record."""
    return {r.removeprefix(f"{BASE}/id/") for r in digests(repository)}


def statements(repository: Repository, name: str) -> str:
    """What the newest revision of a record says, in N-Triples."""
    latest = repository.log.latest(f"{BASE}/id/{name}")
    assert latest is not None
    assert latest.content is not None
    return latest.content.decode()
