"""Writing: a template as a workbook, with lists to choose from, notes and instructions.

The header is followed by a hidden row of keys, by which columns are known again. Lists of values
stand on a hidden sheet. Nothing that comes from a vocabulary can become a formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ingest.template.checks import custom, listed, typed
from ingest.template.columns import CLASS, IDENTIFIER, RECORD, Column, Table, Template
from ingest.template.explaining import Explained, explain
from ingest.template.hints import group, hint, leads_to
from ingest.template.sheets import LISTS
from ingest.template.words import word
from practicegraph.fields import Need
from practicegraph.forms import Input, Question
from practicegraph.namespaces import compact
from practicegraph.texts import clean, in_language

#: The first row of data, and the last one with lists and checks.
FIRST: Final = 3
LAST: Final = 1002

_FILLS: Final = {Need.MANDATORY: "1F4E79", Need.RECOMMENDED: "9DC3E6", Need.OPTIONAL: "E7E6E6"}
_WIDTHS: Final = {Input.TEXT: 46, Input.ADDRESS: 36, Input.NUMBER: 14, Input.DATE: 16}
_WIDTH: Final = 24
_TOP: Final = Alignment(wrap_text=True, vertical="top")
_NOTE: Final = (360, 170)
#: What a sheet may not be called, and how long its name may be.
_NOT_IN_TITLE: Final = re.compile(r"[\[\]:*?/\\]")
_MAX_TITLE: Final = 31
_MAX_PROMPT: Final = 255

Rows = Mapping[str, Sequence[Mapping[str, str]]]


def write(path: Path, template: Template, language: str, rows: Rows | None = None) -> None:
    """Write a template in a language. `rows` are the cells to fill in, by class and key."""
    book = Workbook()
    book.remove(book.worksheets[0])
    about = book.create_sheet(_title(word("about", language)))
    lists = _Lists(book.create_sheet(LISTS), language)
    titles = {
        table.form.cls: _title(in_language(table.form.names, [language]))
        for table in template.tables
    }
    for table in template.tables:
        sheet = book.create_sheet(titles[table.form.cls])
        _Sheet(sheet, template, table, titles, lists).write((rows or {}).get(table.form.cls, ()))
    _write_about(about, explain(template, language))
    lists.hide()
    book.active = book.worksheets.index(book[titles[template.tables[0].form.cls]])
    book.save(path)


class _Lists:
    """The hidden sheet of lists, each in a column of its own."""

    def __init__(self, sheet: Worksheet, language: str) -> None:
        self.language = language
        self._sheet = sheet
        self._ranges: dict[tuple[str, ...], str] = {}

    def options(self, question: Question) -> str:
        """The range of the labels of a choice, each once and in the order of display."""
        labels = [
            clean(in_language(names, [self.language]) or iri)
            for iri, names in question.options().items()
        ]
        # A long list is for looking things up, a short one has an order of its own.
        ordered = labels if len(labels) <= 40 else sorted(labels, key=str.casefold)
        return self.range(dict.fromkeys(ordered))

    def range(self, labels: Iterable[str]) -> str:
        """The range of a list; the same list is written once."""
        known = tuple(labels)
        if known not in self._ranges:
            number = len(self._ranges) + 1
            for row, label in enumerate(known, start=1):
                _put(_cell(self._sheet, row, number), label)
            letter = get_column_letter(number)
            place = f"${letter}$1:${letter}${max(len(known), 1)}"
            self._ranges[known] = f"{quote_sheetname(self._sheet.title)}!{place}"
        return self._ranges[known]

    def hide(self) -> None:
        """Hide the sheet, behind all others."""
        self._sheet.sheet_state = "hidden"
        if self._sheet.parent is not None:
            self._sheet.parent.move_sheet(self._sheet, len(self._sheet.parent.worksheets))


class _Sheet:
    """One table on its way into a sheet."""

    def __init__(
        self,
        sheet: Worksheet,
        template: Template,
        table: Table,
        titles: Mapping[str, str],
        lists: _Lists,
    ) -> None:
        self._sheet = sheet
        self._template = template
        self._table = table
        self._language = lists.language
        self._titles = titles
        self._lists = lists

    def write(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Header, keys, lists and checks, and the rows there are."""
        last = ""
        for number, column in enumerate(self._table.columns, start=1):
            named = group(column, self._language)
            self._head(number, column, named, is_first=named != last)
            last = named
            self._check(get_column_letter(number), column)
            for row, cells in enumerate(rows, start=FIRST):
                if column.key in cells:
                    cell = _cell(self._sheet, row, number)
                    _put_value(cell, cells[column.key], column.question)
        self._sheet.row_dimensions[1].height = 48
        self._sheet.row_dimensions[2].hidden = True
        self._sheet.freeze_panes = f"B{FIRST}"

    def _head(self, number: int, column: Column, named: str, *, is_first: bool) -> None:
        cell = _cell(self._sheet, 1, number)
        _put(cell, column.header([self._language]))
        fill = _FILLS[column.need]
        cell.fill = PatternFill("solid", fgColor=fill)
        dark = column.need is Need.MANDATORY
        cell.font = Font(
            bold=column.need is not Need.OPTIONAL, color="FFFFFF" if dark else "000000"
        )
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        cell.border = Border(left=Side("medium")) if is_first else Border()
        told = hint(self._template, self._table, column, self._language)
        need = word(column.need.value, self._language)
        note = Comment(
            f"{named} ({need})\n{told}" if named else f"({need})\n{told}", "PracticeGraph"
        )
        note.width, note.height = _NOTE
        cell.comment = note
        _put(_cell(self._sheet, 2, number), self._table.key(column))
        form = self._sheet.column_dimensions[get_column_letter(number)]
        question = column.question
        form.width = _WIDTHS.get(question.input, _WIDTH) if question else _WIDTH
        form.alignment = _TOP
        form.number_format = _format(question)

    def _check(self, letter: str, column: Column) -> None:
        """A list to choose from, or a check of what is typed; it asks again and never forbids."""
        question = column.question
        first = f"{letter}{FIRST}"
        checks: DataValidation | None = None
        if column.key == CLASS:
            names = (in_language(n, [self._language]) for n in self._table.form.variants.values())
            checks = listed(self._lists.range(names), strict=True)
        elif column.key == RECORD and self._table.of is not None:
            checks = self._rows(self._table.of.cls, compact(IDENTIFIER))
        elif question is None:
            return
        elif question.field.property == IDENTIFIER and self._table.of is None:
            place = f"${letter}${FIRST}:${letter}${LAST}"
            checks = custom(f"COUNTIF({place},{first})=1")
            checks.error = word("twice", self._language)
        elif question.input is Input.CHOICE:
            checks = listed(self._lists.options(question), strict=not question.several)
        elif question.input is Input.BOOLEAN:
            words = (word("yes", self._language), word("no", self._language))
            checks = listed(self._lists.range(words), strict=True)
        elif question.input in {Input.RECORD, Input.PART}:
            checks = self._leading(question)
        else:
            checks = typed(question, first)
        if checks is not None:
            told = hint(self._template, self._table, column, self._language)
            checks.error = checks.error or told.replace("\n", " ")[:_MAX_PROMPT]
            checks.errorTitle = in_language(column.names, [self._language])[:32]
            checks.add(f"{first}:{letter}{LAST}")
            self._sheet.add_data_validation(checks)

    def _leading(self, question: Question) -> DataValidation | None:
        tables = leads_to(self._template, question)
        if len(tables) != 1:
            return None
        key = compact(IDENTIFIER) if question.kinds else "@name"
        return self._rows(tables[0].form.cls, key)

    def _rows(self, cls: str, key: str) -> DataValidation | None:
        """The cells of a column of another sheet, to choose from."""
        table = next(t for t in self._template.tables if t.form.cls == cls)
        keys = [column.key for column in table.columns]
        if key not in keys:
            return None
        letter = get_column_letter(keys.index(key) + 1)
        place = f"{quote_sheetname(self._titles[cls])}!${letter}${FIRST}:${letter}${LAST}"
        return listed(place, strict=False)


def _format(question: Question | None) -> str:
    """How the cells of a column are shown. Text stays text: 1.10 is no number, 2024-03 no day."""
    if question is None or question.input not in {Input.NUMBER, Input.DATE}:
        return "@"
    if question.input is Input.NUMBER:
        return "General"
    return "yyyy-mm-dd" if question.days else "@"


def _put_value(cell: Cell, text: str, question: Question | None) -> None:
    """Write a value as what it is: a number as a number, a day as a day, all else as text."""
    cell.alignment = _TOP
    cell.number_format = _format(question)
    if question is not None and question.input is Input.NUMBER:
        number = float(text)
        whole = int(number) if number.is_integer() else number
        if str(whole) == text:
            cell.value = whole
            return
    if question is not None and question.input is Input.DATE and question.days:
        try:
            cell.value = date.fromisoformat(text)
        except ValueError:
            _put(cell, text)
        return
    _put(cell, text)


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    cell = sheet.cell(row, column)
    if not isinstance(cell, Cell):
        raise TypeError(f"{cell.coordinate} is part of a merged cell")
    return cell


def _put(cell: Cell, text: str) -> None:
    """Write a text as a text: what begins with = is no formula."""
    cell.value = text
    cell.data_type = "s"


def _write_about(sheet: Worksheet, told: Explained) -> None:
    for letter, width in zip("ABCDE", (26, 30, 16, 80, 50), strict=True):
        sheet.column_dimensions[letter].width = width
    _put(_cell(sheet, 1, 1), told.heading)
    sheet["A1"].font = Font(bold=True, size=14)
    row = 3
    for number, step in enumerate(told.steps, start=1):
        _put(_cell(sheet, row, 1), f"{number}. {step}")
        sheet.cell(row, 1).alignment = _TOP
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=5)
        sheet.row_dimensions[row].height = 34
        row += 1
    row += 1
    for column, text in enumerate(told.head, start=1):
        _put(_cell(sheet, row, column), text)
        sheet.cell(row, column).font = Font(bold=True)
    for row_, cells in enumerate(told.columns, start=row + 1):
        for column, text in enumerate(cells, start=1):
            cell = _cell(sheet, row_, column)
            _put(cell, text)
            cell.alignment = _TOP
            if column == 5:  # examples are not to be taken for something filled in
                cell.font = Font(italic=True, color="7F7F7F")
    sheet.freeze_panes = "A2"


def _title(name: str) -> str:
    return _NOT_IN_TITLE.sub(" ", clean(name))[:_MAX_TITLE].strip(" '") or "_"
