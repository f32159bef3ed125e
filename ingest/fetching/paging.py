"""A CONSTRUCT query in pages, and when there are no more of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from rdflib.plugins.sparql import algebra, parser

from practicegraph.errors import InvalidInput, MalformedQuery

_EVERYTHING: Final = Path(__file__).with_name("everything.rq")


class Paging:
    """The pages of a query: the text of the next one, and how far the last one went.

    LIMIT and OFFSET count solutions, while an answer shows only statements. A query for every
    statement has one for each; of others, at most as many as its template has.
    """

    def __init__(self, name: str, query: str | None, size: int) -> None:
        """Take in a query, or None for every statement. Raises MalformedQuery or InvalidInput."""
        self.number = 1
        self.has_blank_nodes = False
        self._name = name
        self._size = size
        self._offset = 0
        self._last: tuple[int, int] | None = None
        self._is_exact = query is None
        self._ignored = ""
        self._text = (query or _EVERYTHING.read_text("utf-8").partition("\n")[2]).strip()
        parsed = self._parsed(self._text)
        if parsed.name != "ConstructQuery":
            raise InvalidInput(f"{name}: the query must be a CONSTRUCT; this one is none.")
        #: Statements that one solution makes at most; unknown for CONSTRUCT WHERE { … }.
        self._template = len(parsed.template) if parsed.template else None
        self._is_whole = parsed.p.name == "Slice"
        if not self._is_whole:
            self._order = self._ordered(parsed)
            self._parsed(self.query)

    @property
    def query(self) -> str:
        """The text that asks for the page that is to come."""
        if self._is_whole:
            return self._text
        return f"{self._text}\n{self._order}LIMIT {self._size} OFFSET {self._offset}"

    def goes_on(self, count: int, digest: int, most: int | None) -> bool:
        """Take note of a page; False if it is not one of its own, so that it ends here.

        `most` is how many rows the server says it gives at most. Raises InvalidInput where it must
        be feared that not everything can be had.
        """
        if not count or (self._is_whole and self.number > 1):
            return False
        if (count, digest) == self._last:
            self._same_page_again(count)
            return False
        self._last = (count, digest)
        self.number += 1
        most_here = None if self._template is None else self._template * self._size
        if most_here is not None and count > most_here:
            self._ignored = "LIMIT"
            self._offset += -(-count // (self._template or 1))
        elif self._is_exact:
            self._offset += count
        else:
            if most is not None and most < self._size:
                self._size = most
            self._offset += self._size
        return True

    def notes(self) -> tuple[str, ...]:
        """What was met on the way, for the report."""
        found = []
        if self._ignored:
            found.append(
                f"{self._name}: the endpoint pays no heed to {self._ignored}; what it gave at once "
                "was taken for everything."
            )
        if self.has_blank_nodes and self.number > 2:
            found.append(
                f"{self._name}: there are blank nodes, and one that occurs in several of the "
                f"{self.number - 1} pages became several; ask for more at once, or for less."
            )
        return tuple(found)

    def _same_page_again(self, count: int) -> None:
        most = self._size * (self._template or 1)
        if self._size <= count <= most:
            raise InvalidInput(
                f"{self._name}: the endpoint gives the same page for each OFFSET, so that only "
                "the first statements can be had; ask for them with a LIMIT of your own."
            )
        self._ignored = "OFFSET"

    def _parsed(self, text: str) -> Any:
        # The library only takes the query apart here; nothing is evaluated or fetched.
        try:
            return algebra.translateQuery(parser.parseQuery(text)).algebra
        except RecursionError as error:
            raise MalformedQuery(f"{self._name}: the query is nested too deep.") from error
        except Exception as error:
            cause = str(error).split("\n")[0]
            raise MalformedQuery(
                f"{self._name}: the query cannot be read, or not with LIMIT and OFFSET behind it "
                f"({cause})."
            ) from error

    def _ordered(self, parsed: Any) -> str:
        inner = parsed.p.p if parsed.p.name == "Project" else parsed.p
        if inner.name == "OrderBy":
            return ""
        # In the order of the text, which is likelier to be that of an index of the server.
        names = sorted(map(str, parsed.p.PV), key=lambda name: (self._text.find(f"?{name}"), name))
        return f"ORDER BY {' '.join(f'?{name}' for name in names)} " if names else ""
