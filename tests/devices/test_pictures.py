"""Bytes are a picture only when every part of it is there, and no bytes do harm on the way to that answer."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from devices.pictures import MAX_SCANS, BadPicture, examine, kind_of, shape_of


def photo(kind: str, **options: Any) -> bytes:
    """A small picture of a kind."""
    image = Image.radial_gradient("L").resize((48, 32)).convert("RGB")
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


PHOTOS = {
    "jpeg": photo("JPEG"),
    "progressive": photo("JPEG", progressive=True),
    "restarts": photo("JPEG", restart_marker_blocks=1),
    "png": photo("PNG"),
    "webp": photo("WEBP"),
    "lossless": photo("WEBP", lossless=True),
    "extended": photo("WEBP", exif=b"Exif\x00\x00MM\x00*"),
}
JPEG, PNG, WEBP = PHOTOS["jpeg"], PHOTOS["png"], PHOTOS["webp"]


def chunk(name: bytes, body: bytes) -> bytes:
    """A chunk of a PNG with a right checksum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, *chunks: bytes) -> bytes:
    """A PNG with these chunks behind its size."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IEND", b"")


def riff(*chunks: bytes) -> bytes:
    """A WebP with these chunks."""
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize("name", PHOTOS)
def test_a_whole_picture_is_known_by_its_bytes(name: str) -> None:
    """Its size is read without decoding, a decoder agrees, and its parts lie end to end up to the last byte."""
    data = PHOTOS[name]
    shape = examine(data)
    kind = {"progressive": "jpeg", "restarts": "jpeg", "lossless": "webp", "extended": "webp"}.get(name, name)
    assert (shape.kind, kind_of(data), shape.width, shape.height) == (kind, kind, 48, 32)
    assert shape.parts[0].start == {"jpeg": 2, "png": 8, "webp": 12}[kind]
    assert shape.parts[-1].end == len(data)
    assert all(one.end == other.start for one, other in zip(shape.parts, shape.parts[1:], strict=False))


@pytest.mark.parametrize("name", PHOTOS)
def test_every_part_of_a_picture_that_breaks_off_is_refused(name: str) -> None:
    """Wherever it breaks off: not one byte may be missing."""
    data = PHOTOS[name]
    for length in range(len(data)):
        with pytest.raises(BadPicture):
            shape_of(data[:length])


@pytest.mark.parametrize("name", PHOTOS)
def test_what_follows_a_picture_is_no_part_of_it(name: str) -> None:
    """Phones put more behind the end; it is passed over."""
    assert examine(PHOTOS[name] + b"MotionPhoto" * 9).parts == shape_of(PHOTOS[name]).parts


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(
        [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x20\x00\x00\x00WEBP", b"RIFF", b"GIF89a"]
    ),
    st.binary(max_size=200),
)
def test_bytes_that_only_begin_like_a_picture_are_refused(begin: bytes, rest: bytes) -> None:
    """With a reason, and with no other error."""
    data = begin + rest
    with pytest.raises(BadPicture):
        examine(data)
    if kind_of(data) is None and data:
        with pytest.raises(BadPicture, match="no JPEG, PNG or WebP"):
            examine(data)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(sorted(PHOTOS)),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_damage_is_a_reason_or_does_not_matter(name: str, changes: list[tuple[float, int]]) -> None:
    """Nothing but BadPicture comes out of damaged pictures, and what passes still has a size within the limits."""
    data = bytearray(PHOTOS[name])
    for place, value in changes:
        data[int(place * len(data))] = value
    try:
        shape = examine(bytes(data))
    except BadPicture:
        pass
    else:
        assert 1 <= shape.width * shape.height <= 50_000_000


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7", "no JPEG, PNG or WebP"),
        (PNG[:-20] + b"\x00" + PNG[-19:], "checksum"),
        (png(3, 3), "PNG without an image"),
        (b"\x89PNG\r\n\x1a\n" + chunk(b"IDAT", b"") + chunk(b"IEND", b""), "begin with its size"),
        (png(0, 9, chunk(b"IDAT", b"")), "no size in pixels"),
        (png(65_500, 65_500, chunk(b"IDAT", b"")), "65500 x 65500 pixels, and at most 50 million"),
        (riff(b"EXIF\x02\x00\x00\x00ab"), "WebP without an image"),
        (riff(b"VP8 \xff\x00\x00\x00ab"), "chunk goes beyond"),
        (riff(b"VP8 \x02\x00\x00\x00ab"), "no size in pixels"),
        (riff(b"VP8L\x00\x00\x00\x00"), "no size in pixels"),
        (riff(b"ANMF\x00\x00\x00\x00"), "animation"),
        (riff(b"VP8L\x06\x00\x00\x00\x2f\xff\xff\xff\xff\x00"), "16384 x 16384"),
        (JPEG[:2] + JPEG[-2:], "JPEG without an image"),
        (b"\xff\xd8\xff\xe0\x00\x01" + JPEG[2:], "shorter than its heading"),
        (b"\xff\xd8\xff\x00" + JPEG[2:], "no segment"),
        (b"\xff\xd8" + JPEG, "no segment"),
    ],
)
def test_the_reason_names_what_is_wrong(data: bytes, word: str) -> None:
    """Before any decoder sees it."""
    with pytest.raises(BadPicture, match=word):
        shape_of(data)


def test_size_is_limited() -> None:
    """In bytes and in pixels, exactly."""
    assert shape_of(JPEG, max_bytes=len(JPEG), max_pixels=48 * 32).width == 48
    with pytest.raises(BadPicture, match="larger than"):
        shape_of(JPEG, max_bytes=len(JPEG) - 1)
    with pytest.raises(BadPicture, match="48 x 32"):
        shape_of(JPEG, max_pixels=48 * 32 - 1)


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    """Each scan costs a decoder the time of the whole picture."""
    scans = [part for part in shape_of(JPEG).parts if part.name == "FFDA"]
    body = JPEG[scans[0].start : scans[0].end]
    assert shape_of(JPEG[: scans[0].start] + body * MAX_SCANS + JPEG[-2:]).width == 48
    with pytest.raises(BadPicture, match="scans"):
        shape_of(JPEG[: scans[0].start] + body * (MAX_SCANS + 1) + JPEG[-2:])


def test_fill_bytes_between_segments_are_no_damage() -> None:
    """Any number of them may stand before a marker."""
    assert examine(JPEG[:2] + b"\xff" * 9 + JPEG[2:-2] + b"\xff\xff" + JPEG[-2:]).height == 32


def test_a_decoder_has_to_agree() -> None:
    """A picture that is whole by its structure and says two sizes, or has no decodable inside, is refused."""
    frame = WEBP[12:]
    vp8x = b"VP8X\x0a\x00\x00\x00" + bytes(4) + struct.pack("<I", 99)[:3] + struct.pack("<I", 99)[:3]
    assert shape_of(riff(vp8x, frame)).width == 100
    with pytest.raises(BadPicture, match="damaged"):
        examine(riff(vp8x, frame))
    with pytest.raises(BadPicture, match="damaged"):
        examine(riff(b"VP8 \x0a\x00\x00\x00\xff\xff\xff\x9d\x01\x2a\x03\x00\x03\x00"))
    twice = chunk(b"IHDR", struct.pack(">IIBBBBB", 5, 5, 8, 2, 0, 0, 0))
    with pytest.raises(BadPicture, match="3 x 3 pixels in one place and 5 x 5 in another"):
        examine(png(3, 3, twice, chunk(b"IDAT", zlib.compress(bytes(80)))))
    tables = [part for part in shape_of(JPEG).parts if part.name == "FFC4"]
    with pytest.raises(BadPicture, match="can't be decoded as JPEG"):
        examine(JPEG[: tables[0].start + 4] + b"\xee" * 12 + JPEG[tables[0].start + 16 :])
