"""The vocabularies that values are taken from, and the look-up of concepts by label or code.

The program carries short lists (`ontology/schemes`, `ontology/external`); a steward can lay
official tables over those of foreign codes, and load others. `Vocabularies` are both together:
those of a repository are `repository.log.vocabularies()`, and `bundled()` are the short lists
alone, for who has no repository.
"""

from practicegraph.concepts.table import Table
from practicegraph.concepts.vocabularies import (
    COUNTRIES,
    Vocabularies,
    Vocabulary,
    bundled,
    scheme_iri,
)

__all__ = ["COUNTRIES", "Table", "Vocabularies", "Vocabulary", "bundled", "scheme_iri"]
