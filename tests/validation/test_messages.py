"""What results say: the author first, then a sentence of ours, in the language asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.resources import files

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import RDF, SH

from practicegraph import artefacts
from practicegraph.record import to_rdflib
from practicegraph.texts import LANGUAGES
from practicegraph.validation import EngineName, Result, Validator
from practicegraph.validation.messages import Catalogue, catalogue, plural

MESSAGE = rdflib.Namespace("urn:practicegraph-message:")
#: Results of sh:property are those of the property shape (SHACL §4.7.2).
SILENT = {SH.PropertyConstraintComponent}

Parse = Callable[[str], list[ox.Triple]]


@pytest.fixture(scope="module", params=["pyshacl", "turbo"])
def engine(request: pytest.FixtureRequest) -> EngineName:
    name: EngineName = request.param
    return name


@pytest.fixture
def results(engine: EngineName, parse: Parse) -> Callable[[str, str], list[Result]]:
    """Results about data, by a node shape for ex:Thing that says what is given."""

    def found(shape: str, data: str) -> list[Result]:
        graph = rdflib.Graph()
        for triple in parse(f"ex:s a sh:NodeShape ; sh:targetClass ex:Thing ; {shape}"):
            graph.add(to_rdflib(triple))
        reports = Validator(engine=engine, shapes=graph).check_graph(parse(data))
        return [result for report in reports for result in report.results]

    return found


Results = Callable[[str, str], list[Result]]


@pytest.fixture(scope="module")
def templates() -> rdflib.Graph:
    return artefacts.parse_turtle(artefacts.OWN.message_files())


# --- the catalogue ----------------------------------------------------------------------------


def test_every_component_of_shacl_has_its_own_sentence_in_four_languages() -> None:
    shacl = rdflib.Graph().parse(str(files("pyshacl") / "assets" / "shacl.ttl"), format="turtle")
    components = set(shacl.subjects(RDF.type, SH.ConstraintComponent)) - SILENT
    assert len(components) > 28
    general = {
        SH.SPARQLConstraintComponent,
        SH.JSConstraintComponent,
        SH.ExpressionConstraintComponent,
    }
    speech = catalogue()
    unknown = rdflib.URIRef("urn:unknown")
    for component in components:
        for language in LANGUAGES:
            said = speech.template(component, "values", None, language)
            assert (said == speech.template(unknown, "values", None, language)) is (
                component in general
            ), component


def test_a_template_is_a_sentence_of_its_own_in_each_language(templates: rdflib.Graph) -> None:
    for template in set(templates.subjects(SH.sourceConstraintComponent)):
        said = {str(m.language): str(m) for m in templates.objects(template, SH.message)}
        assert len(set(said.values())) == len(said)
        assert sorted(said) in (sorted(LANGUAGES), ["lv"]), template
        for text in said.values():
            assert text[0].isupper()
            assert re.search(r"(\.|\. \{(inner|about)\})$", text), text
        variables = [set(re.findall(r"\{(\w+)\}", text)) for text in said.values()]
        assert all(v - {"value", "where"} == variables[0] - {"value", "where"} for v in variables)


def test_a_phrase_has_four_languages(templates: rdflib.Graph) -> None:
    phrases = set(templates.subjects(MESSAGE["stands-for"]))
    assert len(phrases) > 20
    for phrase in phrases:
        said = {str(m.language) for m in templates.objects(phrase, SH.message)}
        assert said == set(LANGUAGES), phrase


@pytest.mark.parametrize(
    ("count", "category"),
    [
        *((count, "zero") for count in (0, 10, 11, 19, 20, 111)),
        *((count, "one") for count in (1, 21, 101)),
        *((count, "other") for count in (2, 9, 22)),
    ],
)
def test_latvian_counts_as_unicode_says(count: int, category: str) -> None:
    assert plural(count, "lv") == category
    assert plural(count, "en") == ("one" if count == 1 else "other")


@pytest.mark.parametrize(
    ("count", "lv", "en"),
    [
        (1, "Pievienojiet trūkstošo lauku", "Add <"),
        (2, "vismaz 2 vērtības", "at least 2 values"),
        (10, "vismaz 10 vērtību ", "at least 10 values"),
        (21, "vismaz 21 vērtību ", "at least 21 values"),
    ],
)
def test_one_and_many_are_told_apart(results: Results, count: int, lv: str, en: str) -> None:
    [result] = results(
        f"sh:property [ sh:path ex:code ; sh:minCount {count} ] .", "<x> a ex:Thing ."
    )
    assert lv in result.message(["lv"])
    assert en in result.message(["en"])


def test_a_catalogue_without_a_general_sentence_is_no_catalogue() -> None:
    with pytest.raises(LookupError, match="general"):
        Catalogue(rdflib.Graph()).template(SH.ClassConstraintComponent, "node", None, "en")


# --- what, where, how -------------------------------------------------------------------------


def test_it_says_what_is_missing_where_and_how_to_mend_it(results: Results) -> None:
    [result] = results(
        'sh:property [ sh:path ex:tel ; sh:minCount 1 ; sh:name "Telephone"@en, "Telefono"@it ] .',
        '<x#step-2> a ex:Thing ; dct:title "Repair desk"@en, "Banco riparazioni"@it .',
    )
    assert result.messages == {
        "en": "Add “Telephone” to #step-2 “Repair desk”: it is missing.",
        "it": "Aggiungere «Telefono» a #step-2 «Banco riparazioni»: manca.",
        "es": "Añada «Telephone» a #step-2 «Repair desk»: falta.",
        "lv": "Pievienojiet trūkstošo lauku „Telephone” (#step-2 „Repair desk”).",
    }
    assert result.where(["it"]) == "#step-2 Banco riparazioni"


PROPERTY = [
    ("sh:datatype xsd:integer", '"x"@en', ["a whole number, such as 12 (xsd:integer)", "“x”@en"]),
    ("sh:datatype ex:own", "'x'", ["a value of the datatype <https://example.org/ns#own>"]),
    ("sh:nodeKind sh:IRI", "'x'", ["an address (IRI)", "not as “x”"]),
    ("sh:class cv:Event", "<y>", ["the type cv:Event", "<https://example.org/y>"]),
    ("sh:class cv:Event", "'y'", ["the type cv:Event; “y” is text"]),
    ("sh:in ( 1 2 3 4 5 6 )", "'x'", ["from this list: 1, 2, 3, 4, 5, …; “x” is not in it"]),
    ("sh:languageIn ( 'en' 'lv' )", "'x'@it", ["“en”, “lv”", "“x”@it"]),
    ("sh:maxLength 3", "'long text'", ["to at most 3 characters; “long text” is too long"]),
    ("sh:minLength 1", "''", ["Write something in <https://example.org/ns#p>"]),
    ("sh:pattern '^[0-9]+$'", "'x'", ["the pattern “^[0-9]+$”; “x” does not"]),
    ("sh:hasValue 7", "6", ["Add 7 to"]),
    ("sh:minInclusive 7", "6", ["of at least 7, not “6”"]),
    ("sh:maxExclusive 6", "6", ["below 6, not “6”"]),
    ("sh:equals dct:date", "6", ["exactly the values of “dct:date”: “6” is in only one"]),
    ("sh:maxCount 0", "6", ["Remove <https://example.org/ns#p>"]),
    ("sh:or ( [ sh:class cv:Event ] [ sh:nodeKind sh:Literal ; sh:pattern 'y' ] )", "<y>",
     ["one of these: something of the type cv:Event; a text, a number or a date"]),
    ("sh:not [ sh:datatype xsd:date ]", "'2024-01-01'^^xsd:date", ["it may not be this: a day"]),
    ("sh:qualifiedMinCount 2 ; sh:qualifiedValueShape [ sh:datatype xsd:date ]", "6",
     ["at least 2 values that are a day, such as 2024-03-15 (xsd:date)"]),
    ("sh:node [ rdfs:label 'Contact' ; sh:property [ sh:path ex:tel ; sh:minCount 1 ] ]", "<y>",
     ["the rule “Contact”", "Add <https://example.org/ns#tel> to <https://example.org/y>"]),
]  # fmt: skip


@pytest.mark.parametrize(("constraint", "value", "said"), PROPERTY, ids=lambda case: str(case)[:24])
def test_it_names_what_the_shape_asks_for(
    results: Results, constraint: str, value: str, said: list[str]
) -> None:
    prefix = "@prefix cv: <http://data.europa.eu/m8g/> ."
    shape = f"sh:property [ sh:path ex:p ; {constraint} ] .".replace(
        "cv:Event", "<http://data.europa.eu/m8g/Event>"
    )
    [result] = results(shape, f"{prefix} <x> a ex:Thing ; ex:p {value} .")
    for part in said:
        assert part in result.message(["en"])
    assert set(result.messages) == set(LANGUAGES)
    assert not any("{" in text for text in result.messages.values())


def test_a_closed_shape_names_the_property_that_is_too_many(results: Results) -> None:
    [result] = results(
        "sh:name 'Thing' ; sh:closed true ; sh:ignoredProperties ( rdf:type ) .",
        "<x> a ex:Thing ; dct:date '2024' .",
    )
    assert result.message(["en"]).startswith("Remove “dct:date” from <https://example.org/x>")


def test_a_nested_rule_says_what_failed_inside_in_the_same_language(results: Results) -> None:
    found = results(
        "sh:node [ sh:property [ sh:path ex:a ; sh:minCount 1 ; "
        "sh:message 'Add the address.'@en, 'Aggiungere l’indirizzo.'@it ] ] .",
        "<x> a ex:Thing .",
    )
    [result] = found
    assert result.message(["en"]).endswith("Add the address.")
    assert result.message(["it"]).endswith("Aggiungere l’indirizzo.")
    assert "Pievienojiet trūkstošo lauku <https://example.org/ns#a>" in result.message(["lv"])


def test_a_node_without_an_address_goes_by_its_title_or_its_class(results: Results) -> None:
    found = results(
        "sh:property [ sh:path ex:p ; sh:minCount 1 ] .",
        "<x> ex:q [ a ex:Thing ] , [ a ex:Thing ; rdfs:label 'Desk' ] .",
    )
    assert {result.where() for result in found} == {"[<https://example.org/ns#Thing>]", "Desk"}
    assert any("to “Desk”" in result.message(["en"]) for result in found)


def test_braces_in_data_are_text(results: Results) -> None:
    [result] = results(
        "sh:property [ sh:path ex:p ; sh:maxLength 2 ; sh:message 'Not {?value}.'@en ] .",
        "<x> a ex:Thing ; ex:p '{where} {?other}' .",
    )
    assert result.message(["en"]) == "Not {where} {?other}."
    assert "“{where} {?other}”" not in result.message(["en"])
    assert "«{where} {?other}»" in result.message(["it"])


# --- whose words ------------------------------------------------------------------------------


def test_the_author_comes_first_and_we_fill_the_other_languages(results: Results) -> None:
    [result] = results(
        "sh:property [ sh:path ex:p ; sh:minCount 1 ; "
        "sh:message 'Legg til p.'@nb, 'Write p, please.'@en ] .",
        "<x> a ex:Thing .",
    )
    assert set(result.messages) == {"nb", *LANGUAGES}
    assert result.message(["en"]) == "Write p, please."
    assert result.message(["nb-NO"]) == "Legg til p."
    assert result.message(["da", "es-MX", "en"]).startswith("Añada")
    assert result.message(["da"]) == "Write p, please."


def test_a_message_without_a_language_stands_for_all(results: Results) -> None:
    [result] = results(
        "sh:property [ sh:path ex:p ; sh:minCount 1 ; sh:message 'p!' ] .", "<x> a ex:Thing ."
    )
    assert result.messages == {"": "p!"}
    assert result.message(["lv", "it"]) == "p!"


def test_a_rule_in_sparql_is_called_by_its_name(results: Results) -> None:
    query = "SELECT $this WHERE { $this a <https://example.org/ns#Thing> }"
    [result] = results(
        "sh:sparql [ rdfs:label 'No things' ; rdfs:comment 'They are odd.' ; "
        f"sh:select '{query}' ] .",
        "<x> a ex:Thing .",
    )
    assert result.message(["en"]) == (
        "Correct <https://example.org/x>: the rule “No things” is not met. They are odd."
    )
    assert "«No things»" in result.message(["it"])


def test_variables_of_a_query_are_filled_by_the_engine_alone(results: Results) -> None:
    query = "SELECT $this ?length WHERE { $this ex:p ?v . BIND(STRLEN(?v) AS ?length) }"
    [result] = results(
        "sh:sparql [ sh:message 'It has {?length} letters.'@en ; sh:prefixes <urn:p> ; "
        f"sh:select '{query}' ] . <urn:p> sh:declare [ sh:prefix 'ex' ; "
        "sh:namespace 'https://example.org/ns#'^^xsd:anyURI ] .",
        "<x> a ex:Thing ; ex:p 'four' .",
    )
    assert result.message(["en"]) == result.message(["it"]) == "It has 4 letters."


COMPONENT = """ex:p "word" . ex:MaxWords a sh:ConstraintComponent ; rdfs:label "Few words" ;
    sh:parameter [ sh:path ex:maxWords ] ; sh:validator [ a sh:SPARQLAskValidator ; %s
    sh:ask "ASK { FILTER (STRLEN(STR($value)) < $maxWords) }" ] ."""


def test_a_component_of_its_own_has_the_message_of_its_validator(results: Results) -> None:
    shape = "sh:property [ sh:path ex:p ; ex:maxWords 3 ] ; "
    message = 'sh:message "At most {$maxWords} letters."@en ;'
    [result] = results(shape + COMPONENT % message, "<x> a ex:Thing ; ex:p 'four' .")
    assert result.message(["en"]) == "At most 3 letters."
    assert "«Few words»" in result.message(["es"])
    [result] = results(shape + COMPONENT % "", "<x> a ex:Thing ; ex:p 'four' .")
    assert "the rule “Few words” is not met" in result.message(["en"])


def test_no_text_of_an_engine_is_shown(shapes: rdflib.Graph, parse: Parse) -> None:
    data = parse(
        "<x> a ex:Thing ; ex:size 'big' ; ex:link <y>, 'z', <x> ; ex:from 1 ; ex:to 1 ; "
        "ex:code 'c' ."
    )
    slow, fast = (Validator(engine=name, shapes=shapes) for name in ("pyshacl", "turbo"))
    one, other = slow.check_graph(data), fast.check_graph(data)
    assert one == other
    assert all(
        set(LANGUAGES) <= set(r.messages) or "" in r.messages for p in one for r in p.results
    )
