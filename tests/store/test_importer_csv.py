"""Reading CSV as it really comes: other marks, other encodings, broken lines that cost no good one."""

from __future__ import annotations

import contextlib
import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal.domain.importmap import ImportMap
from terminal.domain.intake import Reject
from terminal.store import csv_table
from terminal.store.table import MAX_LINE, ImportRefused
from terminal.store.tablefile import open_table

FIELDS = ("rma", "sku")


def rows(
    tmp_path: Path, content: str | bytes, mapping: ImportMap | None = None
) -> tuple[list[tuple[int, list[str]]], list[Reject]]:
    """The good rows with their lines, and the rejects."""
    path = tmp_path / "in.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    good: list[tuple[int, list[str]]] = []
    bad: list[Reject] = []
    with open_table(path, mapping or ImportMap(), FIELDS) as table:
        for batch in table.batches:
            good += [(batch.at[place], list(batch.rows[place])) for place in batch.good]
            bad += batch.rejects.values()
    return good, bad


def test_marks_and_encoding_come_from_the_mapping(tmp_path: Path) -> None:
    """Marks and encoding come from the mapping."""
    content = "Größe;sku\r\n42;S\u00e9\r\n".encode("cp1252")
    good, bad = rows(tmp_path, content, ImportMap(delimiter=";", encoding="cp1252"))
    assert (good, bad) == ([(2, ["42", "Sé"])], [])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "utf-16", "utf_16_le"])
def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path, encoding: str) -> None:
    """A byte order mark is no part of the first column."""
    name = encoding if encoding.startswith("utf_16") or encoding == "utf-16" else "UTF_8"
    path = tmp_path / "in.csv"
    path.write_bytes("rma,sku\nR1,S1\n".encode(encoding))
    with open_table(path, ImportMap(encoding=name), FIELDS) as table:
        assert table.header == ["rma", "sku"]
        assert [list(batch.rows) for batch in table.batches] == [[["R1", "S1"]]]


def test_a_file_that_is_not_of_its_encoding_is_refused_even_late(tmp_path: Path) -> None:
    """A file that is not of its encoding is refused even late."""
    content = ("rma,sku\n" + "R1,S1\n" * 60_000).encode("utf-16-le") + b"x"
    with pytest.raises(ImportRefused, match="this is not utf-16-le"):
        rows(tmp_path, content, ImportMap(encoding="utf-16-le"))


def test_blank_lines_are_nothing(tmp_path: Path) -> None:
    """Blank lines are nothing."""
    good, bad = rows(tmp_path, "\n\nrma,sku\n\nR1,S1\r\n\r\nR2,S2")
    assert (good, bad) == ([(5, ["R1", "S1"]), (7, ["R2", "S2"])], [])


@pytest.mark.parametrize(
    ("line", "column", "why"),
    [
        ("R1,S1,more", "", "3 cells, the header has 2"),
        ("R1", "", "1 cells, the header has 2"),
        ("R1,S\0", "sku", "byte 0x00 is no text in the file's encoding"),
        (b"R1,Gr\xf6", "sku", "byte 0xf6 is no text in the file's encoding: set encoding"),
        ('R1,"S1"x', "", "expected after"),
        ("R1," + "x" * MAX_LINE, "", f"more than {MAX_LINE} characters"),
    ],
)
def test_a_broken_line_is_a_reject_and_its_neighbours_are_not(
    tmp_path: Path, line: str | bytes, column: str, why: str
) -> None:
    """A broken line is a reject and its neighbours are not."""
    broken = line if isinstance(line, bytes) else line.encode()
    good, bad = rows(tmp_path, b"rma,sku\nR0,S0\n" + broken + b"\nR2,S2\n")
    assert good == [(2, ["R0", "S0"]), (4, ["R2", "S2"])]
    assert [(reject.line, reject.column) for reject in bad] == [(3, column)]
    assert why in bad[0].reason
    assert len(bad[0].value) <= MAX_LINE


@pytest.mark.parametrize("after", [0, 3, 120])
@pytest.mark.parametrize("ended", ["\n", ""])
def test_a_quote_that_is_never_closed_costs_one_line(tmp_path: Path, after: int, ended: str) -> None:
    """A quote that is never closed costs one line."""
    lines = [f"R{n},S{n}" for n in range(after)]
    good, bad = rows(tmp_path, "\n".join(["rma,sku", 'R,"5 inch pipe', *lines]) + ended)
    assert [cells for _, cells in good] == [line.split(",") for line in lines]
    assert [(reject.line, reject.value) for reject in bad] == [(2, 'R,"5 inch pipe')]


def test_two_stray_quotes_make_one_cell_of_all_lines_between_them(tmp_path: Path) -> None:
    """That is CSV; such a cell is no number of anything, so the row is refused when it is read for its meaning."""
    good, bad = rows(tmp_path, 'rma,sku\nR1,"S1\nR2,S2\nR3,S3"\nR4,S4\n')
    assert (good, bad) == ([(2, ["R1", "S1\nR2,S2\nR3,S3"]), (5, ["R4", "S4"])], [])


def test_lines_that_a_quote_pulled_together_are_taken_apart_again(tmp_path: Path) -> None:
    """The cells of the whole do not fit the header, so only the line with the quote is given up."""
    good, bad = rows(tmp_path, 'rma,sku\n"R1,S1\nR2,S2\nx",y,z\nR4,S4\n')
    assert [at for at, _ in good] == [3, 5]
    assert [(reject.line, reject.reason.partition(",")[0]) for reject in bad] == [
        (2, "a quote is opened here and not closed"),
        (4, "3 cells"),
    ]


def test_a_line_without_end_after_an_open_quote_is_not_lost(tmp_path: Path) -> None:
    """A line without end after an open quote is not lost."""
    good, bad = rows(tmp_path, 'rma,sku\nR1,"S1\n' + "x" * (3 * MAX_LINE) + "\nR3,S3\n")
    assert good == [(4, ["R3", "S3"])]
    assert [reject.line for reject in bad] == [2, 3]


def test_a_cell_may_hold_a_line_break_between_quotes(tmp_path: Path) -> None:
    """A cell may hold a line break between quotes."""
    good, bad = rows(tmp_path, 'rma,sku\nR1,"two\nlines"\nR2,S2\n')
    assert (good, bad) == ([(2, ["R1", "two\nlines"]), (4, ["R2", "S2"])], [])


cells = st.text(alphabet='ab ,;"\n\r\té€', max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.lists(st.tuples(cells, cells.filter(str.strip)), max_size=30), st.integers(1, 200))
def test_rows_are_the_same_wherever_a_block_ends(
    tmp_path: Path, written: list[tuple[str, str]], block: int
) -> None:
    """Whatever can be written as CSV is read as it was written, at any block size."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(FIELDS)
    writer.writerows(written)
    before = csv_table._BLOCK
    csv_table._BLOCK = block
    try:
        good, bad = rows(tmp_path, text.getvalue())
    finally:
        csv_table._BLOCK = before
    assert bad == []
    assert [tuple(row) for _, row in good] == written


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.binary(max_size=300), st.integers(1, 64))
def test_no_bytes_end_in_anything_but_rows_rejects_or_a_refusal(
    tmp_path: Path, content: bytes, block: int
) -> None:
    """Every line that is not blank is a row, a reject or part of one; none is lost."""
    before = csv_table._BLOCK
    csv_table._BLOCK = block
    try:
        with contextlib.suppress(ImportRefused):
            good, bad = rows(tmp_path, b"rma,sku\n" + content)
            seen = [at for at, _ in good] + [reject.line for reject in bad]
            assert len(seen) == len(set(seen))
            assert bool(seen) == bool(content.strip(b"\r\n"))
    finally:
        csv_table._BLOCK = before
