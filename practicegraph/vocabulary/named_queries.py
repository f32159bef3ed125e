"""What the named queries of the rooms owe those who ask them: a header, and texts in each language.

The names of their columns stand in `queries/columns.ttl`, one for each variable that a query for
people answers with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from practicegraph import queries
from practicegraph.artefacts import Rooms
from practicegraph.errors import MalformedDocument, PracticeGraphError
from practicegraph.solutions import BOOLEAN
from practicegraph.vocabulary.findings import Fault
from practicegraph.vocabulary.references import check_query


def faults(rooms: Rooms, languages: Sequence[str]) -> tuple[Fault, ...]:
    """What the named queries of these rooms lack, and how to mend it.

    A file that is no query, or no text at all, is told by others: here it is passed over.
    """
    return tuple(_faults(rooms, languages))


def _faults(rooms: Rooms, languages: Sequence[str]) -> Iterator[Fault]:
    answered: set[str] = {BOOLEAN}
    whole = True
    for path in rooms.query_files():
        file = path.relative_to(rooms.root).as_posix()
        try:
            query = queries.read(path)
            variables = set(check_query(file, query.text))
        except MalformedDocument:
            whole = False
            continue
        except PracticeGraphError as error:
            said = error.detail.removeprefix(f"{path.name}: ")
            yield Fault(None, f"{said[:1].upper()}{said[1:]}", file)
            whole = False
            continue
        if "internal" in query.audience:
            continue
        answered |= variables
        yield from _untold(query, file, languages)
    yield from _columns(rooms, languages, answered, whole=whole)


def _untold(query: queries.NamedQuery, file: str, languages: Sequence[str]) -> Iterator[Fault]:
    texts = {"summary": query.summary} | {f"param {p.name}": p.about for p in query.parameters}
    for what, told in texts.items():
        for language in languages:
            if not told.get(language):
                yield Fault(
                    None,
                    f"The header of {file} has no “{_line(what, language)}”. Add that line.",
                    file,
                )
            elif not told[language].endswith((".", "?")):
                yield Fault(
                    None,
                    f"The text of “{_line(what, language)}” in {file} is no full sentence. End it "
                    "with a full stop.",
                    file,
                )
    for parameter in query.parameters:
        if parameter.required and parameter.example is None:
            yield Fault(
                None,
                f"The parameter {parameter.name} of {file} has no example with which the query can "
                "be tried. Add example=… to its declaration.",
                file,
            )


def _line(what: str, language: str) -> str:
    return f"#+ {what}:" if language == "en" else f"#+ {what}@{language}:"


def _columns(
    rooms: Rooms, languages: Sequence[str], answered: set[str], *, whole: bool
) -> Iterator[Fault]:
    path = rooms.column_file()
    file = path.relative_to(rooms.root).as_posix()
    try:
        known = queries.column_names(path.read_bytes())
    except OSError as error:
        yield Fault(None, f"{file} cannot be read: {error.strerror}. Put it back.", file)
        return
    except SyntaxError as error:
        yield Fault(None, f"{file} cannot be read: {error}. Mend it.", file)
        return
    for variable in sorted(answered):
        for language in languages:
            if not known.get(variable, {}).get(language):
                yield Fault(
                    None,
                    f"The column ?{variable} has no name in the language {language}. "
                    f"Add it as a skos:prefLabel of column:{variable}.",
                    file,
                )
    for variable in sorted(known.keys() - answered) if whole else ():
        yield Fault(None, f"No query answers with ?{variable}. Take its name out.", file)
