"""The columns of a template: which sheets it has, what stands in each, and how a header is read.

A column has a key, its stable name: the class and the property, `gp:PracticeStep|dct:title@it`.
Keys stand in a hidden row below the header, so that it may be translated or reworded; where that
row is gone, the header alone is understood, in any of our languages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from ingest.assembly import PARTS
from ingest.template.words import labels
from practicegraph.fields import Need
from practicegraph.forms import Form, Forms, Input, Question
from practicegraph.iris import KINDS, slugify
from practicegraph.namespaces import DCT, RDF_TYPE, compact
from practicegraph.texts import LANGUAGES, Texts, fold, in_language

IDENTIFIER: Final = DCT + "identifier"

#: Columns that are no fields: to which record a part belongs, what the part is called there, and
#: which of several classes a thing has.
RECORD, NAME, CLASS = "@record", "@name", compact(RDF_TYPE)

#: How columns are marked by how much they are asked for.
MARKS: Final[Mapping[Need, str]] = {Need.MANDATORY: " *", Need.RECOMMENDED: " +", Need.OPTIONAL: ""}

_KEY: Final = re.compile(r"(<[^<>\s]{1,1000}>|[\w-]{1,40}:[\w.-]{1,200})\|(\S{1,1000})")
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key without the class, its name by language, and the question it answers.

    `language` is that of its texts. `question` is None for the columns that are no fields.
    """

    key: str
    names: Texts
    need: Need
    question: Question | None = None
    language: str | None = None

    def header(self, languages: Sequence[str]) -> str:
        """What stands above it: name, language of its texts, and how much it is asked for."""
        tag = f" [{self.language}]" if self.language else ""
        return in_language(self.names, languages) + tag + MARKS[self.need]


@dataclass(frozen=True)
class Table:
    """What one sheet, or one file of CSV, asks: a form as columns.

    `slug` names it in the names of files. `of` is the form of the record that a part belongs to.
    """

    form: Form
    slug: str
    languages: tuple[str, ...]
    of: Form | None = None
    columns: tuple[Column, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", tuple(_distinct(self._columns())))

    @property
    def name(self) -> str:
        """The class, as the first half of a key."""
        return compact(self.form.cls)

    def key(self, column: Column) -> str:
        """The stable name of a column, unique in the whole template."""
        return f"{self.name}|{column.key}"

    def column(self, key: str) -> Column | None:
        """The column of a key without the class; texts may be in any language."""
        found = self._by_key.get(key)
        if found is None:
            bare, _, tag = key.rpartition("@")
            question = self._texts.get(bare)
            if question is not None and _TAG.fullmatch(tag):
                found = _text_column(question, tag.lower())
        return found

    def called(self, header: str) -> list[tuple[str, Column]]:
        """The columns that a header may stand for, each with the language it is written in.

        A field of texts is found only where the header names a language, as in `Title [en]`.
        """
        name, tag = split(header)
        found: list[tuple[str, Column]] = []
        for language, key in self._by_name.get(fold(name), ()):
            column = self.column(f"{key}@{tag.lower()}" if tag else key)
            if column is not None:
                found.append((language, column))
        return found

    def is_text(self, header: str) -> bool:
        """Whether a header names a field of texts."""
        return any(key in self._texts for _, key in self._by_name.get(fold(split(header)[0]), ()))

    @cached_property
    def _by_key(self) -> dict[str, Column]:
        return {column.key: column for column in self.columns}

    @cached_property
    def _texts(self) -> dict[str, Question]:
        return {compact(q.field.property): q for q in self.form.questions if q.input is Input.TEXT}

    @cached_property
    def _by_name(self) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for column in self.columns:
            bare = column.key.rpartition("@")[0] if column.language else column.key
            for language, name in column.names.items():
                pair = (language, bare)
                if pair not in found.setdefault(fold(name), []):
                    found[fold(name)].append(pair)
        return found

    def _columns(self) -> Iterator[Column]:
        if self.of is not None:
            yield Column(RECORD, self.of.names, Need.MANDATORY)
            yield Column(NAME, labels("part_name"), Need.OPTIONAL)
        for question in self.form.questions:
            if question.input is Input.PART and self.of is None:
                continue  # the parts of a record stand on sheets of their own
            if question.input is Input.TEXT:
                for number, language in enumerate(self.languages):
                    column = _text_column(question, language)
                    # One language is enough.
                    yield column if not number else _optional(column)
            else:
                yield Column(
                    compact(question.field.property),
                    question.field.names,
                    _need(question),
                    question,
                )
            if question.field.property == IDENTIFIER and self.form.variants:
                yield Column(CLASS, labels("class"), Need.RECOMMENDED)


@dataclass(frozen=True)
class Template:
    """All the tables of a template of a kind of record, those of parts and of what it leads to."""

    kind: str
    tables: tuple[Table, ...]

    @classmethod
    def of(cls, kind: str, forms: Forms, languages: Sequence[str] = LANGUAGES) -> Template:
        """The template of a kind; texts may be written in each of the languages."""
        tags = tuple(dict.fromkeys(tag.lower() for tag in languages))
        record = forms.record(kind)
        tables = [Table(record, kind, tags)]
        for part in forms.parts(kind):
            name = PARTS.get(part.cls) or slugify(re.split("[#/]", part.cls)[-1], "part")
            tables.append(Table(part, name, tags, record))
        # The parts of other kinds are given in templates of their own.
        tables += [Table(forms.record(other), other, tags) for other in forms.related(kind)[1:]]
        return cls(kind, tuple(tables))

    @classmethod
    def whole(cls, forms: Forms) -> Template:
        """Every table that there can be, whatever a file was made for: for reading."""
        tables: dict[str, Table] = {}
        for kind in KINDS:
            for table in cls.of(kind, forms).tables:
                tables.setdefault(table.form.cls, table)
        return cls("", tuple(tables.values()))

    def table(self, name: str) -> Table | None:
        """The table of a class, as keys name it."""
        return next((table for table in self.tables if table.name == name), None)

    def titled(self, title: str) -> Table | None:
        """The table that a sheet is called after, in any language, or by its slug."""
        wanted = fold(title)
        for table in self.tables:
            if wanted in {fold(table.slug), *map(fold, table.form.names.values())}:
                return table
        return None


@dataclass(frozen=True, slots=True)
class Header:
    """How the header of a sheet was understood.

    `columns` maps what stands above a column to the column; `unknown` are those without a meaning,
    `untagged` those of texts that name no language, and `repeated` those that another one answers.
    """

    columns: Mapping[str, Column]
    unknown: tuple[str, ...]
    untagged: tuple[str, ...]
    repeated: tuple[str, ...]


def keys_of(cells: Iterable[object]) -> list[tuple[str, str]]:
    """The keys among the cells of a row: class and key without it. Empty for a row of data."""
    found = [_KEY.fullmatch(cell.strip()) for cell in cells if isinstance(cell, str)]
    return [(match[1], match[2]) for match in found if match]


def read_header(table: Table, headers: Sequence[str], keys: Mapping[str, str]) -> Header:
    """Give each column a meaning: by its key where there is one, else by what is written above it.

    Where a word means different fields in different languages, that of most of the header counts.
    """
    named = {header: table.called(header) for header in headers if header not in keys}
    spoken = Counter(language for found in named.values() for language, _ in found)
    columns: dict[str, Column] = {}
    unknown: list[str] = []
    untagged: list[str] = []
    repeated: list[str] = []
    taken: set[str] = set()
    for header in headers:
        if header in keys:
            column = table.column(keys[header])
        else:
            best = max(named[header], key=lambda pair: spoken[pair[0]], default=None)
            column = best[1] if best else None
        if column is None:
            (untagged if table.is_text(header) else unknown).append(header)
        elif column.key in taken:
            repeated.append(header)
        else:
            columns[header] = column
            taken.add(column.key)
    return Header(columns, tuple(unknown), tuple(untagged), tuple(repeated))


def is_tag(text: str) -> bool:
    """Whether a text can be the tag of a language."""
    return _TAG.fullmatch(text) is not None


def split(header: str) -> tuple[str, str]:
    """Name and language tag of a header; the tag is empty where there is none."""
    bare = header.strip(" \t\r\n*+")
    name, bracket, tag = bare.removesuffix("]").rpartition("[")
    if bracket and bare.endswith("]") and _TAG.fullmatch(tag.strip()):
        return name.strip(), tag.strip()
    return bare, ""


def _need(question: Question) -> Need:
    # A record gets an identifier anyway, and a part that leads to its own record is filled in.
    if question.own:
        return Need.OPTIONAL
    return Need.RECOMMENDED if question.field.property == IDENTIFIER else question.need


def _text_column(question: Question, language: str) -> Column:
    field = question.field
    return Column(
        f"{compact(field.property)}@{language}", field.names, question.need, question, language
    )


def _optional(column: Column) -> Column:
    return Column(column.key, column.names, Need.OPTIONAL, column.question, column.language)


def _distinct(columns: Iterable[Column]) -> Iterator[Column]:
    """The columns, with names that differ in each language: a header may not stand twice."""
    taken: set[tuple[str, str, str | None]] = set()
    for column in columns:
        names = {
            language: name
            if (language, fold(name), column.language) not in taken
            else f"{name} ({column.key.partition('@')[0]})"
            for language, name in column.names.items()
        }
        taken.update((language, fold(name), column.language) for language, name in names.items())
        yield Column(column.key, names, column.need, column.question, column.language)
