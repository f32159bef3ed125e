"""The one table of settings: names, defaults and help, read from the environment.

Every setting is an environment variable with the prefix `PRACTICEGRAPH_`; the same table drives
the command line, its validation, and the documentation (`practicegraph settings`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from practicegraph.errors import InvalidInput

PREFIX = "PRACTICEGRAPH_"


class Settings(BaseSettings):
    """What can be set. Build it once, at the edge, and pass it on; nothing reads it globally."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data: Path = Field(
        default=Path("data"), description="Directory that holds the log and the projections."
    )
    base_iri: str = Field(
        default="http://127.0.0.1:8000",
        description="Base of every IRI that is minted; fixed when the data directory is made.",
    )
    log_url: str | None = Field(
        default=None,
        description="SQLAlchemy URL of the log; default is SQLite inside the data directory.",
    )
    host: str = Field(default="127.0.0.1", description="Address that `serve` listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port that `serve` listens on.")
    languages: str = Field(
        default="en,it,es,lv",
        description="Languages offered to readers, in the order they are fallen back to.",
    )
    mappings: Path | None = Field(
        default=None, description="Folder of mappings of your own, beside those of the program."
    )
    validation_engine: Literal["pyshacl", "turbo"] = Field(
        default="pyshacl",
        description="SHACL engine: `pyshacl` is the authority, `turbo` the fast path for bulk.",
    )
    batch_size: int = Field(
        default=500, ge=1, le=10_000, description="Records per transaction of the log."
    )
    query_timeout: float = Field(
        default=30.0, gt=0, le=3600, description="Seconds that a public SPARQL query may take."
    )
    query_memory: int = Field(
        default=1024, ge=64, description="MiB of memory that one query worker may use."
    )
    query_workers: int = Field(
        default=2,
        ge=1,
        le=256,
        description="Public SPARQL queries that may run long at once; short ones have room beside.",
    )
    query_rows: int = Field(
        default=1_000_000, ge=1, description="Rows or triples that one answer may hold."
    )
    query_queue: int = Field(
        default=64, ge=0, description="Queries that may wait for a worker before 503 is answered."
    )
    max_body: int = Field(
        default=4 * 1024 * 1024, ge=1024, description="Bytes that a request body may have."
    )
    page_size: int = Field(default=20, ge=1, le=1000, description="Entries on a page of a list.")
    max_page_size: int = Field(
        default=100, ge=1, le=1000, description="Largest page that a client may ask for."
    )

    publisher_name: str = Field(
        default="PracticeGraph contributors",
        min_length=1,
        description="Who publishes the catalogue, in the first of the languages offered.",
    )
    publisher_page: str | None = Field(
        default=None, description="Home page of who publishes the catalogue."
    )
    licence: str = Field(
        default="http://publications.europa.eu/resource/authority/licence/CC_BY_4_0",
        description="IRI of the licence of the catalogue; a record may carry one of its own.",
    )

    @field_validator("publisher_page", "licence")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", value):
            raise ValueError("give an address that begins with http:// or https://")
        return value

    @field_validator("publisher_name")
    @classmethod
    def _a_name(cls, value: str) -> str:
        if not value.strip() or not value.isprintable():
            raise ValueError("give a name of one line")
        return value.strip()

    @field_validator("base_iri")
    @classmethod
    def _plain_base(cls, value: str) -> str:
        value = value.rstrip("/")
        if not re.fullmatch(r"https?://[A-Za-z0-9.\-\[\]:]+(/[A-Za-z0-9._~\-/]*)?", value):
            raise ValueError("give an absolute http(s) IRI without query or fragment")
        return value

    @field_validator("languages")
    @classmethod
    def _language_tags(cls, value: str) -> str:
        tags = [tag.strip() for tag in value.split(",") if tag.strip()]
        if not tags or not all(re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", t) for t in tags):
            raise ValueError("give language tags separated by commas, such as en,it")
        return ",".join(tags)

    @model_validator(mode="after")
    def _a_page_fits(self) -> Settings:
        if self.page_size > self.max_page_size:
            raise ValueError(
                f"{PREFIX}PAGE_SIZE ({self.page_size}) is above {PREFIX}MAX_PAGE_SIZE "
                f"({self.max_page_size}); lower the first or raise the second"
            )
        return self

    @property
    def language_order(self) -> tuple[str, ...]:
        """The languages offered, first the one to prefer."""
        return tuple(self.languages.split(","))

    @property
    def log_location(self) -> str:
        """SQLAlchemy URL of the log."""
        return self.log_url or f"sqlite:///{(self.data / 'log.sqlite').absolute()}"

    @classmethod
    def load(cls, **overrides: Any) -> Settings:
        """Read the environment; `overrides` (from the command line) win where not None.

        Raises InvalidInput that names each variable at fault and how to mend it.
        """
        given = {name: value for name, value in overrides.items() if value is not None}
        try:
            return cls(**given)
        except ValidationError as error:
            faults = "; ".join(
                f"{PREFIX}{'_'.join(map(str, e['loc'])).upper()}: {e['msg']} (got {e['input']!r})"
                if e["loc"]
                else e["msg"]
                for e in error.errors()
            )
            raise InvalidInput(f"Settings cannot be used: {faults}") from error


class SettingRow(NamedTuple):
    """One row of the documented table."""

    variable: str
    default: str
    value: str
    help: str


def table(settings: Settings) -> Iterator[SettingRow]:
    """Yield every setting with its default, its value in force and its help."""
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else str(field.default)
        value = getattr(settings, name)
        yield SettingRow(
            PREFIX + name.upper(),
            default,
            "" if value is None else str(value),
            field.description or "",
        )
