"""What a picture file is: kind, size in pixels and whether it is whole, told from its bytes.

A file's name is never asked, and nothing is decoded before the size is known: a picture of a few kilobytes may
claim gigabytes of pixels. The surprise: a JPEG without its end mark opens in most viewers, as a photo whose lower
part is grey, so that the walk to the end is what tells a whole photo from a half one.

Structures after ITU-T T.81 annex B (JPEG), ISO/IEC 15948 (PNG) and RFC 9649 (WebP).
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

from devices.said import Said

Kind = Literal["jpeg", "png", "webp"]

MAX_BYTES = 12_000_000
MAX_PIXELS = 50_000_000
MAX_SCANS = 100
"""Passes over a progressive JPEG; cameras make about ten, and each costs the time of the whole picture."""
SUFFIXES: dict[Kind, str] = {"jpeg": "jpg", "png": "png", "webp": "webp"}
"""How the file of a kind is called."""

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)
"""What ends the coded data of a JPEG's scan: a marker that is neither stuffing nor a restart."""
_BARE = {0x01, *range(0xD0, 0xD8)}
"""JPEG markers without a length."""
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG markers that begin a frame and say its size."""
SOI, EOI, SOS = 0xD8, 0xD9, 0xDA


class BadPicture(ValueError):
    """Bytes that are no picture to keep. The text is the end of a sentence about them: "is empty"."""


@dataclass(frozen=True, slots=True)
class Part:
    """One segment of a JPEG or one chunk of a PNG or WebP: `data[start:end]` is all of it, with its heading."""

    name: str
    """`FFE1` for a JPEG's marker, else the chunk's four letters."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Shape:
    """A picture's kind, size in pixels, and its parts in order; what follows the last one is no part of it."""

    kind: Kind
    width: int
    height: int
    parts: tuple[Part, ...]


def kind_of(data: bytes) -> Kind | None:
    """The kind that the first bytes name; None for anything but the three."""
    if data[:3] == b"\xff\xd8\xff":
        return "jpeg"
    if data[:8] == _PNG_SIGNATURE:
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return None


def shape_of(data: bytes, max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS) -> Shape:
    """Walk through a picture from its first byte to its end. Raises BadPicture: none, half, damaged, too large."""
    if not data:
        # TRANSLATORS: the end of a sentence about a photo or a file, as all that begin with "is", "has" and "says"
        raise BadPicture(Said("is empty"))
    if len(data) > max_bytes:
        raise BadPicture(Said("is larger than {size}", size=megabytes(max_bytes)))
    kind = kind_of(data)
    if kind is None:
        raise BadPicture(Said("is no JPEG, PNG or WebP"))
    shape = {"jpeg": _jpeg, "png": _png, "webp": _webp}[kind](data)
    if not shape.width or not shape.height:
        raise BadPicture(Said("has no size in pixels"))
    if shape.width * shape.height > max_pixels:
        raise BadPicture(
            Said(
                "has {width} x {height} pixels, and at most {most} million are read",
                width=shape.width,
                height=shape.height,
                most=max_pixels // 1_000_000,
            )
        )
    return shape


def examine(data: bytes, max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS) -> Shape:
    """As `shape_of`, and a decoder agrees: it opens the picture with the same size, and reads a JPEG to its end.

    A JPEG is decoded at an eighth of its size, which costs little and still goes through all of its data.
    """
    from PIL import Image  # start-up does without it

    shape = shape_of(data, max_bytes, max_pixels)
    try:
        with Image.open(BytesIO(data), formats=[shape.kind.upper()]) as image:
            size = image.size
            if shape.kind == "jpeg":
                image.draft("L", (max(1, shape.width // 8), max(1, shape.height // 8)))
                image.load()
    except Exception as problem:  # a decoder given hostile bytes fails in a dozen ways
        told = Said("can't be decoded as {kind}, so it is damaged", kind=shape.kind.upper())
        raise BadPicture(told) from problem
    if size != (shape.width, shape.height):
        raise BadPicture(
            Said(
                "says {width} x {height} pixels in one place and {other_width} x {other_height} in another",
                width=shape.width,
                height=shape.height,
                other_width=size[0],
                other_height=size[1],
            )
        )
    return shape


def megabytes(size: int) -> str:
    """A number of bytes in words for people."""
    return f"{size / 1_000_000:.3g} MB"


def _half(kind: str) -> BadPicture:
    return BadPicture(Said("is only a part of a {kind}: its end is missing", kind=kind))


def _jpeg(data: bytes) -> Shape:
    parts: list[Part] = []
    size: tuple[int, int] | None = None
    at, scans = 2, 0
    while True:
        start = at
        while data[at : at + 2] == b"\xff\xff":
            at += 1
        if len(data) < at + 2:
            raise _half("JPEG")
        marker = data[at + 1]
        if data[at] != 0xFF or marker in (0x00, SOI):
            raise BadPicture(Said("is a damaged JPEG: something between its segments is no segment"))
        at += 2
        if marker == EOI:
            parts.append(Part("FFD9", start, at))
            break
        if marker not in _BARE:
            length = int.from_bytes(data[at : at + 2], "big")
            if len(data) < at + max(2, length):
                raise _half("JPEG")
            if length < 2:
                raise BadPicture(Said("is a damaged JPEG: a segment is shorter than its heading"))
            if marker in _FRAMES and length >= 8:
                size = (
                    int.from_bytes(data[at + 5 : at + 7], "big"),
                    int.from_bytes(data[at + 3 : at + 5], "big"),
                )
            at += length
        if marker == SOS:
            scans += 1
            if scans > MAX_SCANS:
                raise BadPicture(
                    Said("is a JPEG of more than {most} scans, which no camera makes", most=MAX_SCANS)
                )
            found = _MARKER.search(data, at)
            if found is None:
                raise _half("JPEG")
            at = found.start()
        parts.append(Part(f"FF{marker:02X}", start, at))
    if size is None or not scans:
        raise BadPicture(Said("is a JPEG without an image in it"))
    return Shape("jpeg", *size, tuple(parts))


def _png(data: bytes) -> Shape:
    parts: list[Part] = []
    at = len(_PNG_SIGNATURE)
    while not parts or parts[-1].name != "IEND":
        length = int.from_bytes(data[at : at + 4], "big")
        end = at + 12 + length
        if len(data) < max(end, at + 12):
            raise _half("PNG")
        if zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            raise BadPicture(Said("is a damaged PNG: a checksum in it is wrong"))
        parts.append(Part(data[at + 4 : at + 8].decode("latin-1"), at, end))
        at = end
    if parts[0].name != "IHDR" or parts[0].end - parts[0].start != 25:
        raise BadPicture(Said("is a damaged PNG: it does not begin with its size"))
    if not any(part.name == "IDAT" for part in parts):
        raise BadPicture(Said("is a PNG without an image in it"))
    return Shape("png", int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big"), tuple(parts))


def _webp(data: bytes) -> Shape:
    whole = 8 + int.from_bytes(data[4:8], "little")
    if len(data) < whole:
        raise _half("WebP")
    parts: list[Part] = []
    at = 12
    while at + 8 <= whole:
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + length + length % 2
        if whole < end:
            raise BadPicture(Said("is a damaged WebP: a chunk goes beyond its end"))
        parts.append(Part(data[at : at + 4].decode("latin-1"), at, end))
        at = end
    names = [part.name for part in parts]
    if "ANMF" in names:
        raise BadPicture(Said("is an animation, and a photo is one picture"))
    if not {"VP8 ", "VP8L"} & set(names):
        raise BadPicture(Said("is a WebP without an image in it"))
    return Shape("webp", *_webp_size(names[0], data[20:30]), tuple(parts))


def _webp_size(first: str, body: bytes) -> tuple[int, int]:
    """Width and height from the first ten bytes of the first chunk; (0, 0) where it is not one that says them."""
    if first == "VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if first == "VP8L" and body[:1] == b"\x2f":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if first == "VP8 " and body[3:6] == b"\x9d\x01\x2a":
        return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    return 0, 0
