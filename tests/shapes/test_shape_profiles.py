"""The shapes beside the European profiles: what is mandatory there is mandatory here."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import SH, Graph, URIRef
from rdflib.term import Node
from shape_kit import shapes_graph

from practicegraph.namespaces import GPSH


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return shapes_graph()


REFERENCE = {
    "cpsv-ap/cpsv-ap-SHACL.ttl": {
        "http://purl.org/vocab/cpsv#PublicService": "PublicService",
        "http://data.europa.eu/m8g/PublicOrganisation": "Organisation",
        "http://data.europa.eu/m8g/Participation": "Participation",
        "http://xmlns.com/foaf/0.1/Agent": "Organisation",
    },
    "cpov/core-public-organisation-ap-SHACL.ttl": {
        "http://data.europa.eu/m8g/PublicOrganisation": "Organisation",
        "http://www.w3.org/ns/org#Organization": "Organisation",
    },
}


@pytest.mark.parametrize("file", REFERENCE)
def test_what_the_european_profiles_make_mandatory_is_mandatory_here(
    shapes: Graph, third_party: Path, file: str
) -> None:
    theirs = Graph().parse(third_party / "reference-shapes" / file, format="turtle")
    ours = {name: mandatory(shapes, URIRef(GPSH + name)) for name in REFERENCE[file].values()}
    ours["Organisation"] = ours.get("Organisation", set()) | mandatory(
        shapes, URIRef(GPSH + "PublicOrganisation")
    )
    for cls, name in REFERENCE[file].items():
        node = theirs.value(None, SH.targetClass, URIRef(cls))
        assert node is not None
        assert mandatory(theirs, node) - ours[name] == set(), cls


def mandatory(shapes: Graph, node: Node) -> set[Node]:
    """Paths that must have a value: by a count, or as the equal of a path that must."""
    equal: dict[Node, Node] = {}
    must: set[Node] = set()
    for shape in shapes.objects(node, SH.property):
        path = shapes.value(shape, SH.path)
        grave = shapes.value(shape, SH.severity) in {None, SH.Violation}
        if path is None or not grave:
            continue
        if int(str(shapes.value(shape, SH.minCount) or 0)) > 0:
            must.add(path)
        for other in shapes.objects(shape, SH.equals):
            equal[path] = other
    return must | {path for path, other in equal.items() if other in must}
