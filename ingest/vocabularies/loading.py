"""Loading: files are read to their end, put together scheme by scheme, and laid over our lists.

All files of one load that speak of the same scheme make one table, so that a vocabulary that comes
in three syntaxes is loaded once. Either all tables of a load enter the log, or none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import pyoxigraph as ox

from ingest.choosing import form_of
from ingest.inputs import Input, InputFile
from ingest.vocabularies import skos, tabular
from ingest.vocabularies.facts import Facts
from ingest.vocabularies.kept import Keeping
from ingest.vocabularies.tabular import Columns
from practicegraph import artefacts
from practicegraph.concepts import Table, Vocabularies
from practicegraph.errors import InvalidInput, NotFound, PracticeGraphError
from practicegraph.iris import VOCABULARY, slugify
from practicegraph.namespaces import RDF_TYPE, SKOS
from practicegraph.repository import Repository

#: Names that graphs of our own vocabulary have.
_RESERVED: Final = frozenset(file.stem for file in artefacts.ontology_files())
_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
#: Parts of IRIs that tell no scheme from another.
_DULL: Final = frozenset({"", "id", "def", "code", "scheme", "schemes", "conceptscheme"})
_LETTER: Final = re.compile(r"[a-z]")
#: Bytes of statements that one table may have; they are held in memory by whoever serves them.
MAX_CONTENT: Final = 128 * 1024 * 1024


class Outcome(StrEnum):
    """What became of a vocabulary, or of a file of which nothing could be made."""

    LOADED = "loaded"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Result:
    """A vocabulary and what became of it; `files` are those that it was made from.

    A file that was refused stands alone, with the `error` that says why.
    """

    files: tuple[str, ...]
    outcome: Outcome
    name: str = ""
    scheme: str = ""
    concepts: int = 0
    languages: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    error: str = ""


@dataclass(slots=True)
class LoadReport:
    """What a load did or, with `dry_run`, would do."""

    dry_run: bool
    results: list[Result] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether anything is other than before."""
        return any(r.outcome in {Outcome.LOADED, Outcome.CHANGED} for r in self.results)

    @property
    def refused(self) -> bool:
        """Whether a file could not be used."""
        return any(r.outcome is Outcome.REFUSED for r in self.results)

    COLUMNS = ("files", "outcome", "name", "scheme", "concepts", "languages", "notes")

    def rows(self) -> Iterable[tuple[Any, ...]]:
        """The rows of a table of all results, under COLUMNS."""
        for result in self.results:
            told = "; ".join((*result.notes, *((result.error,) if result.error else ())))
            languages = " ".join(tag or "—" for tag in result.languages)
            yield (
                ", ".join(result.files),
                str(result.outcome),
                result.name,
                result.scheme,
                result.concepts,
                languages,
                told,
            )


def files_of(given: Input) -> list[InputFile]:
    """The file of an input or, of a folder or archive, its documents in RDF.

    Raises InvalidInput where there are none.
    """
    if given.is_single:
        return list(given.files)
    found = [file for file in given.files if form_of(file, is_single=False) == "rdf"]
    if not found:
        raise InvalidInput(f"{given.name} holds no documents in RDF.")
    return found


def load_documents(
    repository: Repository,
    files: Sequence[InputFile],
    *,
    agent: str,
    dry_run: bool = False,
    scheme: str | None = None,
    name: str | None = None,
    columns: Columns | None = None,
    skip_broken: bool = False,
) -> LoadReport:
    """Lay the vocabularies that files hold over the lists of a repository.

    Files are documents in RDF or, with `columns`, tables. `scheme` is the IRI of the one scheme
    that is wanted; it is also that of a table, and of concepts in RDF that are in none. `name` is
    what that list is called here; by default it is that of the list of ours that it lies over, or
    comes from the IRI of the scheme. With `dry_run` nothing is written. With `skip_broken` a file
    that cannot be used is told of in the report, and the others are loaded. The projections are
    left to the caller.

    Raises MalformedDocument with file, line and cause, ForbiddenReference or UnsupportedMediaType
    for a file that cannot be read; TooLarge; InvalidInput for one without a concept scheme, and for
    a name or scheme that cannot be used.
    """
    if scheme is not None:
        _iri(scheme)
    report = LoadReport(dry_run)
    read: dict[str, Facts] = {}
    sources: dict[str, list[str]] = {}
    for file in files:
        try:
            facts = _read(file, repository.iris.base + "/", columns, scheme)
            found = _schemes(facts, file.name, scheme)
        except PracticeGraphError as error:
            if not skip_broken:
                raise
            report.results.append(Result((file.name,), Outcome.REFUSED, error=error.detail))
            continue
        for iri in found:
            sources.setdefault(iri, []).append(file.name)
            read.setdefault(iri, Facts()).merge(facts)
    made = _Making(repository, name, len(sources) == 1)
    tables = [made.table(iri, read[iri], sources[iri], scheme) for iri in sorted(sources)]
    made.check_names()
    _write(repository, tables, agent, dry_run, report)
    return report


def unload(repository: Repository, name: str, *, agent: str) -> None:
    """Take an official table away, so that the short list counts again, or no list of that name.

    Raises NotFound where none of that name is loaded.
    """
    with repository.log.writing() as transaction:
        if not transaction.unload_table(name, agent):
            known = ", ".join(table.name for table in repository.log.vocabularies().tables)
            raise NotFound(
                f"No official table is loaded as {name!r}; loaded are: {known or 'none'}."
            )


def _iri(text: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(text)
    except ValueError as fault:
        raise InvalidInput(f"--scheme {text} is not an IRI: {fault}") from fault


def _read(file: InputFile, base: str, columns: Columns | None, scheme: str | None) -> Facts:
    if columns is None:
        if form_of(file) == "rows":
            raise InvalidInput(
                f"{file.name} is a table: say which column holds the codes and which the labels, "
                "and how an IRI is made of a code, with --code, --label, --iri-template and "
                "--scheme."
            )
        return skos.read(file, base)
    if scheme is None:
        raise InvalidInput("A table does not say which scheme it is: give its IRI with --scheme.")
    return tabular.read(file, columns, scheme)


def _schemes(facts: Facts, file: str, wanted: str | None) -> list[str]:
    """The schemes of a file that are to be loaded."""
    found = facts.schemes()
    homeless = found.pop("", set())
    if wanted is not None:
        for concept in homeless:
            facts.add(concept, SKOS + "inScheme", ox.NamedNode(wanted))
        if wanted in found or homeless:
            return [wanted]
        there = f"; it has {', '.join(sorted(found))}" if found else ""
        raise InvalidInput(f"{file} has no concept of the scheme {wanted}{there}.")
    if homeless and not found:
        raise InvalidInput(
            f"{file} has {len(homeless)} concepts that are in no scheme; say in which they are, "
            "with --scheme IRI."
        )
    if not found:
        raise InvalidInput(f"{file} holds no concept scheme; there is nothing to load in it.")
    return list(found)


class _Making:
    """Makes the tables of one load."""

    def __init__(self, repository: Repository, name: str | None, single: bool) -> None:
        if name is not None and not single:
            raise InvalidInput(
                "--name is for one vocabulary, and the files hold several; choose one with "
                "--scheme IRI."
            )
        self._given = name
        self._base = repository.iris.base + "/id/"
        self._vocabularies = repository.log.vocabularies()
        self._names: dict[str, str] = {}

    def table(
        self, scheme: str, facts: Facts, files: list[str], wanted: str | None
    ) -> tuple[Table, tuple[str, ...]]:
        """The table of a scheme, and what there is to say about it."""
        concepts = facts.schemes().get(scheme, set())
        concepts |= facts.schemes().get("", set()) if wanted else set()
        told = ", ".join(files)
        for iri in (scheme, *(concept.value for concept in concepts)):
            if iri.startswith((VOCABULARY, self._base)):
                raise InvalidInput(
                    f"{told}: {iri} belongs to PracticeGraph or to a record, and no table of "
                    "others may speak for it."
                )
        name = self._name(scheme, {concept.value for concept in concepts})
        keeping = Keeping(facts)
        table = Table.of(name, scheme, keeping.table(scheme, concepts), told)
        if len(table.content) > MAX_CONTENT:
            raise InvalidInput(
                f"{told}: what is kept of {scheme} is larger than {MAX_CONTENT >> 20} MiB."
            )
        self._names.setdefault(name, scheme)
        if self._names[name] != scheme:
            raise InvalidInput(
                f"{told}: {scheme} and {self._names[name]} would both be called {name!r}; load "
                "them one by one, with --name."
            )
        return table, tuple(keeping.notes)

    def check_names(self) -> None:
        """Raise InvalidInput where a table would take the name of another one."""
        for name, scheme in self._names.items():
            for table in self._vocabularies.tables:
                if table.name == name and table.scheme != scheme:
                    raise InvalidInput(
                        f"{table.scheme} is loaded as {name!r} already; give {scheme} another "
                        "name with --name, or unload that one."
                    )

    def _name(self, scheme: str, concepts: set[str]) -> str:
        loaded = next((t.name for t in self._vocabularies.tables if t.scheme == scheme), None)
        if loaded is not None:
            if self._given not in {None, loaded}:
                raise InvalidInput(
                    f"{scheme} is loaded as {loaded!r}; unload it before it gets another name."
                )
            return loaded
        name = self._given or _bundled_name(self._vocabularies, scheme, concepts) or _slug(scheme)
        if not _NAME.fullmatch(name):
            raise InvalidInput(
                f"--name {name}: write it in small letters and digits with hyphens, such as nuts."
            )
        known = name in self._vocabularies.lists() and self._vocabularies[name]
        if name in _RESERVED or (known and known.own):
            raise InvalidInput(
                f"{name!r} is the name of a part of our own vocabulary; give {scheme} another one "
                "with --name."
            )
        return name


def _bundled_name(vocabularies: Vocabularies, scheme: str, concepts: set[str]) -> str | None:
    """The list of ours that is of this scheme or, where it names none, shares a concept with it."""
    others = [v for v in vocabularies if not v.own and v.table is None]
    for vocabulary in others:
        if scheme in vocabulary.schemes:
            return vocabulary.name
    for vocabulary in others:
        if not vocabulary.schemes and concepts & set(vocabulary.members):
            return vocabulary.name
    return None


def _slug(scheme: str) -> str:
    """A name from the last telling parts of an IRI, as many as are needed for a letter in it."""
    parts = [part for part in re.split(r"[/#:]+", scheme) if part.lower() not in _DULL]
    for count in range(1, len(parts) + 1):
        name = slugify("-".join(parts[-count:]), "")
        if _LETTER.search(name):
            return name
    return "table"


def _write(
    repository: Repository,
    tables: list[tuple[Table, tuple[str, ...]]],
    agent: str,
    dry_run: bool,
    report: LoadReport,
) -> None:
    before = {table.name: table.digest for table in repository.log.vocabularies().tables}
    changed = [table for table, _ in tables if before.get(table.name) != table.digest]
    if changed and not dry_run:
        with repository.log.writing() as transaction:
            for table in changed:
                transaction.load_table(table, agent)
    for table, notes in tables:
        if before.get(table.name) == table.digest:
            outcome = Outcome.UNCHANGED
        else:
            outcome = Outcome.CHANGED if table.name in before else Outcome.LOADED
        report.results.append(_result(table, outcome, notes))


def _result(table: Table, outcome: Outcome, notes: tuple[str, ...]) -> Result:
    concepts = 0
    languages: set[str] = set()
    about = ox.NamedNode(table.scheme)
    for triple in table.triples():
        value = triple.object
        if triple.subject == about:
            continue
        if triple.predicate.value == SKOS + "prefLabel" and isinstance(value, ox.Literal):
            languages.add(value.language or "")
        elif triple.predicate.value == RDF_TYPE and value == _CONCEPT:
            concepts += 1
    return Result(
        tuple(table.source.split(", ")),
        outcome,
        table.name,
        table.scheme,
        concepts,
        tuple(sorted(languages)),
        notes,
    )


_CONCEPT: Final = ox.NamedNode(SKOS + "Concept")
