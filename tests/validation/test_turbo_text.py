"""The fast engine is asked for text and read as text, and says what its own front door says."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import rdflib
from pyshacl_turbo.rdf import Input
from rdflib.namespace import SH

from practicegraph.validation.engines import Data, Finding
from practicegraph.validation.shapes import Shapes
from practicegraph.validation.turbo import Turbo
from practicegraph.validation.validator import profile_shapes, vocabulary

DATA = """
<https://example.org/p> a <https://w3id.org/practicegraph/ns#GoodPractice> ;
  <http://purl.org/dc/terms/title> "A \\"title\\"\\nof two lines" , 12 ;
  <https://w3id.org/practicegraph/ns#hasStep> <https://example.org/p#s> , [] ;
  <http://purl.org/dc/terms/spatial> "nowhere"@en .
<https://example.org/p#s> a <https://w3id.org/practicegraph/ns#PracticeStep> ;
  <https://w3id.org/practicegraph/ns#position> "first" ;
  <https://w3id.org/practicegraph/ns#precededBy> <https://example.org/p#s> .
"""


def test_the_report_read_as_text_is_that_of_the_public_call() -> None:
    engine = Turbo(Shapes(profile_shapes("listed")), vocabulary())
    data = Data([quad.triple for quad in ox.parse(DATA.encode(), ox.RdfFormat.TURTLE)])
    source = Input(engine._resident_text + data.text, "nt", None, {}, {}, preserve_ids=True)
    _, report, _ = engine._shapes.validate(source, _normalize_report_literals=False)
    expected = [
        Finding.of(result, report.predicate_objects)
        for whole in report.subjects(SH.conforms)
        for result in report.objects(whole, SH.result)
    ]
    found = list(engine.run(data, {}))
    assert len(found) > 10
    assert Counter(map(_plain, found)) == Counter(map(_plain, expected))


def _plain(finding: Finding) -> tuple[object, ...]:
    """A finding; what blank nodes of the report are called is no part of it."""
    path = "a path" if isinstance(finding.path, rdflib.BNode) else finding.path
    texts = frozenset(finding.messages)
    about = (finding.focus, path, finding.value, finding.shape, finding.component)
    inner = frozenset(map(_plain, finding.details))
    return (*about, finding.severity, finding.constraint, texts, inner)
