"""What the public graph tells of a record's life."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pyoxigraph as ox
import pytest

from builders import IRIS, practice
from practicegraph.entries import document, entry
from practicegraph.namespaces import compact
from practicegraph.revisions import Revision

RECORD = practice("a", "A")
CREATED = Revision(
    seq=7,
    record=RECORD.iri,
    kind="practice",
    action="create",
    content=RECORD.content,
    digest=RECORD.digest,
    previous=None,
    agent="Jane Doe <jane@example.org>",
    activity="run/3",
    source="https://example.org/cases",
    message="Ingested by Jane Doe",
    replaced_by=None,
    time=dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC),
)
CHANGED = replace(
    CREATED,
    seq=9,
    action="update",
    previous=7,
    time=dt.datetime(2026, 5, 2, 0, 0, 0, 50_000, tzinfo=dt.UTC),
)
WITHDRAWN = replace(
    CHANGED,
    seq=12,
    action="withdraw",
    content=None,
    digest=None,
    activity="review",
    source=None,
    replaced_by=practice("b").iri,
)


def told(revision: Revision, first: Revision | None = CREATED) -> dict[str, str]:
    """Property → value of the statements about the document."""
    about = document(RECORD.iri, IRIS)
    return {
        compact(t.predicate.value): getattr(t.object, "value", "")
        for t in entry(revision, first, IRIS)
        if t.subject == about
    }


def test_an_entry_tells_when_whence_and_in_which_run() -> None:
    assert told(CHANGED) == {
        "rdf:type": "http://www.w3.org/ns/dcat#CatalogRecord",
        "foaf:primaryTopic": RECORD.iri,
        "dct:issued": "2026-03-01T12:00:00Z",
        "dct:modified": "2026-05-02T00:00:00.05Z",
        "dcat:version": "9",
        "dct:source": "https://example.org/cases",
        "prov:wasGeneratedBy": "http://127.0.0.1:8000/runs/3",
    }


def test_a_withdrawn_record_leaves_an_entry_that_says_so() -> None:
    found = told(WITHDRAWN)
    assert found["adms:status"] == "http://purl.org/adms/status/Withdrawn"
    assert found["dct:isReplacedBy"] == practice("b").iri
    assert "prov:wasGeneratedBy" not in found
    assert "dct:source" not in found


def test_no_agent_and_no_message_is_told() -> None:
    text = " ".join(str(fact) for fact in entry(CREATED, CREATED, IRIS))
    assert "Jane" not in text
    assert "jane" not in text


def test_a_source_without_an_address_is_told_by_its_name() -> None:
    facts = entry(replace(CREATED, source="my files"), None, IRIS)
    assert ox.Literal("my files") in {fact.object for fact in facts}
    assert not any(fact.predicate.value.endswith("issued") for fact in facts)


def test_only_records_have_entries() -> None:
    with pytest.raises(ValueError, match="not the IRI of a record"):
        document("https://example.org/x", IRIS)
