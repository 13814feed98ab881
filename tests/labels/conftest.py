"""Judges that share no code with the labels: a ZPL renderer, a PDF renderer and a barcode reader."""

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest
import zplkit
import zxingcpp
from PIL import Image

import terminal.data
from labels.design import Design, Designs, load
from labels.stock import Stock
from labels.tag import Tag

HOSTILE = {
    "new label": "^XA",
    "cancel jobs": "~JA",
    "end and begin": "^XZ^XA^FDx",
    "hexadecimal": "a_5E_5F_7EJA",
    "field block escapes": "a\\b\\&c",
    "change of set": ">8>:>;>5>6",
    "quotes": "\"it's\" `so` 'so'",
    "reversed reading": "\u202eECART\u202c GPJ.exe",
    "emoji": "Kettle \U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467 red",
    "escape sequence": "\x1b]2;OWNED\x1b\\\x9b31m",
    "nul": "a\0b",
    "line ends": "one\r\ntwo\tthree\u2028four",
    "markup": "<b>[red]</para><img src='/etc/passwd'/>&amp;",
    "save settings": "^JUS^FS^FO0,0^GB800,1200,800^FS",
    "very long": "W" * 10_000,
    "long with spaces": "wide word " * 1_000,
    "accents upon accents": "e" + "\u0301" * 5_000,
    "lone surrogate": "half \ud83d of a pair",
    "other scripts": "Чайник 电水壶 קומקום",
    "empty": "",
    "blank": "   ",
}


@pytest.fixture(params=list(HOSTILE.values()), ids=list(HOSTILE))
def hostile(request: pytest.FixtureRequest) -> str:
    """One text that somebody may have put into a catalogue."""
    text: str = request.param
    return text


@pytest.fixture(scope="session")
def designs() -> Designs:
    """The designs that are shipped."""
    folder = Path(terminal.data.__file__).parent / "labels"
    return load({path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.toml"))})


@pytest.fixture(scope="session")
def choose(designs: Designs) -> Callable[[Tag, Stock], Design]:
    """A function that picks the design of a tag on a stock."""

    def pick(tag: Tag, stock: Stock) -> Design:
        return designs.choose(stock.name, tag.channel)

    return pick


@pytest.fixture(scope="session")
def amount() -> Callable[[int], int]:
    """A function that says how many examples of so many a long test takes: all with REGRADE_LABELS=full."""
    asked = os.environ.get("REGRADE_LABELS", "60")

    def examples(all_of_them: int) -> int:
        return all_of_them if asked == "full" else min(all_of_them, int(asked))

    return examples


@pytest.fixture(scope="session")
def make_tag() -> Callable[..., Tag]:
    """A function that makes an ordinary tag, with whatever is given instead."""

    def make(**given: Any) -> Tag:
        usual: dict[str, Any] = {
            "lpn": "BBBHBBBCDK",
            "grade": "B",
            "channel": "refurbish",
            "title": "WHITE HANGING HEART T-LIGHT HOLDER",
            "sku": "85123A",
            "tote": "REFURB-04",
            "date": "2026-11-23",
            "station": "B-1",
        }
        return Tag(**{**usual, **given})

    return make


@pytest.fixture(scope="session")
def render_zpl() -> Callable[[bytes, Stock], Image.Image]:
    """A function that prints ZPL on paper: exactly one label, or the test fails."""

    def render(job: bytes, stock: Stock) -> Image.Image:
        options = zplkit.Options(
            profile="specification", width=stock.width_dots, height=stock.height_dots, dpi=stock.dpi
        )
        printed = zplkit.render(job, options)
        assert len(printed.labels) == 1
        return Image.open(io.BytesIO(printed.labels[0].png())).convert("L")

    return render


@pytest.fixture(scope="session")
def render_pdf() -> Callable[..., list[Image.Image]]:
    """A function that turns the pages of a PDF into grey pictures."""

    def render(document: bytes, dpi: int) -> list[Image.Image]:
        with pypdfium2.PdfDocument(document) as pages:
            return [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in pages]

    return render


@pytest.fixture(scope="session")
def page_texts() -> Callable[[bytes], list[str]]:
    """A function that takes the text from the pages of a PDF, spaces and line ends as single spaces."""

    def extract(document: bytes) -> list[str]:
        with pypdfium2.PdfDocument(document) as pages:
            return [" ".join(page.get_textpage().get_text_range().split()) for page in pages]

    return extract


@pytest.fixture(scope="session")
def page_sizes() -> Callable[[bytes], list[tuple[float, float]]]:
    """A function that measures the pages of a PDF in points."""

    def measure(document: bytes) -> list[tuple[float, float]]:
        with pypdfium2.PdfDocument(document) as pages:
            return [page.get_size() for page in pages]

    return measure


@pytest.fixture(scope="session")
def read_codes() -> Callable[[Image.Image], list[str]]:
    """A function that reads every Code 128 symbol in a picture."""

    def read(picture: Image.Image) -> list[str]:
        # The reader also looks at the picture made smaller, where modules are no whole dots, and then may take one
        # symbol in many thousands for another one besides.
        code_128 = zxingcpp.barcode_formats_from_str("Code128")
        found = zxingcpp.read_barcodes(picture, formats=code_128, try_downscale=False)
        return sorted(code.text for code in found)

    return read


@pytest.fixture(scope="session")
def read_matrices() -> Callable[[Image.Image], list[tuple[str, bytes]]]:
    """A function that reads every QR code and DataMatrix in a picture: AIM identifier and bytes."""

    def read(picture: Image.Image) -> list[tuple[str, bytes]]:
        found = zxingcpp.read_barcodes(
            picture, formats=zxingcpp.barcode_formats_from_str("QRCode,DataMatrix")
        )
        return sorted((code.symbology_identifier, bytes(code.bytes)) for code in found)

    return read


@pytest.fixture(scope="session")
def one_bit() -> Callable[[Image.Image], Image.Image]:
    """A function that makes of a grey picture what a thermal head makes of it."""

    def threshold(picture: Image.Image) -> Image.Image:
        return picture.point([0] * 128 + [255] * 128)

    return threshold
