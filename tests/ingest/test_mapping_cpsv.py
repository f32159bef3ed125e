"""Services and bodies of real catalogues in CPSV-AP, each written in its own way."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pyoxigraph as ox
import pytest
from village import digests, fresh, live, statements

from ingest import Report, ingest
from ingest.outcome import Outcome
from practicegraph import export
from practicegraph.errors import MalformedDocument
from practicegraph.profiles.writing import write
from practicegraph.repository import Repository
from sources_kit import secrets

PREFIXES = """\
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix cpsv: <http://purl.org/vocab/cpsv#> .
@prefix cv: <http://data.europa.eu/m8g/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix eli: <http://data.europa.eu/eli/ontology#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with fresh(tmp_path / "data") as found:
        yield found


def turtle(path: Path, text: str) -> Path:
    path.write_text(PREFIXES + text, encoding="utf-8")
    return path


def told(report: Report) -> dict[tuple[str, str], int]:
    """How often something was told, by field and rule, apart from what the shapes wish for."""
    return Counter(
        (p.field, p.rule) for p in report.problems() if not p.rule.startswith(("gpsh:", "http"))
    )


# ---- Trento: RDF/XML, JSON-LD and the workbook that both were made from

TRENTO = "http://www.provincia.tn.it/"
CONTEXT = (
    "https://raw.githubusercontent.com/catalogue-of-services-isa/CPSV-AP/master/releases/2.2.1/"
    "CPSV-AP_v2.2.1.jsonld"
)
DESK = "Allo sportello (tel. 0461 123456), fax al numero 0461 12345"
#: An invented service, and what leads from it, in the terms of the context.
GRAPH: list[dict[str, object]] = [
    {
        "@id": f"{TRENTO}p_1",
        "@type": "PublicService",
        "dct:identifier": f"{TRENTO}p_1",
        "dct:title": {"@language": "it", "@value": "Prestito di slitte"},
        "dct:description": {"@language": "it", "@value": "Si presta una slitta."},
        "dcat:keyword": [{"@language": "it", "@value": "neve"}],
        "hasCompetentAuthority": f"{TRENTO}ca/UFF1",
        "hasContactPoint": f"{TRENTO}hcp/CP1",
        "hasLegalResource": f"{TRENTO}lr/LP-1",
        "hasChannel": f"{TRENTO}ch/CH_1",
        "isDescribedAt": f"{TRENTO}psd/WEB_1",
        "isGroupedBy": f"{TRENTO}le/LE_1",
        "produces": f"{TRENTO}ou/obj",
        "related": [f"{TRENTO}p_1", f"{TRENTO}p_gone"],
        "language": "http://publications.europa.eu/resource/authority/language/ITA",
        "sector": "http://ec.europa.eu/competition/mergers/cases/R93.1",
        "spatial": "http://publications.europa.eu/resource/authority/place/ITA_TRT",
        "status": "http://purl.org/adms/status/UnderDevelopment",
        "thematicArea": "http://publications.europa.eu/resource/authority/data-theme/SOCI",
        "type": "https://unstats.un.org/unsd/cr/registry/regcs.asp?Cl=4&Lg=1&Co=08.1.0",
    },
    {
        "@id": f"{TRENTO}ca/UFF1",
        "@type": "PublicOrganisation",
        "dct:identifier": "ca/UFF1",
        "dct:title": {"@language": "it", "@value": "Ufficio slitte"},
        "skos:prefLabel": {"@language": "it", "@value": "Ufficio slitte"},
        "spatial": "http://publications.europa.eu/resource/authority/place/ITA_TRT",
    },
    {
        "@id": f"{TRENTO}hcp/CP1",
        "@type": "ContactPoint",
        "schema:email": "mario.rossi@slitte.example",
        "schema:telephone": "+39 0461 12 34 56",
    },
    {
        "@id": f"{TRENTO}lr/LP-1",
        "@type": "LegalResource",
        "dct:identifier": "lr/LP-1",
        "eli:description": {"@language": "it", "@value": "Legge sulle slitte"},
    },
    {
        "@id": f"{TRENTO}ch/CH_1",
        "@type": "Channel",
        "dct:identifier": "ch/CH_1",
        "dct:description": {"@language": "it", "@value": DESK},
    },
    {
        "@id": f"{TRENTO}psd/WEB_1",
        "@type": "PublicServiceDataset",
        "landingPage": ["https://slitte.example/a", "https://slitte.example/b"],
    },
    {
        "@id": f"{TRENTO}le/LE_1",
        "@type": "LifeEvent",
        "dct:identifier": "le/LE_1",
        "dct:title": {"@language": "it", "@value": "Arriva un bambino"},
        "type": "http://data.europa.eu/m8g/LifeEvent/HavingAChild",
    },
    {
        "@id": f"{TRENTO}ou/obj",
        "@type": "Output",
        "dct:identifier": "ou/obj",
        "dct:title": {"@language": "it", "@value": "Slitta"},
        "type": "cv:PhysicalObject",
    },
]
SHEETS = {
    "Public Service": [
        {
            "PSURI": "p_1",
            "Name": "Prestito di slitte ",
            "Description": "Si presta\nuna slitta.",
            "Has Competent Authority": "UFF1",
            "Keyword": "neve;\n",
            "Sector": "R93.1 - Sports activities",
            "Thematic Area": "http://publications.europa.eu/resource/authority/data-theme/SOCI",
            "Type": "08.1.0 - Recreational and sporting services (IS)",
            "Language": "italiano",
            "Status": "attivo",
            "Is Grouped By": "LE_1",
            "Requires": None,
            "Related": "p_1; p_gone",
            "Has Legal Resource": "LP-1",
            "Produces": "obj",
            "Spatial": "ITA_TRT-Trento\nhttps://places.example/1",
            "Has Contact Point": "CP1",
            "Has Channel": "CH_1",
            "Is Described At": "WEB_1",
        }
    ],
    "Business Event": [{"BEURI": "BE_1", "Name": "Impresa"}],
    "Life Event": [{"LEURI": "LE_1", "Name": "Arriva un bambino", "Type": "Having a child"}],
    "PS Dataset": [
        {"PSDURI": "WEB_1", "Landing Page": "https://slitte.example/a\nhttps://slitte.example/b"}
    ],
    "Channel": [{"ChannelURI": "CH_1", "Description": DESK}],
    "Legal Resource": [{"LegalResourceURI": "LP-1", "Description": "Legge sulle slitte"}],
    "Public Organisation": [
        {
            "PublicOrganisationURI": "UFF1",
            "Name": "Ufficio slitte",
            "Preferred Label": "Ufficio slitte",
            "Spatial": "ITA_TRT-Trento\nhttps://places.example/1",
        }
    ],
    "Contact Point": [{"ContactURI": "CP1", "email": "mario.rossi@slitte.example"}],
    "Output": [{"OutputURI": "obj", "Name": "Slitta", "Type": "Physical object"}],
}


def json_ld(path: Path, context: str = CONTEXT) -> Path:
    path.write_text(json.dumps({"@context": context, "@graph": GRAPH}), "utf-8")
    return path


def rdf_xml(path: Path, root: Path) -> Path:
    """The same graph in RDF/XML."""
    text = (root / "ingest/mappings/contexts/cpsv-ap-2.2.1.jsonld").read_text("utf-8")
    document = json.dumps({**json.loads(text), "@graph": GRAPH}).encode()
    triples = (quad.triple for quad in ox.parse(document, ox.RdfFormat.JSON_LD))
    path.write_bytes(ox.serialize(triples, format=ox.RdfFormat.RDF_XML) or b"")
    return path


def workbook(path: Path) -> Path:
    """The workbook, padded to the right as the real one is."""
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in SHEETS.items():
        sheet = book.create_sheet(name)
        sheet.append([*rows[0], None, None])
        for row in rows:
            sheet.append([*row.values(), None, None])
    book.save(path)
    return path


def test_three_formats_of_one_catalogue_make_the_same_records(
    repository: Repository, tmp_path: Path, root: Path
) -> None:
    files = [
        json_ld(tmp_path / "servizi.jsonld"),
        rdf_xml(tmp_path / "servizi.rdf", root),
        workbook(tmp_path / "servizi.xlsx"),
    ]
    with ingest(repository, files[:1]) as report:
        assert report.rejected == 0
    assert live(repository) == {"service/prestito-di-slitte", "organisation/ufficio-slitte"}
    first = digests(repository)
    for file in files[1:]:
        with ingest(repository, [file]) as report:
            assert report.counts.of(Outcome.UNCHANGED) == 2, file.name
    assert digests(repository) == first


def test_what_leads_from_a_service_becomes_part_of_it(
    repository: Repository, tmp_path: Path
) -> None:
    with ingest(repository, [workbook(tmp_path / "servizi.xlsx")]) as report:
        assert told(report)["Status", "rule of the mapping"] == 1
    said = statements(repository, "service/prestito-di-slitte")
    record = "http://127.0.0.1:8000/id/service/prestito-di-slitte"
    for name, link, text in (
        ("event-le-le-1", "isGroupedBy", '"Arriva un bambino"@it'),
        ("output-ou-obj", "produces", '"Slitta"@it'),
        ("channel-ch-ch-1", "hasChannel", '"Allo sportello"@it'),
        ("law-lr-lp-1", "hasLegalResource", '"Legge sulle slitte"@it'),
    ):
        assert re.search(rf"<{record}> <[^>]*{link}> <{record}#{name}> [.]", said)
        assert re.search(rf"<{record}#{name}> <[^>]*> {re.escape(text)} [.]", said)
    assert "LifeEvent/HavingAChild" in said
    assert "data.europa.eu/m8g/PhysicalObject" in said
    assert "https://slitte.example/b" in said
    assert f"relatedService> <{record}>" in said
    assert "p_gone" not in said
    assert "status" not in said
    assert not re.search("rossi|0461|hcp", said)


def test_the_context_of_the_documents_is_not_fetched(
    repository: Repository, tmp_path: Path
) -> None:
    with pytest.raises(Exception, match="elsewhere"):
        ingest(repository, [json_ld(tmp_path / "a.jsonld", "https://elsewhere.example/c.jsonld")])


# ---- Estonia: no languages, words instead of addresses, pages as channels

ESTONIA = """
<http://127.0.0.1:3362/X-1> a cpsv:PublicService ;
  dct:title "Boat parking" ; dct:description "Park a boat. Ask contact@boats.example" ;
  dct:language "English" ; cv:sector "Transport" ; dct:type "Information service" ;
  cv:hasCompetentAuthority <http://data.europa.eu/Estonia/PublicOrganisation/Paadid> ;
  cv:hasChannel <http://127.0.0.1:3362/www.boats.example> , <https://boats.example/#Email> ;
  cv:isGroupedBy <http://data.europa.eu/LE/Sailing> , <http://data.europa.eu/BE/Other> ;
  cv:hasFormalFramework <https://laws.example/akt/7> .
<http://127.0.0.1:3362/www.boats.example> a cv:Channel ; dct:type "Homepage" .
<https://boats.example/#Email> a cv:Channel ; dct:type "E-mail" .
<http://data.europa.eu/LE/Sailing> a cv:LifeEvent ; dct:title "Sailing" .
<https://laws.example/akt/7> a cpsv:FormalFramework ; dct:title "Paatide seadus" ;
  dct:description "https://laws.example/akt/7?valid" .
<http://data.europa.eu/Estonia/PublicOrganisation/Paadid> a cv:PublicOrganisation ;
  dct:title "Paadiamet" .
<http://127.0.0.1:3362/X-2> a cpsv:PublicService ; dct:title "Nobody's service" ;
  dct:language "English" .
"""


def test_words_without_language_and_pages_as_channels_are_understood(
    repository: Repository, tmp_path: Path
) -> None:
    with ingest(repository, [turtle(tmp_path / "est.ttl", ESTONIA)]) as report:
        assert report.sources[0].mapping == "cpsv-ap-estonia.rq"
        assert report.counts.of(Outcome.REJECTED, "service") == 1
        found = told(report)
    assert found["cv:sector", "rule of the mapping"] == 1
    assert found["dct:type", "rule of the mapping"] == 1
    assert found["cv:hasChannel", "web address"] == 1
    assert live(repository) == {"service/boat-parking", "organisation/paadiamet"}
    assert '"Paadiamet"@et' in statements(repository, "organisation/paadiamet")
    assert "127.0.0.1:3362" not in statements(repository, "organisation/paadiamet")
    said = statements(repository, "service/boat-parking")
    assert '"Boat parking"@en' in said
    assert '"Paatide seadus"@et' in said
    assert "<https://laws.example/akt/7?valid>" in said
    assert "<https://www.boats.example>" in said
    assert "language/ENG" in said
    assert "country/EST" in said
    assert "<http://data.europa.eu/BE/Other>" in said
    assert not re.search("3362|contact@|#Email", said)


# ---- Norway: several documents about the same things, bodies known by their number

NORWAY = "https://raw.githubusercontent.com/Informasjonsforvaltning/cpsv-ap-no/"
FIRST = f"""
<{NORWAY}body> a cv:PublicOrganisation ; skos:prefLabel "Båtetaten"@nb , "Boat agency"@en ;
  dct:title "Båtetaten"@nb ;
  dct:identifier "https://one.example/organizations/123456789"^^xsd:anyURI ;
  dct:spatial <http://publications.europa.eu/resource/authority/country/NOR> ,
    <https://map.example/9> .
<{NORWAY}service> a cpsv:PublicService ; dct:title "Båtplass"@nb , "Berth"@en ;
  dct:description "En plass for en båt."@nb ;
  cv:hasCompetentAuthority <https://two.example/organizations/123456789> ;
  adms:status <http://purl.org/adms/status/Completed> .
<http://test.no/services/7> a cpsv:PublicService ; dct:title "Lost"@en ;
  dct:description "Lost."@en ;
  cv:hasCompetentAuthority <https://two.example/organizations/nobody> .
[] a cpsv:PublicService ; dct:title "Left aside"@en .
"""
SECOND = f"""
<{NORWAY}body> a cv:PublicOrganisation ; skos:prefLabel "Båtetaten_nb"@nb , "Båtetaten"@nn .
"""


def test_a_body_is_found_by_its_number_and_documents_that_disagree_are_told(
    repository: Repository, tmp_path: Path
) -> None:
    folder = tmp_path / "no"
    folder.mkdir()
    turtle(folder / "a.ttl", FIRST)
    turtle(folder / "b.ttl", SECOND)
    with ingest(repository, [folder]) as report:
        assert report.counts.rows == 3
        assert report.counts.of(Outcome.REJECTED, "service") == 1
        found = told(report)
    assert found["skos:prefLabel", "rule of the mapping"] == 1
    assert found["dct:spatial", "rule of the mapping"] == 1
    assert found["cv:hasCompetentAuthority", "rule of the mapping"] == 1
    assert found["", "subjects of the source"] == 1
    assert live(repository) == {"service/berth", "organisation/boat-agency"}
    body = statements(repository, "organisation/boat-agency")
    assert '"Båtetaten"@nb' in body
    assert '"Båtetaten"@nn' in body
    assert "_nb" not in body
    assert "hasCompetentAuthority> <http://127.0.0.1:8000/id/organisation/boat-agency>" in (
        statements(repository, "service/berth")
    )
    assert "status/Completed" in statements(repository, "service/berth")


# ---- any other catalogue

FINLAND = """
<https://kaupunki.example/body> a cv:PublicOrganisation ; dct:title "Koirakaupunki" ;
  dct:spatial <http://publications.europa.eu/resource/authority/country/FIN> .
<https://kaupunki.example/park> a cpsv:PublicService ; dct:title "Koirapuisto" ;
  dct:description "Kaupunki ylläpitää aidattuja puistoja, joissa koirat saavat juosta vapaina." ;
  dct:language "Finnish" ; cv:hasCompetentAuthority <https://kaupunki.example/body> .
<https://kaupunki.example/bath> a cpsv:PublicService ; dct:title "Talvinen uintipaikka koirille" ;
  dct:description "Kaupunki ylläpitää uimapaikkaa, jossa koirat saavat uida myös talvella." ;
  cv:hasCompetentAuthority <https://kaupunki.example/body> .
"""


def test_any_document_is_read_by_the_general_mapping_which_tells_its_guesses(
    repository: Repository, tmp_path: Path
) -> None:
    with ingest(repository, [turtle(tmp_path / "fi.ttl", FINLAND)], "cpsv-ap") as report:
        assert report.rejected == 0
        assert told(report)["dct:title", "language"] == 2
    park = statements(repository, "service/koirapuisto")
    assert '"Koirapuisto"@fi' in park  # the service says its language
    assert "source> <https://kaupunki.example/park>" in park
    bath = statements(repository, "service/talvinen-uintipaikka-koirille")
    assert '"Talvinen uintipaikka koirille"@fi' in bath  # a guess
    assert '"Koirakaupunki"@und' in statements(repository, "organisation/koirakaupunki")


def test_a_mapping_of_four_lines_reads_a_catalogue_whose_language_is_known(
    repository: Repository, tmp_path: Path, root: Path
) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    shared = (root / "ingest/mappings/cpsv-ap.rq").read_text("utf-8")
    (folder / "shared.rq").write_text(shared, "utf-8")
    own = folder / "town.rq"
    own.write_text(
        "#+ source: town\n#+ title: A town\n#+ homepage: https://kaupunki.example/\n"
        "#+ query: shared.rq\n#+ classes: cv:PublicOrganisation, cpsv:PublicService\n"
        "#+ language: fi\n",
        "utf-8",
    )
    with ingest(repository, [turtle(tmp_path / "fi.ttl", FINLAND)], own) as report:
        assert told(report) == {}
    said = statements(repository, "organisation/koirakaupunki")
    assert '"Koirakaupunki"@fi' in said
    assert "source> <https://kaupunki.example/>" in said


# ---- the real files


def imported(folder: Path, tmp: Path, *, skip_broken: bool = False) -> tuple[Repository, Report]:
    repository = fresh(tmp / "data")
    return repository, ingest(repository, [folder], skip_broken=skip_broken)


def exports(repository: Repository, folder: Path) -> str:
    """All that the repository gives out, in one syntax."""
    repository.catch_up()
    export.write(repository, "nt", folder / "all.nt")
    return (folder / "all.nt").read_text("utf-8")


def violations(report: Report) -> set[tuple[str, str]]:
    """The last step of a subject, and the field for which it was rejected."""
    return {
        (p.place.rpartition("/")[2], p.field)
        for p in report.problems()
        if p.severity == "violation" and p.place
    }


def test_the_services_of_trento_come_in_from_three_files_as_one(
    third_party: Path, tmp_path: Path
) -> None:
    folder = third_party / "cpsv-ap-trento"
    repository, report = imported(folder, tmp_path)
    with repository, report:
        assert report.counts.of(Outcome.CREATED, "service") == 45
        assert report.counts.of(Outcome.CREATED, "organisation") == 14
        assert report.rejected == 0
        # The RDF lost the line breaks in descriptions, so that words and signs run together there.
        assert told(report)["", "one description"] == 39
        first = digests(repository)
        with ingest(repository, [folder / "servizi_famiglia.rdf"]) as again:
            assert again.counts.of(Outcome.UNCHANGED) == 59
        with ingest(repository, [folder / "servizifamiglia.xlsx"]) as again:
            assert again.counts.of(Outcome.UPDATED) == 39
            fields = {d.path for c in again.changes() for d in c.differences}
            assert fields == {"http://purl.org/dc/terms/description"}
        assert digests(repository).keys() == first.keys()
        assert not {s for s in secrets(folder) if s in exports(repository, tmp_path)}


def test_the_services_of_estonia_come_in(third_party: Path, tmp_path: Path) -> None:
    folder = third_party / "cpsv-ap-estonia"
    repository, report = imported(folder, tmp_path)
    with repository, report:
        assert report.counts.of(Outcome.CREATED, "service") == 27
        assert report.counts.of(Outcome.CREATED, "organisation") == 30
        assert violations(report) == {
            ("PPA-048", "dct:description"), ("PPA-048", "cv:hasCompetentAuthority")
        }  # fmt: skip
        given = exports(repository, tmp_path)
        assert "127.0.0.1:3362" not in given
        assert '"Päästeamet"@et' in given
        assert '"Forest Department"@en' in given
        assert not {s for s in secrets(folder) if s in given}


#: The Norwegian files that are broken on purpose: the line, and the cause.
BROKEN = {
    "examples/exKontaktPunkt.ttl": (11, "prefix xsd"),
    "examples/exOffentligTjeneste.ttl": (77, "dot is expected"),
    "examples/exRegulativRessursDummy.ttl": (11, "prefix rdfs"),
    "examples/exTidsrom.ttl": (9, "prefix time"),
    "harvester/harvest_error_response.ttl": (4, "prefix dct"),
}


def test_the_services_of_norway_come_in_without_the_broken_files(
    third_party: Path, tmp_path: Path
) -> None:
    folder = third_party / "cpsv-ap-no"
    repository, report = imported(folder, tmp_path, skip_broken=True)
    with repository, report:
        assert report.counts.of(Outcome.CREATED, "service") == 2
        assert report.counts.of(Outcome.CREATED, "organisation") == 3
        assert violations(report) == {
            ("0", "dct:description"), ("0", "cv:hasCompetentAuthority"),
            ("1", "cv:hasCompetentAuthority"), ("3", "cv:hasCompetentAuthority"),
        }  # fmt: skip
        broken = {
            p.file: next(iter(p.messages.values()))
            for p in report.problems()
            if p.severity == "violation" and not p.place
        }
        assert broken.keys() == BROKEN.keys()
        for file, (line, cause) in BROKEN.items():
            assert f"{file}, line {line}," in broken[file]
            assert cause in broken[file]
        assert not {s for s in secrets(folder) if s in exports(repository, tmp_path)}


@pytest.mark.parametrize("file", BROKEN)
def test_each_broken_file_of_norway_is_named_with_line_and_cause(
    third_party: Path, tmp_path: Path, file: str
) -> None:
    line, cause = BROKEN[file]
    name = file.rpartition("/")[2]
    with fresh(tmp_path / "data") as repository:
        with pytest.raises(MalformedDocument, match=rf"{re.escape(name)}, line {line},.*{cause}"):
            ingest(repository, [third_party / "cpsv-ap-no" / file])
        assert repository.log.last_seq() == 0


# ---- documents that conform to CPSV-AP, as they are

CONFORMING = """
<https://town.example/body> a cv:PublicOrganisation ; skos:prefLabel "Town"@en , "Pilsēta"@lv ;
  dct:spatial <http://publications.europa.eu/resource/authority/country/LVA> .
<https://town.example/service> a cpsv:PublicService ; dct:identifier "S-1" ;
  dct:title "Swimming lessons"@en ; dct:description "Teaches how to swim."@en ;
  cv:hasCompetentAuthority <https://town.example/body> .
<urn:uuid:7d4> a cpsv:PublicService ; dct:identifier "S-2" ;
  dct:title "Diving lessons"@en ; dct:description "Teaches how to dive."@en ;
  cv:hasCompetentAuthority <https://town.example/body> .
"""


def test_a_conforming_document_is_taken_as_it_is(repository: Repository, tmp_path: Path) -> None:
    with ingest(repository, [turtle(tmp_path / "town.ttl", CONFORMING)]) as report:
        assert [s.mapping for s in report.sources] == [None]
        assert violations(report) == {("urn:uuid:7d4", "dct:source")}
    assert live(repository) == {"service/swimming-lessons", "organisation/town"}
    body = statements(repository, "organisation/town")
    for name in ("prefLabel", "title", "name"):
        assert f'{name}> "Pilsēta"@lv' in body
    said = statements(repository, "service/swimming-lessons")
    assert "source> <https://town.example/service>" in said
    assert 'identifier> "S-1"' in said


def test_what_is_exported_as_cpsv_ap_comes_back_as_it_was(
    repository: Repository, tmp_path: Path, root: Path
) -> None:
    bundled = root / "ingest" / "bundled"
    with ingest(repository, [bundled / "organisations", bundled / "services"]) as report:
        assert report.rejected == 0
    before = live(repository)
    repository.catch_up()
    exported = tmp_path / "services.ttl"
    write(repository, "cpsv-ap", "ttl", exported)
    with (
        fresh(tmp_path / "other") as other,
        ingest(other, [exported]) as report,
    ):
        assert report.rejected == 0
        assert live(other) == before


def test_the_example_of_cpsv_ap_is_taken_as_it_is(
    repository: Repository, third_party: Path
) -> None:
    example = third_party / "reference-shapes/cpsv-ap/example-rdf_public_service.ttl"
    with ingest(repository, [example]) as report:
        assert report.rejected == 0
    assert live(repository) == {
        "service/tax-on-web", "organisation/federal-public-service-finance"
    }  # fmt: skip
