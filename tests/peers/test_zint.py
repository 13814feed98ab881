"""Our symbols beside those of zint, an encoder of another family: each reads the other's, and readers read both."""

import random
import string
from collections.abc import Callable

import pytest
import zint
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from labels import gs1, linear
from labels.stock import find
from labels.symbols import place_datamatrix, place_qr

Read = Callable[..., list[tuple[str, bytes]]]
STOCK = find("4x6in", 203)
PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
SET_82 = "!\"%&'()*+,-./:;<=>?" + string.digits + string.ascii_letters


def drawn_by_zint(kind: zint.Symbology, data: str, **given: object) -> tuple[str, ...]:
    """A symbol as rows of 1 and 0."""
    symbol = zint.Symbol()
    symbol.symbology = kind
    for name, value in given.items():
        setattr(symbol, name, value)
    symbol.encode(data)
    packed: list[list[int]] = symbol.encoded_data.tolist()  # type: ignore[assignment]  # it has two dimensions
    bits = ("".join(f"{byte:08b}"[::-1] for byte in row) for row in packed[: symbol.rows])
    return tuple(row[: symbol.width] for row in bits)


def picture(rows: tuple[str, ...], dots: int = 4) -> Image.Image:
    """Rows of 1 and 0 as ink on paper, with quiet zones."""
    white = b"\xff" * (len(rows[0]) + 20)
    inked = b"".join(
        b"\xff" * 10 + row.replace("1", "\x00").replace("0", "\xff").encode("latin-1") + b"\xff" * 10
        for row in rows
    )
    small = Image.frombytes("L", (len(white), len(rows) + 20), white * 10 + inked + white * 10)
    return small.resize((small.width * dots, small.height * dots), Image.Resampling.NEAREST)


@settings(deadline=None, max_examples=100)
@given(
    st.one_of(
        st.text(PRINTABLE, min_size=1, max_size=40),
        st.text(string.digits, min_size=1, max_size=40),
        st.text("019AB", min_size=1, max_size=30).map(lambda text: "99" + text),
    )
)
def test_our_reader_reads_the_bars_of_zint(data: str) -> None:
    """Two encoders may change sets at other places, and so take more room; neither may say something else."""
    (theirs,) = drawn_by_zint(zint.Symbology.CODE128, data)
    assert linear.decode(theirs) == linear.decode(linear.encode(data)) == data


def test_a_reader_reads_the_same_from_our_bars_and_from_those_of_zint(read: Read) -> None:
    """A third program, and not our own reader, is the judge."""
    dice = random.Random(281)
    for number in range(200):
        alphabet = (PRINTABLE[1:], string.digits, "9901A", "B1")[number % 4]
        data = "".join(dice.choices(alphabet, k=dice.randint(1, 28)))
        for modules in (linear.encode(data), *drawn_by_zint(zint.Symbology.CODE128, data)):
            assert read(picture((modules,) * 40)) == [("]C0", data.encode())]


def test_symbols_in_one_set_are_the_very_same_modules() -> None:
    """Where there is no choice of sets, there is one symbol."""
    dice = random.Random(128)
    for _ in range(300):
        data = "".join(dice.choices("BCDEFGHIJKLNOPRSTUVX-", k=dice.randint(2, 30)))
        assert drawn_by_zint(zint.Symbology.CODE128, data) == (linear.encode_in_one_set(data),)
        data = "".join(dice.choices(string.digits, k=2 * dice.randint(2, 15)))
        assert drawn_by_zint(zint.Symbology.CODE128, data) == (linear.encode_in_one_set(data),)


@pytest.mark.parametrize(
    "data", ["HTTPS://R.EXAMPLE/BBBHBBBCDK", "0123456789", "a>b_c^d~e", "^XA~JA>8", "Zażółć 不锈钢 غلاية"]
)
@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
def test_a_qr_code_says_the_same_as_the_one_of_zint(read: Read, data: str, level: str) -> None:
    """Read by the same reader, in every level."""
    ours = place_qr(data, 5.0, 5.0, 60.0, level, STOCK).rows
    theirs = drawn_by_zint(
        zint.Symbology.QRCODE, data, option_1="LMQH".index(level) + 1, input_mode=zint.InputMode.UNICODE
    )
    wanted = data.encode()
    for rows in (ours, theirs):
        ((_, said),) = read(picture(rows), "QRCode")
        assert said == wanted


def test_a_gs1_datamatrix_says_the_same_as_the_one_of_zint(read: Read) -> None:
    """GTIN, batch and serial of every character, FNC1 included."""
    dice = random.Random(82)
    for _ in range(40):
        body = "".join(dice.choices(string.digits, k=13))
        batch, serial = (
            "".join(dice.choices(SET_82, k=dice.randint(1, 20))).translate(
                {ord(char): "-" for char in "[]()"}
            )
            for _ in range(2)
        )
        gtin = body + gs1.check_digit(body)
        ours = place_datamatrix(f"01{gtin}10{batch}\x1d21{serial}", 5.0, 5.0, 60.0, STOCK).rows
        theirs = drawn_by_zint(
            zint.Symbology.DATAMATRIX, f"[01]{gtin}[10]{batch}[21]{serial}", input_mode=zint.InputMode.GS1
        )
        wanted = [("]d2", f"01{gtin}10{batch}\x1d21{serial}".encode())]
        assert read(picture(ours), "DataMatrix") == wanted
        assert read(picture(theirs), "DataMatrix") == wanted
