"""The errors that PracticeGraph raises on purpose.

Each carries the HTTP status and the problem type (RFC 9457) with which the web face answers it,
and a message that names the place and the mend. Everything else that is raised is a defect.
"""

from __future__ import annotations

from typing import Any, ClassVar


class PracticeGraphError(Exception):
    """Base of all errors meant for the person who asked.

    `status` is the HTTP status, `slug` the last part of the problem type IRI, `title` its short
    name; `detail` says what is wrong here and how to mend it; `extra` holds further members of the
    problem document.
    """

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    title: ClassVar[str] = "Internal error"

    def __init__(self, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra

    def __reduce__(self) -> tuple[Any, ...]:
        # The arguments of some are not what `Exception` remembers of them.
        return _same, (type(self), self.detail, self.__dict__)


def _same(cls: type[PracticeGraphError], detail: str, state: dict[str, Any]) -> PracticeGraphError:
    """The error that came from another process."""
    error = cls.__new__(cls, detail)
    error.__dict__.update(state)
    return error


class InvalidInput(PracticeGraphError):
    """A value that came from outside cannot be used as it is."""

    status, slug, title = 400, "invalid-input", "Invalid input"


class MalformedDocument(InvalidInput):
    """A document cannot be parsed; names file, line and cause where the parser knows them."""

    status, slug, title = 400, "malformed-document", "The document cannot be parsed"

    def __init__(
        self, name: str, cause: str, line: int | None = None, column: int | None = None
    ) -> None:
        place = name if line is None else f"{name}, line {line}"
        if line is not None and column is not None:
            place = f"{place}, column {column}"
        super().__init__(f"{place}: {cause}", document=name, line=line, column=column, cause=cause)
        self.name, self.cause, self.line, self.column = name, cause, line, column


class ForbiddenReference(InvalidInput):
    """A document asks for something to be fetched or expanded, which is never done."""

    status, slug, title = 400, "forbidden-reference", "The document refers to something outside"


class MalformedQuery(InvalidInput):
    """A SPARQL query (or its protocol request) is not valid."""

    status, slug, title = 400, "malformed-query", "The query is malformed"


class QueryRefused(PracticeGraphError):
    """A query is valid SPARQL but asks for something that this endpoint never does."""

    status, slug, title = 403, "query-refused", "The query is refused"


class QueryLimitExceeded(PracticeGraphError):
    """A query went past the time, memory or row limit and was stopped."""

    status, slug, title = 422, "query-limit", "The query went past a limit"


class Overloaded(PracticeGraphError):
    """All query workers are busy and the waiting line is full."""

    status, slug, title = 503, "overloaded", "Too many queries at once"


class NotFound(PracticeGraphError):
    """There is nothing under this name."""

    status, slug, title = 404, "not-found", "Not found"


class Gone(PracticeGraphError):
    """A record was withdrawn; `replaced_by` names its successor where there is one."""

    status, slug, title = 410, "gone", "Withdrawn"


class NotAcceptable(PracticeGraphError):
    """None of the media types that the client accepts can be produced."""

    status, slug, title = 406, "not-acceptable", "Not acceptable"


class UnsupportedMediaType(PracticeGraphError):
    """The body came in a media type that this operation does not take."""

    status, slug, title = 415, "unsupported-media-type", "Unsupported media type"


class TooLarge(PracticeGraphError):
    """The body or the query is larger than the limit."""

    status, slug, title = 413, "too-large", "Too large"


class Conflict(PracticeGraphError):
    """Somebody else changed what this change was based on; read again and repeat."""

    status, slug, title = 409, "conflict", "Conflict"


class InvalidRecord(InvalidInput):
    """A graph cannot become a record: it has blank nodes, or speaks about something else."""

    status, slug, title = 422, "invalid-record", "Not a record"


class RepositoryError(PracticeGraphError):
    """The data directory cannot be used: it is absent, of another version, or in use."""

    status, slug, title = 503, "repository", "The repository is not available"


class ProjectionsTaken(RepositoryError):
    """Another process holds the projections, as a running server does."""


class ReasonerMissing(PracticeGraphError):
    """The reasoner is an extra that is not installed here."""

    status, slug, title = 501, "reasoner-missing", "The reasoner is not installed"


class ReasonerFailed(PracticeGraphError):
    """The reasoner came to no answer: its time was over, or it cannot take the axioms in."""

    status, slug, title = 503, "reasoner-failed", "The reasoner gave no answer"
