"""Pictures without what cameras write beside them: place, time, owner, serial number, thumbnails.

Nothing is decoded or coded again: parts are left out and the rest is copied byte for byte, so every pixel stays
what the camera saw. Which way is up is kept, in a record of its own, because the pixels alone don't say it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from devices.pictures import Part, Shape

_ORIENTATION = 0x0112
"""The tag of EXIF (CIPA DC-008, from TIFF 6.0) that says which way is up: 1 to 8, 1 as the pixels lie."""
_EXIF = b"Exif\x00\x00"
_JPEG_KEPT = {"FFE0": b"JFIF\x00", "FFE2": b"ICC_PROFILE\x00", "FFEE": b"Adobe"}
"""Segments for applications that say how the pixels are read, by how they begin."""
_PNG_KEPT = frozenset({"tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "sBIT", "bKGD", "pHYs"})
_WEBP_KEPT = frozenset({"VP8X", "VP8 ", "VP8L", "ALPH", "ICCP"})
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04
"""Flags of VP8X that promise chunks."""


def stripped(data: bytes, shape: Shape) -> bytes:
    """The picture `data`, of which `shape` is the shape, without metadata; again stripped it stays as it is."""
    up = _orientation(data, shape)
    match shape.kind:
        case "jpeg":
            return b"\xff\xd8" + b"".join(_jpeg(data, shape, up))
        case "png":
            return data[:8] + b"".join(_png(data, shape, up))
        case "webp":
            return _webp(data, shape, up)


def _jpeg(data: bytes, shape: Shape, up: int) -> Iterator[bytes]:
    record = _EXIF + _tiff(up)
    exif = b"\xff\xe1" + struct.pack(">H", len(record) + 2) + record if up > 1 else b""
    for part in shape.parts:
        # JFIF has to come first, and nothing but it stands before the record.
        if exif and part.name != "FFE0":
            yield exif
            exif = b""
        body = _body(data, part)
        about = part.name == "FFFE" or "FFE0" <= part.name <= "FFEF"
        if not about or (part.name in _JPEG_KEPT and body.startswith(_JPEG_KEPT[part.name])):
            yield data[part.start : part.end]


def _png(data: bytes, shape: Shape, up: int) -> Iterator[bytes]:
    for part in shape.parts:
        if part.name[0].isupper() or part.name in _PNG_KEPT:
            yield data[part.start : part.end]
        if part.name == "IHDR" and up > 1:
            named = b"eXIf" + _tiff(up)
            yield struct.pack(">I", len(named) - 4) + named + struct.pack(">I", zlib.crc32(named))


def _webp(data: bytes, shape: Shape, up: int) -> bytes:
    kept = []
    for part in shape.parts:
        chunk = data[part.start : part.end]
        if part.name == "VP8X":
            flags = chunk[8] & ~(_WEBP_EXIF | _WEBP_XMP) | (_WEBP_EXIF if up > 1 else 0)
            chunk = chunk[:8] + bytes([flags]) + chunk[9:]
        if part.name in _WEBP_KEPT:
            kept.append(chunk)
    if up > 1:
        record = _tiff(up)
        kept.append(b"EXIF" + struct.pack("<I", len(record)) + record)
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _body(data: bytes, part: Part) -> bytes:
    """What a JPEG's segment holds after marker and length."""
    inside = data[part.start : part.end].lstrip(b"\xff")
    return inside[3:]


def _orientation(data: bytes, shape: Shape) -> int:
    """Which way is up, 1 to 8; 1 where the picture says nothing that can be read."""
    for part in shape.parts:
        record = b""
        if part.name == "FFE1":
            record = _body(data, part)
            if not record.startswith(_EXIF):
                continue
        elif part.name in ("eXIf", "EXIF"):
            record = data[part.start + 8 : part.end]
        found = _read_tiff(record.removeprefix(_EXIF))
        if found:
            return found
    return 1


def _read_tiff(record: bytes) -> int:
    """The orientation in the first directory of a TIFF structure; 0 for none."""
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(record[:4])
    if order is None or len(record) < 8:
        return 0
    at = struct.unpack_from(f"{order}I", record, 4)[0]
    if len(record) < at + 2:
        return 0
    for entry in range(struct.unpack_from(f"{order}H", record, at)[0]):
        place = at + 2 + 12 * entry
        if len(record) < place + 12:
            return 0
        tag, kind, count, value = struct.unpack_from(f"{order}HHIH", record, place)
        if (tag, kind, count) == (_ORIENTATION, 3, 1):
            return value if 1 <= value <= 8 else 0
    return 0


def _tiff(up: int) -> bytes:
    """A TIFF structure that says which way is up and nothing else: 26 bytes."""
    return b"MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, up, 0, 0)
