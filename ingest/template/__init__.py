"""The spreadsheet template: written from the shapes for people, and read back into records.

`columns` says what it asks, `writing` makes it, `filling` puts records into it; `sheets`, `values`
and `records` read it, and `source` hands it to the pipeline.
"""

from ingest.template.sheets import is_companion, is_template
from ingest.template.source import TemplateSource

__all__ = ["TemplateSource", "is_companion", "is_template"]
