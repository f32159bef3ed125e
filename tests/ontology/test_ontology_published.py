"""What we use of foreign vocabularies: the lists agree with what others say is published."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from rdflib import namespace as known
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SH, SKOS, VANN, XSD

from practicegraph import artefacts, namespaces

VOAF = rdflib.Namespace("http://purl.org/vocommons/voaf#")
FILES = artefacts.OWN.published_files()

#: rdflib's own lists; it refuses a name in these namespaces that it does not know.
CLOSED: dict[str, object] = {
    "dcat": known.DCAT,
    "dct": known.DCTERMS,
    "foaf": known.FOAF,
    "org": known.ORG,
    "owl": known.OWL,
    "prov": known.PROV,
    "rdf": known.RDF,
    "rdfs": known.RDFS,
    "schema": known.SDO,
    "sh": known.SH,
    "skos": known.SKOS,
    "vann": known.VANN,
    "void": known.VOID,
    "xsd": known.XSD,
}
#: What is published and rdflib does not have, with the reason.
RDFLIB_LACKS = {
    "dcat": (  # rdflib 7 has DCAT 2
        "DatasetSeries first hasCurrentVersion hasVersion inSeries last prev previousVersion "
        "resource version"
    ),
    "dct": "ISO639-2 ISO639-3",  # no Python names: they hold a hyphen
    "sh": "and class in not or",  # keywords of Python
    "void": "class",
    "schema": (  # younger than the release that rdflib has
        "agentInteractionStatistic companyRegistration digitalSourceType displayLocation funding "
        "hasCertification hasGS1DigitalLink hasMemberProgram hasProductReturnPolicy "
        "hasShippingService iso6523Code legalAddress legalRepresentative owner yield"
    ),
}
#: Lists that hold all of a vocabulary, and what rdflib has of it that they leave out.
COMPLETE = {
    "dcat": "",
    "dct": "",
    "foaf": "",
    "org": "",
    "owl": "rational real",  # datatypes of the specification that its RDF does not name
    "rdf": "",
    "rdfs": "",
    "sh": "",
    "skos": "",
    "vann": "",
    "void": "",
}


def words(text: str) -> set[str]:
    return set(text.split())


class List:
    """One file: its header and its terms."""

    def __init__(self, file: Path) -> None:
        self.prefix = file.stem
        self.graph = rdflib.Graph().parse(file)
        self.headers = list(self.graph.subjects(RDF.type, VOAF.Vocabulary))
        self.header = self.headers[0] if self.headers else None
        self.namespace = str(self.graph.value(self.header, VANN.preferredNamespaceUri))
        self.terms = {
            str(s).removeprefix(self.namespace) for s in self.graph.subjects(RDFS.isDefinedBy)
        }


@pytest.fixture(scope="module")
def lists() -> dict[str, List]:
    return {file.stem: List(file) for file in FILES}


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_each_file_says_what_it_lists_and_where_that_was_published(file: Path) -> None:
    found = List(file)
    text = file.read_text(encoding="utf-8")
    assert re.search(r"^# \S.*", text, re.MULTILINE)
    assert len(found.headers) == 1
    assert str(found.graph.value(found.header, VANN.preferredNamespacePrefix)) == file.stem
    assert found.graph.value(found.header, DCTERMS.title)
    assert list(found.graph.objects(found.header, DCTERMS.source))
    issued = found.graph.value(found.header, DCTERMS.issued)
    # ELI and LDES carry a version and no date, what the authority tables use carries neither.
    undated = {"eli", "ldes", "euvoc", "at", "concept-status"}
    assert issued is not None or file.stem in undated
    assert issued is None or issued.datatype == XSD.date  # type: ignore[attr-defined]


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_each_term_is_listed_once_in_the_file_of_its_namespace(file: Path) -> None:
    found = List(file)
    defined = list(found.graph.subject_objects(RDFS.isDefinedBy))
    assert defined
    assert {header for _, header in defined} == {found.header}
    subjects = set(found.graph.subjects()) - {found.header}
    assert subjects == {term for term, _ in defined}
    assert all(str(term).startswith(found.namespace) for term in subjects)
    assert all((term, RDF.type, None) in found.graph for term in subjects)
    text = file.read_text(encoding="utf-8")
    starts = re.findall(r"^(\S+) a ", text, re.MULTILINE)
    assert len(starts) == len(set(starts)) == len(subjects) + 1


def test_nothing_of_the_others_is_copied_but_names_types_and_axioms(
    lists: dict[str, List],
) -> None:
    axioms = {
        RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, RDFS.isDefinedBy, RDF.type,
        OWL.equivalentClass, OWL.equivalentProperty, OWL.disjointWith, OWL.inverseOf,
    }  # fmt: skip
    for found in lists.values():
        said = {p for s, p, _ in found.graph if s != found.header}
        assert said <= axioms, found.prefix


def test_axioms_name_only_terms_that_are_listed(lists: dict[str, List]) -> None:
    """An axiom about a term that nobody looked up might be about one that does not exist."""
    listed = {n + t for n, t in ((f.namespace, t) for f in lists.values() for t in f.terms)}
    for found in lists.values():
        named = {
            str(o)
            for s, p, o in found.graph
            if s != found.header and p not in {RDF.type, RDFS.isDefinedBy}
        }
        assert named - listed == set(), found.prefix


@pytest.mark.parametrize("prefix", CLOSED)
def test_every_listed_term_is_one_that_rdflib_knows(prefix: str, lists: dict[str, List]) -> None:
    theirs = {str(name) for name in dir(CLOSED[prefix])}
    found = lists[prefix]
    unknown = {t for t in found.terms if found.namespace + t not in theirs}
    assert unknown - _parameters(prefix, found.terms) == words(RDFLIB_LACKS.get(prefix, ""))


def _parameters(prefix: str, terms: set[str]) -> set[str]:
    """The parameters of SHACL's components: rdflib leaves out these names with a hyphen."""
    return {t for t in terms if re.fullmatch(r"\w+-\w+", t)} if prefix == "sh" else set()


@pytest.mark.parametrize("prefix", COMPLETE)
def test_a_complete_list_holds_every_term_that_rdflib_knows(
    prefix: str, lists: dict[str, List]
) -> None:
    found = lists[prefix]
    theirs = {
        str(name).removeprefix(found.namespace)
        for name in dir(CLOSED[prefix])
        if str(name).startswith(found.namespace)
    }
    assert theirs - found.terms == words(COMPLETE[prefix])


@pytest.mark.parametrize("prefix", ["cpsv", "cv"])
def test_terms_of_the_core_vocabularies_occur_in_the_reference_files(
    prefix: str, lists: dict[str, List], third_party: Path
) -> None:
    folder = third_party / "reference-shapes"
    files = [f for f in folder.rglob("*") if f.suffix in {".ttl", ".jsonld"}]
    assert files
    names: set[str] = set()
    for file in files:
        for name in re.findall(
            rf"(?:{re.escape(lists[prefix].namespace)}|\b{prefix}:)([A-Za-z]\w*)",
            file.read_text(encoding="utf-8"),
        ):
            names.add(name)
    assert lists[prefix].terms - names == set()


def test_a_misspelt_constraint_is_no_term_of_shacl(lists: dict[str, List]) -> None:
    assert {"minCount", "maxCount", "path", "targetClass", "select"} <= lists["sh"].terms
    assert "minCoutn" not in lists["sh"].terms


def test_the_axioms_that_the_reasoner_needs_are_there(lists: dict[str, List]) -> None:
    prov = lists["prov"].graph
    names = known.PROV
    assert (names.Activity, OWL.disjointWith, names.Entity) in prov
    assert (names.wasDerivedFrom, RDFS.domain, names.Entity) in prov
    assert (names.wasAssociatedWith, RDFS.range, names.Agent) in prov
    skos = lists["skos"].graph
    assert (SKOS.ConceptScheme, OWL.disjointWith, SKOS.Concept) in skos


# What the project uses


def foreign_terms_used(root: Path) -> dict[str, set[str]]:
    """Prefix to the terms of it in our RDF, our queries, our context and our mappings."""
    prefixes = dict(namespaces.PREFIXES)
    for file in FILES:
        prefixes[file.stem] = List(file).namespace
    spaces = {n: p for p, n in prefixes.items() if p not in {"gp", "gpsh"}}
    used: dict[str, set[str]] = {}

    def note(iri: str) -> None:
        for space, prefix in spaces.items():
            name = iri.removeprefix(space)
            if name != iri and re.fullmatch(r"[A-Za-z][\w-]*", name):
                used.setdefault(prefix, set()).add(name)

    turtle = [
        file
        for folder in ("ontology", "shapes", "ingest/bundled")
        for file in (root / folder).rglob("*.ttl")
        if file.parent.name != "published"
    ]
    texts = [f for folder in ("queries", "ingest") for f in (root / folder).rglob("*.rq")]
    for file in turtle:
        graph = rdflib.Graph().parse(file, publicID="http://127.0.0.1:8000/")
        for triple in graph:
            for node in triple:
                if isinstance(node, rdflib.URIRef):
                    note(str(node))
                elif isinstance(node, rdflib.Literal) and node.datatype:
                    note(str(node.datatype))
            if triple[1] == SH.select:
                _note_names(str(triple[2]), prefixes, note)
    for file in [*texts, root / "ontology" / "context.jsonld"]:
        text = file.read_text(encoding="utf-8")
        declared = dict(re.findall(r"PREFIX\s+([\w-]+):\s*<([^>]*)>", text))
        _note_names(re.sub(r"^#.*$", "", text, flags=re.MULTILINE), prefixes | declared, note)
    return used


def _note_names(text: str, prefixes: dict[str, str], note: Callable[[str], None]) -> None:
    for prefix, name in re.findall(r"(?<![\w:/-])([a-z][a-z-]*):([A-Za-z]\w*)", text):
        if prefix in prefixes:
            note(prefixes[prefix] + name)


def test_every_foreign_term_in_our_files_is_listed(root: Path, lists: dict[str, List]) -> None:
    missing = {
        f"{prefix}:{term}"
        for prefix, terms in foreign_terms_used(root).items()
        for term in terms - (lists[prefix].terms if prefix in lists else set())
    }
    assert missing == set()


def test_no_list_is_for_a_namespace_that_nothing_uses(root: Path, lists: dict[str, List]) -> None:
    used = foreign_terms_used(root).keys() | namespaces.PREFIXES.keys()
    assert lists.keys() - used == set()


def test_the_terms_of_p_plan_are_spelt_as_it_spells_them(lists: dict[str, List]) -> None:
    # No package and no reference file has it: these are the names of its version 1.3.
    assert lists["p-plan"].terms <= words(
        "Activity Bundle Entity MultiStep Plan Step Variable correspondsToStep "
        "correspondsToVariable hasInputVar hasOutputVar isDecomposedAsPlan isInputVarOf "
        "isOutputVarOf isPreceededBy isStepOfPlan isSubPlanOfPlan isVariableOfPlan"
    )
