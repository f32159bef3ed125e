"""The gates: the rules that the vocabulary, the shapes and the records keep, and what breaks them.

A rule is a query in `queries/gates/`, named after its file. Each row it finds is one fault: `?term`
is the IRI at fault, `?file` the graph it stands in where that is known, and its other variables
fill the message. The header says what the gate is:

    #+ title: Every term of ours has a label in each language
    #+ group: style
    #+ message: {term} has no label in {language}. Add one.

What no query can say is written here: that every file can be read, that the shapes are well-formed
SHACL, that every constraint has its fixtures, and what a reasoner finds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from functools import partial
from importlib.resources import files
from pathlib import Path
from time import perf_counter
from typing import Final

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib import RDF, SH

from practicegraph import artefacts
from practicegraph.artefacts import Rooms
from practicegraph.errors import InvalidInput
from practicegraph.namespaces import GP, compact
from practicegraph.texts import LANGUAGES
from practicegraph.validation import EngineName
from practicegraph.vocabulary import constraints, named_queries
from practicegraph.vocabulary.findings import Fault, GateResult
from practicegraph.vocabulary.material import (
    URN,
    Kind,
    Material,
    absent,
    file_of,
    gather,
    of_kind,
    read,
    record_files,
    sources,
)
from practicegraph.vocabulary.references import check_query

__all__ = [
    "Fault",
    "Gate",
    "GateResult",
    "Group",
    "check",
    "examine",
    "load",
    "parse",
    "well_formed",
]

_HEADER: Final = re.compile(r"^#\+(.*)$", re.MULTILINE)
_ENTRY: Final = re.compile(r"\s*([a-z]+)\s*:\s*(\S.*?)\s*")
_SLOT: Final = re.compile(r"\{([A-Za-z]+)\}")
_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class Group(StrEnum):
    """What a gate looks at."""

    HEADER = auto()
    STYLE = auto()
    PITFALLS = auto()
    REPORT = auto()
    CONCEPTS = auto()
    TERMS = auto()
    QUERIES = auto()
    SHAPES = auto()
    RECORDS = auto()
    FILES = auto()
    REASONING = auto()


@dataclass(frozen=True, slots=True)
class Gate:
    """One file of `queries/gates/`."""

    name: str
    group: Group
    title: str
    message: str
    text: str

    def faults(self, store: ox.Store) -> tuple[Fault, ...]:
        """What breaks this rule, in a stable order and each once."""
        answer = store.query(self.text, use_default_graph_as_union=True)
        assert isinstance(answer, ox.QuerySolutions)
        names = [variable.value for variable in answer.variables]
        found = set()
        for solution in answer:
            row = {n: term for n in names if (term := solution[n]) is not None}
            term, file = _value(row.get("term")), row.get("file")
            found.add(
                Fault(
                    None if term.startswith(URN) else term,  # a file, or all of them
                    _filled(self.message, row),
                    None if file is None else file_of(_value(file)),
                )
            )
        return _in_order(found)


def _in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(faults, key=lambda f: (f.file or "", f.term or "", f.message)))


def _filled(message: str, row: Mapping[str, object]) -> str:
    return _SLOT.sub(lambda slot: _shown(row.get(slot[1])), message)


def _value(term: object) -> str:
    return str(getattr(term, "value", term))


def _shown(term: object) -> str:
    """A term of a row as people read it."""
    if isinstance(term, ox.NamedNode):
        return file_of(term.value) if term.value.startswith(URN) else compact(term.value)
    return "nothing" if term is None else _value(term)


def parse(name: str, text: str) -> Gate:
    """Read a gate and its `#+` header, each line of which is needed once.

    Raises InvalidInput for a header it cannot use, for a message with a variable that the query
    does not answer with, and MalformedDocument for a text that is no query.
    """
    file = f"{name}.rq"
    if not _NAME.fullmatch(name):
        raise InvalidInput(f"{file}: name a gate in small letters and hyphens.")
    header: dict[str, str] = {}
    for line in _HEADER.findall(text):
        entry = _ENTRY.fullmatch(line)
        if not entry:
            raise InvalidInput(f"{file}: write a header line as '#+ key: value', not {line!r}.")
        key, value = entry.groups()
        if key not in {"title", "group", "message"} or key in header:
            raise InvalidInput(f"{file}: write title, group and message once each, not {key!r}.")
        header[key] = value
    if len(header) != 3:
        raise InvalidInput(f"{file}: the header needs title, group and message.")
    if header["group"] not in set(Group):
        raise InvalidInput(f"{file}: the group is one of {', '.join(Group)}.")
    variables = check_query(file, text)
    missing = {"term", *_SLOT.findall(header["message"])} - set(variables)
    if missing:
        raise InvalidInput(
            f"{file}: the query does not answer with ?{', ?'.join(sorted(missing))}."
        )
    return Gate(name, Group(header["group"]), header["title"], header["message"], text)


def load(rooms: Rooms = artefacts.OWN) -> list[Gate]:
    """The gates of these rooms, group by group. Raises as `parse` does."""
    gates = [parse(file.stem, file.read_text("utf-8")) for file in rooms.gate_files()]
    order = list(Group)
    return sorted(gates, key=lambda gate: (order.index(gate.group), gate.name))


def check(
    rooms: Rooms,
    records: Sequence[Path],
    *,
    reason: bool = False,
    engine: EngineName = "pyshacl",
) -> Iterator[GateResult]:
    """Put rooms and records through every gate of this program, one after the other.

    `records` are files or folders of Turtle. With `reason` a reasoner has the last word, which
    takes a Java machine and some seconds; `engine` validates the fixtures of the shapes. The rules
    are this program's own, whatever rooms are checked: rooms that brought their own could leave
    some out. Raises InvalidInput where the rooms have no namespace document or a file cannot be
    opened; a file that cannot be parsed is a fault.
    """
    begun = perf_counter()
    found = sources(rooms, records)
    material = gather(read(source) for source in found)
    yield GateResult(
        "readable",
        Group.FILES,
        "Every folder has its files, and every file is valid in its syntax",
        absent(rooms, found) + material.faults,
        perf_counter() - begun,
        (f"{len(found)} files with {len(material.store)} statements were read.",),
    )
    yield from examine(material, load())
    yield _timed(
        "named-queries",
        Group.QUERIES,
        "Every named query says in each language what it, its parameters and its columns are",
        lambda: named_queries.faults(rooms, LANGUAGES),
    )
    yield _timed(
        "well-formed",
        Group.SHAPES,
        "The shapes conform to the SHACL of SHACL",
        lambda: well_formed(material),
    )
    yield _timed(
        "constraints",
        Group.SHAPES,
        "Each constraint has a record that passes it and one that fails it alone",
        lambda: (
            _UNREAD
            if material.faults or absent(rooms, found)
            else _unproved(rooms, engine, material.store)
        ),
    )
    if reason and material.faults:
        yield GateResult(
            "consistent",
            Group.REASONING,
            "Vocabulary, alignments and records do not contradict each other",
            _UNREAD,
            0.0,
        )
    elif reason:
        yield from _reasoned(rooms, records, material.store)


#: What a gate says that needs files which cannot be read.
_UNREAD: Final = (Fault(None, "This was not looked at: mend the files that are not valid.", None),)


def _unproved(rooms: Rooms, engine: EngineName, store: ox.Store) -> tuple[Fault, ...]:
    return tuple(
        Fault(shape or None, message, _only(_places(store, shape, Kind.SHAPES)))
        for shape, message in constraints.faults(rooms, engine)
    )


def _places(
    store: ox.Store, term: str, *kinds: Kind, properties: Iterable[str] | None = None
) -> list[str]:
    """The files of these kinds that say something of a term, with one of these properties."""
    if not term:
        return []
    node = ox.NamedNode(term)
    wanted = None if properties is None else {ox.NamedNode(name) for name in properties}
    return sorted(
        {
            file_of(graph.value)
            for kind in kinds
            for graph in of_kind(store, kind)
            for quad in store.quads_for_pattern(node, None, None, graph)
            if wanted is None or quad.predicate in wanted
        }
    )


def _only(files: Sequence[str]) -> str | None:
    return files[0] if len(files) == 1 else None


def examine(material: Material, gates: Iterable[Gate]) -> Iterator[GateResult]:
    """Ask each of these gates."""
    for gate in gates:
        yield _timed(gate.name, gate.group, gate.title, partial(gate.faults, material.store))


def _timed(name: str, group: Group, title: str, ask: Callable[[], tuple[Fault, ...]]) -> GateResult:
    begun = perf_counter()
    faults = ask()
    return GateResult(name, group, title, faults, perf_counter() - begun)


def well_formed(material: Material) -> tuple[Fault, ...]:
    """What the shapes that SHACL has for shapes find in ours (SHACL, appendix C)."""
    lines: list[str] = []
    file: dict[str, str] = {}
    for graph in of_kind(material.store, Kind.SHAPES):
        for quad in material.store.quads_for_pattern(None, None, None, graph):
            lines.append(f"{quad.triple} .")
            file[_value(quad.subject)] = file_of(graph.value)
    shapes = rdflib.Graph().parse(data="\n".join(lines), format="nt")
    meta = rdflib.Graph().parse(str(files("pyshacl") / "assets" / "shacl-shacl.ttl"))
    _, report, _ = pyshacl.validate(shapes, shacl_graph=meta, inference=None)
    found = set()
    for result in report.subjects(RDF.type, SH.ValidationResult):
        focus = str(report.value(result, SH.focusNode))
        path = report.value(result, SH.resultPath)
        said = " ".join(sorted(str(text) for text in report.objects(result, SH.resultMessage)))
        about = f"{compact(str(path))} of {compact(focus)}" if path else compact(focus)
        found.add(Fault(focus, f"Mend {about}: {said}.", file.get(focus)))
    return _in_order(found)


def _reasoned(rooms: Rooms, records: Sequence[Path], store: ox.Store) -> Iterator[GateResult]:
    # Only here: the reasoner and its Java are an extra that may be absent.
    from practicegraph.vocabulary import reasoning  # noqa: PLC0415
    from practicegraph.vocabulary.axioms import CLASS_AXIOMS, PROPERTY_AXIOMS  # noqa: PLC0415

    found = reasoning.reason(reasoning.reasoned_graph(rooms, record_files(records)))
    ours = [(a, b) for a, b in found.subclasses if a.startswith(GP)]
    notes = [
        f"{found.axioms} statements about {found.individuals} individuals were reasoned over in "
        f"{found.seconds:.1f} s.",
        *(f"{compact(a)} is a subclass of {compact(b)}, which nobody wrote." for a, b in ours),
        f"{len(found.subclasses) - len(ours)} more subclass relations follow among the classes of "
        "others.",
        *(
            f"{compact(kind)} has {number} more member{'s' if number > 1 else ''} than say so."
            for kind, number in sorted(found.types.items())
        ),
    ]
    axioms = [*map(str, (*CLASS_AXIOMS, *PROPERTY_AXIOMS))]

    def told(term: str, before: str, after: str) -> Fault:
        places = _places(store, term, Kind.NAMESPACE, Kind.ALIGNMENTS, properties=axioms)
        within = f" ({' or '.join(places)})" if places else ""
        return Fault(term, f"{before}{compact(term)}{within}{after}", _only(places))

    faults = [
        told(term, "An axiom about ", " contradicts the others. Take it back.")
        for term in found.causes
    ]
    if not (found.consistent or faults):
        faults = [Fault(None, "The axioms contradict each other. Take back the last one.", None)]
    yield GateResult(
        "consistent",
        Group.REASONING,
        "Vocabulary, alignments and records do not contradict each other",
        () if found.consistent else tuple(faults),
        found.seconds,
        tuple(notes),
    )
    yield GateResult(
        "satisfiable",
        Group.REASONING,
        "Every class can have a member",
        tuple(
            told(
                term,
                "",
                " can have no member. Take back one of the axioms about it or about what it is a "
                "subclass of.",
            )
            for term in found.unsatisfiable
        ),
        0.0,
    )
