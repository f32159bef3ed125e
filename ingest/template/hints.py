"""Hints: what is to be written into a column, in one language, from the shapes and the words."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.template.columns import CLASS, IDENTIFIER, NAME, RECORD, Column, Table, Template
from ingest.template.words import quoted, word
from practicegraph.forms import Input, Question
from practicegraph.texts import Texts, in_language


def hint(template: Template, table: Table, column: Column, language: str) -> str:
    """What belongs into a column, and in which form."""
    return "\n".join(filter(None, _lines(template, table, column, language)))


def group(column: Column, language: str) -> str:
    """The group of fields that a column belongs to; empty for one that is no field."""
    return in_language(column.question.field.group, [language]) if column.question else ""


def _lines(template: Template, table: Table, column: Column, language: str) -> Iterator[str]:
    question = column.question
    if column.key == RECORD and table.of is not None:
        yield word("hint_link", language, sheets=quoted(table.of.names))
    elif column.key == NAME:
        yield word("hint_part_name", language, example=f"{table.slug}-1")
    elif column.key == CLASS:
        yield word("hint_class", language, default=table.form.names)
    elif question is not None:
        yield in_language(question.field.hints, [language])
        if question.field.property == IDENTIFIER and table.of is None:
            yield word("hint_identifier", language)
        yield _form(template, question, column, language)
        if question.own:
            yield word("hint_own", language)
        if question.several:
            lines = question.input in {Input.TEXT, Input.PLAIN}
            yield word("hint_lines" if lines else "hint_several", language)


def _form(template: Template, question: Question, column: Column, language: str) -> str:
    values = question.field.values
    key = f"hint_{question.input}"
    if question.input is Input.PLAIN:
        return ""
    if question.input is Input.CHOICE and not (values.schemes or values.choices):
        key = "hint_open"
    elif question.input is Input.DATE and question.days:
        key = "hint_day"
    elif question.input is Input.NUMBER and question.whole:
        key = "hint_whole"
    sheets = called(template, question)
    return word(key, language, tag=column.language or "", sheets=sheets)


def called(template: Template, question: Question) -> Texts:
    """The names of the tables that a question leads to, in quotation marks."""
    named = [quoted(table.form.names) for table in leads_to(template, question)]
    return {
        language: ", ".join(names[language] for names in named)
        for language in (named[0] if named else {})
    }


def leads_to(template: Template, question: Question) -> list[Table]:
    """The tables whose rows a question names."""
    return [
        table
        for table in template.tables
        if table.form.kind in question.kinds or table.form.cls in question.parts
    ]
