"""Forms: what a person is asked about a thing, class by class, as the shapes and schemes tell it.

A form is a class with its questions in the order of display; a question is a field with the way in
which it is answered: a text in a language, one of a list, another record, a part with a form of
its own. Whatever asks people for data is made of these, so that a property shape more in `shapes/`
is a question more everywhere.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from typing import Final

import rdflib
from rdflib.namespace import RDFS, SH

from practicegraph import artefacts, fields
from practicegraph.concepts import Vocabularies, bundled
from practicegraph.fields import Field, Need, Values
from practicegraph.iris import KIND_OF_CLASS, KINDS
from practicegraph.namespaces import RDF, XSD
from practicegraph.texts import Texts

_LANG_STRING: Final = RDF + "langString"
_WHOLE: Final = frozenset(
    XSD + name
    for name in (
        *("integer", "positiveInteger", "nonNegativeInteger", "negativeInteger"),
        *("nonPositiveInteger", "int", "long", "short", "byte"),
    )
)
_NUMBERS: Final = _WHOLE | {XSD + name for name in ("decimal", "double", "float")}
_DATES: Final = frozenset(XSD + name for name in ("date", "dateTime", "gYear", "gYearMonth"))


class Input(StrEnum):
    """How a question is answered."""

    TEXT = "text"
    """A text in a language."""
    PLAIN = "plain"
    """A text without a language, such as a code."""
    CHOICE = "choice"
    """One of a list."""
    RECORD = "record"
    """Another record."""
    PART = "part"
    """A part of the same record, which has a form of its own."""
    ADDRESS = "address"
    """An address on the web, or any other IRI."""
    DATE = "date"
    NUMBER = "number"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class Question:
    """A field as a person fills it in.

    `lists` are the vocabularies of a choice, `kinds` the kinds of record and `parts` the classes of
    part that it may lead to. `own` says that where it is left open the record itself is meant, as a
    part must name some record of the very kind it stands in.
    """

    field: Field
    input: Input
    need: Need
    lists: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    own: bool = False
    vocabularies: Vocabularies = dataclasses.field(
        default_factory=bundled, compare=False, repr=False
    )

    @property
    def several(self) -> bool:
        """Whether more than one value may stand in it (of texts, in one language)."""
        return self.field.most != 1 and not self.field.per_language

    @property
    def whole(self) -> bool:
        """Whether numbers in it are whole ones."""
        return _WHOLE.issuperset(self.field.values.datatypes)

    @property
    def days(self) -> bool:
        """Whether dates in it are whole days, or moments; not months and years."""
        return {XSD + "date", XSD + "dateTime"}.issuperset(self.field.values.datatypes)

    def options(self) -> Mapping[str, Texts]:
        """The values of the lists that may stand in it, with their labels, in order of display."""
        found = {
            iri: labels
            for name in self.lists
            for iri, labels in self.vocabularies.members(name).items()
            if self._admits(iri)
        }
        choices = self.field.values.choices
        return {iri: found.get(iri, {}) for iri in choices} if choices else found

    def find(self, text: str) -> tuple[str, ...]:
        """The values that go by a label or code, whatever its language; several if ambiguous.

        Of a closed list of the shapes only the first is taken: it may name one thing by the
        addresses of several authorities, the preferred one first.
        """
        found = {iri for name in self.lists for iri in self.vocabularies.find(name, text)}
        choices = self.field.values.choices
        if choices:
            return tuple(iri for iri in choices if iri in found)[:1]
        return tuple(sorted(filter(self._admits, found)))

    def _admits(self, iri: str) -> bool:
        values = self.field.values
        if values.schemes:
            return True
        if values.choices:
            return iri in values.choices
        pattern = _addresses(values)
        return pattern is not None and pattern.search(iri) is not None


@dataclass(frozen=True, slots=True)
class Form:
    """What is asked about things of a class.

    `kind` is the kind of record, None for a part. `variants` are the classes that one has to choose
    from, with their names, empty where there is one. `copies` maps a property to those that repeat
    its values, which nobody is asked for. `link` is the property by which a record leads to the
    part, None where only another part does.
    """

    cls: str
    kind: str | None
    names: Texts
    variants: Mapping[str, Texts]
    questions: tuple[Question, ...]
    copies: Mapping[str, tuple[str, ...]]
    link: str | None = None


class Forms:
    """The forms of all classes that a graph of shapes describes."""

    def __init__(self, graph: rdflib.Graph, vocabularies: Vocabularies | None = None) -> None:
        self._graph = graph
        self._vocabularies = vocabularies or bundled()
        self._fields = fields.read(graph)

    def record(self, kind: str) -> Form:
        """The form of a kind of record."""
        classes = [cls for cls in KINDS[kind][1] if cls in self._fields]
        shapes = {cls: self._shapes(cls) for cls in classes}
        widest = max(
            (shape for of_class in shapes.values() for shape in of_class),
            key=lambda shape: (self._reach(shape), str(shape)),
        )
        names = {cls: self._names(of_class[0]) for cls, of_class in shapes.items()}
        # Classes of one name are one to a person: the first of them stands for all.
        distinct = {tuple(sorted(n.items())): cls for cls, n in reversed(names.items())}
        variants = {cls: n for cls, n in names.items() if cls in distinct.values()}
        several = variants if len(variants) > 1 else {}
        return self._form(classes, self._names(widest), kind=kind, variants=several)

    def parts(self, kind: str) -> tuple[Form, ...]:
        """The forms of the parts of a kind of record, each after what leads to it."""
        record = self.record(kind)
        links = {
            cls: question.field.property
            for question in reversed(record.questions)
            for cls in question.parts
        }
        return tuple(
            self._form([cls], self._part_names(cls), link=links.get(cls), within=kind)
            for cls in self._below(record.questions, {})
        )

    def related(self, kind: str) -> tuple[str, ...]:
        """The kinds of record that a kind leads to, straight or through others, with itself."""
        found, waiting = [kind], [kind]
        while waiting:
            at = waiting.pop(0)
            for form in (self.record(at), *self.parts(at)):
                for question in form.questions:
                    new = [k for k in question.kinds if k not in found]
                    found += new
                    waiting += new
        return tuple(found)

    def _below(self, questions: tuple[Question, ...], seen: dict[str, None]) -> dict[str, None]:
        for question in questions:
            for cls in question.parts:
                if cls not in seen:
                    seen[cls] = None
                    self._below(tuple(self._questions([cls], None)), seen)
        return seen

    def _form(
        self,
        classes: list[str],
        names: Texts,
        *,
        kind: str | None = None,
        variants: Mapping[str, Texts] | None = None,
        link: str | None = None,
        within: str | None = None,
    ) -> Form:
        cls = classes[0]
        copies: dict[str, tuple[str, ...]] = {}
        for field in self._fields[cls].values():
            if field.copy_of is not None:
                copies[field.copy_of] = (*copies.get(field.copy_of, ()), field.property)
        questions = tuple(self._questions(classes, within))
        return Form(cls, kind, names, variants or {}, questions, copies, link)

    def _questions(self, classes: list[str], within: str | None) -> Iterator[Question]:
        for name, field in self._fields[classes[0]].items():
            if field.copy_of is None:
                # What one class demands and another does not is no more than recommended.
                needs = {
                    of[name].need for of in map(self._fields.__getitem__, classes) if name in of
                }
                need = field.need if len(needs) == 1 else Need.RECOMMENDED
                yield self._question(field, need, within)

    def _question(self, field: Field, need: Need, within: str | None) -> Question:
        values = field.values
        kinds = dict.fromkeys(KIND_OF_CLASS[c] for c in values.classes if c in KIND_OF_CLASS)
        if kinds:
            own = within in kinds and need is Need.MANDATORY
            return Question(field, Input.RECORD, need, kinds=tuple(kinds), own=own)
        parts = tuple(c for c in values.classes if c in self._fields)
        if parts:
            return Question(field, Input.PART, need, parts=parts)
        lists = _lists(values, self._vocabularies)
        if lists or values.choices:
            return Question(field, Input.CHOICE, need, lists=lists, vocabularies=self._vocabularies)
        return Question(field, _input(values), need)

    def _shapes(self, cls: str) -> list[rdflib.term.Node]:
        """The node shapes of a class that have a name, the most special first."""
        found = self._graph.subjects(SH.targetClass, rdflib.URIRef(cls))
        named = [shape for shape in found if (shape, RDFS.label, None) in self._graph]
        return sorted(named, key=lambda shape: (self._reach(shape), str(shape)))

    def _reach(self, shape: rdflib.term.Node) -> int:
        return len(list(self._graph.objects(shape, SH.targetClass)))

    def _names(self, shape: rdflib.term.Node) -> Texts:
        return fields.texts(self._graph, shape, RDFS.label)

    def _part_names(self, cls: str) -> Texts:
        return next(map(self._names, self._shapes(cls)), {"": cls.rpartition("#")[2]})


@lru_cache(maxsize=4)
def forms(vocabularies: Vocabularies | None = None) -> Forms:
    """The forms of the listed profile, with the lists in force, read once."""
    graph = artefacts.parse_turtle(artefacts.shape_files("listed"))
    return Forms(graph, vocabularies or bundled())


def _input(values: Values) -> Input:
    datatypes = frozenset(values.datatypes)
    if _LANG_STRING in datatypes:
        return Input.TEXT
    if datatypes and datatypes <= _NUMBERS:
        return Input.NUMBER
    if datatypes and datatypes <= _DATES:
        return Input.DATE
    if datatypes == {XSD + "boolean"}:
        return Input.BOOLEAN
    return Input.ADDRESS if values.iri and not datatypes else Input.PLAIN


_addresses: Final = cache(Values.addresses)


def _lists(values: Values, vocabularies: Vocabularies) -> tuple[str, ...]:
    """The vocabularies that the values of a field are taken from."""
    known = sorted(vocabularies.lists())
    if values.schemes:
        named = (name for scheme in values.schemes for name in vocabularies.names_of(scheme))
        return tuple(dict.fromkeys(named))
    if values.choices:
        chosen = set(values.choices)
        return tuple(name for name in known if chosen & vocabularies.members(name).keys())
    pattern = _addresses(values)
    if pattern is None:
        return ()
    return tuple(
        name for name in known if any(pattern.search(iri) for iri in vocabularies.members(name))
    )
