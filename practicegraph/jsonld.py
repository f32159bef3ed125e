"""A record as a tree of plain JSON, which with our context is JSON-LD 1.1.

One builder makes both: the terms, languages and types of `ontology/context.jsonld` decide how a
statement looks. The context inside a document holds just the terms that the document uses, so
that nobody has to fetch anything to read it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import pyoxigraph as ox

from practicegraph import artefacts
from practicegraph.namespaces import GP, PREFIXES, RDF_TYPE, XSD

Json = Any

_NATIVE: Final = {
    XSD + "boolean": re.compile(r"true|false"),
    XSD + "integer": re.compile(r"0|-?[1-9]\d{0,14}"),
}

#: Properties that say where a part stands among its like.
_POSITIONS: Final = (GP + "position", PREFIXES["schema"] + "position")


@dataclass(frozen=True, slots=True)
class _Term:
    """A term of the context: its name, and how its values are written."""

    name: str
    definition: Json
    type: str | None
    language_map: bool
    set: bool


class Context:
    """The JSON-LD context, read backwards: from IRIs to terms."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        self._raw: dict[str, Json] = dict(document["@context"])
        self._by_iri: dict[str, list[_Term]] = {}
        for name, definition in self._raw.items():
            term = self._read(name, definition)
            if term:
                iri = self.expand(definition if isinstance(definition, str) else definition["@id"])
                self._by_iri.setdefault(iri, []).append(term)

    def _read(self, name: str, definition: Json) -> _Term | None:
        if name.startswith("@") or self._is_prefix(definition):
            return None
        if isinstance(definition, str):
            return (
                None if definition.startswith("@") else _Term(name, definition, None, False, False)
            )
        container = definition.get("@container", [])
        container = [container] if isinstance(container, str) else container
        type_ = definition.get("@type")
        return _Term(
            name,
            definition,
            type_ if type_ is None or type_.startswith("@") else self.expand(type_),
            "@language" in container,
            "@set" in container,
        )

    @staticmethod
    def _is_prefix(definition: Json) -> bool:
        iri = definition if isinstance(definition, str) else definition.get("@id", "")
        return (isinstance(definition, dict) and bool(definition.get("@prefix"))) or (
            isinstance(iri, str) and iri.endswith(("#", "/", "_"))
        )

    def expand(self, name: str) -> str:
        """The IRI of a term, of a prefixed name, or of an IRI as it is."""
        if name in self._raw and not name.startswith("@"):
            definition = self._raw[name]
            target = definition if isinstance(definition, str) else definition.get("@id", name)
            if target.startswith("@") or target == name:
                return str(target)
            return self.expand(target)
        prefix, colon, local = name.partition(":")
        if colon and not local.startswith("//") and prefix in self._raw:
            return self.expand(prefix) + local
        return name

    def terms(self, iri: str) -> list[_Term]:
        """The terms for a property or class, as the context lists them."""
        return self._by_iri.get(iri, [])

    def alias(self, keyword: str) -> str:
        """The name under which the context knows a keyword such as `@id`."""
        return next((n for n, d in self._raw.items() if d == keyword), keyword)

    def part(self, names: Iterable[str]) -> dict[str, Json]:
        """The context reduced to these names and the prefixes that they need."""
        wanted: dict[str, None] = {}
        queue = [n for n in names if n in self._raw]
        while queue:
            name = queue.pop()
            if name in wanted:
                continue
            wanted[name] = None
            definition = self._raw[name]
            for value in definition.values() if isinstance(definition, dict) else [definition]:
                if isinstance(value, str) and ":" in value:
                    queue += [p for p in [value.partition(":")[0]] if p in self._raw]
        keywords = {k: v for k, v in self._raw.items() if k in {"@version", "@protected"}}
        return keywords | {n: d for n, d in self._raw.items() if n in wanted}


@lru_cache(maxsize=1)
def context() -> Context:
    """The context of this program, read once."""
    return Context(json.loads(artefacts.context_text()))


def to_jsonld(
    root: str, triples: Iterable[ox.Triple], terms: Context | None = None
) -> dict[str, Json]:
    """A record as a JSON-LD document that carries its own context.

    `terms` is the context to write it in, if not ours. What the root does not lead to is left out.
    """
    terms = terms or context()
    builder = _Builder(terms, triples, plain=False)
    tree = builder.node(root)
    return {"@context": terms.part(builder.used), **tree}


def to_json(root: str, triples: Iterable[ox.Triple]) -> dict[str, Json]:
    """A record as plain JSON: the same tree, with values as bare strings, numbers and booleans."""
    return _Builder(context(), triples, plain=True).node(root)


class _Builder:
    def __init__(self, context: Context, triples: Iterable[ox.Triple], *, plain: bool) -> None:
        self._context = context
        self._plain = plain
        self._nodes: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = {}
        for triple in triples:
            if isinstance(triple.subject, ox.NamedNode) and isinstance(
                triple.object, ox.NamedNode | ox.Literal
            ):
                properties = self._nodes.setdefault(triple.subject.value, {})
                properties.setdefault(triple.predicate.value, []).append(triple.object)
        self._done: set[str] = set()
        self.used: dict[str, None] = {}
        self._id, self._type = self._alias("@id"), self._alias("@type")

    def _alias(self, keyword: str) -> str:
        name = self._context.alias(keyword)
        self.used[name] = None
        return name

    def node(self, iri: str) -> dict[str, Json]:
        """The tree below a node; each part is written out where it is first met."""
        self._done.add(iri)
        tree: dict[str, Json] = {self._id: iri}
        for predicate, values in sorted(self._nodes.get(iri, {}).items()):
            if predicate == RDF_TYPE:
                tree[self._type] = [self._class(v.value) for v in values]
            else:
                self._property(tree, predicate, sorted(values, key=self._order))
        return tree

    def _class(self, iri: str) -> str:
        for term in self._context.terms(iri):
            self.used[term.name] = None
            return term.name
        return iri

    def _property(
        self,
        tree: dict[str, Json],
        predicate: str,
        values: list[ox.NamedNode | ox.Literal],
    ) -> None:
        terms = self._context.terms(predicate)
        for value in values:
            term = next((t for t in terms if _fits(t, value)), None)
            if term is None:
                # Without a term that fits, the full IRI and an explicit value say it exactly.
                tree.setdefault(predicate, []).append(self._value(None, value))
                continue
            self.used[term.name] = None
            if term.language_map and isinstance(value, ox.Literal):
                texts = tree.setdefault(term.name, {})
                texts.setdefault(value.language, []).append(value.value)
            else:
                tree.setdefault(term.name, []).append(self._value(term, value))
        for term in terms:
            if term.name not in tree or (term.set and not term.language_map):
                continue
            if term.language_map:
                tree[term.name] = {
                    language: texts[0] if len(texts) == 1 else texts
                    for language, texts in tree[term.name].items()
                }
            elif len(tree[term.name]) == 1:
                (tree[term.name],) = tree[term.name]

    def _order(self, value: ox.NamedNode | ox.Literal) -> tuple[str, str]:
        # What has a position comes in that order, other parts in the order people count in:
        # #step-2 before #step-10.
        text = re.sub(r"\d+", lambda m: m[0].zfill(8), value.value)
        if isinstance(value, ox.Literal):
            return (value.language or "", text)
        for property_ in _POSITIONS:
            for position in self._nodes.get(value.value, {}).get(property_, ()):
                return (position.value.zfill(8), text)
        return ("", text)

    def _value(self, term: _Term | None, value: ox.NamedNode | ox.Literal) -> Json:
        if isinstance(value, ox.NamedNode):
            return self._reference(term, value.value)
        datatype, coerced = value.datatype.value, term.type if term else None
        native = _NATIVE.get(datatype)
        if native and native.fullmatch(value.value) and coerced in {None, datatype}:
            return json.loads(value.value)
        if self._plain or coerced == datatype or (coerced is None and datatype == XSD + "string"):
            return value.value
        if value.language:
            return {"@value": value.value, "@language": value.language}
        return {"@value": value.value, "@type": datatype}

    def _reference(self, term: _Term | None, iri: str) -> Json:
        if iri in self._nodes and iri not in self._done:
            return self.node(iri)
        bare = self._plain or (term is not None and term.type == "@id")
        return iri if bare else {self._id: iri}


def _fits(term: _Term, value: ox.NamedNode | ox.Literal) -> bool:
    if term.language_map:
        return isinstance(value, ox.Literal) and bool(value.language)
    return True
