"""Runs over HTTP: `/runs`, `/runs/{n}` and the records that a run touched, `/runs/{n}/records`.

The RDF is what the public graph says of a run; a run that has not ended can be read here already.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api import answers
from api.answers import VARY, Lang, PageNumber, PageSize
from api.pages import labels, render, safe_link
from api.representations import HTML, JSON, LIST, RECORD, Representation
from api.run_texts import words
from api.state import State, state_of
from practicegraph import __version__
from practicegraph.errors import NotFound
from practicegraph.iris import KINDS
from practicegraph.run_log import Touched
from practicegraph.run_statements import statements
from practicegraph.runs import Run
from practicegraph.texts import pick

router = APIRouter(tags=["runs"])

Name = Annotated[
    str, Path(description="Number of the run; an extension such as .ttl wins over Accept.")
]
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}")


@router.get("/runs", summary="List the runs, the newest first")
def runs(
    request: Request, page: PageNumber = 1, size: PageSize = None, lang: Lang = None
) -> Response:
    """List the runs: imports, and whatever else was done to many records at once."""
    state = state_of(request)
    log = state.repository.log
    size = answers.page_size(request, size)
    representation = answers.representation(request, LIST)
    total = log.count_runs()
    found = log.runs(size, (page - 1) * size)
    if page > 1 and not found:
        raise answers.no_page(page, size, total)
    undone = log.undone(run.number for run in found)
    listed = [_public(state, run, undone.get(run.number)) for run in found]
    return _list(request, representation, lang, "runs.html", _Listed(page, size, total, listed))


@router.get("/runs/{name}", summary="Read about a run")
def run(request: Request, name: Name, lang: Lang = None) -> Response:
    """Tell what a run read, with which mapping and program, how it ended and what came of it."""
    state = state_of(request)
    number, dot, extension = name.partition(".")
    found = _find(state, number)
    representation = answers.representation(request, RECORD, extension if dot else None)
    languages = answers.languages(request, lang)
    undone = state.repository.log.undone([found.number]).get(found.number)
    address = f"{state.iris.path}/runs/{found.number}"
    variant = [found.number, found.state, found.ended_seq or 0, undone or 0, __version__]
    variant += [representation.extension, *(languages if representation is HTML else ())]
    iri = state.iris.run(found.number)
    headers = {
        "Vary": VARY,
        "ETag": f'W/"run-{"-".join(map(str, variant))}"',
        "Cache-Control": "no-cache",
        "Content-Location": f"{address}.{representation.extension}",
        "Link": ", ".join(
            [
                f'<{iri}>; rel="canonical"',
                *(
                    f'<{iri}.{r.extension}>; rel="alternate"; type="{r.media_type}"'
                    for r in RECORD
                    if r is not representation
                ),
            ]
        ),
    }
    if answers.has(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    content: bytes | str
    if representation is JSON:
        content = _json(_public(state, found, undone))
    elif representation.write:
        content = representation.write(iri, statements(found, state.iris))
    else:
        content = _page(state, found, undone, languages)
    return Response(content, media_type=representation.content_type, headers=headers)


@router.get("/runs/{number}/records", summary="List the records that a run touched")
def records(
    request: Request,
    number: Annotated[str, Path(description="Number of the run.")],
    page: PageNumber = 1,
    size: PageSize = None,
    lang: Lang = None,
) -> Response:
    """List what a run did, revision by revision, in order."""
    state = state_of(request)
    found = _find(state, number)
    size = answers.page_size(request, size)
    representation = answers.representation(request, LIST)
    total = state.repository.log.count_touched(found.number)
    touched = state.repository.log.touched(found.number, limit=size, offset=(page - 1) * size)
    if page > 1 and not touched:
        raise answers.no_page(page, size, total)
    titles = labels(state.graph, (t.record for t in touched))
    languages = answers.languages(request, lang)
    if representation is JSON:
        listed = [_touched(state, t) | {"title": titles.get(t.record, {})} for t in touched]
    else:
        listed = [
            _touched(state, t) | _named(state, t.record, pick(titles.get(t.record, {}), languages))
            for t in touched
        ]
    rows = _Listed(page, size, total, listed, {"run": state.iris.run(found.number)})
    return _list(request, representation, lang, "run_records.html", rows, number=found.number)


def _find(state: State, number: str) -> Run:
    found = state.repository.log.run(int(number)) if _NUMBER.fullmatch(number) else None
    if found is None:
        raise NotFound(f"There is no run {number[:40]!r}; {state.iris.path}/runs lists them.")
    return found


@dataclass(frozen=True, slots=True)
class _Listed:
    """A page of a list: its number, how many entries it may hold and there are in all."""

    page: int
    size: int
    total: int
    items: list[dict[str, Any]]
    about: Mapping[str, Any] = field(default_factory=dict)


def _list(
    request: Request,
    representation: Representation,
    lang: str | None,
    template: str,
    listed: _Listed,
    **values: Any,
) -> Response:
    state = state_of(request)
    neighbours = answers.neighbours(
        request, listed.page, more=listed.page * listed.size < listed.total
    )
    if representation is JSON:
        counts = {"total": listed.total, "page": listed.page, "size": listed.size}
        content = _json({**listed.about, **counts, **neighbours, "items": listed.items})
    else:
        content = _render(
            state,
            template,
            answers.languages(request, lang),
            items=listed.items,
            total=listed.total,
            **values,
            **neighbours,
        )
    headers = {
        "Vary": VARY,
        "ETag": f'W/"{hashlib.sha256(content.encode()).hexdigest()[:32]}"',
        "Cache-Control": "no-cache",
        **answers.links(neighbours),
    }
    if answers.has(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=representation.content_type, headers=headers)


def _page(state: State, run: Run, undone_by: int | None, languages: tuple[str, ...]) -> str:
    kinds = [kind for kind in KINDS if any(n.startswith(f"{kind}.") for n in run.counts)]
    outcomes = [name for name in run.counts if "." not in name]
    rows: list[tuple[str | None, list[int]]] = [(None, [run.counts[name] for name in outcomes])]
    rows += [
        (KINDS[kind][0], [run.counts.get(f"{kind}.{outcome}", 0) for outcome in outcomes])
        for kind in kinds
    ]
    return _render(
        state,
        "run.html",
        languages,
        run=run,
        undone_by=undone_by,
        outcomes=outcomes,
        rows=rows if outcomes else [],
        problems=_problems(run),
        touched=state.repository.log.count_touched(run.number),
        homepage=safe_link(run.homepage) if run.homepage else None,
        licence=safe_link(run.licence) if run.licence else None,
        document=f"{state.iris.path}/runs/{run.number}",
        formats=[r for r in RECORD if r is not HTML],
    )


def _render(state: State, template: str, languages: tuple[str, ...], **values: Any) -> str:
    return render(template, languages, base=state.iris.path, w=words(languages), **values)


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1)


def _public(state: State, run: Run, undone_by: int | None) -> dict[str, Any]:
    """What anybody may know of a run: not who did it, nor what single values were."""
    return {
        "id": state.iris.run(run.number),
        "number": run.number,
        "kind": run.kind,
        "outcome": run.state.value,
        "source": run.source,
        "title": run.title,
        "homepage": run.homepage,
        "licence": run.licence,
        "input": run.public_input,
        "files": run.files,
        "digest": run.source_digest,
        "mapping": run.mapping,
        "mappingDigest": run.mapping_digest,
        "rulesDigest": run.rules_digest,
        "tool": run.tool,
        "started": run.started.isoformat(),
        "ended": run.ended.isoformat() if run.ended else None,
        "undoes": None if run.undoes is None else state.iris.run(run.undoes),
        "undoneBy": None if undone_by is None else state.iris.run(undone_by),
        "counts": dict(run.counts),
        "problems": _problems(run),
        "records": f"{state.iris.run(run.number)}/records",
    }


def _problems(run: Run) -> list[dict[str, Any]]:
    """The groups of problems without their messages and examples, which hold single values."""
    shown = ("severity", "field", "rule", "count")
    return [{name: group.get(name) for name in shown} for group in run.summary]


def _touched(state: State, touched: Touched) -> dict[str, Any]:
    name = state.iris.name(touched.record)
    return {
        "id": touched.record,
        "url": state.iris.document(*name) if name else touched.record,
        "kind": touched.kind,
        "action": touched.action,
        "revision": touched.seq,
        "restores": touched.restores,
    }


def _named(state: State, record: str, title: tuple[str, str]) -> dict[str, str]:
    """What a page calls a record, which may be withdrawn by now, and where its link leads."""
    name = state.iris.name(record)
    return {
        "address": state.iris.address(*name) if name else record,
        "name": title[0] or (name.slug if name else record),
        "language": title[1],
    }
