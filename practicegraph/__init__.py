"""The repository itself: records, their log, the projections made from it, and validation.

This package may import neither `api` (how data goes out) nor `ingest` (how data comes in); both
build on it. The one exception is `practicegraph.cli`, where everything is put together, and which
imports them inside its commands.
"""

__all__ = ["__version__"]


def __getattr__(name: str) -> str:
    # Looked up on demand: reading package metadata costs a query worker more than all its imports.
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

    try:
        return version("practicegraph")
    except PackageNotFoundError:  # running from a bare source tree
        return "0+unknown"
