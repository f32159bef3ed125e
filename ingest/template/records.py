"""Records: the lines of a template put together, each record with its parts and references.

All lines are read before anything is written, because any row may name any other. A line with a
value that cannot be used makes no record; the others do.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import pyoxigraph as ox

from ingest import cleaning
from ingest.assembly import ALSO_KNOWN_AS, ORDER, RANKS, numbered
from ingest.problems import Problem
from ingest.template.columns import CLASS, IDENTIFIER, NAME, RECORD, Column, Table
from ingest.template.faults import Unusable, fault
from ingest.template.gathered import RecordRows, Reference
from ingest.template.sheets import Line, Sheets
from ingest.template.values import iri, pieces, read
from ingest.template.words import quoted
from practicegraph.fields import Need
from practicegraph.forms import Form, Input, Question
from practicegraph.iris import SLUG, VOCABULARY, Iris, slugify
from practicegraph.namespaces import RDF_TYPE, compact
from practicegraph.texts import Texts, clean, fold

_TYPE: Final = ox.NamedNode(RDF_TYPE)
_KNOWN_AS: Final = ox.NamedNode(ALSO_KNOWN_AS)
_IDENTIFIER: Final = compact(IDENTIFIER)
_FRAGMENT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_LETTERS: Final = re.compile(r"[^\W\d_]")
#: From so many characters on, a code without letters is taken to be that of a register.
_LONG: Final = 5


class Records:
    """The records of a template, and the lines that belong to none."""

    def __init__(self, sheets: Sheets, iris: Iris) -> None:
        self._sheets = sheets
        self._iris = iris
        self._by_root: dict[str, RecordRows] = {}
        #: Kind of record and folded name → the records that go by it, identifiers first.
        self._identified: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        self._titled: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        self.strays: list[Problem] = []
        for line in sheets.lines:
            if line.table.of is None:
                self._begin(line)
        of_class: dict[str, list[str]] = defaultdict(list)
        for root, record in self._by_root.items():
            of_class[record.line.table.form.cls].append(root)
        for line in sheets.lines:
            if line.table.of is not None:
                self._attach(line, of_class[line.table.of.cls])
        for record in self._by_root.values():
            self._describe(record)

    def __len__(self) -> int:
        return len(self._by_root)

    def each(self) -> Iterator[RecordRows]:
        """The records in the order in which they can be written, what others lead to first."""
        return _ordered(self._by_root)

    # ---- which line describes which record

    def _begin(self, line: Line) -> None:
        form = line.table.form
        identifier = clean(line.cells.get(_IDENTIFIER, ""))
        titles = list(_titles(line))
        root = self._root(form, identifier, titles)
        if root is None:
            rule, name = ("identifier", _IDENTIFIER) if identifier else ("no record", None)
            place = line.place(name)
            self.strays.append(fault(rule, place, line.name(_IDENTIFIER), value=identifier))
            return
        earlier = self._by_root.get(root)
        if earlier is not None:
            name = _IDENTIFIER if identifier else None
            self.strays.append(
                fault(
                    "one row, one record",
                    line.place(name),
                    line.name(_IDENTIFIER),
                    compact(IDENTIFIER),
                    identifier,
                    first=earlier.line.place().row,
                )
            )
            return
        record = RecordRows(line, form, root, identifier or next(iter(titles), ""))
        self._by_root[root] = record
        kind = form.kind or ""
        named = self._iris.name(root)
        for name in filter(None, (identifier, named.slug if named else "")):
            self._identified[kind, fold(name)][root] = None
        for title in titles:
            self._titled[kind, fold(title)][root] = None
        if not identifier:
            others = [self._key(form, slugify(title)) for title in titles]
            node = ox.NamedNode(root)
            record.triples += [
                ox.Triple(node, _KNOWN_AS, ox.NamedNode(key)) for key in others if key != root
            ]

    def _root(self, form: Form, identifier: str, titles: Sequence[str]) -> str | None:
        """What a record is called inside the template: an address of ours, or a key of its own."""
        if self._address(form, identifier):
            return identifier
        if identifier:
            is_code = _LETTERS.search(identifier) or len(identifier) >= _LONG
            return self._key(form, identifier) if is_code and cleaning.key(identifier) else None
        return self._key(form, slugify(titles[0])) if titles else None

    def _address(self, form: Form, identifier: str) -> bool:
        name = self._iris.name(identifier)
        return name is not None and name.kind == form.kind and "#" not in identifier

    def _key(self, form: Form, name: str) -> str:
        return f"{VOCABULARY}template/{form.kind}/{cleaning.key(name)}"

    def _attach(self, line: Line, roots: Sequence[str]) -> None:
        of = line.table.of
        said = clean(line.cells.get(RECORD, ""))
        if of is None or not line.cells.keys() - {RECORD, NAME}:
            return
        found = self._named([of.kind or ""], said) if said else []
        if not said and len(roots) == 1:  # there is nothing else it can belong to
            found = [*roots]
        if len(found) == 1:
            self._by_root[found[0]].parts.append(line)
            return
        rule = "one record" if found else "belongs to a record"
        self.strays.append(
            fault(
                rule,
                line.place(RECORD),
                line.name(RECORD),
                value=said,
                sheets=quoted(of.names),
                **self._places(found),
            )
        )

    def _places(self, roots: Sequence[str]) -> dict[str, str]:
        rows = [self._by_root[root].line.place().row for root in roots[:2]]
        return dict(zip(("first", "second"), rows, strict=False))

    def _named(self, kinds: Iterable[str], name: str) -> list[str]:
        """The records of the template that go by an identifier, or else by a title."""
        for names in (self._identified, self._titled):
            found = {root: None for kind in kinds for root in names.get((kind, fold(name)), ())}
            if found:
                return list(found)
        return [name] if name in self._by_root else []

    # ---- what the lines say

    def _describe(self, record: RecordRows) -> None:
        root = ox.NamedNode(record.root)
        self._name_parts(record)
        self._subject(record, record.line, record.form, root, "")
        for name, line in record.names.items():
            part = ox.NamedNode(f"{record.root}#{name}")
            form = line.table.form
            self._subject(record, line, form, part, name)
            if form.link is not None:
                record.triples.append(ox.Triple(root, ox.NamedNode(form.link), part))

    def _name_parts(self, record: RecordRows) -> None:
        waiting: list[Line] = []
        for line in record.parts:
            given = clean(line.cells.get(NAME, ""))
            name = f"{line.table.slug}-{given}" if given.isdecimal() else given
            if not given:
                waiting.append(line)
            elif _FRAGMENT.fullmatch(name) and name not in record.names:
                record.names[name] = line
            else:
                example = f"{line.table.slug}-1"
                record.problems.append(
                    fault(
                        "name of a part",
                        line.place(NAME),
                        line.name(NAME),
                        "",
                        given,
                        first=example,
                    )
                )
        last: dict[str, int] = defaultdict(int)
        for line in waiting:
            slug = line.table.slug
            while (name := numbered(slug, last[slug] + 1)) in record.names:
                last[slug] += 1
            record.names[name] = line
            last[slug] += 1
        for name, line in record.names.items():
            cls, slug = line.table.form.cls, line.table.slug
            for said in {fold(name), fold(name.removeprefix(f"{slug}-"))}:
                record.called.setdefault((cls, said), []).append(name)
            for title in _titles(line):
                record.titled.setdefault((cls, fold(title)), []).append(name)

    def _subject(
        self, record: RecordRows, line: Line, form: Form, node: ox.NamedNode, name: str
    ) -> None:
        said: set[str] = set()
        record.triples.append(ox.Triple(node, _TYPE, ox.NamedNode(self._class(record, line, form))))
        for key, text in line.cells.items():
            column = line.sheet.columns[key]
            if column.question is None:
                continue
            if key == _IDENTIFIER and not name and self._address(form, clean(text)):
                continue  # the repository calls it by its slug
            before = len(record.triples) + len(record.references)
            try:
                self._cell(record, line, column, node, text)
            except Unusable as error:
                record.problems.append(_told(error, line, column))
                said.add(column.question.field.property)
            if len(record.triples) + len(record.references) > before:
                said.add(column.question.field.property)
        for question in form.questions:
            if question.field.property not in said:
                self._left_open(record, question, node, name)
        if form.copies:
            record.triples += [
                ox.Triple(node, ox.NamedNode(copy), triple.object)
                for triple in record.triples
                if triple.subject == node
                for copy in form.copies.get(triple.predicate.value, ())
            ]

    def _left_open(
        self, record: RecordRows, question: Question, node: ox.NamedNode, name: str
    ) -> None:
        """What a person need not write, because the row tells it."""
        property_ = ox.NamedNode(question.field.property)
        if question.own:
            record.triples.append(ox.Triple(node, property_, ox.NamedNode(record.root)))
        elif name and property_.value == IDENTIFIER and question.need is Need.MANDATORY:
            record.triples.append(ox.Triple(node, property_, ox.Literal(name)))

    def _class(self, record: RecordRows, line: Line, form: Form) -> str:
        said = fold(line.cells.get(CLASS, ""))
        usual = next((c for c, names in form.variants.items() if names == form.names), form.cls)
        if not said or not form.variants:
            return usual
        for cls, names in form.variants.items():
            if said in {fold(cls), fold(compact(cls)), *map(fold, names.values())}:
                return cls
        options = _listed(form.variants.values())
        text = line.cells[CLASS]
        record.problems.append(
            fault("known concept", line.place(CLASS), line.name(CLASS), CLASS, text, some=options)
        )
        return usual

    def _cell(
        self,
        record: RecordRows,
        line: Line,
        column: Column,
        node: ox.NamedNode,
        text: str,
    ) -> None:
        question = column.question
        if question is None:
            return
        property_ = ox.NamedNode(question.field.property)
        if question.input is Input.RECORD:
            for entry in pieces(question, text, lambda e: bool(self._named(question.kinds, e))):
                target = self._record(question, entry)
                if target in self._by_root:
                    record.references.append(Reference(node, property_, target))
                else:
                    record.triples.append(ox.Triple(node, property_, ox.NamedNode(target)))
            return
        if question.input is Input.PART:
            for entry in pieces(question, text, lambda e: bool(_parts(record, question, e))):
                name = self._part(record, question, entry)
                part = ox.NamedNode(f"{record.root}#{name}")
                record.triples.append(ox.Triple(node, property_, part))
            return
        values = read(
            question,
            text,
            column.language,
            lambda noted: record.problems.append(_told(noted, line, column)),
        )
        record.triples += [ox.Triple(node, property_, value) for value in values]

    def _record(self, question: Question, name: str) -> str:
        found = self._named(question.kinds, name)
        if len(found) > 1:
            raise Unusable("one record", name, **self._places(found))
        if found:
            return found[0]
        address = iri(name)
        if address is not None:
            return address.value
        kind, _, slug = name.removeprefix("/").removeprefix("id/").rpartition("/")
        if not kind and len(question.kinds) == 1:
            kind = question.kinds[0]
        if kind in question.kinds and SLUG.fullmatch(slug):
            return self._iris.thing(kind, slug)
        raise Unusable("known record", name, sheets=self._called(question))

    def _part(self, record: RecordRows, question: Question, name: str) -> str:
        found = _parts(record, question, name)
        if len(found) == 1:
            return found[0]
        raise Unusable("known part", name, sheets=self._called(question))

    def _called(self, question: Question) -> Texts:
        """The names of the sheets that a question leads to, by language."""
        tables: dict[str, Table] = {t.form.cls: t for t in self._sheets.whole.tables}
        forms = [t.form for t in tables.values() if t.form.kind in question.kinds]
        forms += [tables[cls].form for cls in question.parts if cls in tables]
        return _listed([quoted(form.names) for form in forms])


def _told(error: Unusable, line: Line, column: Column) -> Problem:
    field_ = column.question.field.property if column.question else ""
    place = line.place(column.key)
    return fault(error.rule, place, column.names, compact(field_), error.value, **error.filled)


def _titles(line: Line) -> Iterator[str]:
    """What a row calls its thing, in the order of the columns."""
    naming = next(
        (
            compact(q.field.property)
            for q in line.table.form.questions
            if q.input is Input.TEXT and q.need is Need.MANDATORY
        ),
        None,
    )
    for key, text in line.cells.items():
        if key.partition("@")[0] == naming and (title := clean(text)):
            yield title


def _parts(record: RecordRows, question: Question, name: str) -> list[str]:
    """The parts of a record that go by a name, a number, or else by a title."""
    said = fold(name)
    for names in (record.called, record.titled):
        found = [part for cls in question.parts for part in names.get((cls, said), ())]
        if found:
            return list(dict.fromkeys(found))
    return []


def _listed(names: Iterable[Texts]) -> dict[str, str]:
    every = list(names)
    return {
        language: ", ".join(
            texts.get(language) or next(iter(texts.values()), "") for texts in every
        )
        for language in {tag for texts in every for tag in texts}
    }


def _ordered(records: dict[str, RecordRows]) -> Iterator[RecordRows]:
    """By kind, and within a kind what others lead to first; a circle keeps its order."""
    ranks = {RANKS[place]: n for n, place in enumerate(ORDER)}
    seen: set[str] = set()
    for first in sorted(records.values(), key=lambda r: ranks[r.form.kind or ""]):
        if first.root in seen:
            continue
        seen.add(first.root)
        waiting = [(first, iter(first.references))]
        while waiting:
            record, references = waiting[-1]
            for reference in references:
                ahead = records[reference.target]
                if ahead.root not in seen and ahead.form.kind == record.form.kind:
                    seen.add(ahead.root)
                    waiting.append((ahead, iter(ahead.references)))
                    break
            else:
                waiting.pop()
                yield record
