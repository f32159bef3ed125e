"""How data goes out: the SPARQL protocol, resources and their representations, pages, feeds.

This package builds on `practicegraph` and may not import `ingest`. It changes nothing: all writing
goes through the log.
"""
