"""How things, documents and named graphs are named (contract: the IRIs of the design).

`{base}/id/{kind}/{slug}` names a thing, `{base}/{kinds}/{slug}` its document and
`{base}/graph/{kind}/{slug}` the named graph that holds its record.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from anyascii import anyascii

from practicegraph.namespaces import CPSV, CV, FOAF, GP, GPSH, ORG, SCHEME

#: kind of record → (plural used in document addresses, classes that make a node one of this kind)
KINDS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "practice": ("practices", (GP + "GoodPractice",)),
    "service": ("services", (CPSV + "PublicService",)),
    "organisation": (
        "organisations",
        (CV + "PublicOrganisation", ORG + "Organization", FOAF + "Organization"),
    ),
    "asset": ("assets", (GP + "ReusableAsset",)),
}

KIND_OF_CLASS: Final = {cls: kind for kind, (_, classes) in KINDS.items() for cls in classes}
KIND_OF_PLURAL: Final = {plural: kind for kind, (plural, _) in KINDS.items()}

SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MAX_SLUG: Final = 80


#: What every IRI of the vocabulary begins with.
VOCABULARY: Final = GP.removesuffix("ns#")
#: The IRI under which our JSON-LD context is known wherever the repository runs.
CONTEXT: Final = VOCABULARY + "context.jsonld"
_FRAGMENT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_VERSION: Final = re.compile(r"(?:/\d+\.\d+\.\d+)?")


def term_address(iri: str) -> str | None:
    """Path of the documentation of a term, a scheme or a document of the vocabulary.

    It is below the address of the site, with a fragment where the term is a part of a page; None
    for an IRI that is none of the vocabulary's. Whether there is such a term is not looked up.
    """
    document, _, fragment = iri.partition("#")
    if "#" in iri and not _FRAGMENT.fullmatch(fragment):
        return None
    anchor = f"#{fragment}" if fragment else ""
    if iri.startswith(SCHEME):
        scheme, _, concept = iri.removeprefix(SCHEME).partition("/")
        if not SLUG.fullmatch(scheme) or not (concept == "" or SLUG.fullmatch(concept)):
            return None
        return f"/vocabularies/{scheme}" + (f"#{concept}" if concept else "")
    for name, address in _DOCUMENTS.items():
        if document.startswith(name) and _VERSION.fullmatch(document[len(name) :]):
            return address + (anchor or _OWN_ANCHOR.get(name, ""))
    return None


_DOCUMENTS: Final[dict[str, str]] = {
    GP.removesuffix("#"): "/ontology",
    GP.removesuffix("#") + "/alignments": "/ontology/alignments",
    GPSH.removesuffix("#"): "/shapes",
    VOCABULARY + "contributors": "/ontology",
    CONTEXT: "/ontology/context.jsonld",
}
_OWN_ANCHOR: Final = {VOCABULARY + "contributors": "#contributors"}


class RecordName(NamedTuple):
    """What a record is called inside the repository."""

    kind: str
    slug: str


def slugify(text: str, fallback: str = "record") -> str:
    """Turn a title in any script into a readable slug of at most 80 ASCII characters."""
    words = re.sub(r"[^a-z0-9]+", "-", anyascii(text).lower().replace("'", "")).strip("-")
    if len(words) > _MAX_SLUG:
        words = words[:_MAX_SLUG].rsplit("-", 1)[0].strip("-") or words[:_MAX_SLUG].strip("-")
    return words or fallback


@dataclass(frozen=True, slots=True)
class Iris:
    """The IRIs below one base (without a trailing slash)."""

    base: str

    def thing(self, kind: str, slug: str) -> str:
        """IRI of the thing itself."""
        return f"{self.base}/id/{kind}/{slug}"

    def document(self, kind: str, slug: str) -> str:
        """Address of the document about the thing."""
        return f"{self.base}/{KINDS[kind][0]}/{slug}"

    def graph(self, record: str) -> str:
        """Name of the graph that holds the record of the thing `record`."""
        name = self.name(record)
        if name is None:
            raise ValueError(f"{record} is not the IRI of a record below {self.base}")
        return f"{self.base}/graph/{name.kind}/{name.slug}"

    def name(self, iri: str) -> RecordName | None:
        """Kind and slug of the record that `iri` (or its hash part) belongs to, if it is ours."""
        prefix = f"{self.base}/id/"
        if not iri.startswith(prefix):
            return None
        kind, _, rest = iri[len(prefix) :].partition("/")
        slug = rest.partition("#")[0]
        if kind not in KINDS or not SLUG.fullmatch(slug):
            return None
        return RecordName(kind, slug)

    def run(self, number: int) -> str:
        """IRI of a run, which is also the address of the document about it."""
        return f"{self.base}/runs/{number}"

    @property
    def runs(self) -> str:
        """IRI of the runs as a whole, which is also the address of their list."""
        return f"{self.base}/runs"

    @property
    def run_graph(self) -> str:
        """Named graph that describes the runs that have ended."""
        return f"{self.base}/graph/runs"

    @property
    def path(self) -> str:
        """Path of the base, without a trailing slash: what links within the site begin with."""
        return urlsplit(self.base).path

    def address(self, kind: str, slug: str) -> str:
        """Path of the document about the thing, for links within the site.

        Resolved against the base it is the document's IRI; resolved against any other address
        under which the site is reached, such as another port, it still leads there.
        """
        return f"{self.path}/{KINDS[kind][0]}/{slug}"

    @property
    def catalogue(self) -> str:
        """IRI of the catalogue as a whole, which is also the name of its graph's subject."""
        return f"{self.base}/catalog"

    @property
    def catalogue_graph(self) -> str:
        """Named graph that describes the catalogue and the revision the graph reflects."""
        return f"{self.base}/graph/catalog"
