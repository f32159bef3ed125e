"""The pages of the vocabulary, for the server and for a folder of files alike.

What differs between the two is only where links lead, which `Links` knows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from api.pages import render, safe_link
from api.representations import HTML, JSON, RECORD, Representation
from api.vocabulary_texts import NAMES, TEXTS, title_of_list
from practicegraph.artefacts import Rooms
from practicegraph.concepts import Table, Vocabularies
from practicegraph.namespaces import PREFIXES, compact
from practicegraph.texts import pick
from practicegraph.vocabulary import serialisation
from practicegraph.vocabulary.description import (
    Description,
    UsedField,
    describe,
    ontology_file,
)
from practicegraph.vocabulary.overview import Overview, draw
from practicegraph.vocabulary.schemes import Scheme

#: Where the documents of the vocabulary are, in the site and in a folder of files.
ONTOLOGY: Final = "/ontology"
ALIGNMENTS: Final = "/ontology/alignments"
SHAPES: Final = "/shapes"
VOCABULARIES: Final = "/vocabularies"

#: In which the vocabulary and its shapes are given; lists of values also as plain JSON.
DOCUMENTS: Final[tuple[Representation, ...]] = tuple(r for r in RECORD if r is not JSON)
VALUES: Final[tuple[Representation, ...]] = RECORD


@dataclass(frozen=True, slots=True)
class Links:
    """Where the links of a page lead.

    `address` turns a path of the site, such as `/ontology#GoodPractice` or `/ontology.ttl`, into
    what stands in a link. `languages` and `profiles` are switches: pairs of a tag or a name and the
    address of the same page in that language or for that profile.
    """

    address: Callable[[str], str]
    languages: tuple[tuple[str, str], ...]
    profiles: tuple[tuple[str, str], ...] = ()


class _Page:
    """What a template asks for beside its values."""

    def __init__(self, description: Description, links: Links, languages: tuple[str, ...]) -> None:
        self._description, self._links, self._languages = description, links, languages

    def url(self, path: str) -> str:
        """The link to a path of the site."""
        return self._links.address(path)

    def to(self, iri: str) -> str | None:
        """The link to where a term is documented, here or at its own address, if it may be one."""
        path = self._description.addresses.get(iri)
        return self.url(path) if path else safe_link(iri)

    def text(self, texts: Mapping[str, str]) -> tuple[str, str]:
        """The text for the reader, and its language."""
        return pick(texts, self._languages)

    def others(self, texts: Mapping[str, str]) -> list[str]:
        """The languages in which there is a text, but for the reader's, in the order offered."""
        shown = self.text(texts)[1]
        known = [tag for tag in NAMES if tag in texts]
        return [t for t in (*known, *sorted(set(texts) - {*known})) if t != shown]

    def groups(
        self, fields: tuple[UsedField, ...]
    ) -> list[tuple[Mapping[str, str], list[UsedField]]]:
        """Fields under the names of their groups."""
        found = groupby(fields, key=lambda f: (f.listed.rank[0], sorted(f.listed.group.items())))
        return [(dict(key[1]), list(members)) for key, members in found]

    def titles(self, scheme: Scheme) -> Mapping[str, str]:
        """What a list of values is called."""
        return scheme.titles or title_of_list(scheme.name)

    def local(self, iri: str) -> str:
        """What comes after the hash in an IRI."""
        return iri.partition("#")[2]

    def name(self, iri: str) -> str:
        """The IRI as a prefixed name, or as it is."""
        return compact(iri).strip("<>")


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the vocabulary: its path in the site, its files, its forms, its page."""

    path: str
    files: tuple[Path, ...]
    offers: tuple[Representation, ...]
    template: str
    scheme: Scheme | None = None


def document(
    rooms: Rooms,
    path: str,
    profile: str = "reviewed",
    vocabularies: Vocabularies | None = None,
) -> Document | None:
    """The document at a path such as `/ontology` or `/vocabularies/maturity`; None for no such.

    Of the shapes those of a profile are meant, `listed` or `reviewed` (which are all), of lists
    kept by others what is in force in the `vocabularies` (by default what the rooms hold).
    """
    description = describe(rooms, vocabularies)
    if path == ONTOLOGY:
        return Document(path, _part(rooms, "gp"), DOCUMENTS, "vocabulary/ontology.html")
    if path == ALIGNMENTS and description.alignments:
        return Document(path, _part(rooms, "alignments"), DOCUMENTS, "vocabulary/alignments.html")
    if path == SHAPES:
        files = tuple(rooms.shape_files(profile))
        return Document(path, files, DOCUMENTS, "vocabulary/shapes.html")
    if path == VOCABULARIES:
        files = tuple(scheme.file for scheme in description.schemes if scheme.file)
        return Document(path, files, VALUES, "vocabulary/lists.html")
    scheme = description.vocabulary(path.removeprefix(f"{VOCABULARIES}/"))
    if scheme is None or not path.startswith(f"{VOCABULARIES}/"):
        return None
    files = (scheme.file,) if scheme.file else ()
    return Document(path, files, VALUES, "vocabulary/list.html", scheme)


def documents(rooms: Rooms) -> list[Document]:
    """Every document that there is."""
    description = describe(rooms)
    lists = [f"{VOCABULARIES}/{s.name}" for s in (*description.schemes, *description.lists)]
    paths = (ONTOLOGY, ALIGNMENTS, SHAPES, VOCABULARIES, *lists)
    return [found for path in paths if (found := document(rooms, path))]


def write(
    rooms: Rooms,
    found: Document,
    form: Representation,
    vocabularies: Vocabularies | None = None,
) -> bytes:
    """A document as data, in one of its forms."""
    if form is not JSON:
        if found.scheme and found.scheme.statements:
            return serialisation.write_statements(found.scheme.statements, form.media_type)
        return serialisation.write(found.files, form.media_type)
    description = describe(rooms, vocabularies)
    if found.scheme:
        content: Any = _plain(found.scheme, concepts=True)
    else:
        content = [_plain(s) for s in (*description.schemes, *description.lists)]
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def page(
    rooms: Rooms,
    found: Document,
    links: Links,
    languages: tuple[str, ...],
    *,
    layout: str = "base.html",
    base: str = "",
    profile: str = "reviewed",
    vocabularies: Vocabularies | None = None,
) -> str:
    """A document as a page in the reader's language, in a layout of `api/templates`."""
    description = describe(rooms, vocabularies)
    return render(
        found.template,
        languages,
        base=base,
        layout=layout,
        formats=[r for r in found.offers if r is not HTML],
        document=found,
        diagram=_drawn(rooms, languages) if found.path == ONTOLOGY else None,
        used=_used(description),
        aligned=_aligned(description),
        reaching=_reaching(description),
        using=_using(description),
        profile=profile,
        **layout_values(description, links, languages),
    )


def layout_values(
    description: Description, links: Links, languages: tuple[str, ...]
) -> dict[str, Any]:
    """What the frame of every page of the vocabulary is given."""
    return {
        "v": {key: pick(texts, languages)[0] for key, texts in TEXTS.items()},
        "names": NAMES,
        "page": _Page(description, links, languages),
        "links": links,
        "choice": links.profiles,
        "d": description,
    }


@lru_cache(maxsize=32)
def _drawn(rooms: Rooms, languages: tuple[str, ...]) -> Overview:
    return draw(describe(rooms), languages)


def _part(rooms: Rooms, name: str) -> tuple[Path, ...]:
    file = ontology_file(rooms, name)
    return (file,) if file else ()


def _used(description: Description) -> list[tuple[str, str]]:
    """The prefixes of the terms that are documented."""
    iris = [p.term.iri for p in description.properties]
    iris += [t.iri for c in description.classes for t in (c.term, *c.alike)]
    for term in (*(c.term for c in description.classes), *(p.term for p in description.properties)):
        iris += [iri for _, iri in (*term.axioms, *term.mappings)]
    return [
        (prefix, namespace)
        for prefix, namespace in PREFIXES.items()
        if any(iri.startswith(namespace) for iri in iris)
    ]


def _aligned(description: Description) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """Terms and concepts with what they are said to be close to."""
    terms = (*(c.term for c in description.classes), *(p.term for p in description.properties))
    pairs = [(term.iri, (*term.axioms, *term.mappings)) for term in terms]
    pairs += [(c.iri, c.matches) for scheme in description.schemes for c in scheme.concepts]
    return [(iri, targets) for iri, targets in pairs if targets]


def _reaching(description: Description) -> dict[str, list[tuple[str, str]]]:
    """Class → the classes and properties that lead to it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for cls in description.classes:
        for field in cls.fields:
            for target in field.listed.values.classes:
                found.setdefault(target, []).append((cls.term.iri, field.listed.property))
    return found


def _using(description: Description) -> dict[str, list[tuple[str, str]]]:
    """List of values → the classes and properties whose values come from it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for cls in description.classes:
        for field in cls.fields:
            for scheme in field.lists:
                found.setdefault(scheme.name, []).append((cls.term.iri, field.listed.property))
    return found


def _moment(table: Table | None) -> str | None:
    """When an official table was loaded."""
    return table.time.isoformat(timespec="seconds") if table and table.time else None


def _plain(scheme: Scheme, *, concepts: bool = False) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "name": scheme.name,
        "iri": scheme.iris[0] if scheme.own else None,
        "from": [] if scheme.own else list(scheme.iris),
        "title": dict(scheme.titles or title_of_list(scheme.name)),
        "description": dict(scheme.descriptions),
        "version": scheme.version or None,
        "size": len(scheme.concepts),
        "loaded": _moment(scheme.table),
    }
    if concepts:
        plain["concepts"] = [
            {
                "iri": concept.iri,
                "label": dict(concept.labels),
                "definition": dict(concept.definitions),
                "notation": list(concept.notations),
                "broader": list(concept.broader),
                "deprecated": concept.deprecated,
            }
            for concept in scheme.concepts
        ]
    return plain
