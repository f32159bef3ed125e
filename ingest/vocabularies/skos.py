"""Documents in RDF that hold concept schemes, in any syntax and any profile of SKOS.

Read are SKOS itself, SKOS-XL labels, and the tables of the Publications Office of the European
Union, which call some of it by words of their own.
"""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from ingest.inputs import InputFile
from ingest.vocabularies.facts import Facts
from practicegraph import documents
from practicegraph.errors import MalformedDocument, TooLarge

#: Bytes that one file may have.
MAX_BYTES: Final = 256 * 1024 * 1024


def read(file: InputFile, base_iri: str) -> Facts:
    """What a document says about concepts.

    Raises MalformedDocument with file, line and cause, ForbiddenReference, UnsupportedMediaType or
    TooLarge.
    """
    facts = Facts()
    try:
        if file.path.stat().st_size > MAX_BYTES:
            raise TooLarge(f"{file.name}: a vocabulary may have {MAX_BYTES >> 20} MiB.")
        with file.path.open("rb") as stream:
            for quad in documents.read(file.name, stream, None, base_iri):
                subject, value = quad.subject, quad.object
                if not isinstance(subject, ox.Triple) and not isinstance(value, ox.Triple):
                    facts.add(subject, quad.predicate.value, value)
    except OSError as fault:
        cause = f"the file cannot be read ({fault.strerror or fault})."
        raise MalformedDocument(file.name, cause) from fault
    return facts
