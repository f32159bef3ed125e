"""The ingest room: how data comes in.

Files become rows (`readers`), rows a small RDF graph (`lifting`), which a SPARQL query (`mappings`,
`mapping`) turns into statements of our vocabulary; RDF in our vocabulary skips these steps. From
there `assembly` makes drafts of records, `identity` finds which record each is, and `pipeline`
validates and writes. Nothing here knows a single source: what is peculiar to one stands in its
mapping. Nothing here may be imported by `practicegraph`, except inside the commands of its
command line.
"""

from ingest.mapping import MappingError
from ingest.report import Report
from ingest.runs import Progress, bundled_folder, ingest

__all__ = ["MappingError", "Progress", "Report", "bundled_folder", "ingest"]
