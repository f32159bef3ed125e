"""The repository itself: records, their log, the projections made from it, and validation.

This package may import neither `api` (how data goes out) nor `ingest` (how data comes in); both
build on it. The one exception is `practicegraph.cli`, where everything is put together, and which
imports them inside its commands.
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("practicegraph")
except PackageNotFoundError:  # running from a bare source tree
    __version__ = "0+unknown"

__all__ = ["__version__"]
