"""What the library says of an archive that it cannot unpack, in words that help a person.

Archives and workbooks are both ZIP (APPNOTE.TXT of PKWARE), and fail in the same ways.
"""

from __future__ import annotations

import errno
import lzma
import zipfile
import zlib
from typing import Final

#: What is raised for an archive that is none, is damaged, or is packed in a way nobody reads here.
FAULTS: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,  # of the system, and of bytes that bzip2 did not pack
    RuntimeError,  # a password is missing; NotImplementedError: another way of packing
    ValueError,  # a name that is no text
)


def mend(error: Exception) -> str:
    """What is wrong with the archive, and what to do about it; `error` is one of FAULTS."""
    match error:
        case NotImplementedError():
            return f"it is packed in a way that is not read here ({error}); pack it with Deflate."
        case RuntimeError():
            return f"it cannot be opened ({error}); save it without a password."
        case OSError(errno=int() as number) if number != errno.EINVAL:
            return f"{error}; see that the file can be read, and that the disk has room."
    return f"it is broken ({error}); fetch it or pack it again."
