"""Labels as PDF through poppler, as most print queues on Linux use it: in grey, and in a thermal head's one bit."""

import random
import string
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from labels import pdf
from labels.design import Designs
from labels.stock import SIZES, find
from labels.tag import Tag

CHANNELS = ("restock", "outlet", "refurbish", "donate", "recycle", "quarantine", "retag")


@pytest.mark.parametrize("mode", ["gray", "mono"])
def test_twenty_labels_read_back_from_pdftoppm(
    tmp_path: Path,
    need: Callable[..., str],
    read: Callable[..., list[tuple[str, bytes]]],
    designs: Designs,
    make_tag: Callable[..., Tag],
    mode: str,
) -> None:
    """At 203 dots per inch, every size, titles in several scripts, numbers that begin with 99 among them."""
    pdftoppm, dice = need("pdftoppm", "poppler-utils"), random.Random(203)
    for number in range(20):
        lpn = ("99", "", "LPN-")[number % 3] + "".join(dice.choices(string.digits + "BCDEFG", k=8))
        size, channel = list(SIZES)[number % 3], CHANNELS[number % 7]
        title = ("RED KETTLE, 1.7 L", "Zażółć gęślą jaźń", "غلاية كهربائية", "不锈钢电热水壶", "^XA~JA <b>")[
            number % 5
        ]
        tag = make_tag(lpn=lpn, channel=channel, title=title, copy=1 + number % 2)
        page = tmp_path / f"{number}.pdf"
        page.write_bytes(pdf.write(tag, find(size, 203), designs.choose(size, channel)))
        command = [pdftoppm, "-r", "203", f"-{mode}", "-singlefile", str(page), str(page.with_suffix(""))]
        subprocess.run(command, check=True, timeout=30)
        with Image.open(page.with_suffix(".pgm" if mode == "gray" else ".pbm")) as picture:
            stock = find(size, 203)
            assert picture.size == (stock.width_dots, stock.height_dots)
            assert read(picture.convert("L")) == [("]C0", lpn.encode())]
