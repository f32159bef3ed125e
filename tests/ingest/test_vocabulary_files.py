"""Files of official vocabularies: what is read of them, what is kept, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from ingest import ingest
from ingest.vocabularies import Columns, Outcome, load_documents, unload
from ingest.vocabularies import facts as facts_module
from practicegraph.concepts import Vocabularies, bundled
from practicegraph.errors import (
    ForbiddenReference,
    InvalidInput,
    MalformedDocument,
    NotFound,
    TooLarge,
    UnsupportedMediaType,
)
from practicegraph.namespaces import DCT, OWL, SKOS, XSD
from practicegraph.repository import Repository
from practicegraph.settings import Settings
from vocabulary_kit import COUNTRIES, COUNTRY, THEME, THEMES, files_at, lay

EUVOC = "http://publications.europa.eu/ontology/euvoc#"
NUTS = "http://data.europa.eu/nuts/code/{code}"
SCHEME = "http://data.europa.eu/nuts/scheme/2024"

Write = Callable[[str, str], Path]


@pytest.fixture
def repository(settings: Settings) -> Iterator[Repository]:
    with Repository.open(settings) as repository:
        yield repository


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, text: str) -> Path:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return write


def about(vocabularies: Vocabularies, name: str, concept: str) -> dict[str, set[str]]:
    """Property → values of a concept, as the list in force has them."""
    found: dict[str, set[str]] = {}
    for triple in vocabularies[name].triples:
        if triple.subject == ox.NamedNode(concept):
            name_ = triple.predicate.value.removeprefix(SKOS)
            found.setdefault(name_, set()).add(str(triple.object))
    return found


# --- RDF --------------------------------------------------------------------------------------


def test_a_table_of_the_european_union_is_read_by_its_own_words(
    repository: Repository, write: Write
) -> None:
    report = lay(repository, write("countries-skos.rdf", COUNTRIES))
    [result] = report.results
    assert (result.outcome, result.name, result.scheme) == (Outcome.LOADED, "countries", COUNTRY)
    assert (result.concepts, result.languages) == (2, ("de", "en", "it"))
    known = repository.log.vocabularies()
    assert known.find("countries", "Bundesrepublik Deutschland") == {f"{COUNTRY}/DEU"}
    germany = about(known, "countries", f"{COUNTRY}/DEU")
    assert germany["notation"] == {'"DEU"', '"DE"'}
    assert germany[EUVOC + "startDate"] == {f'"1990-10-03"^^<{XSD}date>'}
    assert '"Germania"@it' in germany["altLabel"]  # ours, where the table has another one
    assert '"Alemania"@es' in germany["prefLabel"]
    assert OWL + "deprecated" not in germany
    past = about(known, "countries", f"{COUNTRY}/DDR")
    assert past[OWL + "deprecated"] == {f'"true"^^<{XSD}boolean>'}
    assert past[EUVOC + "endDate"] == {f'"1990-10-02"^^<{XSD}date>'}


def test_addresses_of_people_are_left_out(repository: Repository, write: Write) -> None:
    [result] = lay(repository, write("countries.rdf", COUNTRIES)).results
    assert result.notes == ("e-mail addresses or telephone numbers left out: 1",)
    [table] = repository.log.vocabularies().tables
    assert b"desk@example.org" not in table.content
    assert b'altLabel> "DDR"@en' in table.content


def test_skos_xl_labels_and_definitions_are_read_where_plain_ones_are_absent(
    repository: Repository, write: Write
) -> None:
    [result] = lay(repository, write("theme.ttl", THEMES)).results
    # A top concept that the scheme names and nobody describes is none.
    assert (result.name, result.concepts) == ("data-themes", 3)
    assert result.notes == (
        f"{THEME}/OLD have two preferred labels in one language; one is kept as such",
    )
    known = repository.log.vocabularies()
    government = about(known, "data-themes", f"{THEME}/GOVE")
    assert government["prefLabel"] >= {
        '"Government and public sector"@en',
        '"Regierung und öffentlicher Sektor"@de',
    }
    assert government["definition"] == {'"What governments do."@en'}
    assert about(known, "data-themes", f"{THEME}/MADEUP")["prefLabel"] == {'"Made up"@en'}
    old = about(known, "data-themes", f"{THEME}/OLD")
    assert (old["prefLabel"], old["altLabel"]) == ({'"Old"@en'}, {'"Older"@en'})
    assert old["broader"] == {f"<{THEME}/MADEUP>"} == old[DCT + "isReplacedBy"]
    assert known.deprecated(f"{THEME}/OLD")
    assert about(known, "data-themes", THEME)[DCT + "license"]


def test_a_second_load_of_the_same_changes_nothing(repository: Repository, write: Write) -> None:
    files = write("a.rdf", COUNTRIES), write("b.ttl", THEMES)
    assert lay(repository, *files).changed
    before = repository.log.vocabularies()
    again = lay(repository, *files)
    assert not again.changed
    assert {result.outcome for result in again.results} == {Outcome.UNCHANGED}
    assert repository.log.vocabularies() is before


def test_a_dry_run_says_what_the_load_then_does(repository: Repository, write: Write) -> None:
    file = write("countries.rdf", COUNTRIES)
    planned = lay(repository, file, dry_run=True)
    assert repository.log.vocabularies() == bundled()
    assert lay(repository, file).results == planned.results
    other = write("countries.rdf", COUNTRIES.replace("Bundesrepublik Deutschland", "BRD"))
    assert [r.outcome for r in lay(repository, other, dry_run=True).results] == [Outcome.CHANGED]


def test_one_vocabulary_in_several_files_is_loaded_once(
    repository: Repository, write: Write
) -> None:
    words = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> ."
    one = f'{words} <urn:s:x> skos:inScheme <urn:s> ; skos:prefLabel "X"@en .'
    two = f'{words} <urn:s:x> skos:inScheme <urn:s> ; skos:prefLabel "Ics"@it .'
    files = write("x.ttl", one), write("y.ttl", two)
    [result] = lay(repository, *files).results
    assert (result.files, result.languages) == (("x.ttl", "y.ttl"), ("en", "it"))
    assert not lay(repository, *files).changed


def test_concepts_in_no_scheme_need_one(repository: Repository, write: Write) -> None:
    file = write(
        "x.ttl",
        "<urn:x> a <http://www.w3.org/2004/02/skos/core#Concept> ; "
        '<http://www.w3.org/2004/02/skos/core#prefLabel> "X" .',
    )
    with pytest.raises(InvalidInput, match=r"x.ttl has 1 concepts that are in no scheme.*--scheme"):
        lay(repository, file)
    with pytest.raises(InvalidInput, match="is not an IRI"):
        load_documents(repository, files_at(file), agent="test", scheme="kinds of things")
    scheme = "https://example.org/conceptscheme/Kinds"
    [result] = load_documents(repository, files_at(file), agent="test", scheme=scheme).results
    assert (result.name, result.scheme, result.concepts) == ("kinds", scheme, 1)
    assert repository.log.vocabularies().find(scheme, "x") == {"urn:x"}


def test_one_scheme_of_several_is_chosen_by_its_iri(repository: Repository, write: Write) -> None:
    place = "<http://www.w3.org/2004/02/skos/core#inScheme>"
    file = write("two.ttl", f"<urn:a:1> {place} <urn:a> . <urn:b:1> {place} <urn:b> .")
    with pytest.raises(InvalidInput, match="--name is for one vocabulary"):
        load_documents(repository, files_at(file), agent="test", name="mine")
    with pytest.raises(InvalidInput, match="no concept of the scheme urn:c; it has urn:a, urn:b"):
        load_documents(repository, files_at(file), agent="test", scheme="urn:c")
    load_documents(repository, files_at(file), agent="test", scheme="urn:b", name="mine")
    assert [t.name for t in repository.log.vocabularies().tables] == ["mine"]
    with pytest.raises(InvalidInput, match="urn:b is loaded as 'mine'"):
        load_documents(repository, files_at(file), agent="test", scheme="urn:b", name="yours")
    with pytest.raises(InvalidInput, match="urn:b is loaded as 'mine' already; give urn:a another"):
        load_documents(repository, files_at(file), agent="test", scheme="urn:a", name="mine")


def test_a_table_without_a_scheme_lies_over_the_list_that_has_its_concepts(
    repository: Repository, write: Write
) -> None:
    goal = (
        "<http://metadata.un.org/sdg/3> <http://www.w3.org/2004/02/skos/core#inScheme> "
        "<http://metadata.un.org/sdg> ; "
        '<http://www.w3.org/2004/02/skos/core#prefLabel> "Bonne santé"@fr .'
    )
    [result] = lay(repository, write("sdg.ttl", goal)).results
    assert result.name == "sustainable-development-goals"
    known = repository.log.vocabularies()
    assert len(known.find("sustainable-development-goals", "bonne santé")) == 1
    assert len(known.members("sustainable-development-goals")) == 17


@pytest.mark.parametrize(
    ("scheme", "name"),
    [
        ("http://data.europa.eu/nuts/scheme/2021", "nuts-2021"),
        ("https://w3id.org/x/classifications/life-event", "life-event"),
        ("urn:x:Één Lijst".replace(" ", "_"), "een-lijst"),
        ("https://example.org/def#codes", "codes"),
    ],
)
def test_a_vocabulary_is_called_by_what_tells_in_its_iri(
    repository: Repository, write: Write, scheme: str, name: str
) -> None:
    text = f"<urn:x> <http://www.w3.org/2004/02/skos/core#inScheme> <{scheme}> ."
    assert [r.name for r in lay(repository, write("x.ttl", text)).results] == [name]


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "fault", "message"),
    [
        ("a.ttl", "<urn:x> a <urn:y> .\n<urn:x> <urn:p ", MalformedDocument, "a.ttl, line 2"),
        ("a.rdf", "<rdf:RDF>\n<x>", MalformedDocument, "a.rdf, line"),
        ("a.jsonld", '{"@context": "https://else.example/c"}', ForbiddenReference, "not fetched"),
        ("a.csv", "code,label\nA,B", InvalidInput, "a.csv is a table.*--code"),
        ("a.doc", "x", UnsupportedMediaType, "a.doc is not in an RDF syntax"),
        ("a.ttl", "<urn:x> a <urn:y> .", InvalidInput, "a.ttl holds no concept scheme"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name_and_cause_and_nothing_is_loaded(
    repository: Repository,
    write: Write,
    name: str,
    text: str,
    fault: type[Exception],
    message: str,
) -> None:
    good = write("good.ttl", THEMES)
    with pytest.raises(fault, match=message):
        lay(repository, good, write(name, text))
    assert repository.log.vocabularies() == bundled()


def test_what_is_broken_may_be_skipped(repository: Repository, write: Write) -> None:
    files = [*files_at(write("a.ttl", "<urn:x")), *files_at(write("b.ttl", THEMES))]
    report = load_documents(repository, files, agent="test", skip_broken=True)
    assert [(r.files, r.outcome) for r in report.results] == [
        (("a.ttl",), Outcome.REFUSED),
        (("b.ttl",), Outcome.LOADED),
    ]
    assert report.refused
    assert "a.ttl, line 1" in report.results[0].error


@pytest.mark.parametrize(
    "iri",
    [
        "https://w3id.org/practicegraph/scheme/maturity/pilot",
        "http://127.0.0.1:8000/id/practice/x",
    ],
)
def test_no_table_speaks_for_our_terms_or_for_records(
    repository: Repository, write: Write, iri: str
) -> None:
    text = f"<{iri}> <http://www.w3.org/2004/02/skos/core#inScheme> <urn:mine> ."
    with pytest.raises(InvalidInput, match="belongs to PracticeGraph or to a record"):
        lay(repository, write("x.ttl", text))


@pytest.mark.parametrize("name", ["maturity", "gp", "Not a name", "../up"])
def test_names_of_our_own_and_odd_ones_are_refused(
    repository: Repository, write: Write, name: str
) -> None:
    with pytest.raises(InvalidInput, match="name"):
        load_documents(repository, files_at(write("x.ttl", THEMES)), agent="test", name=name)


def test_a_load_is_bounded(
    repository: Repository, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts_module, "MAX_STATEMENTS", 10)
    with pytest.raises(TooLarge, match="more than 10 statements"):
        lay(repository, write("x.ttl", THEMES))


def test_only_what_is_loaded_can_be_unloaded(repository: Repository, write: Write) -> None:
    lay(repository, write("x.ttl", THEMES))
    with pytest.raises(NotFound, match="'countries'; loaded are: data-themes"):
        unload(repository, "countries", agent="test")
    unload(repository, "data-themes", agent="test")
    assert repository.log.vocabularies() == bundled()


# --- tables -----------------------------------------------------------------------------------


def columns(**more: str) -> Columns:
    found = Columns.of("nut3", NUTS, ["label"], broader="nut1", titles=["Places@en"], **more)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_table_with_codes_becomes_a_vocabulary(repository: Repository, write: Write) -> None:
    file = write("nuts.csv", "\ufeffnut1;nut3;label\nLV;LV;LATVIJA\nLV;LV006;Rīga \n")
    [result] = load_documents(
        repository, files_at(file), agent="test", scheme=SCHEME, columns=columns()
    ).results
    assert (result.name, result.concepts, result.languages) == ("nuts-2024", 2, ("",))
    known = repository.log.vocabularies()
    riga = "http://data.europa.eu/nuts/code/LV006"
    assert known.find("nuts-2024", "rīga") == {riga} == known.find(SCHEME, "LV006")
    assert about(known, "nuts-2024", riga)["broader"] == {"<http://data.europa.eu/nuts/code/LV>"}
    assert "broader" not in about(known, "nuts-2024", "http://data.europa.eu/nuts/code/LV")


def test_labels_of_a_table_have_a_language_each(repository: Repository, write: Write) -> None:
    file = write("events.csv", "code,ITA,DEU,what\n1.0,Avvio impresa,Gründung,Per chi inizia\n")
    read = Columns.of(
        "code",
        "https://example.org/event/{code}",
        ["ITA@it", "DEU@de"],
        definitions=["what@it"],
    )
    load_documents(repository, files_at(file), agent="test", scheme="urn:events", columns=read)
    [event] = repository.log.vocabularies().members("events").items()
    assert event == (
        "https://example.org/event/1.0",
        {"it": "Avvio impresa", "de": "Gründung"},
    )


@pytest.mark.parametrize(
    ("text", "fault", "message"),
    [
        ("a;b\nx;y\n", InvalidInput, "nuts.csv has no column 'nut3'; it has 'a', 'b'"),
        ("nut1;nut3;label\nLV;;x\n", MalformedDocument, "nuts.csv, line 2: there is no code"),
        ('nut1;nut3;label\nLV;"LV', MalformedDocument, "nuts.csv, line 2"),
    ],
)
def test_a_table_that_cannot_be_used_names_file_and_line(
    repository: Repository, write: Write, text: str, fault: type[Exception], message: str
) -> None:
    file = files_at(write("nuts.csv", text))
    with pytest.raises(fault, match=message):
        load_documents(repository, file, agent="test", scheme=SCHEME, columns=columns())


@pytest.mark.parametrize(
    ("code", "template", "labels", "message"),
    [
        ("c", None, ["l"], "--code COLUMN --label"),
        (None, NUTS, ["l"], "--code COLUMN --label"),
        ("c", NUTS, [], "--code COLUMN --label"),
        ("c", "https://example.org/x", ["l"], "does not hold {code} once"),
        ("c", "no iri {code}", ["l"], "makes no IRI"),
    ],
)
def test_what_is_said_of_columns_must_be_whole(
    code: str | None, template: str | None, labels: list[str], message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        Columns.of(code, template, labels)


def test_a_table_needs_its_scheme(repository: Repository, write: Write) -> None:
    file = files_at(write("nuts.csv", "nut1;nut3;label\nLV;LV;x\n"))
    with pytest.raises(InvalidInput, match="give its IRI with --scheme"):
        load_documents(repository, file, agent="test", columns=columns())


# --- ingestion --------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2])
def test_mappings_and_rules_look_concepts_up_in_the_tables_that_are_loaded(
    repository: Repository, write: Write, workers: int
) -> None:
    mapping = write(
        "places.rq",
        """#+ source: places
#+ title: Places
#+ homepage: https://example.org/places
#+ licence: https://creativecommons.org/licenses/by/4.0/
#+ columns: name, country
#+ identity: name
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX gp: <https://w3id.org/practicegraph/ns#>
PREFIX xyz: <http://sparql.xyz/facade-x/data/>
PREFIX fn: <https://w3id.org/practicegraph/function#>
PREFIX maturity: <https://w3id.org/practicegraph/scheme/maturity/>
PREFIX level: <https://w3id.org/practicegraph/scheme/evidence-level/>
CONSTRUCT {
  ?identity a gp:GoodPractice , dcat:Resource ; dct:title ?title ; dct:description ?title ;
    dcat:theme ?theme ; dct:spatial ?country ; dct:source ?homepage ; gp:maturity maturity:pilot ;
    gp:evidenceLevel level:unassessed .
} WHERE {
  ?row xyz:name ?name ; xyz:country ?said .
  BIND (STRLANG(STR(?name), "en") AS ?title)
  BIND (fn:country(?said, "country") AS ?country)
  BIND (IRI("http://publications.europa.eu/resource/authority/data-theme/MADEUP") AS ?theme)
}
""",
    )
    rows = write("places.csv", "name,country\nA place,Deutschland\n")
    with ingest(repository, [rows], mapping=mapping, dry_run=True) as before:
        assert before.rejected
    lay(repository, write("countries.rdf", COUNTRIES), write("themes.ttl", THEMES))
    with ingest(repository, [rows], mapping=mapping, workers=workers) as after:
        assert not after.rejected
    [revision] = repository.log.live_revisions()
    assert f"<{COUNTRY}/DEU>".encode() in (revision.content or b"")


# --- real files -------------------------------------------------------------------------------


def test_the_table_of_countries_gives_labels_in_the_languages_of_the_union(
    repository: Repository, third_party: Path
) -> None:
    report = load_documents(repository, files_at(third_party / "vocabularies"), agent="test")
    found = {result.name: result for result in report.results}
    countries = found["countries"]
    assert countries.concepts == 284
    assert len(countries.languages) == 43
    known = repository.log.vocabularies()
    germany = known.members("countries")[f"{COUNTRY}/DEU"]
    union = "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv".split()
    assert set(union) <= set(germany)
    for name in ("Deutschland", "Saksamaa", "Γερμανία", "DE", "Vācija"):
        assert known.find(COUNTRY, name) == {f"{COUNTRY}/DEU"}, name
    assert known.find(COUNTRY, "Burma") == {f"{COUNTRY}/MMR"}  # and not what it was before
    assert {"data-themes", "cofog-2009", "life-event", "business-event", "channel"} <= set(found)
    again = load_documents(repository, files_at(third_party / "vocabularies"), agent="test")
    assert not again.changed
    assert not any(b"@" in t.content and b"mailto" in t.content for t in known.tables)


def test_all_names_that_our_lists_know_mean_the_same_under_the_real_tables(
    repository: Repository, third_party: Path
) -> None:
    load_documents(repository, files_at(third_party / "vocabularies" / "eu"), agent="test")
    known, ours = repository.log.vocabularies(), bundled()
    others = [
        (name, text)
        for name in ("countries", "data-themes")
        for text in ours[name].names
        if known.find(name, text) != ours.find(name, text)
    ]
    # The one half of the island was called as the whole is, in the table of the Union.
    assert others == [("countries", "san martín")]


@pytest.mark.parametrize(
    ("file", "name", "scheme", "read", "size", "text", "concept"),
    [
        (
            "nuts-1-3.csv",
            "nuts",
            SCHEME,
            Columns.of("nut3", NUTS, ["label"], broader="nut1"),
            2017,
            "Veri",
            "http://data.europa.eu/nuts/code/AL01",
        ),
        (
            "policy_codes.csv",
            "policy-codes",
            "https://example.org/policy",
            Columns.of(
                "Policy code", "https://example.org/policy/{code}", ["information or procedure@en"]
            ),
            133,
            "Travel within the Union",
            "https://example.org/policy/A",
        ),
    ],
)
def test_real_tables_of_codes_load_too(
    repository: Repository,
    third_party: Path,
    file: str,
    name: str,
    scheme: str,
    read: Columns,
    size: int,
    text: str,
    concept: str,
) -> None:
    [result] = load_documents(
        repository,
        files_at(third_party / "sdg-notified-links" / file),
        agent="test",
        name=name,
        scheme=scheme,
        columns=read,
    ).results
    assert (result.name, result.concepts) == (name, size)
    assert repository.log.vocabularies().find(name, text) == {concept}


def test_flemish_vocabularies_load_with_and_without_a_declared_scheme(
    repository: Repository, third_party: Path
) -> None:
    folder = third_party / "flanders-lpdc"
    names = ("your-europe-categories", "nuts-lau-2021", "bestuurseenheid-classification-codes")
    report = lay(repository, *(folder / f"{name}.ttl" for name in names))
    assert {result.name: result.concepts for result in report.results} == {
        "youreuropecategorie": 133,
        "nuts-2021": 364,
        "bestuurseenheidclassificatiecode": 19,
    }
