"""What scanners, scales and cameras say reaches the bench in the language that is spoken there."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import devices.said
from devices.camera import CommandCamera, read_regular
from devices.framing import Framer, Framing
from devices.layouts import LAYOUTS, Layout, typed
from devices.learning import CHECK_TEXT
from devices.pan import Pan
from devices.scanner import ScanRead
from devices.status import DeviceStatus
from devices.watchedfolder import WatchedFolder
from devices.wedge import Stroke, WedgeSettings
from devices.weights import MtSics, WeightProblem
from terminal.assembly import Assembly, assemble
from terminal.bench.given import Press, Scan
from terminal.bench_devices import Scales, Scanners, as_scan
from terminal.config import load
from terminal.domain.items import ManifestLine, Product
from terminal.domain.lettercode import OwnKind, make, word_payload
from terminal.domain.speech import Said, Voice, joined, retold, speaking
from terminal.domain.suggest import BadData
from terminal.drops import kept_photo
from terminal.lookup import badge_code
from terminal.photos import PhotoProblem, PhotoStore
from terminal.store.errors import StoreUnavailable
from terminal.ui import words
from terminal.ui.gate import Gate
from terminal.ui.pump import cannot_start, sentence, words_of

AT = datetime(2026, 11, 23, 6, tzinfo=UTC)


@pytest.fixture
def whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, brackets: Voice) -> Iterator[Assembly]:
    """A station that speaks in brackets, with a cup on its bench."""
    made = assemble(load(None, tmp_path, {}), lambda: AT)
    made.file.catalogue.put_manifest([ManifestLine("RMA1001", 1, "CUP-1", None, "Cup", "home", 5)])
    made.file.catalogue.put_products([Product("CUP-1", None, "Cup", "home")])
    for code in (badge_code(made.people["1001"]), "RMA1001", "CUP-1"):
        made.station.handle(Scan(code))
    assert made.station.state.item is not None
    monkeypatch.setattr("terminal.station.voice", lambda language: brackets)
    yield made
    made.close()


def last(whole: Assembly, given: Scan | Press) -> str:
    """What the bench says to an input."""
    return whole.station.handle(given).last.text


# A row of sentences is a sentence of sentences: it stands in brackets of its own.


def test_a_scan_that_is_no_data_is_refused_in_the_language_of_the_bench(whole: Assembly) -> None:
    """The scan itself stays as it was read, braces and all."""
    (frame,) = Framer(Framing(max_length=4)).feed(b"{why}6\r")
    read = ScanRead("", None, "gun", 0.0, frame.problem, frame.shown, frame.why, frame.raw)
    wrong = "<The scan is longer than 4 characters and was dropped. Scan one barcode at a time.>"
    assert last(whole, as_scan(read)) == f"<<{wrong}>. Scan it again.>"


def test_a_scan_with_a_lost_mark_is_refused_in_the_language_of_the_bench(whole: Assembly) -> None:
    """The end of a scan is missing, as is its start: sentences without any value."""
    framer = Framer(Framing(prefix=b"\x02"))
    framer.feed(b"\x02ABC")
    (frame,) = framer.expire()
    read = ScanRead("", None, "gun", 0.0, frame.problem, frame.shown, frame.why)
    assert last(whole, as_scan(read)).startswith("<<<The end of the scan is missing. Scan again;")


def test_a_refused_burst_of_keys_is_said_in_the_language_of_the_bench(whole: Assembly) -> None:
    """With the keyboard that is suspected, whose name is a word of ours too."""
    german = next(one for one in LAYOUTS if one.pc.code == "de")
    heard = typed("RMA-10/0YZ12", german)
    assert heard is not None
    scans: list[Scan] = []
    gate = gate_to(scans, WedgeSettings(mode="prefix"))
    for place, letter in enumerate(heard):
        gate._hand_out(gate._wedge.feed(Stroke(letter, letter, place * 0.001)))
    gate._hand_out(gate._wedge.feed(Stroke("enter", "\r", len(heard) * 0.001)))
    (scan,) = scans
    said = last(whole, scan)
    assert "<The scan came without its start mark and was refused." in said
    assert "<This looks like a code typed through the wrong keyboard.>" in said
    assert "is set to <German (QWERTZ)>" in said
    assert said.count("RMA-10/0YZ12") == 1


def gate_to(scans: list[Scan], settings: WedgeSettings) -> Gate:
    """A gate without a screen."""
    return Gate(
        settings,
        scans.append,
        lambda stroke: None,
        lambda seconds, then: None,
        lambda then: then(),
        lambda: False,
    )


def test_an_unknown_scan_names_the_keyboard_in_the_language_of_the_bench(whole: Assembly) -> None:
    """Readings stay as they are; what is suspected is a sentence."""
    said = last(whole, Scan("rma-10/0123"))
    assert "<The letters of this scan are small.> <Caps Lock is on at this PC" in said
    assert "<It would read RMA-10/0123.>" in said


def test_the_check_code_finds_what_is_wrong_in_the_language_of_the_bench(whole: Assembly) -> None:
    """Several problems are several sentences in a row; the mark that the scanner sends is shown as it is."""
    said = last(whole, Scan(CHECK_TEXT.replace("\x1d", "{}"), aim="]C1"))
    assert "<The separator inside GS1 codes is replaced by {}.>" in said
    assert "<Let the scanner send FNC1 as GS (ASCII 29, 1D hex).>" in said
    said = last(whole, Scan(CHECK_TEXT.upper(), aim="]C0"))
    assert "<The scanner turns letters into upper case: switch its case conversion off.>" in said
    assert "<The scanner takes the code for ]C0 instead of GS1-128 (]C1): switch GS1-128 on at" in said


def test_a_scan_that_came_by_two_roads_names_the_keyboard_in_the_language_of_the_bench(
    whole: Assembly,
) -> None:
    """What is typed comes from the keyboard; the other road has the name that the site gave it."""
    scans: list[Scan] = []
    code = make(OwnKind.DEFECT, word_payload("SCR-LT"))
    gate_to(scans, WedgeSettings()).paste(f"{code}\n")
    last(whole, scans[0])
    assert last(whole, Scan(code, "{gun}")).startswith(f"<{code} came from <keyboard> and from {{gun}}: ")
    assert scans == [Scan(code, "keyboard")]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda one: f"{one.scanner.code}-{one.pc.code}-{one.lock}")
def test_the_name_of_a_keyboard_is_a_word_of_ours(layout: Layout, in_brackets: Callable[[str], str]) -> None:
    """With its lock; and English where nobody asked for another language."""
    name = layout.pc.name if layout.scanner.code == "us" else layout.scanner.name
    locked = f"<<{name}> with Caps Lock>" if layout.lock else f"<{name}>"
    assert in_brackets(layout.name) == locked
    assert in_brackets(layout.sentence).count("<") == in_brackets(layout.sentence).count(">")
    assert ("<Caps Lock is on at this PC" in in_brackets(layout.sentence)) == bool(layout.lock)
    assert retold(layout.sentence) == layout.sentence
    assert (layout.sentence == "") == (layout.agrees and not layout.lock)


def test_what_a_scanner_that_reads_can_not_do_is_said_in_the_language_of_who_asks(
    tmp_path: Path, brackets: Voice
) -> None:
    """A scanner that takes no feedback goes on reading, and somebody is told; a lost one is told first."""
    site = tmp_path / "site.toml"
    site.write_text('[scanners.gun]\nurl = "/dev/gun"\n[scanners.ring]\nurl = "/dev/ring"\n', "utf-8")
    scanners = Scanners(load(site, tmp_path / "data", {}))
    deaf = devices.said.Said("{name} takes no feedback.", name="{0}")
    scanners._noted(DeviceStatus("ring", "ok", "", 0.0))
    scanners._noted(DeviceStatus("gun", "ok", deaf, 0.0))
    with speaking(brackets):
        assert (scanners.line().state, scanners.line().text) == ("warn", "<{0} takes no feedback.>")
        scanners._noted(DeviceStatus("ring", "lost", "Gone.", 0.0))
        assert scanners.line().state == "lost"
    scanners._noted(DeviceStatus("ring", "waiting", "Opening.", 0.0))
    scanners._noted(DeviceStatus("gun", "ok", "", 0.0))
    assert (scanners.line().state, scanners.line().text) == ("ok", "")


def test_the_trouble_of_a_scale_is_said_in_the_language_of_who_asks(tmp_path: Path, brackets: Voice) -> None:
    """What the scale sent stays as it is; a word that stands in for it is ours."""
    scales = Scales(load(None, tmp_path, {}))
    scales._running.append(None)  # type: ignore[arg-type]
    for line, said in {
        "S S 12 {0}": "<The scale gives a unit that is not known ({0}). Set it to g, kg, lb or oz.>",
        "S S 12": "<The scale gives a unit that is not known (<none>). Set it to g, kg, lb or oz.>",
        "S L": "<The scale reports an error (<command can't be done>). Look at its display; switch it off and on.>",
        "ES": "<The scale reports an error (<ES, command not known>). Look at its display; switch it off and on.>",
        "S +": "<The load is too heavy for this scale. Take it off and use a bigger one.>",
        "S S -12 g": "<The scale shows less than nothing. Take everything off and tare it.>",
    }.items():
        pan = Pan()
        reading = MtSics().parse(line)
        assert isinstance(reading, WeightProblem)
        pan.take(reading)
        assert isinstance(pan.now, WeightProblem)
        scales._noted(DeviceStatus("scale", "ok", pan.now.why, 0.0))
        with speaking(brackets):
            (shown,) = scales.lines()
        assert (shown.state, shown.text) == ("warn", said)


def photo(whole: Assembly, take: Callable[[], object]) -> str:
    """What the bench says when a photo fails."""
    whole.station._take_photo = take  # type: ignore[assignment]
    return last(whole, Press("photo"))


def test_the_trouble_of_a_camera_is_said_in_the_language_of_the_bench(
    whole: Assembly, in_brackets: Callable[[str], str]
) -> None:
    """A command that is not there, one that fails with words of its own, one whose picture is none."""
    gone = CommandCamera(["no-such-camera", "{file}"])
    missing = (
        "The camera command no-such-camera is missing. Install it, or correct [camera] in the config file."
    )
    assert photo(whole, gone.take) == f"<<{missing}>>"
    failing = CommandCamera(["sh", "-c", "echo 'lens {cap} on.' >&2; exit 3", "{file}"])
    assert photo(whole, failing.take).startswith(
        "<<The camera command sh failed with <status 3>: lens {cap} on. Is the camera plugged in,"
    )
    wrong = CommandCamera(["sh", "-c", 'echo no > "$0"', "{file}"])
    assert photo(whole, wrong.take) == "<<What the camera command sh wrote <is no JPEG, PNG or WebP>.>>"
    assert in_brackets(wrong.name) == "<command sh>"


def test_the_trouble_of_a_folder_of_pictures_is_said_in_the_language_of_the_bench(
    whole: Assembly, tmp_path: Path, in_brackets: Callable[[str], str]
) -> None:
    """No folder, no picture, an old one, one that is damaged; file names stay."""
    place = tmp_path / "{in}"
    camera = WatchedFolder(place, "*.jpg", timeout=0, settle=0)
    named = f"<folder {place}>"
    assert photo(whole, camera.take).startswith(f"<<The camera's {named} can't be read: ")
    place.mkdir()
    assert photo(whole, camera.take) == (
        f"<<No picture *.jpg has come into {named}. Take one and see that it is copied there.>>"
    )
    (place / "{0}.jpg").write_bytes(b"")
    os.mkfifo(place / "pipe.jpg")
    with pytest.raises(OSError, match="it is no plain file") as pipe:
        read_regular(place / "pipe.jpg", 1)
    assert in_brackets(pipe.value.strerror or "") == "<it is no plain file>"
    assert photo(whole, camera.take) == f"<<The newest file in {named}, {{0}}.jpg, <is empty>.>>"
    assert photo(whole, lambda: camera.take(datetime(2999, 1, 1, tzinfo=UTC))).startswith(
        f"<<No picture of this item has come into {named}: the newest, {{0}}.jpg, is of 20"
    )


def test_the_trouble_of_the_photo_store_is_said_in_the_language_of_the_bench(
    whole: Assembly, tmp_path: Path, in_brackets: Callable[[str], str]
) -> None:
    """A picture that is none, a place that is none, and what a hub is told of a photo that is gone."""
    store = PhotoStore(tmp_path / "photos")
    assert photo(whole, lambda: store.put(b"")) == "<<The photo <is empty>. Take it again.>>"
    blocked = tmp_path / "file"
    blocked.write_text("x")
    jpeg = small_picture()
    assert photo(whole, lambda: PhotoStore(blocked).put(jpeg)).startswith(
        f"<<The photo can't be written to {blocked}: a link or a file stands where"
    )
    digest = "ab" * 32
    with pytest.raises(LookupError) as gone:
        kept_photo(load(None, tmp_path, {}))(digest)
    assert in_brackets(gone.value.args[0]).startswith(f"<The photo {digest} is not in ")
    with pytest.raises(PhotoProblem) as missing:
        store.get(digest)
    assert str(missing.value) == (
        f"The photo {digest} is not in {store.folder}. Restore it from a backup or from the hub."
    )


def small_picture() -> bytes:
    """A whole JPEG of a few pixels."""
    from io import BytesIO

    from PIL import Image

    made = BytesIO()
    Image.new("RGB", (4, 3)).save(made, "JPEG")
    return made.getvalue()


def test_an_error_that_stops_an_input_is_said_in_the_language_of_the_view(brackets: Voice) -> None:
    """Our own words with what they are made of, several of them line by line; of others the kind is named."""
    own = StoreUnavailable(Said("The disk at {place} is gone.", place="{0}"))
    many = BadData([Said("Closed."), "Nothing came."])
    with speaking(brackets):
        assert sentence(own) == "<The disk at {0} is gone.>"
        assert sentence(many) == "<<Closed.>\nNothing came.>"
        assert sentence(RuntimeError("{x}")) == f"<{words.INSIDE.format(kind='RuntimeError: {x}')}>"
    assert sentence(own) == "The disk at {0} is gone."
    assert sentence(many) == "Closed.\nNothing came."


def test_a_station_that_can_not_be_opened_says_why_in_its_own_language(
    monkeypatch: pytest.MonkeyPatch, brackets: Voice
) -> None:
    """The reason is kept as it was made, and said where it is shown."""
    monkeypatch.setattr("terminal.ui.pump.voice", lambda language: brackets)
    why = words_of(BadData([Said("No folder {place}.", place="{0}"), "Create it."]))
    assert why == "No folder {0}.\nCreate it."
    view = cannot_start(why)
    assert view.line == "<<No folder {0}.>"
    assert [fact.text for fact in view.facts] == ["Create it.>"]


def test_sentences_in_a_row_are_retold_one_by_one(in_brackets: Callable[[str], str]) -> None:
    """Whoever joined them; words of the outside among them stay."""
    row = joined([Said("Closed."), "words {0}", Said("Seen: {what}.", what="{1}")], "; ")
    assert row == "Closed.; words {0}; Seen: {1}."
    assert in_brackets(row) == "<<Closed.>; words {0}; <Seen: {1}.>>"
    assert joined([]) == ""
