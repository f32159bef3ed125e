"""Assembly: a graph, constructed by a mapping or read from RDF, becomes drafts of records.

The roots are the subjects typed with a class that makes a record. Below a root lie its parts: the
hash-IRIs under it, the blank nodes it leads to, and other IRIs it leads to whose class is one of
the parts of a practice. Parts are named `#{part}-{n}`, by their order or else by their content,
never by the label of a blank node, so that the same input gives the same names.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from ingest.problems import Cells
from practicegraph import ntriples
from practicegraph.errors import InvalidRecord
from practicegraph.iris import KIND_OF_CLASS, KINDS
from practicegraph.namespaces import CV, DCAT, DCT, FOAF, GP, ORG, PREFIXES, PROV, RDF_TYPE, SKOS
from practicegraph.ntriples import Statement, iri, value_of

#: Namespace of what mappings tell this room; none of it becomes part of a record.
INGEST: Final = "https://w3id.org/practicegraph/ingest#"
ALSO_KNOWN_AS: Final = INGEST + "alsoKnownAs"

#: A subject, as N-Triples writes it: terms are text here, see `practicegraph.ntriples`.
Node = str
#: Predicates and objects of one subject.
Statements = list[tuple[str, str]]

#: Class of a part → how its hash-IRIs are called.
PARTS: Final[dict[str, str]] = {
    GP + "PracticeStep": "step",
    GP + "Handover": "handover",
    GP + "Implementation": "implementation",
    GP + "Outcome": "outcome",
    GP + "EvidenceSource": "evidence",
    GP + "Precondition": "precondition",
    GP + "Lesson": "lesson",
    GP + "Continuity": "continuity",
    GP + "TransferAssessment": "assessment",
    CV + "Participation": "participation",
}
_SINGLE: Final = {"continuity"}

#: Class → the superclasses that are written beside it, because nobody is expected to reason.
IMPLIED: Final[dict[str, tuple[str, ...]]] = {
    GP + "GoodPractice": (DCAT + "Resource",),
    GP + "ReusableAsset": (DCAT + "Resource",),
    GP + "Implementation": (PROV + "Activity",),
    GP + "EvidenceSource": (FOAF + "Document",),
    GP + "TransferAssessment": (PREFIXES["dqv"] + "QualityAnnotation",),
    CV + "PublicOrganisation": (ORG + "Organization", FOAF + "Organization", FOAF + "Agent"),
    ORG + "Organization": (FOAF + "Organization", FOAF + "Agent"),
    FOAF + "Organization": (ORG + "Organization", FOAF + "Agent"),
}

RANKS: Final = tuple(KINDS)
#: Kinds in the order they are written, so that references mostly point to what is there already.
ORDER: Final = tuple(RANKS.index(k) for k in ("organisation", "asset", "service", "practice"))

#: Parts that one record may have; naming blank nodes by their content is quadratic at worst.
MAX_PARTS: Final = 1_000

_FRAGMENT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_TYPE: Final = iri(RDF_TYPE)
_POSITION: Final = iri(GP + "position")
_NUMBER: Final = re.compile(r'"(\d{1,9})"')
_KNOWN_AS: Final = iri(ALSO_KNOWN_AS)
_INSTRUCTION: Final = f"<{INGEST}"
_NAMES: Final = (iri(DCT + "title"), iri(SKOS + "prefLabel"), iri(FOAF + "name"))
_PART: Final = {iri(cls): name for cls, name in PARTS.items()}
_IMPLIED: Final = {iri(cls): tuple(map(iri, above)) for cls, above in IMPLIED.items()}
_RANK: Final = {iri(cls): RANKS.index(kind) for cls, kind in KIND_OF_CLASS.items()}


@dataclass(slots=True)
class Draft:
    """A record to be, still under the names that its source uses.

    `keys` are the names under which the source knows it, the most telling first; `names` maps its
    parts to fragments. `cells` says where it stands in sheets, if that is where it comes from.
    """

    root: Node
    kind: str
    keys: tuple[str, ...]
    title: str
    statements: dict[Node, Statements] = field(repr=False)
    names: dict[Node, str] = field(repr=False)
    cells: Cells | None = field(default=None, repr=False)

    def named(self, record: str, references: Mapping[str, str]) -> list[Statement]:
        """The statements of the record `record`; `references` maps names of the source to ours."""
        ours = {node: f"<{record}#{name}>" for node, name in self.names.items()}
        ours[self.root] = iri(record)

        def target(predicate: str, node: Node) -> Node:
            if predicate in KEPT and node[0] == "<":
                return node
            if (found := ours.get(node)) is not None:
                return found
            name = value_of(node)
            if (whole := references.get(name)) is not None:
                return iri(whole)
            stem, hash_, fragment = name.partition("#")
            if hash_ and (part_of := references.get(stem)) is not None:
                return f"<{part_of}#{fragment}>"
            return node

        return [
            (
                ours.get(subject, subject),
                predicate,
                value if value[0] == '"' else target(predicate, value),
            )
            for subject, pairs in self.statements.items()
            for predicate, value in pairs
        ]

    def references(self) -> set[str]:
        """IRIs that may be names of other records of the source."""
        found: set[str] = set()
        for pairs in self.statements.values():
            for predicate, value in pairs:
                if value[0] == '"' or (predicate in KEPT and value[0] == "<"):
                    continue
                name = value_of(value)
                found.add(name)
                if "#" in name:
                    found.add(name.partition("#")[0])
        return found


@dataclass(frozen=True, slots=True)
class View:
    """A graph as assembly sees it, small or large.

    `statements` looks a subject up, `below` gives the subjects with a hash below a root, `is_root`
    tells what makes a record of its own.
    """

    statements: Callable[[Node], Statements]
    below: Callable[[Node], Iterable[Node]]
    is_root: Callable[[Node], bool]


#: Properties that name a page or a thing elsewhere: they keep the address the source gives.
KEPT: Final = frozenset(
    map(
        iri,
        (
            RDF_TYPE,
            DCT + "source",
            DCT + "license",
            FOAF + "page",
            FOAF + "homepage",
            DCAT + "landingPage",
            SKOS + "exactMatch",
            "http://www.w3.org/2002/07/owl#sameAs",
        ),
    )
)


def name_of(node: Node) -> str:
    """The name of a node inside one run: its IRI, or `_:` and its label."""
    return value_of(node)


def kind_of(pairs: Statements) -> str | None:
    """The kind of record that the classes of a subject make; the first of `KINDS` if several."""
    ranks = [_RANK[value] for predicate, value in pairs if predicate == _TYPE and value in _RANK]
    return RANKS[min(ranks)] if ranks else None


def by_subject(statements: Iterable[Statement]) -> dict[Node, Statements]:
    """The statements of a small graph, by subject; what is about statements is left out."""
    found: dict[Node, Statements] = defaultdict(list)
    for subject, predicate, value in statements:
        if not value.startswith("<<"):
            found[subject].append((predicate, value))
    return found


def assemble(triples: Iterable[ox.Triple], source: str) -> tuple[list[Draft], list[Node]]:
    """Drafts of the records in a small graph, and the subjects that belong to none of them."""
    graph = by_subject(ntriples.statements(ntriples.written(triples)))
    kinds = {subject: kind for subject, pairs in graph.items() if (kind := kind_of(pairs))}
    roots = {s for s in kinds if not _is_below(s, kinds)}
    view = View(
        statements=lambda node: graph.get(node, []),
        below=lambda root: [s for s in graph if s.startswith(inside(root))],
        is_root=roots.__contains__,
    )
    drafts = []
    owned: set[Node] = set()
    for root in sorted(roots, key=lambda r: (ORDER.index(RANKS.index(kinds[r])), r)):
        draft = draft_of(root, kinds[root], view, source)
        drafts.append(draft)
        owned.update(draft.statements)
    return drafts, [subject for subject in graph if subject not in owned]


def inside(root: Node) -> str:
    """What the hash-IRIs below a root begin with."""
    return root.removesuffix(">") + "#"


def _is_below(node: Node, roots: Mapping[Node, str]) -> bool:
    stem, hash_, _ = node.partition("#")
    return bool(hash_) and f"{stem}>" in roots


def draft_of(root: Node, kind: str, view: View, source: str) -> Draft:
    """The draft of one root: its statements, those of its parts, and the names of these.

    Raises InvalidRecord where it has too many parts.
    """
    statements = _gather(root, view)
    below = inside(root)
    names: dict[Node, str] = {}
    for node in statements:
        if node.startswith(below) and _FRAGMENT.fullmatch(fragment := node[len(below) : -1]):
            names[node] = fragment
    colours = _colours(statements)
    names.update(_named(root, statements, names, colours))
    about = statements[root]
    keys = [value_of(root)] if root[0] == "<" else []
    keys += sorted(value_of(v) for p, v in about if p == _KNOWN_AS and v[0] == "<")
    if not keys:  # nothing but its content tells it from others
        keys = [f"{INGEST}{source}/content/{colours[root]}"]
    said = {
        node: [pair for pair in pairs if not pair[0].startswith(_INSTRUCTION)]
        for node, pairs in statements.items()
        if pairs
    }
    return Draft(root, kind, tuple(dict.fromkeys(keys)), title_of(about), said, names)


def _gather(root: Node, view: View) -> dict[Node, Statements]:
    """The statements of the root and of its parts; a part that says nothing has none."""
    statements: dict[Node, Statements] = {}
    below = inside(root)
    waiting: list[Node] = [root, *view.below(root)]
    while waiting:
        node = waiting.pop()
        if node in statements:
            continue
        if len(statements) >= MAX_PARTS:
            raise InvalidRecord(
                f"{name_of(root)}: a record has at most {MAX_PARTS:,} parts; divide this one."
            )
        pairs = list(dict.fromkeys(view.statements(node)))
        statements[node] = _completed(pairs)
        waiting += [
            value
            for predicate, value in pairs
            if value[0] != '"'
            and value not in statements
            and _is_part(predicate, value, below, view)
        ]
    return statements


def _is_part(predicate: str, value: Node, below: str, view: View) -> bool:
    if value[0] == "_":
        return not view.is_root(value)
    if predicate in KEPT:
        return False
    if value.startswith(below):  # which is never a root
        return True
    said = view.statements(value)
    return bool(said) and _part_name(said) is not None and not view.is_root(value)


def title_of(pairs: Statements) -> str:
    """What a subject is called, in English where it says so; empty where it has no name."""
    found: dict[tuple[int, bool, str], list[str]] = defaultdict(list)
    for predicate, value in pairs:
        if predicate in _NAMES and value[0] == '"':
            tag = value.rpartition('"')[2].removeprefix("@").partition("--")[0]
            tag = "" if tag.startswith("^^") else tag
            found[_NAMES.index(predicate), tag != "en", tag].append(value)
    best = found[min(found)] if found else ()
    return min((ntriples.text_of(value) for value in best), default="")


def _completed(pairs: Statements) -> Statements:
    more = [
        (_TYPE, implied)
        for predicate, value in pairs
        if predicate == _TYPE
        for implied in _IMPLIED.get(value, ())
    ]
    return list(dict.fromkeys([*pairs, *more])) if more else pairs


def _part_name(pairs: Iterable[tuple[str, str]]) -> str | None:
    found = [_PART[value] for predicate, value in pairs if predicate == _TYPE and value in _PART]
    return min(found, default=None)


def _named(
    root: Node,
    statements: Mapping[Node, Statements],
    given: Mapping[Node, str],
    colours: Mapping[Node, str],
) -> dict[Node, str]:
    """Names for the parts that have none yet. Blank nodes that say the same become one."""
    groups: dict[str, list[tuple[float, str, str, Node]]] = defaultdict(list)
    for node, pairs in statements.items():
        if node != root and node not in given:
            address = value_of(node) if node[0] == "<" else ""
            groups[_part_name(pairs) or "part"].append(
                (_position(pairs), colours.get(node, ""), address, node)
            )
    used = set(given.values())
    names: dict[Node, str] = {}
    for label, members in groups.items():
        number, last = 0, None
        for *order, node in sorted(members, key=lambda member: member[:3]):
            if order != last:
                number += 1
                while (name := numbered(label, number)) in used:
                    number += 1
                last = order
            names[node] = name
    return names


def numbered(label: str, number: int) -> str:
    """What the part of that number is called; of some a record has one as a rule."""
    return label if label in _SINGLE and number == 1 else f"{label}-{number}"


def _position(pairs: Statements) -> float:
    for predicate, value in pairs:
        if predicate == _POSITION and (number := _NUMBER.match(value)):
            return float(number[1])
    return float("inf")


def _colours(statements: Mapping[Node, Statements]) -> dict[Node, str]:
    """A digest of what each node says, in which blank nodes count by what they say in turn.

    Colours are refined round by round until no further nodes part, so that cycles end.
    """
    blank = [node for node in statements if node[0] == "_"]
    if not blank:
        return {}
    colours: dict[Node, str] = dict.fromkeys(blank, "")
    kinds = 0
    while True:
        colours = {
            node: _digest(
                sorted(
                    f"{p} {colours.get(v, '_') if v[0] == '_' else v}" for p, v in statements[node]
                )
            )
            for node in blank
        }
        if len(set(colours.values())) == kinds:
            return colours
        kinds = len(set(colours.values()))


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()
