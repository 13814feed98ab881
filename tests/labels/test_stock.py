"""Label sizes and dots."""

import pytest

from labels.stock import Stock, UnknownStock, find


@pytest.mark.parametrize(
    ("name", "dpi", "wide", "high"),
    [
        ("4x6in", 203, 812, 1218),
        ("4x6in", 300, 1200, 1800),
        ("4x6in", 600, 2400, 3600),
        ("2x1in", 203, 406, 203),
        ("2x1in", 300, 600, 300),
        ("2x1in", 600, 1200, 600),
        ("57x32mm", 203, 455, 255),
        ("57x32mm", 300, 673, 377),
        ("57x32mm", 600, 1346, 755),
    ],
)
def test_a_label_has_whole_dots_at_the_resolution_as_sold(name: str, dpi: int, wide: int, high: int) -> None:
    """The dots that printers of these sizes have."""
    stock = find(name, dpi)
    assert (stock.width_dots, stock.height_dots) == (wide, high)


def test_dots_and_millimetres_are_inverse() -> None:
    """A place on the dot grid survives the way through millimetres."""
    for dpi in (203, 300, 600):
        stock = find("2x1in", dpi)
        assert all(stock.dots(stock.mm(dot)) == dot for dot in range(stock.width_dots + 1))


def test_an_unknown_size_is_refused_with_the_nearest_one() -> None:
    """And a hostile name is shown escaped."""
    with pytest.raises(UnknownStock, match=r"Did you mean 4x6in\?.*4x6in, 2x1in, 57x32mm"):
        find("4x6", 203)
    with pytest.raises(UnknownStock, match="Did you mean 57x32mm"):
        find("57x32", 203)
    with pytest.raises(UnknownStock, match=r"no label size 'a\\x1bb'"):
        find("a\x1bb", 203)


def test_a_resolution_in_dots_per_mm_is_refused_with_the_one_meant() -> None:
    """Printers report 8, 12 or 24 dots/mm; people type that."""
    with pytest.raises(UnknownStock, match="12 dots/mm are 300"):
        find("4x6in", 12)
    with pytest.raises(UnknownStock, match="203, 300, 600"):
        find("4x6in", 72)


@pytest.mark.parametrize("side", [0, -1, float("nan"), float("inf"), 4.9])
def test_a_label_without_area_is_refused(side: float) -> None:
    """Not a number is no side either."""
    with pytest.raises(UnknownStock, match="5 to 1000 mm"):
        Stock("odd", side, 30, 203)


def test_a_size_may_say_its_sides() -> None:
    """In millimetres or inches."""
    assert find("80x40mm", 203).width_dots == 639
    assert find("3x2in", 300).height_dots == 600
    with pytest.raises(UnknownStock, match=r"side of 4\.0 mm"):
        find("80x4mm", 203)
