"""What validation finds: one result, and all the results about one record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from practicegraph.namespaces import compact
from practicegraph.texts import in_language

Severity = Literal["violation", "warning", "info"]
Status = Literal["valid", "invalid", "not checked"]

#: Severities from the gravest to the lightest.
SEVERITIES: tuple[Severity, ...] = ("violation", "warning", "info")


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result (SHACL §3.6.2), with its texts taken from the shape.

    `focus` and `shape` are IRIs, or blank nodes written `_:label`. `path` is the SHACL path for
    people (`dct:title`, `^dct:isPartOf/dct:title`), `path_iri` the property where the path is no
    more than one. `value` is a term in N-Triples syntax. `component` is the IRI of the constraint
    component. `messages`, `name` (of the field) and `title` (of the focus node, in the data) map
    lower-case language tags (`""` for none) to texts. `kind` is the class of a blank focus node.
    """

    severity: Severity
    focus: str
    path: str | None
    path_iri: str | None
    value: str | None
    shape: str
    component: str
    messages: Mapping[str, str] = field(hash=False)
    name: Mapping[str, str] = field(hash=False)
    order: float = 0.0
    title: Mapping[str, str] = field(default_factory=dict, hash=False)
    kind: str | None = None

    def message(self, languages: Sequence[str] = ()) -> str:
        """How to mend it, in the first of `languages` for which there is a text."""
        return in_language(self.messages, languages) or f"The value does not satisfy {self.shape}."

    def label(self, languages: Sequence[str] = ()) -> str:
        """Name of the field, or the path, or the shape where nobody has named it."""
        return in_language(self.name, languages) or self.path or compact(self.shape)

    def where(self, languages: Sequence[str] = ()) -> str:
        """The focus node for people: its title in the first of `languages`, and its part."""
        return place(self.focus, in_language(self.title, languages), self.kind) or self.focus

    @property
    def rank(self) -> tuple[int, float, str, str, str, str, str]:
        """Sort key: the gravest first, then in the order of the fields."""
        return (
            SEVERITIES.index(self.severity),
            self.order,
            self.focus,
            self.path or "",
            self.shape,
            self.component,
            self.value or "",
        )


def place(focus: str, title: str, kind: str | None) -> str:
    """Where a node is: part (`#step-2`) and title, or its IRI; for a blank node title or class."""
    if focus.startswith("_:"):
        return title or (f"[{kind}]" if kind else "")
    part = "#" + focus.partition("#")[2] if "#" in focus else ""
    if focus.startswith('"'):
        return focus
    return f"{part} {title}".strip() if title else compact(focus)


@dataclass(frozen=True, slots=True)
class RecordReport:
    """Everything found about one record.

    `focus_counts` says for each shape with a target how many of the record's nodes it saw; shapes
    that saw none are left out. `unchecked` names the subjects that no shape matched, `seen` the
    nodes that one did.
    """

    record: str
    results: tuple[Result, ...]
    focus_counts: Mapping[str, int] = field(hash=False)
    unchecked: tuple[str, ...] = ()
    seen: frozenset[str] = frozenset()

    @property
    def checked(self) -> bool:
        """Whether any shape saw any node of the record."""
        return any(self.focus_counts.values())

    @property
    def conforms(self) -> bool:
        """Something was checked, and nothing of it is a violation."""
        return self.checked and not self.count("violation")

    @property
    def status(self) -> Status:
        """`not checked` where no shape matched: that is never `valid`."""
        if not self.checked:
            return "not checked"
        return "valid" if self.conforms else "invalid"

    def count(self, severity: Severity) -> int:
        """Number of results of one severity."""
        return sum(result.severity == severity for result in self.results)
