"""The bound on one row: no more of a file is taken in than a row may have before one comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, AnyStr, Final, Generic

from practicegraph.errors import TooLarge

if TYPE_CHECKING:
    from _typeshed import SupportsRead

#: Bytes (of text: characters) that may be read between one row and the next.
MAX_ROW: Final = 16 << 20
#: The same of XML, of which each element of four bytes takes a hundred in memory.
MAX_XML: Final = 4 << 20


class Bounded(Generic[AnyStr]):
    """A stream of which a parser may read so much on from the last row, and no more.

    Parsers that stream hold the value that they are in: without the bound, one endless value would
    fill the memory.
    """

    def __init__(self, file: SupportsRead[AnyStr], name: str, most: int = MAX_ROW) -> None:
        self._file: SupportsRead[AnyStr] = file
        self._name = name
        self._most = self._left = most

    def read(self, size: int = -1) -> AnyStr:
        """Read on. Raises TooLarge if no row has come out of what was read for too long."""
        piece: AnyStr = self._file.read(size if size >= 0 else self._most)
        self._left -= len(piece)
        if self._left < 0:
            raise TooLarge(
                f"{self._name}: there is a row of more than {self._most >> 20} MiB, or so much "
                "between two rows; name the path to the rows ('#+ items: …') or part the file."
            )
        return piece

    def refill(self) -> None:
        """Count anew, as a row has come out."""
        self._left = self._most
