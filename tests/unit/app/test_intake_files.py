"""Files found and read: nothing followed, nothing waited for, nothing kept in half."""

import os
import socket
from pathlib import Path

import pytest

from app.intake import files as intake_files
from app.intake.files import FileFault, Found, FoundFile, ReadFile, find_files, read_file
from blur.digests import DigestPass
from tests.unit.app.folders import bitmap, write_bitmaps, write_files

LIMIT_BYTES = 10_000


def found_in(folder: Path) -> Found:
    return find_files(folder, keep_out=folder / "home", limit_bytes=LIMIT_BYTES)


def only_file(folder: Path) -> FoundFile:
    (file,) = found_in(folder).files
    return file


def test_that_files_come_in_the_order_of_their_names_whatever_their_depth(tmp_path: Path) -> None:
    write_files(tmp_path, {"b.bmp": b"x", "a/z.bmp": b"x", "a/b/c.bmp": b"x", "B.bmp": b"x"})
    names = [file.name for file in found_in(tmp_path).files]
    assert names == ["B.bmp", "a/b/c.bmp", "a/z.bmp", "b.bmp"]


def test_that_what_is_no_file_is_refused_by_name(tmp_path: Path) -> None:
    write_files(tmp_path, {"real.bmp": b"x", "elsewhere/out.bmp": b"x"})
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "link.bmp").symlink_to(tmp_path / "real.bmp")
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    (folder / "dangling").symlink_to(tmp_path / "nowhere")
    os.mkfifo(folder / "pipe.bmp")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(folder)  # a socket's path may not be long
        try:
            server.bind("socket.bmp")
        finally:
            os.chdir(here)
        found = found_in(folder)
    assert found.files == ()
    assert [(fault.file, fault.reason.split(",")[0]) for fault in found.refused] == [
        ("dangling", "a symbolic link"),
        ("link.bmp", "a symbolic link"),
        ("linked", "a symbolic link"),
        ("pipe.bmp", "a pipe"),
        ("socket.bmp", "a socket"),
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a device")
def test_that_a_device_is_refused_by_name(tmp_path: Path) -> None:
    try:
        os.mknod(tmp_path / "zero.bmp", 0o20666, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("this system lets nobody make a device")
    assert found_in(tmp_path).refused == (FileFault("zero.bmp", "a device, not a file"),)


def test_that_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    write_files(tmp_path, {"big.bmp": b"x" * (LIMIT_BYTES + 1)})
    (fault,) = found_in(tmp_path).refused
    assert fault.file == "big.bmp"
    assert str(LIMIT_BYTES) in fault.reason


def test_that_the_home_is_not_taken_in_with_the_folder_around_it(tmp_path: Path) -> None:
    write_files(tmp_path, {"home/vault/x": b"x", "a.bmp": b"x"})
    found = found_in(tmp_path)
    assert [file.name for file in found.files] == ["a.bmp"]
    assert [fault.file for fault in found.refused] == ["home/"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_that_a_file_one_may_not_read_is_unreadable(tmp_path: Path) -> None:
    write_bitmaps(tmp_path, 1)
    (tmp_path / "000.bmp").chmod(0)
    assert isinstance(read_file(only_file(tmp_path)), FileFault)


def test_that_a_refusal_of_the_system_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = only_file(write_bitmaps(tmp_path, 1))

    def refused(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(intake_files.os, "open", refused)
    read = read_file(file)
    assert read == FileFault("000.bmp", "you may not read it (permission denied)")


def test_that_a_picture_is_read_whole_with_its_digests(tmp_path: Path) -> None:
    read = read_file(only_file(write_bitmaps(tmp_path, 1)))
    assert isinstance(read, ReadFile)
    assert read.data == bitmap(0)
    assert read.media_type == "image/bmp"
    assert read.digests.size_bytes == len(bitmap(0))


def test_that_what_is_no_picture_gets_digests_and_is_not_held(tmp_path: Path) -> None:
    read = read_file(only_file(write_files(tmp_path, {"notes.jpg": b"just words"})))
    assert isinstance(read, ReadFile)
    assert read.media_type == "text/plain"
    assert read.data is None
    assert read.digests.size_bytes == 10


def test_that_a_file_of_many_chunks_is_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_files, "CHUNK_BYTES", 16)
    read = read_file(only_file(write_bitmaps(tmp_path, 1)))
    assert isinstance(read, ReadFile)
    assert read.data == bitmap(0)


@pytest.mark.parametrize("change", ["grow", "shrink", "rewrite", "touch"])
def test_that_a_file_that_changes_while_it_is_read_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    file = only_file(write_bitmaps(tmp_path, 1))
    target = tmp_path / "000.bmp"
    os.utime(target, ns=(5, 5))  # the file system's clock may not tick between two writes
    monkeypatch.setattr(intake_files, "CHUNK_BYTES", 16)
    update = DigestPass.update
    changes = {
        "grow": lambda: os.truncate(target, 100),
        "shrink": lambda: os.truncate(target, 20),
        "rewrite": lambda: target.write_bytes(bitmap(9)),
        "touch": lambda: os.utime(target, ns=(1, 1)),
    }

    def update_and_change(self: DigestPass, data: bytes) -> None:
        update(self, data)
        if changes:
            changes.pop(change)()
            changes.clear()

    monkeypatch.setattr(DigestPass, "update", update_and_change)
    read = read_file(file)
    assert isinstance(read, FileFault)
    assert "changed" in read.reason


def test_that_another_file_put_in_its_place_is_not_read(tmp_path: Path) -> None:
    file = only_file(write_bitmaps(tmp_path / "in", 1))
    write_files(tmp_path, {"other": bitmap(7)})
    (tmp_path / "other").replace(tmp_path / "in" / "000.bmp")
    read = read_file(file)
    assert isinstance(read, FileFault)
    assert "another file" in read.reason


def test_that_a_link_or_a_pipe_put_in_its_place_is_not_followed_or_waited_for(
    tmp_path: Path,
) -> None:
    folder = write_bitmaps(tmp_path / "in", 2)
    linked, piped = found_in(folder).files
    for name in ("000.bmp", "001.bmp"):
        (folder / name).unlink()
    (folder / "000.bmp").symlink_to("/dev/zero")
    os.mkfifo(folder / "001.bmp")
    assert isinstance(read_file(linked), FileFault)
    assert isinstance(read_file(piped), FileFault)


def test_that_a_file_that_went_away_is_unreadable(tmp_path: Path) -> None:
    file = only_file(write_bitmaps(tmp_path, 1))
    (tmp_path / "000.bmp").unlink()
    assert read_file(file) == FileFault("000.bmp", "it went away before it was read")
