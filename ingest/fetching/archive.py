"""ZIP archives, unpacked with the suspicion that they deserve (APPNOTE.TXT 6.3)."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final

from ingest.fetching.limits import Limits
from ingest.zips import FAULTS, mend
from practicegraph.errors import MalformedDocument, TooLarge

_PIECE: Final = 1 << 18
_ENCRYPTED: Final = 0x1
#: Folders that archivers add for themselves.
_OTHERS: Final = frozenset({"__MACOSX"})


def unpack(path: Path, target: Path, limits: Limits) -> list[str]:
    """Unpack an archive into an empty folder; gives the names of its files, sorted.

    Hidden files are left out. Raises MalformedDocument for an archive that is broken or protected,
    or has a member that would lie outside of the folder, and TooLarge past a limit. Whatever the
    archive says about the sizes of its members, what counts is how much comes out.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > limits.members:
                raise TooLarge(f"{path.name}: the archive has more than {limits.members:,} files.")
            names: dict[str, str] = {}
            left = limits.size
            for member in members:
                name = _name(path.name, member)
                if member.is_dir() or is_hidden(name) or name.split("/")[0] in _OTHERS:
                    continue
                if names.setdefault(name.casefold(), name) != name or (target / name).exists():
                    raise MalformedDocument(path.name, f"there are two files called {name!r}.")
                left -= _unpack(archive, member, target / name, left, limits)
    except FAULTS as error:
        raise MalformedDocument(
            path.name, f"the archive cannot be unpacked: {mend(error)}"
        ) from error
    return sorted(names.values())


def is_hidden(name: str) -> bool:
    """Whether a file, or a folder on the way to it, is hidden by a full stop before its name."""
    return any(part.startswith(".") for part in name.split("/"))


def _name(archive: str, member: zipfile.ZipInfo) -> str:
    written = member.filename
    path = PurePosixPath(written.replace("\\", "/"))
    if (
        path.is_absolute()
        or ".." in path.parts
        or not path.parts
        or PureWindowsPath(written).drive
        or not written.isprintable()
    ):
        raise MalformedDocument(
            archive, f"the member {written[:100]!r} would lie outside of the archive's folder."
        )
    # Unix keeps the kind of a file in the upper half.
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise MalformedDocument(
            archive, f"the member {written[:100]!r} is a link or a device; put in the file itself."
        )
    if member.flag_bits & _ENCRYPTED:
        raise MalformedDocument(
            archive, f"the member {written[:100]!r} is protected by a password; unpack it yourself."
        )
    return path.as_posix()


def _unpack(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, left: int, limits: Limits
) -> int:
    name = Path(archive.filename or "").name
    target.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    most = max(limits.ratio_from, limits.ratio * member.compress_size)
    with archive.open(member) as packed, target.open("xb") as file:
        while piece := packed.read(_PIECE):
            size += len(piece)
            if size > left:
                raise TooLarge(
                    f"{name}: unpacked, the archive has more than {limits.size:,} bytes."
                )
            if size > most:
                raise TooLarge(
                    f"{name}: the member {member.filename[:100]!r} is more than {limits.ratio} "
                    "times larger than in the archive, as in a file made to fill a disk; unpack "
                    "it yourself if it is none."
                )
            file.write(piece)
    return size
