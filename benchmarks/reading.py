"""The memory and speed of readers: the same rows in each format, from a thousand to a million.

A reader holds its rows one after the other, so that its memory must not depend on their number.
`python -m benchmarks.reading` prints the table of docs/readers.md.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from ingest.readers import open_reader
from ingest.rows import ReaderOptions

SIZES: Final = (1_000, 100_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Reading:
    """One measured file: bytes on disk, seconds to scan and read it, peak of the process in MiB.

    `grown` is the part of the peak above that of a process that has only loaded the readers.
    """

    format: str
    rows: int
    size: int
    seconds: float
    memory: int
    grown: int


def cells(number: int) -> dict[str, str]:
    """A row of no meaning, in which texts are long, short, repeated, and never seen before."""
    return {
        "id": str(number),
        "title": f"Practice number {number} of a city that shares what it has learnt",
        "text": " ".join([f"What was done {number} times, and why."] * 5),
        "country": ("IT", "LV", "ES", "FR")[number % 4],
        "year": str(1990 + number % 35),
    }


COLUMNS: Final = tuple(cells(0))


def _csv(path: Path, rows: int) -> None:
    with path.open("w") as file:
        file.write(",".join(COLUMNS) + "\n")
        for n in range(rows):
            file.write(",".join(f'"{cell}"' for cell in cells(n).values()) + "\n")


def _jsonl(path: Path, rows: int) -> None:
    with path.open("w") as file:
        file.writelines(json.dumps(cells(n)) + "\n" for n in range(rows))


def _json(path: Path, rows: int) -> None:
    with path.open("w") as file:
        for n in range(rows):
            file.write(("," if n else "[") + json.dumps(cells(n)) + "\n")
        file.write("]")


def _yaml(path: Path, rows: int) -> None:
    with path.open("w") as file:
        for n in range(rows):
            lines = [f"{name}: {cell!r}" for name, cell in cells(n).items()]
            file.write("- " + "\n  ".join(lines) + "\n")


def _xml(path: Path, rows: int) -> None:
    with path.open("w") as file:
        file.write("<rows>\n")
        for n in range(rows):
            inside = "".join(f"<{name}>{cell}</{name}>" for name, cell in cells(n).items())
            file.write(f"<row>{inside}</row>\n")
        file.write("</rows>")


_NS: Final = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_REL: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_MEDIA: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def _xlsx(path: Path, rows: int) -> None:
    # As a spreadsheet writes it: texts in a table of their own, numbers as numbers.
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types">'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_MEDIA}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_MEDIA}.worksheet+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_MEDIA}.sharedStrings+xml"/>'
            "</Types>",
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {_NS} xmlns:r="{_REL}"><sheets><sheet name="Data" sheetId="1" r:id="r1"/>'
            "</sheets></workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="r1" Type="{_REL}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="r2" Type="{_REL}/sharedStrings" Target="sharedStrings.xml"/>'
            "</Relationships>",
        )
        with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as part:
            part.write(f"<sst {_NS}>".encode())
            for text in (*COLUMNS, "IT", "LV", "ES", "FR"):
                part.write(f"<si><t>{text}</t></si>".encode())
            for n in range(rows):
                row = cells(n)
                part.write(f"<si><t>{row['title']}</t></si><si><t>{row['text']}</t></si>".encode())
            part.write(b"</sst>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(f"<worksheet {_NS}><sheetData><row r='1'>".encode())
            part.write(
                "".join(f"<c r='{c}1' t='s'><v>{n}</v></c>" for n, c in enumerate("ABCDE")).encode()
            )
            for n in range(rows):
                row, r, first = cells(n), n + 2, len(COLUMNS) + 4 + 2 * n
                part.write(
                    f"</row><row r='{r}'><c r='A{r}'><v>{n}</v></c><c r='B{r}' t='s'><v>{first}</v>"
                    f"</c><c r='C{r}' t='s'><v>{first + 1}</v></c><c r='D{r}' t='s'><v>"
                    f"{len(COLUMNS) + n % 4}</v></c><c r='E{r}'><v>{row['year']}</v></c>".encode()
                )
            part.write(b"</row></sheetData></worksheet>")


_ODF: Final = "urn:oasis:names:tc:opendocument:xmlns"


def _ods(path: Path, rows: int) -> None:
    def line(texts: Iterator[str]) -> bytes:
        inside = "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p>'
            "</table:table-cell>"
            for text in texts
        )
        return f"<table:table-row>{inside}</table:table-row>".encode()

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<m xmlns="{_ODF}:manifest:1.0"/>')
        with archive.open("content.xml", "w", force_zip64=True) as part:
            part.write(
                f'<office:document-content xmlns:office="{_ODF}:office:1.0" '
                f'xmlns:table="{_ODF}:table:1.0" xmlns:text="{_ODF}:text:1.0"><office:body>'
                '<office:spreadsheet><table:table table:name="Data">'.encode()
            )
            part.write(line(iter(COLUMNS)))
            for n in range(rows):
                part.write(line(iter(cells(n).values())))
            part.write(
                b"</table:table></office:spreadsheet></office:body></office:document-content>"
            )


WRITERS: Final[dict[str, Callable[[Path, int], None]]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "json": _json,
    "xlsx": _xlsx,
    "ods": _ods,
    "xml": _xml,
    "yaml": _yaml,
}


def measure(format_: str, rows: int) -> Reading:
    """Write a file, then scan and read it as the pipeline does, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"rows.{format_}"
        WRITERS[format_](path, rows)
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            seconds, before, after = pool.apply(_read, (path, rows))
        return Reading(format_, rows, path.stat().st_size, seconds, after, after - before)


def _read(path: Path, rows: int) -> tuple[float, int, int]:
    before = _peak()
    begin = time.perf_counter()
    reader = open_reader(path, ReaderOptions())
    assert reader.scan().rows == rows
    for number, row in enumerate(reader.rows()):
        if number == rows - 1:
            assert row.cells == cells(number)
    return time.perf_counter() - begin, before, _peak()


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Print a table of the formats and sizes asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__)
    parser.add_argument("--formats", default=",".join(WRITERS))
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    options = parser.parse_args()
    print("| format | rows | MB on disk | rows/s (read twice) | peak MiB | grown by MiB |")
    print("|---|---:|---:|---:|---:|---:|")
    for format_ in options.formats.split(","):
        for size in map(int, options.sizes.split(",")):
            m = measure(format_, size)
            print(
                f"| {m.format} | {m.rows:,} | {m.size / 1e6:,.1f} | {m.rows / m.seconds:,.0f} "
                f"| {m.memory} | {m.grown} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
