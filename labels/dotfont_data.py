"""The glyphs of the dot font as a file: how it is written and how it is read.

The font is a zip with a member for each block of 256 code points, so that a label reads only the blocks that its
letters need. A member is 256 bytes, each the width of one glyph in units of 8 dots (0: no glyph), and then the
glyphs in their order, 16 rows of 1 or 2 bytes each. `labels/fonts/README.md` says how to make the file anew.
"""

import re
import sys
import unicodedata
import zipfile
from functools import cache, lru_cache
from pathlib import Path

FONT = Path(__file__).parent / "fonts" / "unifont.zip"

_BOX = re.compile(
    "AAAA0001.{52}5555|55558000.{52}AAAA"  # dashed: characters that cannot be seen
    "|00007FFE(?!7FFE).{20}7FFE7FFE.{20}7FFE0000"  # solid: unassigned code points
    "|FFFF.{24}FFFFFFFF.{24}FFFF"  # solid: code points that are never assigned
)
"""The boxes with the digits of a code point in them that Unifont draws where there is nothing to draw."""

_NO_LETTERS = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def build(source: Path, target: Path = FONT) -> int:
    """Write the font file from Unifont's `.hex` file and return how many glyphs are in it.

    Left out are boxes that stand for a code point, private and invisible characters, and glyphs without a dot that
    are no space. The same source gives the same bytes with the same zlib. Raises `ValueError` for a line that is
    no glyph.
    """
    blocks: dict[int, dict[int, bytes]] = {}
    for number, line in enumerate(source.read_text("ascii").splitlines(), 1):
        found = re.fullmatch(r"([0-9A-F]{4,6}):((?:[0-9A-F]{32}){1,2})", line)
        if found is None:
            raise ValueError(
                f"{source.name}, line {number}: expected code point:32 or 64 digits, got {line!r}"
            )
        code, digits = int(found[1], 16), found[2]
        if code <= 0xFFFF and _drawn(chr(code), digits):
            blocks.setdefault(code >> 8, {})[code & 0xFF] = bytes.fromhex(digits)
    with zipfile.ZipFile(target, "w") as out:
        for block, glyphs in sorted(blocks.items()):
            widths = bytes(len(glyphs.get(place, b"")) // 16 for place in range(256))
            member = zipfile.ZipInfo(_name(block))
            member.external_attr = 0o644 << 16
            data = widths + b"".join(glyphs[place] for place in sorted(glyphs))
            out.writestr(member, data, zipfile.ZIP_DEFLATED, 9)
    return sum(len(glyphs) for glyphs in blocks.values())


def read(code: int, font: Path = FONT) -> tuple[int, bytes] | None:
    """The width of a glyph in dots and its 16 rows from the top, or nothing if the font lacks it."""
    widths, glyphs, starts = _block(code >> 8, font)
    columns = widths[code & 0xFF]
    if not columns:
        return None
    start = starts[code & 0xFF]
    return 8 * columns, glyphs[start : start + 16 * columns]


def _drawn(char: str, digits: str) -> bool:
    kind = unicodedata.category(char)
    if kind in _NO_LETTERS or _BOX.fullmatch(digits):
        return False
    return kind == "Zs" or set(digits) != {"0"}


def _name(block: int) -> str:
    return f"{block:02x}"


@lru_cache(maxsize=64)
def _block(block: int, font: Path) -> tuple[bytes, bytes, tuple[int, ...]]:
    """The widths of a block, its glyphs, and where each of them begins."""
    if _name(block) not in _members(font):
        return bytes(256), b"", (0,) * 256
    with zipfile.ZipFile(font) as glyphs:
        data = glyphs.read(_name(block))
    widths, starts, start = data[:256], [], 0
    for columns in widths:
        starts.append(start)
        start += 16 * columns
    return widths, data[256:], tuple(starts)


@cache
def _members(font: Path) -> frozenset[str]:
    with zipfile.ZipFile(font) as glyphs:
        return frozenset(glyphs.namelist())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("Usage: python -m labels.dotfont_data unifont.hex")
    print(f"{build(Path(sys.argv[1]))} glyphs in {FONT.name}, {FONT.stat().st_size} bytes")
