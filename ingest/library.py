"""The library of mappings: those that come with the program, and those of a folder of one's own.

A mapping is found by its name, by the path of its file, or by what it says of the files it is for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from ingest import header
from ingest.mapping import MappingError, SourceMapping, fits
from ingest.rows import ReaderOptions
from practicegraph.concepts import Vocabularies, bundled

MAPPINGS: Final = Path(__file__).resolve().parent / "mappings"


@dataclass(frozen=True, slots=True)
class Traits:
    """What a file shows of itself: columns of rows, or classes and subjects of RDF."""

    file: str
    columns: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    #: A few subjects of each class, which tell where the data comes from.
    subjects: frozenset[str] = frozenset()
    of_rdf: bool = False
    #: The columns where a mapping has options of its own for reading the file.
    under: Mapping[ReaderOptions, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Library:
    """The mappings in some folders; a later folder does not hide a name of an earlier one.

    They look concepts up in the `vocabularies`, by default those that the program carries.
    """

    folders: Sequence[Path] = field(default=(MAPPINGS,))
    vocabularies: Vocabularies = field(default_factory=bundled)

    def names(self) -> list[str]:
        """Names of all mappings."""
        return sorted(self._paths)

    @cached_property
    def _paths(self) -> dict[str, Path]:
        paths: dict[str, Path] = {}
        for folder in self.folders:
            if not folder.is_dir():
                raise MappingError(f"There is no folder {folder} with mappings.")
            for path in sorted(folder.glob("*.rq")):
                if path.stem in paths:
                    raise MappingError(
                        f"There are two mappings {path.stem!r}; rename {path}, because "
                        f"{paths[path.stem].parent} has one of that name."
                    )
                paths[path.stem] = path
        return paths

    @cached_property
    def all(self) -> tuple[SourceMapping, ...]:
        """All mappings, read once."""
        return tuple(self._read(path) for _, path in sorted(self._paths.items()))

    @cached_property
    def contexts(self) -> dict[str, str]:
        """The JSON-LD contexts that any mapping brings along, by IRI."""
        return {iri: text for mapping in self.all for iri, text in mapping.contexts.items()}

    def load(self, mapping: str | Path) -> SourceMapping:
        """Read a mapping by its name, or by the path of a file that ends in `.rq`."""
        path = Path(mapping)
        if path.suffix == ".rq":
            return self._read(path)
        if str(mapping) not in self._paths:
            raise MappingError(
                f"There is no mapping {str(mapping)!r}; there are {', '.join(self.names())}, or "
                "give the path of a file that ends in .rq."
            )
        return self._read(self._paths[str(mapping)])

    def _read(self, path: Path) -> SourceMapping:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise MappingError(f"The mapping {path.name} cannot be read: {error}") from error
        return header.parse(path.name, text, path.resolve().parent, self.vocabularies)

    def fitting(self, traits: Traits) -> list[SourceMapping]:
        """The mappings that recognise a file."""
        return [mapping for mapping in self.all if recognises(mapping, traits)]

    def recognise(self, traits: Traits) -> SourceMapping:
        """The one mapping that recognises a file. Raises MappingError that lists the candidates."""
        fitting = self.fitting(traits)
        if len(fitting) == 1:
            return fitting[0]
        candidates = [m.name.removesuffix(".rq") for m in fitting] or self.names()
        which = "more than one mapping fits" if fitting else "no mapping recognises"
        raise MappingError(f"{traits.file}: {which} it. {advice(candidates)}")


def advice(candidates: Iterable[str]) -> str:
    """What to do where no mapping was chosen."""
    return f"Name one with --mapping: {', '.join(candidates)}."


def takes(mapping: SourceMapping, file: str) -> bool:
    """Whether the name of a file fits a mapping that is chosen: one without patterns takes any."""
    return not mapping.files or any(fits(file, pattern) for pattern in mapping.files)


def rank(mapping: SourceMapping, file: str) -> int:
    """Where among the files of a mapping a file is read: the patterns tell the order."""
    fitting = (n for n, pattern in enumerate(mapping.files) if fits(file, pattern))
    return next(fitting, len(mapping.files))


def recognises(mapping: SourceMapping, traits: Traits) -> bool:
    """Whether all that a mapping says of its files holds of this one; it must say something."""
    if mapping.of_rdf != traits.of_rdf or not takes(mapping, traits.file):
        return False
    if mapping.of_rdf:
        known = traits.classes.intersection(mapping.classes)
        return bool(known) and _from(mapping, traits.subjects)
    if mapping.columns:
        columns = traits.under.get(mapping.options_for(traits.file), traits.columns)
        return any(map(columns.issuperset, mapping.columns))
    return bool(mapping.files)


def _from(mapping: SourceMapping, subjects: Iterable[str]) -> bool:
    return not mapping.subjects or any(s.startswith(mapping.subjects) for s in subjects)
