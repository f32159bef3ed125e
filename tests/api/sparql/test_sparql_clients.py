"""The clients that people have: SPARQLWrapper and rdflib's store."""

from __future__ import annotations

from xml.dom.minidom import Document

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import (
    CSV,
    GET,
    JSON,
    JSONLD,
    N3,
    POST,
    POSTDIRECTLY,
    RDFXML,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
    SPARQLWrapper,
)
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

DATA = rdflib.URIRef("http://example.org/data/1")
TITLES = "SELECT ?title { ?s <http://purl.org/dc/terms/title> ?title } ORDER BY ?title"
FOUR = [f"Data {number} – ķ" for number in range(4)]


@pytest.mark.parametrize(
    ("method", "way"), [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)]
)
class TestSparqlWrapper:
    @pytest.fixture
    def wrapper(self, endpoint: str, method: str, way: str) -> SPARQLWrapper:
        wrapper = SPARQLWrapper(endpoint)
        wrapper.setMethod(method)
        wrapper.setRequestMethod(way)
        return wrapper

    def test_a_table_in_each_format(self, wrapper: SPARQLWrapper) -> None:
        wrapper.setQuery(TITLES)
        wrapper.setReturnFormat(JSON)
        rows = wrapper.queryAndConvert()["results"]["bindings"]
        assert [row["title"]["value"] for row in rows] == FOUR
        wrapper.setReturnFormat(XML)
        document = wrapper.queryAndConvert()
        assert isinstance(document, Document)
        assert len(document.getElementsByTagName("result")) == 4
        for table in (CSV, TSV):
            wrapper.setReturnFormat(table)
            assert wrapper.queryAndConvert().decode().count("Data") == 4

    def test_a_boolean(self, wrapper: SPARQLWrapper) -> None:
        wrapper.setQuery("ASK {}")
        wrapper.setReturnFormat(JSON)
        assert wrapper.queryAndConvert()["boolean"] is True

    def test_a_graph_in_each_format(self, wrapper: SPARQLWrapper) -> None:
        wrapper.setQuery(f"CONSTRUCT WHERE {{ <{DATA}> ?p ?o }}")
        for syntax in (RDFXML, JSONLD):
            wrapper.setReturnFormat(syntax)
            assert len(wrapper.queryAndConvert()) == 1
        for syntax in (TURTLE, N3):
            wrapper.setReturnFormat(syntax)
            graph = rdflib.Graph().parse(data=wrapper.queryAndConvert(), format="turtle")
            assert len(graph) == 1

    def test_a_dataset(self, wrapper: SPARQLWrapper) -> None:
        wrapper.addDefaultGraph(str(DATA))
        wrapper.setQuery(TITLES)
        wrapper.setReturnFormat(JSON)
        assert len(wrapper.queryAndConvert()["results"]["bindings"]) == 1

    def test_a_malformed_query(self, wrapper: SPARQLWrapper) -> None:
        wrapper.setQuery("SELECT * { ?s }")
        with pytest.raises(QueryBadFormed, match="line 1, column"):
            wrapper.query()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("table", ["xml", "json", "csv", "tsv"])
class TestSparqlStore:
    @pytest.fixture
    def graph(self, endpoint: str, method: str, table: str) -> rdflib.Graph:
        return rdflib.Graph(SPARQLStore(endpoint, method=method, returnFormat=table))

    def test_tables_booleans_and_graphs(self, graph: rdflib.Graph, table: str) -> None:
        assert [str(row[0]) for row in graph.query(TITLES)] == FOUR
        if table in {"xml", "json"}:  # the others do not know booleans
            assert graph.query("ASK {}").askAnswer is True

    def test_graphs(self, graph: rdflib.Graph, table: str) -> None:
        if table == "xml":  # with the others the store does not say that it takes graphs
            built = graph.query(f"CONSTRUCT WHERE {{ <{DATA}> ?p ?o }}")
            assert built.graph is not None
            assert len(built.graph) == 1

    def test_patterns(self, graph: rdflib.Graph, table: str) -> None:
        assert [str(o) for o in graph.objects(DATA, rdflib.DCTERMS.title)] == ["Data 1 – ķ"]

    def test_a_named_graph(self, endpoint: str, method: str, table: str) -> None:
        store = SPARQLStore(endpoint, method=method, returnFormat=table, context_aware=True)
        graph = rdflib.Graph(store, identifier=DATA)
        assert len(list(graph)) == 1


def test_rdflibs_store_tells_that_a_query_is_malformed(endpoint: str) -> None:
    graph = rdflib.Graph(SPARQLStore(endpoint, method="GET"))
    with pytest.raises(ValueError, match="wrong formulating"):
        graph.query("SELECT * { ?s }")
