"""Addresses as people may see them: without what opens a door."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit, urlunsplit

_SECRET: Final = re.compile(
    r"(?i)([^&=]*(?:key|token|secret|pass|pwd|auth|sig|cred|session)[^&=]*)=[^&]*"
)


def shown(url: str) -> str:
    """A URL without user, password and fragment; values that look like keys become `***`."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit((parts.scheme, host, parts.path, _SECRET.sub(r"\1=***", parts.query), ""))
    except ValueError:
        return url.partition("://")[0] + "://…"
