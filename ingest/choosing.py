"""Choosing: which files of an input are read, and by which mapping.

A file of rows goes to the mapping that is named, or to the one whose header recognises it; RDF goes
to a mapping in the same way, and otherwise is taken as it is; concept schemes become vocabularies.
In a folder what nobody recognises is passed over and told; a single file that nobody recognises is
an error that lists the candidates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import pyoxigraph as ox

from ingest.clock import Clock
from ingest.inputs import Input, InputFile
from ingest.library import Library, Traits, advice, rank, takes
from ingest.mapping import RECORDS, MappingError, SourceMapping
from ingest.rdf_source import MappedRdfSource, RdfSource
from ingest.readers import READERS
from ingest.readers.recognition import looks_like_rdf
from ingest.row_source import RowSource
from ingest.rows import ReaderOptions
from ingest.scans import Scans
from ingest.sources import Source
from ingest.template import TemplateSource, is_companion, is_template
from practicegraph import documents
from practicegraph.concepts import Vocabularies
from practicegraph.errors import InvalidInput, TooLarge
from practicegraph.formats import FORMATS
from practicegraph.iris import KIND_OF_CLASS, Iris
from practicegraph.namespaces import GP, RDF_TYPE, SKOS

#: Suffixes of RDF; plain `.json` and `.xml` may hold anything.
_RDF: Final = {e for f in FORMATS for e in f.extensions} - {"json", "xml"}
#: Texts that lie beside data, and are data only where they are named themselves.
_BESIDE: Final = frozenset({".txt"})
#: Statements of a document that are looked at to recognise it, and subjects kept of each class.
_GLANCE, _SUBJECTS = 20_000, 20
_SCHEME: Final = SKOS + "ConceptScheme"
#: Why a file is passed over whose format is read.
UNRECOGNISED: Final = "no mapping recognises it"


@dataclass(slots=True)
class Choice:
    """The files of one input by what reads them."""

    rows: dict[str, tuple[SourceMapping, list[InputFile]]] = field(default_factory=dict)
    rdf: dict[str, tuple[SourceMapping, list[InputFile]]] = field(default_factory=dict)
    as_it_is: list[InputFile] = field(default_factory=list)
    #: In which templates look concepts up.
    vocabularies: Vocabularies | None = None
    #: Spreadsheets that were made as a template.
    templates: list[InputFile] = field(default_factory=list)
    #: Concept schemes, which become vocabularies where no other documents need them.
    schemes: list[InputFile] = field(default_factory=list)
    #: RDF that nobody recognises: it may say more about what other documents describe.
    beside: list[InputFile] = field(default_factory=list)
    #: What was read of tables to recognise them.
    scans: Scans = field(default_factory=Scans)
    #: What was passed over, with the reason.
    passed: list[tuple[InputFile, str]] = field(default_factory=list)
    #: What could not be read, with the fault.
    broken: list[tuple[InputFile, InvalidInput | TooLarge]] = field(default_factory=list)

    @property
    def any(self) -> bool:
        """Whether there is anything to read."""
        found = self.rows or self.rdf or self.as_it_is or self.templates or self.schemes
        return bool(found)

    def add(self, file: InputFile, mapping: SourceMapping) -> None:
        """Let a mapping read a file."""
        chosen = self.rdf if mapping.of_rdf else self.rows
        chosen.setdefault(mapping.name, (mapping, []))[1].append(file)

    def settle(self) -> None:
        """Let RDF that nobody recognises be read along with the other documents, if one reads them.

        They may refer to one another. Otherwise it is passed over.
        """
        readers = [files for _, files in self.rdf.values()] + [self.as_it_is] * bool(self.as_it_is)
        if len(readers) == 1:
            readers[0].extend([*self.beside, *self.schemes])
            readers[0].sort(key=lambda file: file.name)
            self.schemes = []
        else:
            self.passed += [(file, UNRECOGNISED) for file in self.beside]
        self.beside = []

    def sources(
        self, given: Input, name: str, base: str, clock: Clock, *, skip_broken: bool
    ) -> Iterator[Source]:
        """The sources of what was chosen; `name` is that of RDF that is taken as it is."""
        for mapping, files in self.rdf.values():
            yield MappedRdfSource(given.name, files, mapping, clock, skip_broken=skip_broken)
        if self.as_it_is:
            yield RdfSource(name, given.name, self.as_it_is, base, clock, skip_broken=skip_broken)
        for mapping, files in self.rows.values():
            files.sort(key=lambda file: (rank(mapping, file.name), file.name))
            yield RowSource(
                given.name, files, mapping, clock, skip_broken=skip_broken, scans=self.scans
            )
        for file in self.templates:
            yield TemplateSource(
                file,
                Iris(base.rstrip("/")),
                clock,
                skip_broken=skip_broken,
                vocabularies=self.vocabularies,
            )


def choose(
    given: Input, library: Library, mapping: SourceMapping | None, *, skip_broken: bool
) -> Choice:
    """Choose what reads each file of an input.

    Raises MappingError where no mapping fits, or more than one; InvalidInput where nothing of the
    input can be read at all; MalformedDocument for a file that is broken, unless such are skipped.
    """
    choice = Choice(vocabularies=library.vocabularies)
    pick = _Named(mapping, given).pick if mapping is not None else _Recognising(library).pick
    for file in given.files:
        try:
            pick(file, choice, given.is_single)
        except MappingError:
            raise
        except (InvalidInput, TooLarge) as error:
            if not skip_broken or given.is_single:
                raise
            choice.broken.append((file, error))
    choice.settle()
    if not choice.any:
        raise _nothing(given, choice, library)
    return choice


def _nothing(given: Input, choice: Choice, library: Library) -> InvalidInput:
    if choice.broken:
        return InvalidInput(choice.broken[0][1].detail)
    reasons = "; ".join(f"{file.name}: {reason}" for file, reason in choice.passed[:3])
    more = f", and {len(choice.passed) - 3} more files" if len(choice.passed) > 3 else ""
    if not choice.passed:
        return InvalidInput(f"{given.name}: there are no files in it.")
    return MappingError(
        f"{given.name}: nothing in it is recognised ({reasons}{more}). {advice(library.names())}"
    )


@dataclass(frozen=True, slots=True)
class _Named:
    """The mapping that the steward named."""

    mapping: SourceMapping
    given: Input

    def pick(self, file: InputFile, choice: Choice, is_single: bool) -> None:
        form = form_of(file, is_single=is_single)
        wanted = "rdf" if self.mapping.of_rdf else "rows"
        if form == wanted and (is_single or takes(self.mapping, file.name)):
            choice.add(file, self.mapping)
            return
        name = self.mapping.name.removesuffix(".rq")
        if is_single:
            kind = "documents in RDF" if self.mapping.of_rdf else "tables and other rows"
            endings = sorted(f".{e}" for e in _RDF) if self.mapping.of_rdf else list(READERS)
            raise MappingError(
                f"{file.name}: {name} gives meaning to {kind}, which end in {', '.join(endings)}; "
                "leave --mapping out, or give the file one of these endings."
            )
        choice.passed.append((file, f"the mapping {name} does not take it"))


@dataclass(frozen=True, slots=True)
class _Recognising:
    """Whatever mapping recognises the file."""

    library: Library

    def pick(self, file: InputFile, choice: Choice, is_single: bool) -> None:
        form = form_of(file, is_single=is_single)
        if form is None:
            if is_single:
                what = file.path.suffix or "a file without suffix"
                raise InvalidInput(
                    f"{file.name}: there is no reader for {what}; use one of {', '.join(READERS)} "
                    "or a syntax of RDF."
                )
            choice.passed.append((file, "no format that is read"))
            return
        if form == "rows" and is_template(file.path):
            if is_single or not is_companion(file.path):  # those are read with their main file
                choice.templates.append(file)
            return
        if form == "rdf":
            traits = glance(file, self.library.contexts)
        else:
            traits = self._traits(file, choice.scans, always=is_single)
        fitting = self.library.fitting(traits)
        ours = not fitting and not traits.classes.isdisjoint(KIND_OF_CLASS)
        if len(fitting) == 1:
            choice.add(file, fitting[0])
        elif not fitting and not ours and _SCHEME in traits.classes:
            choice.schemes.append(file)
        elif ours or (traits.of_rdf and is_single and not fitting):
            choice.as_it_is.append(file)
        elif fitting or is_single:
            self.library.recognise(traits)  # raises, and lists the candidates
        elif traits.of_rdf:
            choice.beside.append(file)
        else:
            choice.passed.append((file, UNRECOGNISED))

    def _traits(self, file: InputFile, scans: Scans, *, always: bool) -> Traits:
        # The columns are looked for only where a mapping asks for them, or to name the fault.
        asking = [m for m in self.library.all if m.columns and takes(m, file.name)]
        columns = scans.of(file.path, ReaderOptions()).columns if asking or always else ()
        others = {m.options_for(file.name) for m in asking} - {ReaderOptions()}
        under = {options: _columns(file, options, scans) for options in others}
        return Traits(file.name, frozenset(columns), under=under)


def _columns(file: InputFile, options: ReaderOptions, scans: Scans) -> frozenset[str]:
    """The columns that a file has if it is read so; none where it cannot be."""
    try:
        return frozenset(scans.of(file.path, options).columns)
    except (InvalidInput, TooLarge):
        return frozenset()


def form_of(file: InputFile, *, is_single: bool = True) -> str | None:
    """`rdf` or `rows` by the name of a file; None for what is not read."""
    suffix = file.path.suffix.lower()
    if suffix.removeprefix(".") in _RDF or looks_like_rdf(file.path):
        return "rdf"
    if suffix in READERS and (is_single or suffix not in _BESIDE):
        return "rows"
    return None


def glance(file: InputFile, contexts: Mapping[str, str]) -> Traits:
    """The classes in the first statements of a document, and some subjects of each."""
    subjects: dict[str, list[str]] = {}
    with file.path.open("rb") as stream:
        quads = documents.read(file.name, stream, None, RECORDS, contexts)
        for quad in islice(quads, _GLANCE):
            if quad.predicate.value != RDF_TYPE or not isinstance(quad.object, ox.NamedNode):
                continue
            of_class = subjects.setdefault(quad.object.value, [])
            if isinstance(quad.subject, ox.NamedNode) and len(of_class) < _SUBJECTS:
                of_class.append(quad.subject.value)
            if quad.object.value.startswith(GP):
                break
    some = frozenset(subject for of_class in subjects.values() for subject in of_class)
    return Traits(file.name, classes=frozenset(subjects), subjects=some, of_rdf=True)
