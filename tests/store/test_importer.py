"""Whole files into the station: good rows in, bad rows beside, the same file twice the same."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from terminal.domain.facts import CATEGORIES
from terminal.domain.importmap import ImportMap
from terminal.domain.items import ManifestLine, Product
from terminal.store.importer import CHUNK, Imported, ImportRefused, import_catalogue, import_manifest

CREDIT_NOTES = Path(__file__).parents[3] / "shared" / "data" / "credit_notes_2010-12.csv"
DEMO = Path(__file__).parents[2] / "terminal" / "data" / "demo"

CREDIT_NOTES_MAPPING = """
columns = { rma = "InvoiceNo", sku = "StockCode", title = "Description", quantity = "Quantity", unit_price = "UnitPrice", initiated = "InvoiceDate" }
constants = { currency = "GBP", category = "home" }
date_formats = ["%m/%d/%y %H:%M"]
quantity_sign = "negative"
not_goods = [
    { column = "StockCode", pattern = "D", what = "discount" },
    { column = "StockCode", pattern = "M", what = "manual correction" },
    { column = "StockCode", pattern = "S", what = "samples" },
    { column = "StockCode", pattern = "POST|DOT|C2", what = "postage and carriage" },
    { column = "StockCode", pattern = "BANK CHARGES|AMAZONFEE|CRUK|B", what = "fee or bookkeeping" },
    { column = "StockCode", pattern = "PADS", what = "packing material" },
    { column = "StockCode", pattern = "gift_.*", what = "gift voucher" },
]
"""  # noqa: E501 - an inline table of TOML is one line


class Shelf:
    """A sink in memory that keeps a transaction only when it ends well."""

    def __init__(self, fail_after: int | None = None) -> None:
        self.lines: dict[tuple[str, int], ManifestLine] = {}
        self.goods: dict[str, Product] = {}
        self.chunks: list[int] = []
        self._fail_after = fail_after

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Undo everything that was put if it ends by an exception."""
        before = dict(self.lines), dict(self.goods)
        try:
            yield
        except BaseException:
            self.lines, self.goods = before
            raise

    def put_manifest(self, lines: Sequence[ManifestLine]) -> None:
        """Keep lines by RMA and number."""
        self._count(len(lines))
        self.lines |= {(line.rma, line.line): line for line in lines}

    def put_products(self, products: Sequence[Product]) -> None:
        """Keep products by SKU."""
        self._count(len(products))
        self.goods |= {product.sku or product.gtin or "": product for product in products}

    def _count(self, number: int) -> None:
        if self._fail_after is not None and len(self.chunks) == self._fail_after:
            raise RuntimeError("the disk is full")
        self.chunks.append(number)


def manifest(
    tmp_path: Path,
    content: str | bytes,
    mapping: ImportMap | None = None,
    shelf: Shelf | None = None,
    name: str = "in.csv",
) -> tuple[Imported, Shelf]:
    """Import a file with this content."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    shelf = shelf or Shelf()
    return import_manifest(path, mapping or ImportMap(), shelf, CATEGORIES, tmp_path / "rejects"), shelf


def rejects(done: Imported) -> list[dict[str, str]]:
    """The rejected rows as a spreadsheet reads them."""
    assert done.rejects_file is not None
    with done.rejects_file.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


# --- Real and shipped files


def test_credit_notes_of_a_real_shop_are_all_accounted_for(tmp_path: Path) -> None:
    """Credit notes of a real shop are all accounted for."""
    if not CREDIT_NOTES.exists():
        pytest.skip(f"{CREDIT_NOTES} is not there: the import of the 728 real credit notes was NOT run")
    mapping = TypeAdapter(ImportMap).validate_python(tomllib.loads(CREDIT_NOTES_MAPPING))
    shelf = Shelf()
    done = import_manifest(CREDIT_NOTES, mapping, shelf, CATEGORIES, tmp_path)
    assert (done.imported, done.rejected) == (698, 30)
    assert done.describe() == {
        "imported": 698,
        "rejected": 30,
        "rejects_file": str(tmp_path / "credit_notes_2010-12.rejects.csv"),
    }
    assert len(shelf.lines) == 698
    assert sum(line.quantity for line in shelf.lines.values()) == 16_009
    assert shelf.lines["C536391", 1] == ManifestLine(
        "C536391", 1, "22556", None, "PLASTERS IN TIN CIRCUS PARADE", "home", 12, unit_price=Decimal("1.65"),
        currency="GBP", initiated=datetime(2010, 12, 1, 10, 24, tzinfo=UTC), assumed=("category", "currency"),
    )  # fmt: skip
    found = rejects(done)
    assert found[0]["line"] == "2"
    assert found[0]["reason"] == "not goods: discount"
    assert found[0]["Quantity"] == "'-1"
    assert {row["reason"].partition(":")[0] for row in found} == {"not goods"}

    content = (tmp_path / "credit_notes_2010-12.rejects.csv").read_bytes()
    before = dict(shelf.lines)
    assert import_manifest(CREDIT_NOTES, mapping, shelf, CATEGORIES, tmp_path) == done
    assert shelf.lines == before
    assert (tmp_path / "credit_notes_2010-12.rejects.csv").read_bytes() == content


def test_demo_files_are_good_to_the_last_row(tmp_path: Path) -> None:
    """Demo files are good to the last row."""
    shelf = Shelf()
    goods = import_catalogue(DEMO / "catalogue.csv", ImportMap(), shelf, CATEGORIES, tmp_path)
    lines = import_manifest(DEMO / "manifest.csv", ImportMap(), shelf, CATEGORIES, tmp_path)
    assert (goods.rejects_file, lines.rejects_file) == (None, None)
    assert goods.imported >= 12
    assert len({rma for rma, _ in shelf.lines}) == 6
    assert {line.sku for line in shelf.lines.values()} <= set(shelf.goods)
    assert {product.gtin and product.gtin[:3] for product in shelf.goods.values()} == {"952"}
    assert not any(line.assumed for line in shelf.lines.values())
    assert not any(product.assumed for product in shelf.goods.values())
    assert 3 in {line.quantity for line in shelf.lines.values()}
    assert any(line.tracking for line in shelf.lines.values())


# --- Lines of an RMA


def test_the_same_product_on_several_lines_of_an_rma_stays_several_lines(tmp_path: Path) -> None:
    """The same product on several lines of an RMA stays several lines."""
    done, shelf = manifest(tmp_path, "rma,sku,quantity\nR1,S1,1\nR2,S1,1\nR1,S1,2\nR1,S1,2\n")
    assert done.imported == 4
    assert [(key, line.quantity) for key, line in shelf.lines.items()] == [
        (("R1", 1), 1), (("R2", 1), 1), (("R1", 2), 2), (("R1", 3), 2),
    ]  # fmt: skip


def test_a_corrected_row_does_not_move_its_neighbours(tmp_path: Path) -> None:
    """A corrected row does not move its neighbours."""
    _, shelf = manifest(tmp_path, "rma,sku,quantity\nR1,S1,1\nR1,S2,x\nR1,S3\nR1,S4,3\n")
    before = dict(shelf.lines)
    assert set(before) == {("R1", 1), ("R1", 4)}
    done, shelf = manifest(tmp_path, "rma,sku,quantity\nR1,S1,1\nR1,S2,2\nR1,S3,2\nR1,S4,3\n", shelf=shelf)
    assert done.rejects_file is None
    assert len(shelf.lines) == 4
    assert before.items() <= shelf.lines.items()


def test_importing_a_file_twice_changes_nothing(tmp_path: Path) -> None:
    """Importing a file twice changes nothing."""
    content = "rma,sku,quantity\nR1,S1,1\nR1,,1\n"
    first, shelf = manifest(tmp_path, content)
    before = dict(shelf.lines)
    again, shelf = manifest(tmp_path, content, shelf=shelf)
    assert again == first
    assert shelf.lines == before


# --- All or nothing


def test_a_sink_that_fails_leaves_nothing_half_done(tmp_path: Path) -> None:
    """A sink that fails leaves nothing half done."""
    content = "rma,sku\nR,\n" + "".join(f"R{n},S\n" for n in range(CHUNK * 20))
    shelf = Shelf(fail_after=1)
    with pytest.raises(RuntimeError, match="disk is full"):
        manifest(tmp_path, content, shelf=shelf)
    assert shelf.lines == {}
    assert list(tmp_path.glob("rejects/*")) == []


def test_a_rejects_file_that_cannot_be_written_stops_the_import(tmp_path: Path) -> None:
    """A rejects file that cannot be written stops the import."""
    (tmp_path / "rejects").write_text("a file where the folder should be")
    shelf = Shelf()
    with pytest.raises(ImportRefused, match=r"in\.rejects\.csv: cannot be written"):
        manifest(tmp_path, "rma,sku\nR1,S1\nR2,\n", shelf=shelf)
    assert shelf.lines == {}


def test_rows_go_to_the_sink_a_thousand_at_a_time_and_progress_is_told(tmp_path: Path) -> None:
    """Rows go to the sink a thousand at a time and progress is told."""
    path = tmp_path / "in.csv"
    path.write_text("rma,sku\n" + "".join(f"R{n},S\n" for n in range(2_500)))
    shelf = Shelf()
    seen: list[int] = []
    import_manifest(path, ImportMap(), shelf, None, tmp_path, progress=seen.append)
    assert shelf.chunks == [1000, 1000, 500]
    assert seen == sorted(seen)
    assert seen[-1] == 2_500


# --- The rejects file


def test_rejects_have_line_column_value_reason_and_the_row(tmp_path: Path) -> None:
    """Rejects have line column value reason and the row."""
    done, _ = manifest(tmp_path, "rma,sku,quantity,reason\nR1,S1,1,a\nR2,S2,none,b\n")
    assert (done.imported, done.rejected) == (1, 1)
    assert rejects(done) == [
        {
            "line": "3", "column": "quantity", "value": "none", "reason": "no number: expected as 1234.50",
            "rma": "R2", "sku": "S2", "quantity": "none", "file.reason": "b",
        }
    ]  # fmt: skip


def test_no_cell_of_the_rejects_file_is_a_formula_or_a_terminal_command(tmp_path: Path) -> None:
    """No cell of the rejects file is a formula or a terminal command."""
    done, _ = manifest(tmp_path, 'rma,sku\n"=1+1",\n+R,\n-R,\n@R,\n"\tR",\n"\rR",\nR\x1b[2J,\n')
    assert [row["rma"] for row in rejects(done)] == [
        "'=1+1",
        "'+R",
        "'-R",
        "'@R",
        "'\tR",
        "'\rR",
        r"R\x1b[2J",
    ]


def test_rejects_of_an_earlier_import_do_not_stay(tmp_path: Path) -> None:
    """Rejects of an earlier import do not stay."""
    done, _ = manifest(tmp_path, "rma,sku\nR1,\n")
    assert done.rejects_file is not None
    done, _ = manifest(tmp_path, "rma,sku\nR1,S1\n")
    assert done == Imported(1, 0, None)
    assert list(tmp_path.glob("rejects/*")) == []


def test_a_refused_file_leaves_the_rejects_of_the_last_import_alone(tmp_path: Path) -> None:
    """A refused file leaves the rejects of the last import alone."""
    done, _ = manifest(tmp_path, "rma,sku\nR1,\n")
    with pytest.raises(ImportRefused):
        manifest(tmp_path, b"")
    assert len(rejects(done)) == 1


# --- Files that are no such file


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the file is empty"),
        (b" \r\n ", "the file is empty"),
        (b"PK\x03\x04\x14\x00", "an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1", "an old Excel workbook"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x1f\x8b\x08", "a gzip file"),
        (b"SQLite format 3\x00", "an SQLite database"),
        ("rma,sku\nR1,S1\n".encode("utf-16"), 'set encoding = "utf-16"'),
        (b"\x7fELF\x02\x01\x01\x00\x00\x00", "a binary file"),
        (bytes(range(32)) * 9, "a binary file"),
        (b"R1,S1\nR2,S2\n", r"line 1: no column for rma, one is required"),
        (b"RMA,SKU\n", r"line 1: no column for rma, one is required - did you mean \"RMA\""),
        (b"\n\nrma,title\n", r"line 3: no column for sku or gtin, one is required"),
        (b"rma;sku\nR1;S1\n", r'line 1: the header has one column: set delimiter = ";"'),
        (b"rma\tsku\nR1\tS1\n", r'set delimiter = "\\t"'),
        (b"rma,sku,Gr\xf6\xdfe\nR1,S1,M\n", "line 1: .* is not utf-8: set encoding in the mapping"),
        (b"rma,sku,sku\n", 'the column "sku" is there twice'),
        (b'rma,"sku\nR1,S1\n', "line 1: the header cannot be read"),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_with_what_to_do(
    tmp_path: Path, content: bytes, why: str
) -> None:
    """A file that cannot be imported is refused with what to do."""
    with pytest.raises(ImportRefused, match=why) as caught:
        manifest(tmp_path, content)
    assert str(tmp_path / "in.csv") in str(caught.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    """A missing file and a folder are refused."""
    with pytest.raises(ImportRefused, match="cannot be read: No such file"):
        import_manifest(tmp_path / "none.csv", ImportMap(), Shelf(), None, tmp_path)
    with pytest.raises(ImportRefused, match="this is a folder"):
        import_manifest(tmp_path, ImportMap(), Shelf(), None, tmp_path)


def test_a_column_that_the_mapping_names_must_be_there(tmp_path: Path) -> None:
    """A column that the mapping names must be there."""
    mapping = ImportMap(columns={"rma": "InvoceNo", "sku": "StockCode"})
    with pytest.raises(
        ImportRefused, match='no column "InvoceNo" for rma - did you mean "InvoiceNo"'
    ) as caught:
        manifest(tmp_path, "InvoiceNo,StockCode\nR1,S1\n", mapping)
    assert (caught.value.line, caught.value.column) == (1, None)


# --- The catalogue, and a station's own store


def test_products_are_read_and_rejected_in_the_order_of_the_file(tmp_path: Path) -> None:
    """Products are read and rejected in the order of the file."""
    path = tmp_path / "goods.csv"
    path.write_text("sku,price,currency\nS1,5,EUR\n,5,EUR\nS2,x,EUR\nS3,1,EUR,more\nS4,1,EUR\n")
    shelf = Shelf()
    done = import_catalogue(path, ImportMap(), shelf, CATEGORIES, tmp_path)
    assert (done.imported, list(shelf.goods)) == (2, ["S1", "S4"])
    assert [row["line"] for row in rejects(done)] == ["3", "4", "5"]


def test_a_hundred_thousand_lines_are_not_held_in_memory(tmp_path: Path) -> None:
    """The peak of a process of its own; reading alone takes some 30 MB of it."""
    code = """
import contextlib, resource, sys
from pathlib import Path
from terminal.domain.importmap import ImportMap
from terminal.store.importer import import_manifest
class Sink:
    @contextlib.contextmanager
    def transaction(self): yield
    def put_manifest(self, lines): pass
folder = Path(sys.argv[1])
with (folder / "big.csv").open("w") as file:
    file.write("rma,sku,gtin,title,quantity,unit_price,currency,initiated,reason\\n")
    for n in range(100_000):
        file.write(f"R{n // 2},S{n},,A title of some goods {n},{n % 9 + 1},{n / 7:.2f},EUR,2026-11-23,too small\\n")
done = import_manifest(folder / "big.csv", ImportMap(), Sink(), None, folder)
assert (done.imported, done.rejected) == (100_000, 0)
status = Path("/proc/self/status")
if status.exists():  # the peak that getrusage tells may be that of the process that started this one
    print(int(status.read_text().partition("VmHWM:")[2].split()[0]) // 1024)
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=DEMO.parents[2],
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 300


# --- JSON


@pytest.mark.parametrize("wrap", [lambda rows: rows, lambda rows: {"items": rows}])
def test_json_rows_are_read_from_an_array_or_its_items(tmp_path: Path, wrap: object) -> None:
    """JSON rows are read from an array or its items."""
    assert callable(wrap)
    rows = [
        {"rma": "R1", "sku": "S1", "quantity": 2, "gtin": None, "unit_price": 12.40, "weight_g": 182},
        {"rma": "R1", "gtin": 4006381333931, "category": "phone"},
        {"rma": "R2", "sku": {"id": 7}},
        {"rma": "R3", "sku": "S", "title": ["a", "b"]},
        "R4",
        {"rma": True, "sku": "S9"},
    ]
    done, shelf = manifest(tmp_path, "\ufeff" + json.dumps(wrap(rows)), name="in.json")
    assert (done.imported, done.rejected) == (3, 3)
    assert shelf.lines["R1", 1].unit_price == Decimal("12.4")
    assert shelf.lines["R1", 2].gtin == "4006381333931"
    assert ("true", 1) in shelf.lines
    assert [(row["line"], row["column"]) for row in rejects(done)] == [
        ("3", "sku"),
        ("4", "title"),
        ("5", ""),
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("[{]", r"line 1, column 3: no JSON"),
        ('{"rows": []}', "expected a JSON array of objects"),
        ("7", "expected a JSON array"),
        ("[]", "no column for rma"),
        ('[{"RMA": "R1", "sku": "S"}]', 'did you mean "RMA"'),
        ("[" * 100_000, "nested too deeply"),
        (b'[{"rma": "\xff"}]', "this is not utf-8"),
    ],
)
def test_json_that_is_no_table_is_refused(tmp_path: Path, content: str | bytes, why: str) -> None:
    """JSON that is no table is refused."""
    with pytest.raises(ImportRefused, match=why):
        manifest(tmp_path, content, name="in.json")


def test_json_that_is_too_big_to_hold_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON that is too big to hold is refused."""
    monkeypatch.setattr("terminal.store.json_table.MAX_JSON_BYTES", 10)
    with pytest.raises(ImportRefused, match="write it as NDJSON"):
        manifest(tmp_path, '[{"rma": "R1"}]', name="in.json")


def test_ndjson_is_read_line_by_line_and_a_bad_line_is_a_reject(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NDJSON is read line by line and a bad line is a reject."""
    monkeypatch.setattr("terminal.store.json_table._PEEKED", 2)
    lines = [
        '{"rma": "R1", "sku": "S1"}', "", "{broken", '["R2"]', '{"rma": "R3", "sku": "S3", "quantity": 4}',
        '{"rma": "R4", "sku": "S4", "title": "' + "x" * 100_000 + '"}', '{"rma": "R5", "sku": "S5"}',
    ]  # fmt: skip
    done, shelf = manifest(tmp_path, "\n".join(lines), name="in.ndjson")
    assert (done.imported, done.rejected) == (3, 3)
    assert shelf.lines["R3", 1].quantity == 4
    found = rejects(done)
    assert [row["line"] for row in found] == ["3", "4", "6"]
    assert "no JSON" in found[0]["reason"]
    assert "expected an object" in found[1]["reason"]
    assert "more than 100000 characters" in found[2]["reason"]


def test_the_form_can_be_said_where_the_name_does_not(tmp_path: Path) -> None:
    """The form can be said where the name does not."""
    path = tmp_path / "returns.dat"
    path.write_text('{"rma": "R1", "sku": "S1"}\n')
    done = import_manifest(path, ImportMap(), Shelf(), None, tmp_path, form="ndjson")
    assert done.imported == 1
