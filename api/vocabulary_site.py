"""The documentation of the vocabulary as a folder of files that needs no server.

Every page exists once in each language, in a folder named for it; the data lie beside, and all
links are relative.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from api.pages import render
from api.representations import HTML
from api.vocabulary_pages import (
    ONTOLOGY,
    Document,
    Links,
    documents,
    layout_values,
    page,
    write,
)
from api.vocabulary_texts import NAMES
from practicegraph.artefacts import Rooms
from practicegraph.errors import InvalidInput
from practicegraph.vocabulary.description import describe

_STYLE: Final = Path(__file__).parent / "static" / "style.css"
_LAYOUT: Final = "vocabulary/site.html"


def write_site(rooms: Rooms, folder: Path, languages: Sequence[str]) -> int:
    """Write the documentation of the rooms into a folder; returns how many files were written.

    Files of the same name are replaced, others are left alone. Raises InvalidInput for a language
    that pages are not written in, for rooms that hold no vocabulary, and where the folder cannot be
    written.
    """
    unknown = [tag for tag in languages if tag not in NAMES]
    if unknown or not languages:
        raise InvalidInput(f"--lang {', '.join(unknown)}: pages are written in {', '.join(NAMES)}.")
    count = 0
    try:
        for path, content in _files(rooms, tuple(dict.fromkeys(languages))):
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            count += 1
        shutil.copyfile(_STYLE, folder / "style.css")
    except OSError as fault:
        raise InvalidInput(f"{folder} cannot be written: {fault.strerror or fault}.") from fault
    return count + 1


def _files(rooms: Rooms, languages: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Every file of the site: its path below the folder, and what is in it."""
    every = documents(rooms)
    known = {d.path for d in every}
    for found in every:
        for form in found.offers:
            if form is not HTML:
                yield f"{found.path[1:]}.{form.extension}", write(rooms, found, form)
        for language in languages:
            path = f"{language}{found.path}.html"
            order = (language, *(tag for tag in NAMES if tag != language))
            links = _links(path, language, found, languages, known)
            root = "../" * (len(PurePosixPath(path).parts) - 1)
            yield path, page(rooms, found, links, order, layout=_LAYOUT, base=root).encode()
    context = rooms.ontology / "context.jsonld"
    if context.is_file():
        yield f"{ONTOLOGY[1:]}/{context.name}", context.read_bytes()
    links = Links(lambda path: path, tuple((tag, f"{tag}/ontology.html") for tag in languages))
    order = (languages[0], *NAMES)
    values = layout_values(describe(rooms), links, order)
    yield "index.html", render("vocabulary/index.html", order, base="", **values).encode()


def _links(
    path: str, language: str, found: Document, languages: Sequence[str], known: set[str]
) -> Links:
    root = "../" * (len(PurePosixPath(path).parts) - 1)

    def address(target: str) -> str:
        plain, hash_, anchor = target.partition("#")
        if plain in known:
            return f"{root}{language}{plain}.html{hash_}{anchor}"
        return f"{root}{target[1:]}"  # data

    switch = tuple((tag, f"{root}{tag}{found.path}.html") for tag in languages)
    return Links(address, switch)
