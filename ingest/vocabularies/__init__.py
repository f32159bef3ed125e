"""Official vocabularies: files of others become tables that are laid over the short lists of ours.

`skos` reads documents in RDF, `tabular` tables with a column of codes; `kept` decides what of them
a repository needs, `loading` brings it into the log.
"""

from ingest.vocabularies.loading import (
    LoadReport,
    Outcome,
    Result,
    files_of,
    load_documents,
    unload,
)
from ingest.vocabularies.tabular import Columns

__all__ = ["Columns", "LoadReport", "Outcome", "Result", "files_of", "load_documents", "unload"]
