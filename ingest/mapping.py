"""A mapping: one SPARQL CONSTRUCT that says what rows, or subjects in RDF, of a source mean.

Its text, with the header that says how to read the source, is read by `header.parse`; `library`
finds the mapping for a file. Here it is applied: to a row, which is lifted first, or to a subject
of documents in RDF. A new source of a known format needs such a file and no Python.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from typing import Any, ClassVar, Final, NamedTuple

import pyoxigraph as ox

from ingest import cleaning, embedded
from ingest.functions import Desk, Note
from ingest.lifting import ROW, lift
from ingest.privacy import without_personal
from ingest.rows import ReaderOptions, Row, Value
from practicegraph.concepts import Vocabularies
from practicegraph.errors import InvalidInput
from practicegraph.namespaces import compact

#: Under which all documents in RDF keep the identity of their records; no mapping may have it.
RDF: Final = "rdf"

_ROW: Final = ox.Variable("row")
_IDENTITY: Final = ox.Variable("identity")


def fits(file: str, pattern: str) -> bool:
    """Whether a pattern fits the whole name inside the source or its end, folder by folder."""
    return fnmatch(file, pattern) or fnmatch(file, f"*/{pattern}")


class MappingError(InvalidInput):
    """A mapping cannot be used, or none (or more than one) fits the file."""

    status: ClassVar[int] = 400
    slug: ClassVar[str] = "mapping"
    title: ClassVar[str] = "The mapping cannot be used"


class Mapped(NamedTuple):
    """What a mapping makes of one row or subject: statements, and notes of what was mended."""

    triples: list[ox.Triple]
    notes: list[Note]


@dataclass(slots=True)
class SourceMapping:
    """A mapping, ready to be applied. Build it with `header.parse`. Not for several threads.

    `files` are patterns of names of files, `columns` sets of names of columns, `classes` and
    `subjects` classes and beginnings of IRIs in RDF: by them a file is recognised. `embedded` are
    the columns that hold documents, with the format; `itemised` is the pattern of the files in
    which the rows lie at the path of `options.items`, empty for all. One with `classes` gives
    meaning to documents in RDF, subject by subject; any other to rows. `contexts` are the JSON-LD
    contexts that documents may name, by IRI. A mapping can be pickled, with
    the files that its header names: it is parsed again.
    """

    name: str
    source: str
    title: str
    homepage: ox.NamedNode
    licence: ox.NamedNode | None
    files: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]
    classes: tuple[str, ...]
    subjects: tuple[str, ...]
    identity: tuple[str, ...]
    lists: Mapping[str, re.Pattern[str]]
    embedded: Mapping[str, str]
    options: ReaderOptions
    itemised: str
    contexts: Mapping[str, str] = field(repr=False)
    text: str = field(repr=False)
    query: str = field(repr=False)
    #: The files that its header names, by name.
    beside: Mapping[str, str] = field(repr=False)
    #: Those of the variables `row` and `identity` that the query has.
    free: frozenset[ox.Variable] = field(repr=False)
    digest: str
    parse: Callable[[str, str, Mapping[str, str], Vocabularies | None], SourceMapping] = field(
        repr=False
    )
    desk: Desk = field(default_factory=Desk, repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return self.parse, (self.name, self.text, self.beside, self.desk.vocabularies)

    @property
    def of_rdf(self) -> bool:
        """Whether it gives meaning to documents in RDF."""
        return bool(self.classes)

    def lifted(self, row: Row, file: str = "") -> list[ox.Quad]:
        """The graph of a row as the query sees it; what was taken out of cells is noted."""
        cells = {name: self._visible(name, v) for name, v in self._opened(row).items()}
        present = {name: value for name, value in cells.items() if value}
        return list(lift(Row(row.number, present), self.lists, file))

    def apply(self, row: Row, file: str = "") -> Mapped:
        """What the mapping makes of a row of a file."""
        # A store that is cleared and filled again grows slower with every row.
        store = ox.Store()
        self.desk.clear()
        store.extend(self.lifted(row, file))
        triples = self.run(store, ROW, self._identity_of(row))
        return Mapped(triples, self.desk.told())

    def apply_to(self, store: ox.Store, subject: ox.NamedNode | ox.BlankNode) -> Mapped:
        """What the mapping makes of a subject of the documents in the default graph of a store."""
        self.desk.clear()
        triples = self.run(store, subject, None)
        return Mapped(triples, self.desk.told())

    def options_for(self, file: str) -> ReaderOptions:
        """How to read a file: the path to the rows may be for some of the files only."""
        if self.itemised and not fits(file, self.itemised):
            return replace(self.options, items=None)
        return self.options

    def _opened(self, row: Row) -> Mapping[str, Value]:
        """The cells of a row, with the documents in some of them as nested values."""
        if not self.embedded:
            return row.cells
        cells = dict(row.cells)
        for column, form in self.embedded.items():
            text = cells.get(column)
            if isinstance(text, str):
                found, fault = embedded.parse(text, form)
                self.desk.note(column, text, fault)
                cells[column] = found or ""
        return cells

    def _visible(self, column: str, value: Value) -> Value:
        # A mapping may write a cell as it stands, and no text of a record holds control characters.
        if isinstance(value, str):
            text, finding = cleaning.without_controls(value)
            self.desk.note(column, value, finding)
            return text
        if isinstance(value, dict):
            return {name: self._visible(column, member) for name, member in value.items()}
        return [self._visible(column, member) for member in value]

    def _identity_of(self, row: Row) -> ox.NamedNode | None:
        given = [row.cells.get(column) for column in self.identity]
        texts = [text for text in given if isinstance(text, str) and cleaning.key(text)]
        if not texts or len(texts) < len(self.identity):
            return None
        return ox.NamedNode(f"{RECORDS}{self.source}/{cleaning.key(*texts)}")

    def run(
        self,
        store: ox.Store,
        row: ox.NamedNode | ox.BlankNode = ROW,
        identity: ox.NamedNode | None = None,
    ) -> list[ox.Triple]:
        """Evaluate the query over a lifted row or staged documents."""
        bound: dict[ox.Variable, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple] = {}
        if _ROW in self.free:
            bound[_ROW] = row
        if _IDENTITY in self.free and identity is not None:
            bound[_IDENTITY] = identity
        try:
            answer = store.query(
                self.query, substitutions=bound, custom_functions=self.desk.bound()
            )
        except SyntaxError as error:
            raise MappingError(f"{self.name}: the query is not SPARQL: {error}") from error
        if not isinstance(answer, ox.QueryTriples):
            raise MappingError(f"{self.name}: the query is not a CONSTRUCT.")
        triples = [kept for triple in answer if (kept := self._public(triple)) is not None]
        if self.desk.defect is not None:
            raise self.desk.defect
        return triples

    def _public(self, triple: ox.Triple) -> ox.Triple | None:
        """The statement without what may be personal data, whatever the mapping copied."""
        if isinstance(triple.object, ox.Triple):
            return None
        value, finding = without_personal(triple.predicate, triple.object)
        if finding is None:
            return triple
        self.desk.note(compact(triple.predicate.value), triple.object.value, finding)
        return None if value is None else ox.Triple(triple.subject, triple.predicate, value)


#: Namespace of the keys under which mappings know what they describe; `?identity` is below it.
RECORDS: Final = "https://w3id.org/practicegraph/ingest/"
