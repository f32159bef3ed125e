"""A mapping: one SPARQL CONSTRUCT in a `.rq` file that says what the rows of a source mean.

Its header, lines that start with `#+`, names the source and says how to read it:

    #+ source: jrc-ips
    #+ title: Innovative public services of the JRC
    #+ homepage: https://example.org/catalogue
    #+ columns: name, url, description
    #+ list: url [,;]

A key that is not known is an error. `homepage`, `licence` and `row` are variables that the query
finds bound. A new source of a known format needs such a file and no Python.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Final

import pyoxigraph as ox

from ingest import cleaning
from ingest.functions import FN, FUNCTIONS, Desk, Note
from ingest.lifting import ROW, lift
from ingest.rows import ReaderOptions, Row, Value
from practicegraph.errors import InvalidInput

#: Under which all documents in RDF keep the identity of their records; no mapping may have it.
RDF: Final = "rdf"

MAPPINGS: Final = Path(__file__).resolve().parent / "mappings"

_LINE: Final = re.compile(r"^#\+(.*)$", re.MULTILINE)
_ENTRY: Final = re.compile(r"[ \t]*([a-z]+)[ \t]*:[ \t]*(.*?)[ \t]*")
_SOURCE: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")

#: Key of the header → what it is for; those of `_REQUIRED` must be there.
KEYS: Final[dict[str, str]] = {
    "source": "short name of the source, under which its records keep their identity",
    "title": "what the source is called",
    "homepage": "IRI of the catalogue; bound to ?homepage",
    "licence": "IRI of the licence of the data; bound to ?licence",
    "language": "language of texts that have none; fn:text writes it",
    "columns": "names separated by commas; a file that has them all is recognised",
    "list": "name of a column and the regular expression that parts its entries (repeatable)",
    "delimiter": "delimiter of CSV; `tab` for the tabulator",
    "encoding": "encoding of CSV",
    "sheet": "name of the sheet of a workbook",
    "items": "path to the array in a JSON document",
}
_REQUIRED: Final = ("source", "title", "homepage")

# What a query text holds beside its keywords: comments, IRIs, strings.
_ASIDE: Final = re.compile(
    r"<[^<>\"{}|^`\\\x00-\x20]*>|'''.*?'''|\"\"\".*?\"\"\"|'(?:[^'\\\n]|\\.)*'"
    r"|\"(?:[^\"\\\n]|\\.)*\"|#[^\n]*",
    re.DOTALL,
)
_FETCHES: Final = re.compile(r"(?<![\w?$:-])(?:SERVICE|FROM|LOAD)\b(?!:)", re.IGNORECASE)
_PREFIX: Final = re.compile(r"\bPREFIX\s+([\w-]*):\s*<" + re.escape(FN) + ">", re.IGNORECASE)


class MappingError(InvalidInput):
    """A mapping cannot be used, or none (or more than one) fits the file."""

    status: ClassVar[int] = 400
    slug: ClassVar[str] = "mapping"
    title: ClassVar[str] = "The mapping cannot be used"


@dataclass(slots=True)
class SourceMapping:
    """A mapping, ready to be applied. Build it with `load` or `parse`. Not for several threads."""

    name: str
    source: str
    title: str
    homepage: ox.NamedNode
    licence: ox.NamedNode | None
    columns: tuple[str, ...]
    lists: Mapping[str, re.Pattern[str]]
    options: ReaderOptions
    query: str = field(repr=False)
    bound: Mapping[ox.Variable, ox.NamedNode] = field(repr=False)
    digest: str
    desk: Desk = field(default_factory=Desk, repr=False)

    def apply(self, row: Row) -> tuple[list[ox.Triple], list[Note]]:
        """The statements that the mapping makes of a row, and what its functions noted."""
        # A store that is cleared and filled again grows slower with every row.
        store = ox.Store()
        self.desk.clear()
        cells = {name: self._visible(name, value) for name, value in row.cells.items()}
        present = {name: value for name, value in cells.items() if value}
        store.extend(lift(Row(row.number, present), self.lists))
        triples = self.run(store)
        return triples, list(self.desk.notes)

    def _visible(self, column: str, value: Value) -> Value:
        # A mapping may write a cell as it stands, and no text of a record holds control characters.
        if isinstance(value, str):
            text, finding = cleaning.without_controls(value)
            self.desk.note(column, value, finding)
            return text
        if isinstance(value, dict):
            return {name: self._visible(column, member) for name, member in value.items()}
        return [self._visible(column, member) for member in value]

    def run(self, store: ox.Store) -> list[ox.Triple]:
        """Evaluate the query over a lifted row."""
        try:
            answer = store.query(
                self.query, substitutions=dict(self.bound), custom_functions=self.desk.bound()
            )
        except SyntaxError as error:
            raise MappingError(f"{self.name}: the query is not SPARQL: {error}") from error
        if not isinstance(answer, ox.QueryTriples):
            raise MappingError(f"{self.name}: the query is not a CONSTRUCT.")
        triples = list(answer)
        if self.desk.defect is not None:
            raise self.desk.defect
        return triples


def parse(name: str, text: str) -> SourceMapping:
    """Read a mapping and try it on an empty row. Raises MappingError that names the fault."""
    values: dict[str, str] = {}
    lists: dict[str, re.Pattern[str]] = {}
    for line in _LINE.findall(text):
        entry = _ENTRY.fullmatch(line)
        if entry is None:
            raise MappingError(f"{name}: write a line of the header as '#+ key: value'.")
        key, value = entry.groups()
        if key not in KEYS:
            raise MappingError(
                f"{name}: the key {key!r} of the header is not known; use {', '.join(KEYS)}."
            )
        if key == "list":
            lists.update([_list(name, value)])
        elif key in values:
            raise MappingError(f"{name}: the header has the key {key!r} twice.")
        elif not value:
            raise MappingError(f"{name}: the key {key!r} of the header has no value.")
        else:
            values[key] = value
    missing = [key for key in _REQUIRED if key not in values]
    if missing:
        raise MappingError(f"{name}: the header lacks {', '.join(missing)} ('#+ key: value').")
    if not _SOURCE.fullmatch(values["source"]):
        raise MappingError(f"{name}: write the source in small letters and hyphens.")
    if values["source"] == RDF:
        raise MappingError(f"{name}: the source {RDF!r} is that of documents in RDF; name another.")
    language = values.get("language")
    if language and not _LANGUAGE.fullmatch(language):
        raise MappingError(f"{name}: {language!r} is not a language tag.")
    _check_query(name, text)
    delimiter = values.get("delimiter")
    homepage = _iri(name, "homepage", values["homepage"])
    licence = _iri(name, "licence", values["licence"]) if "licence" in values else None
    mapping = SourceMapping(
        name=name,
        source=values["source"],
        title=values["title"],
        homepage=homepage,
        licence=licence,
        columns=tuple(c.strip() for c in values.get("columns", "").split(",") if c.strip()),
        lists=lists,
        options=ReaderOptions(
            delimiter="\t" if delimiter == "tab" else delimiter,
            encoding=values.get("encoding"),
            sheet=values.get("sheet"),
            items=values.get("items"),
        ),
        query=text,
        bound=_bound(text, {"row": ROW, "homepage": homepage, "licence": licence}),
        digest=hashlib.sha256(text.encode()).hexdigest(),
        desk=Desk(language),
    )
    mapping.run(ox.Store())
    mapping.desk.clear()
    return mapping


def load(mapping: str | Path) -> SourceMapping:
    """Read a mapping by the name of one of ours, or by the path of a file that ends in `.rq`."""
    path = Path(mapping)
    if path.suffix != ".rq":
        path = MAPPINGS / f"{mapping}.rq"
        if path.parent != MAPPINGS or not path.is_file():
            raise MappingError(
                f"There is no mapping {str(mapping)!r}; there are {', '.join(names())}, or give "
                "the path of a file that ends in .rq."
            )
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(f"The mapping {path.name} cannot be read: {error}") from error
    return parse(path.name, text)


def names() -> list[str]:
    """Names of the mappings that come with the program."""
    return sorted(path.stem for path in MAPPINGS.glob("*.rq"))


def recognise(file: str, columns: Iterable[str]) -> SourceMapping:
    """The one mapping whose columns the file has. Raises MappingError that lists the candidates."""
    present = set(columns)
    fitting = [m for m in map(load, names()) if m.columns and present.issuperset(m.columns)]
    if len(fitting) == 1:
        return fitting[0]
    candidates = [m.name.removesuffix(".rq") for m in fitting] or names()
    which = "more than one mapping fits" if fitting else "no mapping recognises"
    raise MappingError(
        f"{file}: {which} its columns. Name one with --mapping: {', '.join(candidates)}."
    )


def _list(name: str, value: str) -> tuple[str, re.Pattern[str]]:
    column, _, pattern = value.partition(" ")
    try:
        return column, re.compile(pattern.strip() or r"(?!)")
    except re.error as error:
        raise MappingError(
            f"{name}: {pattern!r} of the list {column!r} is not a regular expression: {error}."
        ) from error


def _iri(name: str, key: str, value: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(value)
    except ValueError as error:
        raise MappingError(f"{name}: {value!r} of the key {key!r} is not an IRI.") from error


def _bound(text: str, terms: Mapping[str, ox.NamedNode | None]) -> dict[ox.Variable, ox.NamedNode]:
    # The engine refuses to bind a variable that the query does not have.
    bare = _ASIDE.sub(" ", text)
    return {
        ox.Variable(name): term
        for name, term in terms.items()
        if term is not None and re.search(rf"[?$]{name}\b", bare)
    }


def _check_query(name: str, text: str) -> None:
    bare = _ASIDE.sub(" ", text)
    if found := _FETCHES.search(bare):
        raise MappingError(f"{name}: {found[0].upper()} is refused; a mapping fetches nothing.")
    # An unknown function would be an unbound value, and so an error that nobody sees.
    for prefix in _PREFIX.findall(text):
        for called in _calls(bare, prefix):
            if called not in FUNCTIONS:
                raise MappingError(
                    f"{name}: there is no function {prefix}:{called}; there are "
                    f"{', '.join(FUNCTIONS)}."
                )


def _calls(bare: str, prefix: str) -> Iterator[str]:
    yield from re.findall(rf"(?<![\w?$:-]){re.escape(prefix)}:([\w-]+)", bare)
