"""The graph projection: the published records as named graphs, to be asked in SPARQL.

It is derived from the log. In its own storage, in the same transaction as the data, it remembers
the last revision it has applied: the catalogue's `dcat:version` in the catalogue's graph, which
also holds an entry about each record (see `entries`). The runs that have ended have a graph of
their own (see `run_statements`), with the last end applied as its `dcat:version`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple, Protocol

import pyoxigraph as ox

from practicegraph import artefacts
from practicegraph.concepts import Vocabularies
from practicegraph.entries import ISSUED, document, entry
from practicegraph.iris import Iris
from practicegraph.namespaces import DCAT, DCT, RDF_TYPE
from practicegraph.revisions import Revision
from practicegraph.run_statements import statements
from practicegraph.runs import Run
from practicegraph.snapshots import Snapshot, Snapshots

#: From so many new records on, files written aside and swapped in beat a transaction (measured:
#: 2,900 against 960 records of 40 statements a second, with flat memory).
_BULK: Final = 100
#: Raised when the graph comes to hold something else of a revision: an older one is made anew.
_LAYOUT: Final = "3"
#: Tells of a graph of the vocabulary from what it was made, and of their overview from what all.
_DIGEST: Final = ox.NamedNode(DCT + "identifier")


class Graph(Protocol):
    """What the repository asks of a graph store, whichever it is."""

    def applied(self) -> int:
        """Sequence number of the last revision that the graph reflects."""

    def outdated(self) -> bool:
        """Whether it was made by a program that put other statements into it."""

    def apply(self, revisions: Sequence[Revision]) -> None:
        """Apply revisions, in order, together with the checkpoint, in one transaction."""

    def applied_runs(self) -> int:
        """The number of the last end of a run that the graph reflects."""

    def apply_runs(self, runs: Sequence[Run]) -> None:
        """Apply runs that have ended, in that order, with their own checkpoint, likewise."""

    def optimise(self) -> None:
        """Put the storage in order after much was applied, so that questions read less."""

    def describe(self, record: str) -> list[ox.Triple]:
        """The statements of one record; empty when it is not published."""

    def records(self) -> Iterator[str]:
        """Names of the graphs that hold records."""

    def select(self, query: str) -> Iterator[ox.QuerySolution]:
        """Answer a bounded SELECT of our own over all published graphs."""

    def publish(self, snapshots: Snapshots) -> Snapshot:
        """Make a snapshot of the graph as it is now, for others to read, the current one.

        To be called by who applies revisions, not beside it. Raises OSError when the disk does
        not take it.
        """

    def publish_vocabularies(self, vocabularies: Vocabularies) -> bool:
        """Bring ontology, vocabularies and shapes up to what they are; tells if any differed."""

    def edition(self) -> str:
        """A value that changes whenever another vocabulary is published."""

    def close(self) -> None:
        """Let go of the store, everything on disk."""


class OxigraphGraph:
    """The embedded store: pyoxigraph on disk. One process may hold it open for writing."""

    def __init__(self, directory: Path, iris: Iris) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.iris = iris
        self.store = ox.Store(directory)
        self._catalogue = ox.NamedNode(iris.catalogue)
        self._catalogue_graph = ox.NamedNode(iris.catalogue_graph)
        self._version = ox.NamedNode(DCAT + "version")
        self._record_graphs = f"{iris.base}/graph/"
        about = self._overview = ox.NamedNode(f"{iris.base}/graph/vocabulary")
        self._layout = ox.Quad(about, self._version, ox.Literal(_LAYOUT), about)

    def close(self) -> None:
        """Flush to disk; twice is once. The store goes with the last reference to it."""
        store: ox.Store | None = self.__dict__.pop("store", None)
        if store is not None:
            store.flush()

    def applied(self) -> int:
        """Sequence number of the last revision that the graph reflects; 0 for an empty graph."""
        values = (quad.object for quad in self._checkpoints())
        return max((int(v.value) for v in values if isinstance(v, ox.Literal)), default=0)

    def outdated(self) -> bool:
        """Whether it was made by a program that put other statements into it."""
        return self.applied() > 0 and self._layout not in self.store

    def _checkpoints(self) -> Iterator[ox.Quad]:
        return self.store.quads_for_pattern(
            self._catalogue, self._version, None, self._catalogue_graph
        )

    def apply(self, revisions: Sequence[Revision]) -> None:
        """Apply revisions and the checkpoint in one transaction.

        Only the last revision of each record is written.
        """
        if not revisions:
            return
        last = {revision.record: revision for revision in revisions}
        checkpoint = revisions[-1].seq
        # Where it all began, for those records that begin in here.
        first = {r.record: r for r in revisions if r.previous is None}
        if len(last) >= _BULK and len(first) == len(last):
            self._load(last.values(), first, checkpoint)
        else:
            self._replace(last.values(), first, checkpoint)

    def _load(
        self, revisions: Iterable[Revision], first: Mapping[str, Revision], checkpoint: int
    ) -> None:
        # What a transaction has written may still be on its way to the disk, while the files that
        # a bulk load brings in are there at once. Were power lost in between, the new checkpoint
        # would stand without what came before it; so that goes to disk first.
        self.store.flush()
        old = list(self._checkpoints())
        lines = []
        for revision in revisions:
            record = revision.as_record()
            if record:
                lines.append(record.nquads(self.iris.graph(record.iri)))
            lines += [
                f"{fact} {self._catalogue_graph} .\n".encode()
                for fact in entry(revision, first.get(revision.record), self.iris)
            ]
        lines.append(f"{self._checkpoint(checkpoint)} .\n".encode())
        self.store.bulk_load(b"".join(lines), ox.RdfFormat.N_QUADS)
        # The new checkpoint came in with the data, atomically, and the largest counts; so the
        # old one may go in a step of its own.
        for quad in old:
            self.store.remove(quad)

    def _replace(
        self, revisions: Iterable[Revision], first: Mapping[str, Revision], checkpoint: int
    ) -> None:
        gone: list[str] = []
        new: list[str] = []
        entries: list[ox.Triple] = []
        graph, pattern = self._catalogue_graph, f"{self._catalogue} {self._version}"
        for revision in revisions:
            name = f"<{self.iris.graph(revision.record)}>"
            if revision.record not in first:
                about = document(revision.record, self.iris)
                gone.append(f"DROP SILENT GRAPH {name} ;")
                # When it was first published stays as it is.
                gone.append(
                    f"DELETE {{ GRAPH {graph} {{ {about} ?p ?o }} }} WHERE {{ GRAPH {graph} {{ "
                    f"{about} ?p ?o FILTER (?p != {ISSUED}) }} }} ;"
                )
            if revision.content is not None:
                new.append(f"GRAPH {name} {{\n{revision.content.decode()}}}")
            entries += entry(revision, first.get(revision.record), self.iris)
        facts = "\n".join(f"{fact} ." for fact in entries)
        self.store.update(
            "\n".join(
                [
                    *gone,
                    f"DELETE WHERE {{ GRAPH {graph} {{ {pattern} ?old }} }} ;",
                    "INSERT DATA {",
                    *new,
                    f'GRAPH {graph} {{\n{facts}\n{pattern} "{checkpoint}" }} }}',
                ]
            )
        )

    def applied_runs(self) -> int:
        """The number of the last end of a run that the graph reflects; 0 for none."""
        about = ox.NamedNode(self.iris.run_graph)
        runs = ox.NamedNode(self.iris.runs)
        values = (q.object for q in self.store.quads_for_pattern(runs, self._version, None, about))
        return max((int(v.value) for v in values if isinstance(v, ox.Literal)), default=0)

    def apply_runs(self, runs: Sequence[Run]) -> None:
        """Apply runs that have ended and their checkpoint in one transaction."""
        last = {run.number: run for run in runs}
        if not last:
            return
        graph, pattern = ox.NamedNode(self.iris.run_graph), f"<{self.iris.runs}> {self._version}"
        gone, facts = [], []
        for run in last.values():
            iri = ox.NamedNode(self.iris.run(run.number))
            if any(self.store.quads_for_pattern(iri, None, None, graph)):
                # It was taken up again after it had been broken off, and has ended once more.
                of_it = f'STRBEFORE(CONCAT(STR(?s), "#"), "#") = "{iri.value}"'
                gone.append(
                    f"DELETE {{ GRAPH {graph} {{ ?s ?p ?o }} }} "
                    f"WHERE {{ GRAPH {graph} {{ ?s ?p ?o FILTER ({of_it}) }} }} ;"
                )
            facts += [f"{fact} ." for fact in statements(run, self.iris)]
        checkpoint = max(run.ended_seq or 0 for run in runs)
        self.store.update(
            "\n".join(
                [
                    *gone,
                    f"DELETE WHERE {{ GRAPH {graph} {{ {pattern} ?old }} }} ;",
                    f"INSERT DATA {{ GRAPH {graph} {{",
                    *facts,
                    f'{pattern} "{checkpoint}" }} }}',
                ]
            )
        )

    def _checkpoint(self, seq: int) -> ox.Quad:
        return ox.Quad(self._catalogue, self._version, ox.Literal(str(seq)), self._catalogue_graph)

    def optimise(self) -> None:
        """Put the storage in order after much was applied, so that questions read less."""
        self.store.optimize()

    def describe(self, record: str) -> list[ox.Triple]:
        """The statements of one record; empty when it is not published."""
        graph = ox.NamedNode(self.iris.graph(record))
        return [quad.triple for quad in self.store.quads_for_pattern(None, None, None, graph)]

    def records(self) -> Iterator[str]:
        """Names of the graphs that hold records."""
        for graph in self.store.named_graphs():
            if isinstance(graph, ox.NamedNode) and graph.value.startswith(self._record_graphs):
                thing = self.iris.base + "/id/" + graph.value[len(self._record_graphs) :]
                if self.iris.name(thing):
                    yield thing

    def select(self, query: str) -> Iterator[ox.QuerySolution]:
        """Answer a bounded SELECT of our own over all published graphs."""
        answer = self.store.query(query, use_default_graph_as_union=True)
        if not isinstance(answer, ox.QuerySolutions):
            raise TypeError("the query is not a SELECT")
        return answer

    def publish(self, snapshots: Snapshots) -> Snapshot:
        """Make a snapshot of the graph as it is now, for others to read, the current one."""
        return snapshots.publish(self.store, self.applied())

    def edition(self) -> str:
        """A value that changes whenever another vocabulary is published; empty before the first."""
        return self._digest_of(self._overview)

    def _digest_of(self, graph: ox.NamedNode) -> str:
        """The digest of what a graph of the vocabulary was made from; empty where there is none."""
        marks = self.store.quads_for_pattern(graph, _DIGEST, None, self._overview)
        return max((m.object.value for m in marks if isinstance(m.object, ox.Literal)), default="")

    def publish_vocabularies(self, vocabularies: Vocabularies) -> bool:
        """Bring ontology, vocabularies and shapes up to what they are; tells if any differed.

        Each graph is replaced in one transaction, so that who reads meanwhile sees the one or the
        other.
        """
        parts = {
            ox.NamedNode(f"{self._overview.value}/{part.name}"): part
            for part in _parts(vocabularies)
        }
        edition = rules_digest(vocabularies)
        if edition == self.edition() and self._layout in self.store:
            return False
        for graph in self._published():
            if graph not in parts:
                self.store.update(f"DROP SILENT GRAPH {graph} ; {self._unmarked(graph)}")
        for graph, part in parts.items():
            if self._digest_of(graph) != part.digest:
                self._put(graph, part)
        title = ox.Literal("PracticeGraph", language="en")
        self.store.update(
            f"{self._unmarked(self._overview)} ; INSERT DATA {{ GRAPH {self._catalogue_graph} {{ "
            f"{self._catalogue} <{RDF_TYPE}> <{DCAT}Catalog> ; <{DCT}title> {title} }} GRAPH "
            f"{self._overview} {{ {self._layout.triple} . {self._overview} {_DIGEST} "
            f'"{edition}" }} }}'
        )
        return True

    def _published(self) -> list[ox.NamedNode]:
        """The graphs of the vocabulary that are there."""
        marks = self.store.quads_for_pattern(None, _DIGEST, None, self._overview)
        found = {m.subject for m in marks if isinstance(m.subject, ox.NamedNode)}
        if found <= {self._overview}:  # made by a program that did not mark each graph
            below = self._overview.value + "/"
            found = {
                graph
                for graph in self.store.named_graphs()
                if isinstance(graph, ox.NamedNode) and graph.value.startswith(below)
            }
        return sorted(found - {self._overview}, key=str)

    def _put(self, graph: ox.NamedNode, part: _Part) -> None:
        if not self.store.contains_named_graph(graph):  # half the time of an update
            mark = ox.Quad(graph, _DIGEST, ox.Literal(part.digest), self._overview)
            self.store.extend(
                [*(ox.Quad(t.subject, t.predicate, t.object, graph) for t in part.triples()), mark]
            )
            return
        statements = "\n".join(f"{triple} ." for triple in part.triples())
        self.store.update(
            f"DROP SILENT GRAPH {graph} ; {self._unmarked(graph)} ; INSERT DATA {{ "
            f"GRAPH {graph} {{ {statements} }} "
            f'GRAPH {self._overview} {{ {graph} {_DIGEST} "{part.digest}" }} }}'
        )

    def _unmarked(self, graph: ox.NamedNode) -> str:
        return f"DELETE WHERE {{ GRAPH {self._overview} {{ {graph} {_DIGEST} ?digest }} }}"


def rules_digest(vocabularies: Vocabularies) -> str:
    """Digest of what is in force: the ontology, the shapes, and the vocabularies."""
    parts = (f"{part.name} {part.digest}\n" for part in _parts(vocabularies))
    return hashlib.sha256("".join(parts).encode()).hexdigest()


class _Part(NamedTuple):
    """A part of the vocabulary that has a graph: the last part of its name, and what is in it."""

    name: str
    digest: str
    triples: Callable[[], Iterable[ox.Triple]]


def _parts(vocabularies: Vocabularies) -> Iterator[_Part]:
    files = [(file.stem, file) for file in artefacts.ontology_files()]
    files += [(f"shapes/{file.stem}", file) for file in artefacts.shape_files("reviewed")]
    for name, file in files:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        yield _Part(name, digest, partial(_statements, file))
    for vocabulary in vocabularies:
        yield _Part(vocabulary.name, vocabulary.digest, partial(getattr, vocabulary, "triples"))


def _statements(file: Path) -> Iterator[ox.Triple]:
    for quad in ox.parse(path=file, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True):
        yield quad.triple
