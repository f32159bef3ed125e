"""Short lists with official tables laid over them, wherever concepts are looked up."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import IRIS
from practicegraph import queries
from practicegraph.concepts import Table, Vocabularies, bundled
from practicegraph.concepts.overlay import laid_over
from practicegraph.errors import InvalidInput
from practicegraph.graph import Graph
from practicegraph.namespaces import DCAT, DCT, GP, OWL, RDF_TYPE, SCHEME, SKOS, XSD
from practicegraph.parameters import Parameter
from practicegraph.record import Record
from practicegraph.repository import Repository
from practicegraph.revisions import Provenance
from practicegraph.settings import Settings
from practicegraph.validation import EngineName, Validator

COUNTRY = "http://publications.europa.eu/resource/authority/country"
THEME = "http://publications.europa.eu/resource/authority/data-theme"
TRUE = ox.Literal("true", datatype=ox.NamedNode(XSD + "boolean"))

Said = tuple[str, str, ox.NamedNode | ox.Literal]


def triples(*said: Said) -> list[ox.Triple]:
    """Statements from an IRI, the name of a property of SKOS or an IRI, and a value."""
    return [
        ox.Triple(ox.NamedNode(s), ox.NamedNode(p if ":" in p else SKOS + p), o) for s, p, o in said
    ]


def text(value: str, tag: str = "en") -> ox.Literal:
    return ox.Literal(value, language=tag)


def table(name: str, scheme: str, *said: Said) -> Table:
    concepts = {s for s, _, _ in said}
    places: list[Said] = [(s, "inScheme", ox.NamedNode(scheme)) for s in concepts]
    return Table.of(name, scheme, triples(*said, *places), "test")


COUNTRIES = table(
    "countries",
    COUNTRY,
    (f"{COUNTRY}/DEU", "prefLabel", text("Deutschland", "de")),
    (f"{COUNTRY}/DEU", "prefLabel", text("Federal Germany")),
    (f"{COUNTRY}/DDR", "prefLabel", text("Germany")),
    (f"{COUNTRY}/DDR", OWL + "deprecated", TRUE),
    (f"{COUNTRY}/NEW", "prefLabel", text("Newland")),
    (f"{COUNTRY}/NEW", "hiddenLabel", text("Italy")),
)
THEMES = table(
    "data-themes",
    THEME,
    (f"{THEME}/SPACE", "prefLabel", text("Space")),
    (f"{THEME}/PAST", "prefLabel", text("Past")),
    (f"{THEME}/PAST", OWL + "deprecated", TRUE),
    (f"{THEME}/PAST", DCT + "isReplacedBy", ox.NamedNode(f"{THEME}/SPACE")),
)


@pytest.fixture
def repository(settings: Settings) -> Iterator[Repository]:
    with Repository.open(settings) as repository:
        yield repository


def load(repository: Repository, *tables: Table) -> list[bool]:
    with repository.log.writing() as transaction:
        return [transaction.load_table(each, "test") for each in tables]


# --- looking concepts up ----------------------------------------------------------------------


def test_a_concept_is_found_by_the_names_of_both_the_table_and_the_list() -> None:
    known = Vocabularies([COUNTRIES])
    for name in ("Deutschland", "federal  GERMANY", "Germania", "DE", "DEU"):
        for vocabulary in ("countries", COUNTRY):
            assert known.find(vocabulary, name) == {f"{COUNTRY}/DEU"}, name
    assert known.find("countries", "Newland") == {f"{COUNTRY}/NEW"}
    assert not bundled().find("countries", "Deutschland")


def test_a_better_kind_of_name_decides_and_a_past_concept_gives_way() -> None:
    known = Vocabularies([COUNTRIES])
    # A preferred label of a deprecated concept, and an alternative one of a concept in use.
    assert known.find("countries", "Germany") == {f"{COUNTRY}/DEU"}
    # A hidden label of one, and the preferred label of another.
    assert known.find("countries", "Italy") == {f"{COUNTRY}/ITA"}
    assert known.find("countries", "DDR") == {f"{COUNTRY}/DDR"}
    assert known.deprecated(f"{COUNTRY}/DDR")
    assert not known.deprecated(f"{COUNTRY}/DEU")


def test_labels_of_the_table_win_and_ours_stay_in_languages_that_it_lacks() -> None:
    labels = Vocabularies([COUNTRIES]).members("countries")[f"{COUNTRY}/DEU"]
    assert labels == {
        "de": "Deutschland",
        "en": "Federal Germany",
        "it": "Germania",
        "es": "Alemania",
        "lv": "Vācija",
    }


def test_a_table_of_no_list_of_ours_is_a_vocabulary_too() -> None:
    scheme = "http://data.europa.eu/nuts/scheme/2024"
    place = "http://data.europa.eu/nuts/code/LV006"
    known = Vocabularies([table("nuts", scheme, (place, "prefLabel", ox.Literal("Rīga")))])
    assert known.find("nuts", "RĪGA ") == {place} == known.find(scheme, "LV006")
    assert known.members("nuts") == {place: {"": "Rīga"}}
    assert known.names_of(scheme) == ["nuts"]
    with pytest.raises(KeyError):
        bundled().find("nuts", "LV006")


def test_of_two_tables_that_name_a_concept_the_last_one_counts() -> None:
    place = "http://data.europa.eu/nuts/code/LV006"
    one = table("one", "urn:one", (place, "prefLabel", text("Riga")))
    two = table("two", "urn:two", (place, "prefLabel", text("Rīga")))
    for tables, name in (((one, two), "Rīga"), ((two, one), "Riga")):
        told = [t.object for t in Vocabularies(tables).about([place])]
        assert [t for t in told if isinstance(t, ox.Literal)] == [text(name)]


def test_vocabularies_can_be_sent_to_another_process() -> None:
    known = Vocabularies([COUNTRIES, THEMES])
    assert known.find("countries", "Deutschland")  # what is in memory is not sent along
    sent = pickle.dumps(known)
    assert len(sent) < len(COUNTRIES.content) + len(THEMES.content)
    assert pickle.loads(pickle.dumps(bundled())) is bundled()
    arrived = pickle.loads(sent)
    assert arrived == known != bundled()
    assert hash(arrived) == hash(known)
    assert arrived.find("data-themes", "space") == {f"{THEME}/SPACE"}


def test_languages_are_still_found_by_their_codes() -> None:
    assert bundled().language("lv") == (
        "http://publications.europa.eu/resource/authority/language/LAV"
    )
    assert bundled().language("Latvian") is None


# --- laying over ------------------------------------------------------------------------------

SUBJECTS = st.sampled_from([f"urn:c:{n}" for n in range(3)])
TEXTS = st.builds(text, st.sampled_from(["a", "b", "c"]), st.sampled_from(["en", "it", "de"]))
LABELS = st.sampled_from(["altLabel", "hiddenLabel", "definition"])


@st.composite
def lists(draw: st.DrawFn) -> list[ox.Triple]:
    """A list in order: one preferred label in a language, and no text with two kinds."""
    said: dict[tuple[str, ox.Literal], str] = {}
    preferred = draw(st.dictionaries(st.tuples(SUBJECTS, st.sampled_from(["en", "it"])), TEXTS))
    for (subject, tag), value in preferred.items():
        said[subject, text(value.value, tag)] = "prefLabel"
    for subject, value, property_ in draw(st.lists(st.tuples(SUBJECTS, TEXTS, LABELS))):
        said.setdefault((subject, value), property_)
    return triples(*((s, p, o) for (s, o), p in said.items()))


@given(lists(), lists())
def test_whatever_is_laid_over_a_list_what_comes_out_is_in_order(
    official: list[ox.Triple], ours: list[ox.Triple]
) -> None:
    found = list(laid_over(official, ours))
    assert len(found) == len(set(found))
    assert found[: len(official)] == official  # what the table says is said, and first
    preferred = [
        (t.subject, t.object.language)
        for t in found
        if t.predicate.value == SKOS + "prefLabel" and isinstance(t.object, ox.Literal)
    ]
    assert len(preferred) == len(set(preferred))
    named = {(t.subject, t.object) for t in found if t.predicate.value != SKOS + "definition"}
    for triple in ours:  # nothing that people may look for is lost
        if triple.predicate.value != SKOS + "definition":
            assert (triple.subject, triple.object) in named


# --- in a repository --------------------------------------------------------------------------


def test_a_table_is_loaded_once_counts_at_once_and_is_taken_away_again(
    repository: Repository,
) -> None:
    log = repository.log
    assert log.vocabularies() == bundled()
    assert load(repository, COUNTRIES) == [True]
    assert load(repository, COUNTRIES) == [False]
    loaded = log.vocabularies()
    assert loaded.find("countries", "Deutschland") == {f"{COUNTRY}/DEU"}
    assert log.vocabularies() is loaded  # read again only where something changed
    [kept] = loaded.tables
    assert (kept.name, kept.agent, kept.source) == ("countries", "test", "test")
    assert kept.time is not None
    with log.writing() as transaction:
        assert transaction.unload_table("countries", "test")
        assert not transaction.unload_table("countries", "test")
    assert log.vocabularies() == bundled()
    assert load(repository, COUNTRIES) == [True]


def graph_of(name: str) -> str:
    return f"{IRIS.base}/graph/vocabulary/{name}"


def names_in(graph: Graph, name: str) -> set[str]:
    rows = graph.select(f"SELECT ?l {{ GRAPH <{graph_of(name)}> {{ ?c <{SKOS}prefLabel> ?l }} }}")
    return {label.value for row in rows if isinstance(label := row["l"], ox.Literal)}


def test_the_graph_holds_the_table_in_the_place_of_the_list(repository: Repository) -> None:
    with repository.projecting() as projector:
        assert names_in(projector.graph, "countries") >= {"Germany", "Alemania"}
        edition = projector.graph.edition()
        load(repository, COUNTRIES)
        projector.catch_up()
        assert names_in(projector.graph, "countries") >= {"Deutschland", "Alemania", "Italy"}
        assert projector.graph.edition() != edition
        before = names_in(projector.graph, "countries")
        projector.rebuild()
        assert names_in(projector.graph, "countries") == before
    with repository.log.writing() as transaction:
        transaction.unload_table("countries", "test")
    with repository.projecting() as projector:
        assert "Deutschland" not in names_in(projector.graph, "countries")
        assert projector.graph.edition() == edition


def test_a_table_that_is_taken_away_leaves_no_graph(repository: Repository) -> None:
    load(repository, table("more", "urn:more", ("urn:more:x", "prefLabel", text("X"))))
    with repository.projecting() as projector:
        assert names_in(projector.graph, "more") == {"X"}
        with repository.log.writing() as transaction:
            transaction.unload_table("more", "test")
        projector.catch_up()
        assert names_in(projector.graph, "more") == set()
        rows = projector.graph.select(f"SELECT * {{ <{graph_of('more')}> ?p ?o }}")
        assert list(rows) == []


def test_a_follower_hears_of_a_table_that_another_process_loads(
    repository: Repository, tmp_path: Path
) -> None:
    told = threading.Event()
    heard: list[int] = []

    def changed(revision: int) -> None:
        heard.append(revision)
        if len(heard) == 2:
            told.set()

    with (
        Repository.open(repository.settings) as other,
        repository.projecting() as projector,
    ):
        projector.follow(changed)
        load(other, COUNTRIES)
        assert told.wait(5)
        assert heard == [0, 0]
        assert "Deutschland" in names_in(projector.graph, "countries")
        assert projector.failure is None


# --- validation, parameters -------------------------------------------------------------------


def practice(theme: str) -> Record:
    thing = ox.NamedNode(IRIS.thing("practice", "x"))
    said = [
        (RDF_TYPE, ox.NamedNode(GP + "GoodPractice")),
        (RDF_TYPE, ox.NamedNode(DCAT + "Resource")),
        (DCT + "identifier", ox.Literal("x")),
        (DCT + "title", text("X")),
        (DCT + "description", text("An x.")),
        (DCT + "spatial", ox.NamedNode(f"{COUNTRY}/ITA")),
        (DCT + "source", ox.NamedNode("https://example.org/x")),
        (GP + "maturity", ox.NamedNode(SCHEME + "maturity/pilot")),
        (GP + "evidenceLevel", ox.NamedNode(SCHEME + "evidence-level/unassessed")),
        (DCAT + "theme", ox.NamedNode(f"{THEME}/{theme}")),
    ]
    return Record.of(thing.value, [ox.Triple(thing, ox.NamedNode(p), o) for p, o in said], IRIS)


@pytest.mark.parametrize("engine", ["pyshacl", "turbo"])
def test_a_theme_of_the_official_table_is_valid_and_an_unknown_one_is_not(
    engine: EngineName,
) -> None:
    plain = Validator("listed", engine)
    official = Validator("listed", engine, vocabularies=Vocabularies([THEMES]))
    for theme, before, after in (
        ("GOVE", True, True),
        ("SPACE", False, True),
        ("NO", False, False),
    ):
        assert plain.check([practice(theme)])[0].conforms is before, theme
        assert official.check([practice(theme)])[0].conforms is after, theme


def test_what_rules_see_of_a_table_is_no_longer_for_its_labels() -> None:
    labels = [(f"{THEME}/SPACE", "altLabel", text(f"Space {n}")) for n in range(100)]
    seen = Vocabularies([table("data-themes", THEME, *labels)]).structure
    assert len(seen) == len(bundled().structure) + 1


def test_a_parameter_takes_the_concepts_that_are_loaded() -> None:
    theme = Parameter("theme", "concept", vocabulary="data-themes")
    official = Vocabularies([THEMES])
    assert theme.term("space", None, official) == ox.NamedNode(f"{THEME}/SPACE")
    with pytest.raises(InvalidInput, match="'space' is not a concept of data-themes"):
        theme.term("space")


def test_the_question_for_questionable_values_knows_what_is_deprecated(
    repository: Repository,
) -> None:
    repository.log.append([practice("PAST")], Provenance("test", "test"))
    load(repository, THEMES)
    with repository.projecting() as projector:
        projector.catch_up()
        rows = list(projector.graph.select(queries.load("questionable-values").filled({})))
    assert [(row["value"], row["replacement"]) for row in rows] == [
        (ox.NamedNode(f"{THEME}/PAST"), ox.NamedNode(f"{THEME}/SPACE"))
    ]
    assert rows[0]["list"] is None
