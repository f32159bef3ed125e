"""The gate over named queries: people in four languages can read, fill in and try each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from practicegraph import queries
from practicegraph.artefacts import Rooms
from practicegraph.errors import PracticeGraphError
from practicegraph.iris import Iris
from practicegraph.queries import NamedQuery
from practicegraph.texts import Texts
from practicegraph.vocabulary.findings import Fault
from practicegraph.vocabulary.material import LANGUAGES

_IRIS: Final = Iris("http://127.0.0.1:8000")


def faults(rooms: Rooms) -> Iterator[Fault]:
    """What is wrong with the headers of the named queries, and with the names of their columns.

    Queries that are internal need no texts. The files are to be valid in their syntax.
    """
    file = rooms.column_file()
    columns = queries.columns_in(file) if file.is_file() else {}
    names = file.relative_to(rooms.root).as_posix()
    for name, texts in columns.items():
        for language in sorted(set(LANGUAGES) - set(texts)):
            yield Fault(
                None, f"{names}: the column {name} has no name in the language {language}. "
                "Add one.", names,
            )  # fmt: skip
    for path in rooms.query_files():
        place = path.relative_to(rooms.root).as_posix()
        try:
            query = queries.parse(path.stem, path.read_text("utf-8"))
            said = [] if "internal" in query.audience else [*_said(query, columns, names)]
        except PracticeGraphError as fault:
            said = [fault.detail]
        yield from (Fault(None, f"{place}: {text}", place) for text in said)


def _said(query: NamedQuery, columns: Mapping[str, Texts], names: str) -> Iterator[str]:
    about = {"summary": query.summary, **{f"param {p.name}": p.about for p in query.parameters}}
    for key, texts in about.items():
        for language in LANGUAGES:
            tag = "" if language == "en" else f"@{language}"
            if language not in texts:
                yield f"a line '#+ {key}{tag}: …' is missing. Add it."
            elif not texts[language].endswith((".", "?")):
                yield f"the text of '#+ {key}{tag}:' is no full sentence. End it with a full stop."
    for parameter in query.parameters:
        if parameter.required and parameter.example is None:
            yield f"the parameter {parameter.name} has no example. Add example=… to it."
            return
    result = ox.Store().query(query.filled(query.example, _IRIS))
    if isinstance(result, ox.QuerySolutions):
        for variable in result.variables:
            if variable.value not in columns:
                yield f"the column {variable.value} has no name for people. Add one to {names}."
