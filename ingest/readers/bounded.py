"""The bound on one row: no more of a file is taken in than a row may have before one comes out."""

from __future__ import annotations

from typing import IO, AnyStr, Final, Generic

from practicegraph.errors import TooLarge

#: Bytes (of text: characters) that may be read between one row and the next.
MAX_ROW: Final = 16 << 20


class Bounded(Generic[AnyStr]):
    """A stream of which a parser may read `MAX_ROW` on from the last row, and no more.

    Parsers that stream hold the value that they are in: without the bound, one endless value would
    fill the memory.
    """

    def __init__(self, file: IO[AnyStr], name: str) -> None:
        self._file: IO[AnyStr] = file
        self._name = name
        self._left = MAX_ROW

    def read(self, size: int = -1) -> AnyStr:
        """Read on. Raises TooLarge if no row has come out of what was read for too long."""
        piece: AnyStr = self._file.read(size if size >= 0 else MAX_ROW)
        self._left -= len(piece)
        if self._left < 0:
            raise TooLarge(
                f"{self._name}: there is a row of more than {MAX_ROW >> 20} MiB, or so much "
                "between two rows; name the path to the rows ('#+ items: …') or part the file."
            )
        return piece

    def refill(self) -> None:
        """Count anew, as a row has come out."""
        self._left = MAX_ROW
