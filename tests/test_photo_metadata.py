"""What cameras write beside a picture goes; every pixel, its colours and which way is up stay."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from devices.pictures import examine, shape_of
from terminal.photo_metadata import stripped

SECRET = b"serial 4711 52.50N 13.4E"
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
FORMS: dict[str, tuple[str, dict[str, Any]]] = {
    "jpeg": ("JPEG", {"icc_profile": PROFILE}),
    "progressive": ("JPEG", {"progressive": True}),
    "cmyk": ("JPEG", {"mode": "CMYK"}),
    "png": ("PNG", {"icc_profile": PROFILE, "dpi": (300, 300)}),
    "palette": ("PNG", {"mode": "P", "transparency": 3}),
    "webp": ("WEBP", {"icc_profile": PROFILE}),
    "lossless": ("WEBP", {"lossless": True, "mode": "RGBA"}),
}


def picture(form: str, exif: bytes | None = None, **more: Any) -> bytes:
    """A picture with everything in it that its kind can say."""
    kind, options = FORMS[form]
    options = {**options, **more}
    image = Image.radial_gradient("L").resize((48, 32)).convert("RGB").convert(options.pop("mode", "RGB"))
    out = BytesIO()
    image.save(out, kind, **options, **({} if exif is None else {"exif": exif}))
    return out.getvalue()


def exif_of(orientation: int | None = None) -> bytes:
    """A record of maker, owner and place."""
    exif = Image.Exif()
    exif[0x010F] = exif[0x013B] = SECRET.decode()
    if orientation is not None:
        exif[0x0112] = orientation
    exif.get_ifd(0x8825)[0x1D] = SECRET.decode()
    return exif.tobytes()


def strip(data: bytes) -> bytes:
    """The picture without metadata, and still a picture."""
    bare = stripped(data, shape_of(data))
    examine(bare)
    return bare


def looks(data: bytes) -> tuple[bytes, Any, Any]:
    """What is seen of a picture: pixels, colour profile, transparency."""
    with Image.open(BytesIO(data)) as image:
        return image.tobytes(), image.info.get("icc_profile"), image.info.get("transparency")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("orientation", [None, 1, 3, 6, 8])
def test_owner_and_place_go_and_the_picture_stays(form: str, orientation: int | None) -> None:
    """All that is seen is the same; of EXIF only a turned picture keeps which way is up."""
    data = picture(form, exif_of(orientation))
    bare = strip(data)
    assert SECRET in data
    assert SECRET not in bare
    assert looks(bare) == looks(data)
    with Image.open(BytesIO(bare)) as image:
        turned = orientation if orientation not in (None, 1) else None
        assert dict(image.getexif()) == ({} if turned is None else {0x0112: turned})
    assert strip(bare) == bare


@pytest.mark.parametrize("form", FORMS)
def test_a_picture_without_metadata_stays_as_it_is(form: str) -> None:
    """Byte for byte, but for what nobody needs to see it."""
    data = strip(picture(form))
    assert strip(data) == data
    assert looks(data) == looks(picture(form))


def segment(marker: int, body: bytes) -> bytes:
    """A segment of a JPEG."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


@pytest.mark.parametrize("marker", [*range(0xE0, 0xF0), 0xFE])
def test_no_segment_of_a_jpeg_hides_a_text(marker: int) -> None:
    """Comments and the segments of all applications, wherever they stand; a second picture behind the end too."""
    data = picture("jpeg")
    note = segment(marker, b"whose: " + SECRET)
    place = next(part.start for part in shape_of(data).parts if part.name == "FFDB")
    hidden = (
        data[:2]
        + note
        + data[2:place]
        + note
        + data[place:-2]
        + note
        + data[-2:]
        + picture("jpeg", exif_of())
    )
    assert hidden.count(SECRET) >= 4
    assert SECRET not in strip(hidden)
    assert looks(strip(hidden)) == looks(data)


def test_no_chunk_of_a_png_hides_a_text() -> None:
    """Texts in all three forms, and the time."""
    notes = PngInfo()
    notes.add_text("Author", SECRET.decode())
    notes.add_text("Comment", SECRET.decode(), zip=True)
    notes.add_itxt("Description", SECRET.decode())
    notes.add(b"tIME", bytes(7))
    notes.add(b"prIv", SECRET)
    data = picture("png", pnginfo=notes)
    names = [part.name for part in shape_of(strip(data)).parts]
    assert {"tEXt", "zTXt", "iTXt", "tIME", "prIv"} <= {part.name for part in shape_of(data).parts}
    assert set(names) == {"IHDR", "iCCP", "pHYs", "IDAT", "IEND"}
    assert looks(strip(data)) == looks(data)


def test_no_chunk_of_a_webp_hides_a_text() -> None:
    """XMP and chunks that nobody knows; nothing is promised that is gone."""
    data = picture("webp", xmp=SECRET)
    more = data[:4] + struct.pack("<I", len(data) - 8 + 8 + len(SECRET)) + data[8:]
    more += b"priv" + struct.pack("<I", len(SECRET)) + SECRET
    bare = strip(more)
    assert SECRET not in bare
    head = next(part for part in shape_of(bare).parts if part.name == "VP8X")
    assert bare[head.start + 8] & 0x0C == 0
    assert looks(bare) == looks(data)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["", "II*\0", "MM\0*"]), st.binary(max_size=60))
def test_a_record_that_makes_no_sense_is_left_out(order: str, rest: bytes) -> None:
    """Whatever stands in it; at most a turn between 2 and 8 is taken from it."""
    record = order.encode("latin-1") + rest
    data = picture("jpeg")
    data = data[:2] + segment(0xE1, b"Exif\0\0" + record) + data[2:]
    with Image.open(BytesIO(strip(data))) as image:
        kept = dict(image.getexif())
    assert not kept or (set(kept) == {0x0112} and 2 <= kept[0x0112] <= 8)


@pytest.mark.parametrize("order", ["<", ">"])
def test_both_orders_of_bytes_are_read(order: str) -> None:
    """And the entry is found behind others."""
    entries = struct.pack(f"{order}HHIHH", 0x0100, 3, 1, 99, 0) + struct.pack(
        f"{order}HHIHH", 0x0112, 3, 1, 8, 0
    )
    mark = {"<": b"II*\0", ">": b"MM\0*"}[order]
    record = mark + struct.pack(f"{order}IH", 8, 2) + entries + bytes(4)
    data = picture("jpeg")
    data = data[:2] + segment(0xE1, b"Exif\0\0" + record) + data[2:]
    with Image.open(BytesIO(strip(data))) as image:
        assert dict(image.getexif()) == {0x0112: 8}
