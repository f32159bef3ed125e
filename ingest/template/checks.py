"""Checks: what a sheet itself looks at when somebody types into a cell.

They ask again and forbid nothing, because reading understands more than a sheet can check: codes,
labels in other languages, several values in a cell.
"""

from __future__ import annotations

from openpyxl.worksheet.datavalidation import DataValidation

from practicegraph.forms import Input, Question


def listed(place: str, *, strict: bool) -> DataValidation:
    """A list to choose from, in a range of cells; if `strict`, it asks about anything else."""
    found = DataValidation("list", formula1=place, allow_blank=True)
    found.errorStyle = "warning"
    found.showErrorMessage = strict
    return found


def custom(formula: str) -> DataValidation:
    """A formula that holds for what is right."""
    found = DataValidation("custom", formula1=formula, allow_blank=True)
    found.errorStyle = "warning"
    found.showErrorMessage = True
    return found


def typed(question: Question, first: str) -> DataValidation | None:
    """The check of a number, date or address; `first` is the first cell it is for."""
    if question.several:
        return None
    if question.input is Input.NUMBER:
        least, most = question.field.values.least, question.field.values.most
        low = f"{least:g}" if least is not None else "-1E+300"
        high = f"{most:g}" if most is not None else "1E+300"
        found = DataValidation(
            "whole" if question.whole and least is not None else "decimal",
            operator="between",
            formula1=low,
            formula2=high if most is not None or not question.whole else "1000000000",
            allow_blank=True,
        )
        found.errorStyle = "warning"
        found.showErrorMessage = True
        return found
    if question.input is Input.DATE:
        if question.days:
            return custom(f"OR(ISNUMBER({first}),LEN({first})=10)")
        lengths = ",".join(f"LEN({first})={n}" for n in (4, 7, 10))
        return custom(f"OR(ISNUMBER({first}),{lengths},LEN({first})>15)")
    if question.input is Input.ADDRESS:
        return custom(f'OR(ISNUMBER(SEARCH(":",{first})),LEFT({first},4)="www.")')
    return None
