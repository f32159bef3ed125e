"""Validation: what is wrong with records and documents, and how to mend it, said by the shapes.

`shapes` reads a shapes graph, `reference` and `turbo` are the engines behind the small interface
of `engines`, `validator` asks them and `results` is what comes out. Nothing here reads files of
users, writes, or knows where records come from.
"""

from practicegraph.validation.engines import EngineName
from practicegraph.validation.results import RecordReport, Result, Severity, Status
from practicegraph.validation.validator import Validator

__all__ = ["EngineName", "RecordReport", "Result", "Severity", "Status", "Validator"]
