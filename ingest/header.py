"""The header of a mapping, lines that start with `#+`: it names the source and says how to read it.

    #+ source: jrc-ips
    #+ title: Innovative public services of the JRC
    #+ homepage: https://example.org/catalogue
    #+ columns: name, url, description
    #+ list: url [,;]

A key that is not known is an error. `row` and `identity` are variables that the query finds bound,
`homepage`, `licence` and `spatial` stand for what the header says.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, TypeVar
from urllib.parse import unquote

import pyoxigraph as ox

from ingest.embedded import DOCUMENTS
from ingest.functions import FN, FUNCTIONS, Desk, Result
from ingest.mapping import RDF, MappingError, SourceMapping
from ingest.rows import Join, ReaderOptions
from practicegraph.concepts import Vocabularies, bundled
from practicegraph.sparql.text import asks_service, names_dataset, unescaped
from practicegraph.texts import fold

T = TypeVar("T")

_LINE: Final = re.compile(r"^#\+(.*)$", re.MULTILINE)
_ENTRY: Final = re.compile(r"[ \t]*([a-z]+)[ \t]*:[ \t]*(.*?)[ \t]*")
_SOURCE: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_FILE: Final = re.compile(r"[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)*")

#: Key of the header → what it is for; those of `_REQUIRED` must be there.
KEYS: Final[dict[str, str]] = {
    "source": "short name of the source, under which its records keep their identity",
    "title": "what the source is called",
    "homepage": "IRI of the catalogue; bound to ?homepage",
    "licence": "IRI of the licence of the data; bound to ?licence",
    "query": "file of another mapping beside this one, whose query it shares",
    "spatial": "IRI of the territory that all of it is about; bound to ?spatial",
    "language": "language of texts without one, or of those with a pattern, or guess (repeatable)",
    "dates": "day-first or month-first: how dates such as 03/04/2025 are meant",
    "files": "patterns of names of files, separated by commas; a file must fit one of them",
    "columns": "names separated by commas; a file that has them all is recognised (repeatable)",
    "classes": "classes in RDF, separated by commas; each of their subjects is a ?row",
    "subjects": "what the IRI of such a subject must begin with (repeatable)",
    "identity": "columns that tell rows apart; bound together, as an IRI, to ?identity",
    "list": "name of a column and the regular expression that parts its entries (repeatable)",
    "lookup": "name of a table of values, and the CSV file beside the mapping (repeatable)",
    "context": "IRI of a JSON-LD context, and the file beside the mapping (repeatable)",
    "delimiter": "delimiter of CSV; `tab` for the tabulator",
    "encoding": "encoding of CSV",
    "sheet": "name of the sheet of a workbook",
    "join": "column, sheet of the same workbook, and its column that names the rows (repeatable)",
    "items": "path to the array in a JSON document, or to the elements of XML, and which files",
    "embedded": "name of a column, and the format of the documents in it (repeatable)",
}
_REQUIRED: Final = ("source", "title", "homepage")
_REPEATABLE: Final = frozenset(
    {"columns", "language", "list", "join", "lookup", "context", "subjects", "embedded"}
)
_GUESS: Final = "guess"
_VARIABLES: Final = ("row", "identity")

# What a query text holds beside its keywords: comments, IRIs, strings.
_ASIDE: Final = re.compile(
    r"<[^<>\"{}|^`\\\x00-\x20]*>|'''.*?'''|\"\"\".*?\"\"\"|'(?:[^'\\\n]|\\.)*'"
    r"|\"(?:[^\"\\\n]|\\.)*\"|#[^\n]*",
    re.DOTALL,
)
_PREFIX: Final = re.compile(r"\bPREFIX\s+([\w-]*):\s*<([^<>\s]*)>", re.IGNORECASE)


@dataclass(slots=True)
class _Header:
    """The entries of a header: single ones by key, and those that may come again."""

    name: str
    values: dict[str, str] = field(default_factory=dict)
    repeated: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def names(self, key: str) -> tuple[str, ...]:
        """The entry of a key as names that are parted by commas."""
        return _names(self.values.get(key, ""))

    def iri(self, key: str) -> ox.NamedNode | None:
        """The entry of a key as an IRI."""
        return _iri(self.name, key, self.values[key]) if key in self.values else None


def _names(entry: str) -> tuple[str, ...]:
    return tuple(n.strip() for n in entry.split(",") if n.strip())


def parse(
    name: str,
    text: str,
    folder: Path | Mapping[str, str] | None = None,
    vocabularies: Vocabularies | None = None,
) -> SourceMapping:
    """Read a mapping and try it on an empty row. Raises MappingError that names the fault.

    `folder` is where the files lie that its header names, or holds their texts by name. Concepts
    are looked up in the `vocabularies`, by default those that the program carries.
    """
    header = _entries(name, text)
    homepage = _iri(name, "homepage", header.values["homepage"])
    licence = header.iri("licence")
    files = _Files(name, folder)
    query = files.text(header.values["query"]) if "query" in header.values else text
    constants = {"homepage": homepage, "licence": licence, "spatial": header.iri("spatial")}
    query = _with_constants(query, constants)
    bare = _ASIDE.sub(" ", query)
    _check_query(name, query, bare)
    tables = dict(
        _beside(name, "lookup", entry, files.table) for entry in header.repeated["lookup"]
    )
    contexts = dict(_beside(name, "context", e, files.text) for e in header.repeated["context"])
    lists = dict(_list(name, entry) for entry in header.repeated["list"])
    mapping = SourceMapping(
        name=name,
        source=header.values["source"],
        title=header.values["title"],
        homepage=homepage,
        licence=licence,
        files=header.names("files"),
        columns=tuple(_names(entry) for entry in header.repeated["columns"]),
        classes=tuple(_class(name, query, entry) for entry in header.names("classes")),
        subjects=tuple(header.repeated["subjects"]),
        identity=header.names("identity"),
        lists=lists,
        embedded=dict(_embedded(name, entry) for entry in header.repeated["embedded"]),
        options=_options(header, lists),
        itemised=header.values.get("items", "").partition(" ")[2].strip(),
        contexts=contexts,
        text=text,
        query=query,
        beside=files.beside,
        free=frozenset(ox.Variable(v) for v in _VARIABLES if _has(bare, v)),
        digest=files.digest(text),
        parse=parse,
        desk=Desk(
            _language(header),
            _order(header),
            tables,
            vocabularies or bundled(),
            _languages(header),
            _GUESS in header.repeated["language"],
        ),
    )
    mapping.run(ox.Store())
    mapping.desk.clear()
    return mapping


def _entries(name: str, text: str) -> _Header:
    header = _Header(name)
    for line in _LINE.findall(text):
        entry = _ENTRY.fullmatch(line)
        if entry is None:
            raise MappingError(f"{name}: write a line of the header as '#+ key: value'.")
        key, value = entry.groups()
        if key not in KEYS:
            raise MappingError(
                f"{name}: the key {key!r} of the header is not known; use {', '.join(KEYS)}."
            )
        if not value:
            raise MappingError(f"{name}: the key {key!r} of the header has no value.")
        if key in _REPEATABLE:
            header.repeated[key].append(value)
        elif key in header.values:
            raise MappingError(f"{name}: the header has the key {key!r} twice.")
        else:
            header.values[key] = value
    _check_entries(header)
    return header


def _check_entries(header: _Header) -> None:
    name, values = header.name, header.values
    missing = [key for key in _REQUIRED if key not in values]
    if missing:
        raise MappingError(f"{name}: the header lacks {', '.join(missing)} ('#+ key: value').")
    if not _SOURCE.fullmatch(values["source"]):
        raise MappingError(f"{name}: write the source in small letters and hyphens.")
    if values["source"] == RDF:
        raise MappingError(f"{name}: the source {RDF!r} is that of documents in RDF; name another.")
    of_rdf = {"subjects", "context"}
    of_rows = {"columns", "identity", "list", "items", "sheet", "embedded", "join"}
    given = values.keys() | header.repeated.keys()
    wrong = given & (of_rows if "classes" in values else of_rdf)
    if wrong:
        kind = "rows, and this" if "classes" in values else "RDF, which needs 'classes'; this"
        raise MappingError(f"{name}: the key {min(wrong)!r} is for {kind} mapping is not.")


def _language(header: _Header) -> str | None:
    """The language of texts that have none."""
    given = [entry for entry in header.repeated["language"] if " " not in entry]
    if len(given) > 1:
        raise MappingError(f"{header.name}: the header has two languages for the same texts.")
    return _tag(header.name, given[0]) if given and given != [_GUESS] else None


def _languages(header: _Header) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of texts without a language, each with the one that such texts are in."""
    found = []
    for entry in header.repeated["language"]:
        tag, blank, pattern = entry.partition(" ")
        if blank:
            found.append((_pattern(header.name, "language", tag, pattern), tag))
            _tag(header.name, tag)
    return tuple(found)


def _tag(name: str, tag: str) -> str:
    if not _LANGUAGE.fullmatch(tag):
        raise MappingError(f"{name}: {tag!r} is not a language tag.")
    return tag


def _options(header: _Header, lists: Mapping[str, re.Pattern[str]]) -> ReaderOptions:
    delimiter = header.values.get("delimiter")
    return ReaderOptions(
        delimiter="\t" if delimiter == "tab" else delimiter,
        encoding=header.values.get("encoding"),
        sheet=header.values.get("sheet"),
        items=header.values.get("items", "").partition(" ")[0] or None,
        joins=tuple(_join(header.name, entry, lists) for entry in header.repeated["join"]),
    )


def _order(header: _Header) -> Literal["day-first", "month-first"] | None:
    match header.values.get("dates"):
        case None:
            return None
        case "day-first" | "month-first" as order:
            return order
        case other:
            raise MappingError(
                f"{header.name}: {other!r} is no order of dates; write day-first or month-first."
            )


class _Files:
    """The files beside a mapping: read once, and part of its digest."""

    def __init__(self, mapping: str, folder: Path | Mapping[str, str] | None) -> None:
        self.beside: dict[str, str] = {}
        self._mapping = mapping
        self._folder = folder
        self._texts: list[str] = []

    def text(self, file: str) -> str:
        """The text of a file below the folder of the mapping."""
        if self._folder is None or not _FILE.fullmatch(file):
            raise MappingError(
                f"{self._mapping}: {file!r} is no file beside the mapping; give its name, in the "
                "same folder or in one below."
            )
        try:
            if isinstance(self._folder, Path):
                text = (self._folder / file).read_text("utf-8-sig")
            else:
                text = self._folder[file]
        except (OSError, UnicodeDecodeError) as error:
            raise MappingError(f"{self._mapping}: {file} cannot be read: {error}.") from error
        self._texts.append(text)
        self.beside[file] = text
        return text

    def table(self, file: str) -> dict[str, Result]:
        """A CSV file with the columns `value` and either `iri` or `text`: by folded value."""
        table: dict[str, Result] = {}
        reader = csv.DictReader(self.text(file).splitlines(), strict=True)
        try:
            for row in reader:
                names = reader.fieldnames or ()
                value, column = row.get("value"), "text" if "text" in names else "iri"
                if value is None or column not in names:
                    raise MappingError(
                        f"{file}: write a table with the columns value and iri, or value and text."
                    )
                meaning = self._meaning(file, column, (row[column] or "").strip())
                if table.setdefault(fold(value), meaning) != meaning:
                    raise MappingError(
                        f"{file}, line {reader.line_num}: {value!r} has two meanings; keep one."
                    )
        except csv.Error as error:
            raise MappingError(f"{file}, line {reader.line_num}: {error}.") from error
        return table

    @staticmethod
    def _meaning(file: str, column: str, text: str) -> Result:
        if not text:
            return None
        return ox.Literal(text) if column == "text" else _iri(file, column, text)

    def digest(self, text: str) -> str:
        """SHA-256 over the mapping and the files that it names."""
        if not self._texts:
            return hashlib.sha256(text.encode()).hexdigest()
        return hashlib.sha256("\0".join([text, *self._texts]).encode()).hexdigest()


def _beside(name: str, key: str, entry: str, read: Callable[[str], T]) -> tuple[str, T]:
    called, _, file = entry.partition(" ")
    if not file.strip():
        raise MappingError(f"{name}: write '#+ {key}: NAME FILE', both parted by a blank.")
    return called, read(file.strip())


def _class(name: str, text: str, entry: str) -> str:
    """The IRI of a class that is written as `prefix:name`, with a prefix of the query, or whole."""
    prefix, colon, local = entry.partition(":")
    namespaces = dict(_PREFIX.findall(text))
    if colon and prefix in namespaces:
        return str(_iri(name, "classes", namespaces[prefix] + local).value)
    return str(_iri(name, "classes", entry.strip("<>")).value)


def _list(name: str, value: str) -> tuple[str, re.Pattern[str]]:
    column, _, pattern = value.partition(" ")
    return unquote(column), _pattern(name, "list", column, pattern.strip() or r"(?!)")


def _join(name: str, entry: str, lists: Mapping[str, re.Pattern[str]]) -> Join:
    parts = [unquote(part) for part in entry.split()]
    if len(parts) != 3:
        raise MappingError(
            f"{name}: write '#+ join: COLUMN SHEET COLUMN', parted by blanks; a blank inside a "
            "name is written %20."
        )
    column, sheet, key = parts
    return Join(column, lists.get(column), sheet, key)


def _pattern(name: str, key: str, what: str, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise MappingError(
            f"{name}: {pattern!r} of the {key} {what!r} is not a regular expression: {error}."
        ) from error


def _embedded(name: str, entry: str) -> tuple[str, str]:
    column, _, form = entry.partition(" ")
    if form.strip() not in DOCUMENTS:
        raise MappingError(
            f"{name}: write '#+ embedded: COLUMN FORMAT', with one of {', '.join(DOCUMENTS)}."
        )
    return column, form.strip()


def _iri(name: str, key: str, value: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(value)
    except ValueError as error:
        raise MappingError(f"{name}: {value!r} of the key {key!r} is not an IRI.") from error


def _has(bare: str, variable: str) -> bool:
    return re.search(rf"[?$]{variable}\b", bare) is not None


def _with_constants(query: str, terms: Mapping[str, ox.NamedNode | None]) -> str:
    """The query with the IRIs of the header in place of their variables.

    A variable that the engine is given from outside is not seen by an expression inside a group.
    """
    known = {name: str(term) for name, term in terms.items() if term is not None}
    pattern = re.compile(rf"({_ASIDE.pattern})|[?$]({'|'.join(known)})\b", re.DOTALL)
    return pattern.sub(lambda found: found[1] or known[found[2]], query)


def _check_query(name: str, text: str, bare: str) -> None:
    # The engine is laxer than the grammar, so that the words must be looked for as it reads them.
    plain = unescaped(text)
    for word, found in (("SERVICE", asks_service(plain)), ("FROM", names_dataset(plain))):
        if found:
            raise MappingError(f"{name}: {word} is refused; a mapping fetches nothing.")
    # An unknown function would be an unbound value, and so an error that nobody sees.
    for prefix, namespace in _PREFIX.findall(text):
        if namespace != FN:
            continue
        for called in _calls(bare, prefix):
            if called not in FUNCTIONS:
                raise MappingError(
                    f"{name}: there is no function {prefix}:{called}; there are "
                    f"{', '.join(FUNCTIONS)}."
                )


def _calls(bare: str, prefix: str) -> Iterator[str]:
    yield from re.findall(rf"(?<![\w?$:-]){re.escape(prefix)}:([\w-]+)", bare)
