"""A file while it is edited: whole or not at all, whoever else writes it, and a draft beside."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.domain.suggest import BadData
from terminal.edited_file import MOST, ChangedMeanwhile, EditedFile


def edited(path: Path) -> EditedFile:
    """A file that begins from a text in force."""
    return EditedFile(path, lambda: ("force.toml", "in force\n"))


def test_what_is_not_there_yet_begins_with_the_text_in_force_and_is_made_by_a_save(tmp_path: Path) -> None:
    """A new file has the mode that the umask gives, and nothing else is left in the folder."""
    file = edited(tmp_path / "own.toml")
    opened = file.open()
    assert (opened.text, opened.new, opened.draft, file.on_disk) == ("in force\n", True, None, False)
    before = os.umask(0o027)
    try:
        file.save("mine\n")
    finally:
        os.umask(before)
    assert (tmp_path / "own.toml").read_text() == "mine\n"
    assert stat.S_IMODE((tmp_path / "own.toml").stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["own.toml"]
    assert file.on_disk


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o444])
def test_a_save_keeps_the_mode_and_a_link_stays_a_link(tmp_path: Path, mode: int) -> None:
    """The file that a link points to is replaced, not the link."""
    (tmp_path / "real").mkdir()
    real, link = tmp_path / "real" / "p.toml", tmp_path / "p.toml"
    real.write_text("old")
    real.chmod(mode)
    link.symlink_to(real)
    file = edited(link)
    assert file.open().text == "old"
    file.save("new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert stat.S_IMODE(real.stat().st_mode) == mode
    assert os.listdir(tmp_path / "real") == ["p.toml"]


@settings(deadline=None)
@given(text=st.text(alphabet=st.characters(codec="utf-8")))
def test_any_text_comes_back_as_it_was_saved(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Line ends, control characters and separators of every kind stay as they are, but a mark of byte order."""
    file = edited(tmp_path_factory.mktemp("any") / "p.toml")
    file.open()
    file.save(text)
    assert file.open().text == text.removeprefix("\ufeff")


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [("a", "b", "changed"), ("a", None, "removed"), (None, "b", "made")],
)
def test_a_file_that_somebody_else_touched_is_not_written_unasked(
    tmp_path: Path, before: str | None, after: str | None, word: str
) -> None:
    """What happened is told by its word; asked to, a save writes over it."""
    path = tmp_path / "p.toml"
    if before is not None:
        path.write_text(before)
    file = edited(path)
    file.open()
    if after is None:
        path.unlink()
    else:
        path.write_text(after)
    with pytest.raises(ChangedMeanwhile, match=f"p.toml was {word} by somebody else"):
        file.save("mine")
    assert (path.read_text() if path.exists() else None) == after
    file.save("mine", over=True)
    assert path.read_text() == "mine"
    file.save("mine again")
    assert path.read_text() == "mine again"


def test_what_somebody_else_wrote_can_be_read_and_then_saved_over(tmp_path: Path) -> None:
    """Reading it anew makes it the text that a save replaces; a file that is gone is told."""
    path = tmp_path / "p.toml"
    path.write_text("a")
    file = edited(path)
    file.open()
    path.write_text("b")
    assert file.read_again() == "b"
    file.save("c")
    assert path.read_text() == "c"
    path.unlink()
    with pytest.raises(BadData, match="was taken away"):
        file.read_again()


def test_a_failed_write_leaves_the_file_and_nothing_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the disk fails before the exchange, the old text stands and the part is gone."""
    path = tmp_path / "p.toml"
    path.write_text("old")
    file = edited(path)
    file.open()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        file.save("new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["p.toml"]


def test_a_draft_is_offered_goes_with_the_save_and_never_overwrites_another(tmp_path: Path) -> None:
    """The draft has the file's mode; one of another text is moved aside; a draft that was let be stays."""
    path = tmp_path / "p.toml"
    path.write_text("old")
    path.chmod(0o640)
    first = edited(path)
    first.open()
    first.keep_draft("one")
    assert stat.S_IMODE(first.draft_path.stat().st_mode) == 0o640
    second = edited(path)
    assert second.open().draft == "one"
    second.keep_draft("two")
    assert (tmp_path / "p.toml.draft.old").read_text() == "one"
    second.keep_draft("three")
    assert (tmp_path / "p.toml.draft").read_text() == "three"
    assert (tmp_path / "p.toml.draft.old").read_text() == "one"
    second.save("saved")
    assert not second.draft_path.exists()
    third = edited(path)
    third.keep_draft("four")
    fourth = edited(path)
    fourth.open()
    fourth.save("let be")
    assert fourth.draft_path.read_text() == "four"
    fourth.take_draft()
    fourth.save("taken")
    assert not fourth.draft_path.exists()


def test_a_draft_that_says_the_same_as_the_file_is_not_offered(tmp_path: Path) -> None:
    """There is nothing to choose."""
    (tmp_path / "p.toml").write_text("same")
    (tmp_path / "p.toml.draft").write_text("same")
    assert edited(tmp_path / "p.toml").open().draft is None


def test_what_can_not_be_edited_is_told_in_a_sentence(tmp_path: Path) -> None:
    """No text, too large, no file, no folder: each names the file and what to do."""
    bad = tmp_path / "bad.toml"
    bad.write_bytes(b"ok\n\xff\n")
    with pytest.raises(BadData, match=r"bad.toml:2: no UTF-8 text \(byte 3\)"):
        edited(bad).open()
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * (MOST + 1))
    with pytest.raises(BadData, match="larger than 1024 KB"):
        edited(large).open()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(BadData, match="no ordinary file"):
        edited(pipe).open()
    with pytest.raises(IsADirectoryError):
        edited(tmp_path).open()
    with pytest.raises(BadData, match="no folder for it"):
        edited(tmp_path / "none" / "p.toml").open()
    file = edited(tmp_path / "p.toml")
    file.open()
    with pytest.raises(BadData, match=r"p.toml:2: half of a character"):
        file.save("a\n\ud800")
    with pytest.raises(BadData, match="larger than"):
        file.save("#" * (MOST + 1))
    assert not (tmp_path / "p.toml").exists()
