"""What changed between two versions of a vocabulary, and whether the version number says so.

The rule is that of semantic versioning, read for vocabularies: whoever used a term that is removed
or means something else has to change (major); a new or a deprecated term takes nothing away
(minor); better words are better words (patch).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rich.markup import escape

from practicegraph.namespaces import OWL, RDF_TYPE, compact
from practicegraph.terminal import Format, messages, plain, print_rows
from practicegraph.vocabulary import signature
from practicegraph.vocabulary.signature import Header, Level, Signature, level_of

_NUMBER: Final = re.compile(r"v?(\d{1,9})\.(\d{1,9})(?:\.(\d{1,9}))?(?:[-+][0-9A-Za-z.+-]*)?")
_ONTOLOGY: Final = f"<{OWL}Ontology>"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: the term, what of it, and the values that went and came.

    `kind` is added, removed, changed, deprecated or text; `property` is empty where the whole term
    came or went.
    """

    term: str
    kind: str
    level: Level
    property: str = ""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """A document in both versions: the changes, and what is wrong with how it is numbered."""

    iri: str
    old: Header | None
    new: Header | None
    changes: tuple[Change, ...]
    level: Level
    expected: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All documents of two versions of a vocabulary."""

    verdicts: tuple[Verdict, ...]

    @property
    def right(self) -> bool:
        """Whether every version number says what changed."""
        return not any(verdict.problems for verdict in self.verdicts)

    def rows(self) -> Iterator[tuple[str, ...]]:
        """The changes as rows of a table: document, kind, term, property, before, after."""
        for verdict in self.verdicts:
            for c in verdict.changes:
                yield (
                    _name(verdict.iri), c.kind, _name(c.term), _name(c.property),
                    ", ".join(c.before), ", ".join(c.after),
                )  # fmt: skip

    def print(self, form: Format) -> None:
        """Print the changes, and on the side for messages what is right and what is not."""
        if form is Format.JSON:
            json.dump(self.as_json(), sys.stdout, ensure_ascii=False, indent=1)
            sys.stdout.write("\n")
        else:
            columns = ("document", "change", "term", "property", "before", "after")
            print_rows(columns, self.rows(), form)
        for verdict in self.verdicts:
            for problem in verdict.problems:
                messages.print(f"[bold red]wrong[/] {escape(plain(problem))}")
            if verdict.changes and verdict.new and not verdict.problems:
                said = f"{_name(verdict.iri)} {verdict.new.info} is a new document."
                if verdict.old:
                    numbers = f"{verdict.old.info} to {verdict.new.info}"
                    said = f"{_name(verdict.iri)}, {numbers}: {_REASONS[verdict.level]}."
                messages.print(f"[green]right[/] {escape(plain(said))}")
        same = sum(not (verdict.changes or verdict.problems) for verdict in self.verdicts)
        if same:
            messages.print(f"Nothing changed in {same} of {len(self.verdicts)} documents.")

    def as_json(self) -> dict[str, Any]:
        """The comparison as plain JSON."""
        return {
            "right": self.right,
            "documents": [
                {
                    "iri": v.iri,
                    "old": v.old.info if v.old else None,
                    "new": v.new.info if v.new else None,
                    "level": v.level.name.lower(),
                    "expected": v.expected or None,
                    "problems": list(v.problems),
                    "changes": [
                        {
                            "term": c.term,
                            "kind": c.kind,
                            "level": c.level.name.lower(),
                            "property": c.property or None,
                            "before": list(c.before),
                            "after": list(c.after),
                        }
                        for c in v.changes
                    ],
                }
                for v in self.verdicts
            ],
        }


def compare(old: Path, new: Path) -> Comparison:
    """Compare two versions: RDF files in any syntax, or folders of data rooms.

    Raises what `signature.read` raises.
    """
    before, after = signature.read(old), signature.read(new)
    removed = sorted(before.keys() - after.keys())
    # A document that is gone takes its terms with it; the vocabulary as a whole answers for that.
    ontologies = [
        iri for iri, s in after.items() if _ONTOLOGY in s.terms.get(iri, {}).get(RDF_TYPE, ())
    ]
    main = min((iri for iri in ontologies if iri in before), key=len, default=None)
    verdicts = []
    for iri in sorted(before.keys() | after.keys()):
        if iri not in after:
            if main is None:
                problem = f"{iri} is gone, and there is no ontology whose version could say so."
                verdicts.append(
                    Verdict(iri, before[iri].header, None, (), Level.MAJOR, "", (problem,))
                )
            continue
        extra = [Change(gone, "removed", Level.MAJOR) for gone in removed if iri == main]
        verdicts.append(_verdict(iri, before.get(iri), after[iri], extra))
    return Comparison(tuple(verdicts))


def _verdict(iri: str, old: Signature | None, new: Signature, extra: list[Change]) -> Verdict:
    if old is None:
        missing = [] if new.header.info else [f"{_name(iri)} has no owl:versionInfo: add one."]
        added = tuple(Change(t, "added", Level.MINOR) for t in sorted(new.terms))
        return Verdict(iri, None, new.header, added, Level.NONE, new.header.info, tuple(missing))
    changes = [*extra, *_changes(iri, old, new)]
    level = max((c.level for c in changes), default=Level.NONE)
    expected, problems = _judge(old.header, new.header, level)
    return Verdict(iri, old.header, new.header, tuple(changes), level, expected, tuple(problems))


def _changes(document: str, old: Signature, new: Signature) -> Iterator[Change]:
    for term in sorted(old.terms.keys() | new.terms.keys()):
        was, is_ = old.terms.get(term), new.terms.get(term)
        if was is None or is_ is None:
            found = was or is_ or {}
            # What only adds to a term that another document defines is as weighty as what it says.
            whole = RDF_TYPE in found
            weight = max(level_of(p) for p in found)
            if is_ is None:
                yield Change(term, "removed", Level.MAJOR if whole else weight)
            else:
                yield Change(term, "added", Level.MINOR if whole else weight)
            continue
        for property_ in sorted(was.keys() | is_.keys()):
            before, after = was.get(property_, set()), is_.get(property_, set())
            if before != after:
                yield _change(document, term, property_, before, after)


def _change(document: str, term: str, property_: str, before: set[str], after: set[str]) -> Change:
    # What a document says about itself is cataloguing, whatever it says.
    level = Level.PATCH if term == document else level_of(property_)
    kind = "text" if level is Level.PATCH else "changed"
    if property_ == OWL + "deprecated" and level is Level.MINOR:
        kind = "deprecated" if any(v.startswith(('"true', '"1')) for v in after) else "changed"
    return Change(
        term, kind, level, property_, tuple(sorted(before - after)), tuple(sorted(after - before))
    )


def _judge(old: Header, new: Header, level: Level) -> tuple[str, list[str]]:
    """What the new version has to be at least, and what is wrong with what it is."""
    was, is_ = _parsed(old.info), _parsed(new.info)
    name = _name(new.iri)
    if was is None or is_ is None:
        unreadable = new if is_ is None else old
        said = f"“{unreadable.info}” is no number such as 1.2.3" if unreadable.info else "is absent"
        which = "the new" if is_ is None else "the old"
        return "", [f"{name}: owl:versionInfo of {which} version {said}; correct it."]
    least = _raised(was, level)
    expected = ".".join(map(str, least))
    problems = []
    if is_ < least:
        problems.append(
            f"{name}: {_REASONS[level]}; owl:versionInfo should be {expected} and is {new.info}."
        )
    problems += _iris(old, new, name, risen=is_ != was)
    return expected, problems


_REASONS: Final = {
    Level.NONE: "nothing changed",
    Level.PATCH: "texts changed",
    Level.MINOR: "terms were added or deprecated, or mappings changed",
    Level.MAJOR: "terms were removed or changed",
}


def _iris(old: Header, new: Header, name: str, *, risen: bool) -> Iterator[str]:
    """What is wrong with owl:versionIRI and owl:priorVersion."""
    if not (old.version_iri or new.version_iri):
        return
    if not new.version_iri:
        yield f"{name}: owl:versionIRI is absent; the old version had {old.version_iri}."
        return
    if new.info not in new.version_iri:
        yield f"{name}: owl:versionIRI {new.version_iri} does not name version {new.info}."
    if not risen and old.version_iri != new.version_iri:
        yield f"{name}: owl:versionIRI changed from {old.version_iri} without a new version."
    if risen and old.version_iri and new.prior != old.version_iri:
        said = new.prior or "absent"
        yield f"{name}: owl:priorVersion should be {old.version_iri} and is {said}."


def _parsed(info: str) -> tuple[int, int, int] | None:
    match = _NUMBER.fullmatch(info.strip())
    return (int(match[1]), int(match[2]), int(match[3] or 0)) if match else None


def _raised(was: tuple[int, int, int], level: Level) -> tuple[int, int, int]:
    major, minor, patch = was
    if level is Level.MAJOR and major:
        return major + 1, 0, 0
    if level >= Level.MINOR:  # before 1.0.0 anything may change with the middle number
        return major, minor + 1, 0
    return major, minor, patch + (level is Level.PATCH)


def _name(iri: str) -> str:
    return compact(iri).strip("<>") if iri else ""
