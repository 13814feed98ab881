"""Black and white pictures: what they consist of, and how a label printer is told to print one.

A row is one integer and its highest bit is the dot on the left, so joining, cutting and inverting are arithmetic.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_REPEATED = re.compile(r"(.)\1*")
_BLACK = re.compile("1+")
_MOST_REPEATS = 419
"""The count before a digit is a letter for twenties up to 400 and a letter for ones up to 19."""


@dataclass(frozen=True, slots=True)
class Bitmap:
    """A rectangle of dots. Raises `ValueError` if the rows are not as many or as wide as it says."""

    width: int
    height: int
    rows: tuple[int, ...]
    """From the top; dot x of a row is its bit `width - 1 - x`, and a bit that is set is black."""

    def __post_init__(self) -> None:
        if self.width < 0 or len(self.rows) != self.height:
            raise ValueError(
                f"a picture of {self.width} x {self.height} dots can't have {len(self.rows)} rows"
            )
        if self.rows and not 0 <= min(self.rows) <= max(self.rows) < 1 << self.width:
            raise ValueError(f"a row has dots outside of a picture {self.width} dots wide")

    def scaled(self, factor: int) -> "Bitmap":
        """The picture with every dot as a square of so many dots; `factor` is at least 1."""
        if factor < 1:
            raise ValueError(f"a picture is enlarged 1 time or more, not {factor} times")
        rows = tuple(
            int("".join(dot * factor for dot in f"{row:b}"), 2) for row in self.rows for _ in range(factor)
        )
        return Bitmap(self.width * factor, self.height * factor, rows)

    def inverted(self) -> "Bitmap":
        """The picture with black and white exchanged."""
        all_black = (1 << self.width) - 1
        return Bitmap(self.width, self.height, tuple(row ^ all_black for row in self.rows))

    def cropped(self, width: int) -> "Bitmap":
        """The left part of the picture, as wide as that or as the picture is."""
        kept = max(0, min(width, self.width))
        return Bitmap(kept, self.height, tuple(row >> (self.width - kept) for row in self.rows))

    def runs(self) -> Iterator[tuple[int, int, int]]:
        """Each unbroken row of black dots as x, y and length, from the top and from the left, for painters."""
        for y, row in enumerate(self.rows):
            dots = f"{row:b}"
            left = self.width - len(dots)
            for run in _BLACK.finditer(dots):
                yield left + run.start(), y, run.end() - run.start()

    def lines(self) -> tuple[str, ...]:
        """The rows as text, `#` for black and `.` for white: what `from_rows` reads."""
        if not self.width:
            return ("",) * self.height
        return tuple(f"{row:0{self.width}b}".replace("0", ".").replace("1", "#") for row in self.rows)

    def zpl(self) -> str:
        """The `^GF` command that prints the picture where the field begins; nothing if it has no dots at all.

        Data are hexadecimal digits in ZPL's compressed form: counts before repeated digits, `,` for the rest
        of a row in white, `:` for a row like the one above (ZPL II Programming Guide, `^GF`
        and the alternative data compression scheme of `~DG`).
        """
        per_row = -(-self.width // 8)
        size = per_row * self.height
        if not size:
            return ""
        padding = 8 * per_row - self.width
        sent: list[str] = []
        above: int | None = None
        for row in self.rows:
            sent.append(":" if row == above else _compressed(f"{row << padding:0{2 * per_row}X}"))
            above = row
        return f"^GFA,{size},{size},{per_row},{''.join(sent)}"


def from_rows(lines: Sequence[str]) -> Bitmap:
    """The picture that lines of `#` (black) and `.` (white) show. Raises `ValueError` for anything else."""
    width = len(lines[0]) if lines else 0
    for number, line in enumerate(lines, 1):
        if len(line) != width or set(line) - {"#", "."}:
            raise ValueError(f"line {number}: expected {width} of # and ., got {line!r}")
    bits = ("0" + line.replace("#", "1").replace(".", "0") for line in lines)
    return Bitmap(width, len(lines), tuple(int(row, 2) for row in bits))


def _compressed(digits: str) -> str:
    """One row of hexadecimal digits in the compressed form."""
    # `!` for the rest of a row in black is left out: not every renderer fills it with black.
    rest = "," if digits[-1] == "0" else ""
    if rest:
        digits = digits.rstrip("0")
    return "".join(_counted(run[1], len(run[0])) for run in _REPEATED.finditer(digits)) + rest


def _counted(digit: str, count: int) -> str:
    """A digit so many times: itself if it is once or twice, else behind letters that count."""
    whole, count = divmod(count, _MOST_REPEATS)
    sent = f"zY{digit}" * whole
    if count < 3:
        return sent + digit * count
    twenties, ones = divmod(count, 20)
    letters = ("" if not twenties else chr(ord("f") + twenties)) + ("" if not ones else chr(ord("F") + ones))
    return sent + letters + digit
