"""What a result says to a person, in every language we speak.

The author of a shape comes first: a message in a language is the message in that language, and one
without a language stands for all. The other languages get a sentence of the catalogue
(`shapes/messages/`), filled from the result, its source shape and the data. The text of an engine
is used in one case alone: where the message of a SPARQL constraint names variables of its query
(SHACL §5.3.2), which no results graph holds. It is taken as it is, never taken apart.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final

import pyoxigraph as ox
import rdflib
from rdflib.namespace import RDFS, SH, XSD
from rdflib.term import Node

from practicegraph import artefacts
from practicegraph.namespaces import DCT, FOAF, MESSAGE, PREFIXES, RDF_TYPE, SKOS, compact
from practicegraph.texts import LANGUAGES, in_language
from practicegraph.validation.engines import Finding
from practicegraph.validation.results import place
from practicegraph.validation.shapes import Shapes, by_language, from_rdflib, key, text_of

_PLACEHOLDER: Final = re.compile(r"\{[?$](\w+)\}")
_VARIABLE: Final = re.compile(r"\{(\w+)\}")
_SPEAKS_OF, _COUNT, _STANDS_FOR = (
    rdflib.URIRef(MESSAGE + name) for name in ("speaks-of", "count", "stands-for")
)
#: Properties that name a thing, the best first.
NAMING: Final = (
    *(DCT + "title", SKOS + "prefLabel", FOAF + "name", PREFIXES["schema"] + "name"),
    str(RDFS.label),
)
#: Literals that are quoted nowhere.
_BARE: Final = {XSD.integer, XSD.decimal, XSD.boolean}
#: Characters of a value, members of a list and nested rules that a sentence takes.
_SHORT: Final = 60
_MEMBERS: Final = 5
_INNER: Final = 3
#: Components whose number is a count, with its parameter.
_COUNTED: Final[dict[Node, Node]] = {
    SH.MinCountConstraintComponent: SH.minCount,
    SH.MaxCountConstraintComponent: SH.maxCount,
    SH.MinLengthConstraintComponent: SH.minLength,
    SH.MaxLengthConstraintComponent: SH.maxLength,
    SH.QualifiedMinCountConstraintComponent: SH.qualifiedMinCount,
    SH.QualifiedMaxCountConstraintComponent: SH.qualifiedMaxCount,
}
_LIMITS: Final[dict[Node, Node]] = {
    SH.MinInclusiveConstraintComponent: SH.minInclusive,
    SH.MaxInclusiveConstraintComponent: SH.maxInclusive,
    SH.MinExclusiveConstraintComponent: SH.minExclusive,
    SH.MaxExclusiveConstraintComponent: SH.maxExclusive,
    SH.HasValueConstraintComponent: SH.hasValue,
}
_LISTS: Final[dict[Node, Node]] = {
    SH.InConstraintComponent: SH["in"],
    SH.LanguageInConstraintComponent: SH.languageIn,
}
_PAIRED: Final[dict[Node, Node]] = {
    SH.EqualsConstraintComponent: SH.equals,
    SH.DisjointConstraintComponent: SH.disjoint,
    SH.LessThanConstraintComponent: SH.lessThan,
    SH.LessThanOrEqualsConstraintComponent: SH.lessThanOrEquals,
}
_NESTING: Final[dict[Node, Node]] = {
    SH.NodeConstraintComponent: SH.node,
    SH.NotConstraintComponent: SH["not"],
    SH.AndConstraintComponent: SH["and"],
    SH.OrConstraintComponent: SH["or"],
    SH.XoneConstraintComponent: SH.xone,
    SH.QualifiedMinCountConstraintComponent: SH.qualifiedValueShape,
    SH.QualifiedMaxCountConstraintComponent: SH.qualifiedValueShape,
}
#: What is told of a shape that has no name.
_DESCRIBED: Final = (
    *(SH.datatype, SH.nodeKind, SH["class"], SH["in"], SH.hasValue, SH.pattern),
    *(SH.path, SH.property),
)


class Catalogue:
    """Templates for constraint components and phrases for terms, by language."""

    def __init__(self, graph: rdflib.Graph) -> None:
        self._templates: dict[tuple[Node, str, str, str], str] = {}
        self._phrases: dict[Node, dict[str, str]] = {}
        for template, component in graph.subject_objects(SH.sourceConstraintComponent):
            about = str(graph.value(template, _SPEAKS_OF))
            counts = [str(count) for count in graph.objects(template, _COUNT)]
            for count in counts or ["other"]:
                for language, text in by_language(graph.objects(template, SH.message)).items():
                    self._templates[component, about, count, language] = text
        for phrase, term in graph.subject_objects(_STANDS_FOR):
            self._phrases[term] = by_language(graph.objects(phrase, SH.message))

    def template(self, component: Node, about: str, count: int | None, language: str) -> str:
        """The sentence for a component; the general one for a component that nobody knows."""
        kinds = ["other"] if count is None else [str(count), plural(count, language), "other"]
        for wanted in (component, SH.ConstraintComponent):
            for kind in kinds:
                for speaks_of in (about, "values"):
                    found = self._templates.get((wanted, speaks_of, kind, language))
                    if found is not None:
                        return found
        raise LookupError(f"the catalogue has no general message in {language}")

    def phrase(self, term: Node, language: str) -> str | None:
        """How sentences in the language call a term of RDF, XML Schema or SHACL."""
        return self._phrases.get(term, {}).get(language)


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The catalogue of this program, read once."""
    return Catalogue(artefacts.parse_turtle(artefacts.OWN.message_files()))


def plural(count: int, language: str) -> str:
    """The plural category of a whole number (Unicode CLDR) in one of our languages."""
    if language == "lv":
        if count % 10 == 0 or 11 <= count % 100 <= 19:
            return "zero"
        return "one" if count % 10 == 1 else "other"
    return "one" if count == 1 else "other"


class Names:
    """What the data call a node: its titles by language and, for a blank node, its first type."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._titles: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
        self._types: dict[str, str] = {}
        for triple in triples:
            predicate, obj = triple.predicate.value, triple.object
            if predicate in NAMING and isinstance(obj, ox.Literal):
                titles = self._titles[text_of(triple.subject)].setdefault(predicate, {})
                language = (obj.language or "").lower()
                # Of two in one language the smaller, whatever order the triples came in.
                titles[language] = min(titles.get(language, obj.value), obj.value)
            elif predicate == RDF_TYPE and isinstance(triple.subject, ox.BlankNode):
                name, cls = text_of(triple.subject), text_of(obj)
                self._types[name] = min(self._types.get(name, cls), cls)

    def titles(self, name: str) -> Mapping[str, str]:
        """Titles of the node that results call `name`, by the best property it has."""
        known = self._titles.get(name, {})
        return next((known[predicate] for predicate in NAMING if predicate in known), {})

    def type(self, name: str) -> str | None:
        """The class of a blank node, compact."""
        return compact(self._types[name]) if name in self._types else None


class Messages:
    """Gives the findings about some data their texts."""

    def __init__(self, shapes: Shapes, names: Names, speech: Catalogue | None = None) -> None:
        self._shapes = shapes
        self._graph = shapes.graph
        self._names = names
        self._speech = speech or catalogue()

    def of(self, finding: Finding) -> dict[str, str]:
        """The messages of a finding, by language tag in lower case (`""` for none)."""
        templates = dict(self._shapes.texts(finding.shape).messages)
        for source in self._sources(finding):
            templates |= self._shapes.texts(source).messages
        bound: dict[str, Node | None] = {
            **{p: self._graph.value(finding.shape, n) for p, n in self._parameters(finding)},
            "this": finding.focus,
            "value": finding.value,
            "path": finding.path,
        }
        said = {language: _fill(text, bound) for language, text in templates.items()}
        asked = {name for text in templates.values() for name in _PLACEHOLDER.findall(text)}
        if any(bound.get(name) is None for name in asked):
            said = by_language(finding.messages) or said
        if "" not in said:
            said |= {x: self._sentence(finding, x) for x in LANGUAGES if x not in said}
        return said

    def where(self, node: Node, language: str) -> str:
        """A node for a person: its title, and what part of which record it is."""
        if isinstance(node, rdflib.Literal):
            return self._value(node, language)
        name = key(node)
        title = _cut(in_language(self._names.titles(name), (language,)))
        quoted = self._quoted(title, language) if title else ""
        return place(name, quoted, self._names.type(name)) or self._phrase(RDFS.Resource, language)

    # --- what the author says -----------------------------------------------------------------

    def _sources(self, finding: Finding) -> Iterable[Node]:
        """Where else than in the shape an author may have left a message; the last one counts."""
        if finding.constraint is not None:  # SHACL §5.2.1
            yield finding.constraint
        kind = SH.nodeValidator if finding.path is None else SH.propertyValidator  # SHACL §6.2.3
        for predicate in (kind, SH.validator):
            validators = list(self._graph.objects(finding.component, predicate))
            yield from sorted(validators, key=str)
            if validators:
                return

    def _parameters(self, finding: Finding) -> Iterable[tuple[str, Node]]:
        """Parameters of a component of somebody's own, by the local name of their path (§6.2.1)."""
        for parameter in self._graph.objects(finding.component, SH.parameter):
            path = self._graph.value(parameter, SH.path)
            if path is not None:
                yield re.split(r"[#/]", str(path))[-1], path

    # --- what we say --------------------------------------------------------------------------

    def _sentence(self, finding: Finding, language: str) -> str:
        shape, component = finding.shape, finding.component
        number = self._graph.value(shape, _COUNTED.get(component, component))
        count = int(str(number)) if number is not None and str(number).isdecimal() else None
        about = "text" if isinstance(finding.value, rdflib.Literal) else "values"
        about = "node" if finding.path is None else about
        filled: dict[str, Callable[[], str]] = {
            "field": lambda: self._field(finding, language),
            "where": lambda: self.where(finding.focus, language),
            "value": lambda: self._value(finding.value, language),
            "typed": lambda: self._value(finding.value, language, typed=True),
            "count": lambda: str(number),
            "limit": lambda: self._values(shape, _LIMITS[component], language),
            "datatype": lambda: self._datatype(self._graph.value(shape, SH.datatype), language),
            "kind": lambda: self._phrase(self._graph.value(shape, SH.nodeKind), language),
            "class": lambda: self._values(shape, SH["class"], language),
            "pattern": lambda: self._values(shape, SH.pattern, language),
            "list": lambda: self._list(self._graph.value(shape, _LISTS[component]), language),
            "other": lambda: self._others(shape, _PAIRED[component], language),
            "rules": lambda: self._rules(shape, _NESTING[component], language),
            "inner": lambda: self._inner(finding, language),
            "rule": lambda: self._rule(finding, language),
            "about": lambda: self._about(finding, language),
        }
        template = self._speech.template(component, about, count, language)
        return _VARIABLE.sub(lambda m: filled[m[1]](), template).strip()

    def _field(self, finding: Finding, language: str) -> str:
        own = finding.component != SH.ClosedConstraintComponent and finding.path is not None
        name = in_language(self._shapes.texts(finding.shape).name, (language,)) if own else ""
        path = self._shapes.path(finding.shape) if own else finding.path
        if not name and path is not None:
            name = self._shapes.path_text(path)
        return self._quoted(name, language)

    def _value(self, node: Node | None, language: str, *, typed: bool = False) -> str:
        if not isinstance(node, rdflib.Literal):
            return "–" if node is None else self.where(node, language)
        text = self._quoted(_cut(" ".join(str(node).split())), language)
        if not typed:
            return text
        datatype = compact(str(node.datatype or XSD.string))
        return f"{text}@{node.language}" if node.language else f"{text} ({datatype})"

    def _values(self, shape: Node, parameter: Node, language: str) -> str:
        values = sorted(self._graph.objects(shape, parameter), key=lambda n: str(from_rdflib(n)))
        return ", ".join(self._term(value, language) for value in values)

    def _term(self, node: Node, language: str) -> str:
        if isinstance(node, rdflib.Literal):
            text = _cut(str(node))
            return text if node.datatype in _BARE else self._quoted(text, language)
        return compact(str(node)) if isinstance(node, rdflib.URIRef) else "[ ]"

    def _list(self, head: Node | None, language: str) -> str:
        members = list(self._graph.items(head)) if head is not None else []
        shown = [self._term(member, language) for member in members[:_MEMBERS]]
        return ", ".join([*shown, "…"] if len(members) > _MEMBERS else shown)

    def _others(self, shape: Node, parameter: Node, language: str) -> str:
        return ", ".join(
            self._quoted(self._property(path, language), language)
            for path in sorted(self._graph.objects(shape, parameter), key=str)
        )

    def _property(self, path: Node, language: str) -> str:
        """A property by the name that some shape gives it, or else by its path."""
        names = {
            in_language(self._shapes.texts(shape).name, (language,))
            for shape in self._graph.subjects(SH.path, path)
        }
        return min(names - {""}, default="") or self._shapes.path_text(path)

    def _datatype(self, node: Node | None, language: str) -> str:
        if node is None:
            return ""
        short = compact(str(node))
        phrase = self._speech.phrase(node, language)
        if phrase is None:
            return self._phrase(RDFS.Datatype, language).replace("{datatype}", short)
        return f"{phrase} ({short})"

    def _rules(self, shape: Node, parameter: Node, language: str) -> str:
        """What the shapes that a constraint names ask for."""
        asked: list[str] = []
        for named in self._graph.objects(shape, parameter):
            inside = list(self._graph.items(named)) or [named]
            asked += [self._rule_of(node, language) for node in inside]
        if parameter in (SH.node, SH["not"]):
            asked.sort()
        return "; ".join(dict.fromkeys(asked))

    def _rule_of(self, node: Node, language: str) -> str:
        """A shape by its name or, without one, by what it asks for."""
        name = self._title(node, language)
        if name:
            return self._phrase(SH.Shape, language).replace("{rule}", self._quoted(name, language))
        asked = [
            self._asked(node, predicate, language)
            for predicate in _DESCRIBED
            if (node, predicate, None) in self._graph
        ]
        if asked:
            return ", ".join(asked)
        if isinstance(node, rdflib.URIRef):
            return self._phrase(SH.Shape, language).replace("{rule}", compact(str(node)))
        return self._phrase(SH.NodeShape, language)

    def _asked(self, shape: Node, predicate: Node, language: str) -> str:
        """What one parameter of a shape asks for, as a phrase."""
        if predicate == SH.datatype:
            return self._datatype(self._graph.value(shape, predicate), language)
        if predicate == SH.nodeKind:
            return self._phrase(self._graph.value(shape, predicate), language)
        if predicate == SH.hasValue:
            return self._values(shape, predicate, language)
        if predicate == SH["in"]:
            text = self._list(self._graph.value(shape, predicate), language)
        elif predicate in (SH.path, SH.property):
            inside = [shape] if predicate == SH.path else self._graph.objects(shape, predicate)
            paths = {path for one in inside if (path := self._shapes.path(one)) is not None}
            names = sorted(self._property(path, language) for path in paths)
            text = ", ".join(self._quoted(name, language) for name in names)
        else:
            text = self._values(shape, predicate, language)
        return _VARIABLE.sub(lambda _: text, self._phrase(predicate, language))

    def _inner(self, finding: Finding, language: str) -> str:
        said = {in_language(self.of(detail), (language,)) for detail in finding.details}
        return " ".join(sorted(said)[:_INNER])

    def _rule(self, finding: Finding, language: str) -> str:
        for node in (finding.constraint, finding.component, finding.shape):
            name = self._title(node, language) if node is not None else ""
            if name:
                return self._quoted(name, language)
        named = [n for n in (finding.constraint, finding.shape) if isinstance(n, rdflib.URIRef)]
        return compact(str(named[0] if named else finding.component))

    def _about(self, finding: Finding, language: str) -> str:
        for node in (finding.constraint, finding.component, finding.shape):
            for predicate in (SH.description, RDFS.comment):
                texts = by_language(self._graph.objects(node, predicate)) if node else {}
                text = texts.get(language) or texts.get("")
                if text:
                    return text
        return ""

    def _title(self, node: Node, language: str) -> str:
        texts = self._shapes.texts(node).name or by_language(self._graph.objects(node, RDFS.label))
        return in_language(texts, (language,))

    def _phrase(self, term: Node | None, language: str) -> str:
        found = self._speech.phrase(term, language) if term is not None else None
        return found or (compact(str(term)) if term is not None else "")

    def _quoted(self, text: str, language: str) -> str:
        if text.startswith("<") and text.endswith(">"):  # an IRI has its quotes
            return text
        return self._phrase(SH.value, language).replace("{text}", text)


def _fill(template: str, bound: Mapping[str, Node | None]) -> str:
    def value(match: re.Match[str]) -> str:
        node = bound.get(match[1])
        return match[0] if node is None else str(node)

    return _PLACEHOLDER.sub(value, template)


def _cut(text: str) -> str:
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "\N{HORIZONTAL ELLIPSIS}"
