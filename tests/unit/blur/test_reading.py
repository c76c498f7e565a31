"""A file on its way into the memory of a decoder: given up in the middle, and nothing left."""

import errno
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from blur.decoder import Decoder, Look, NotLoadedError, UnreadableError
from blur.errors import PutOffError
from blur.keeper import Child
from blur.lending import SHARED_PAYLOAD_BYTES, send
from blur.protocol import Request
from blur.shared import SharedPixels
from blur.source import Heed
from tests.unit.blur.pictures import COMMAND, noise, saved
from tests.unit.blur.test_lending import lent, taken_bytes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere files go by the pipe")

ROOM = (100, 80)
PATIENCE_S = 60.0
PICTURE = saved(noise(600, 400))  # longer than its frame at rest
SIZES = pytest.mark.parametrize(
    "data",
    [PICTURE, PICTURE + bytes([7]) * SHARED_PAYLOAD_BYTES],
    ids=["in shared memory", "in lent memory"],
)


@pytest.fixture(scope="module")
def reader() -> Iterator[Decoder]:
    """A decoder whose process outlives whatever its files do."""
    made = Decoder(COMMAND)
    yield made
    made.close()


class Halves:
    """A file that comes in two pieces, with something happening between them."""

    def __init__(self, data: bytes, between: Callable[[], object] = lambda: None) -> None:
        self.data = data
        self.size_bytes = len(data)
        self.pieces: list[int] = []
        self._between = between

    def head(self, count: int) -> bytes:
        return self.data[:count]

    def write_into(self, room: memoryview, heed: Heed) -> None:
        half = len(room) // 2
        heed()
        self.pieces.append(1)
        room[:half] = self.data[:half]
        self._between()
        heed()
        self.pieces.append(2)
        room[half:] = self.data[half:]

    def close(self) -> None:
        """Nothing is open."""


def child_of(decoder: Decoder) -> Child:
    """The process that runs, ready or not."""
    child = decoder._keeper.child(PATIENCE_S)
    assert child is not None
    return child


def shared(decoder: Decoder) -> SharedPixels:
    """The memory that it shares with its parent."""
    memory = child_of(decoder).shared
    assert memory is not None
    return memory


def is_blank(decoder: Decoder) -> bool:
    """Whether nothing at all lies in the memory of its process."""
    block = shared(decoder)
    untouched = os.pread(block.handle, block.size_bytes, 0).count(0) == block.size_bytes
    return untouched and taken_bytes(lent(decoder)) == 0


def wait_for(what: Callable[[], bool]) -> None:
    """Wait, not without end, for what another thread does."""
    until_s = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < until_s


@SIZES
def test_that_what_is_put_off_is_read_no_further_and_nothing_of_it_is_left(
    reader: Decoder, data: bytes
) -> None:
    """Who waits for the decoder waits for one piece, not for 500 MB from a slow disk."""
    reader.protections()
    pid = reader.pid
    source = Halves(data, partial(reader.put_off, "ahead"))
    with pytest.raises(PutOffError):
        reader.load("ahead", source, ROOM)
    assert source.pieces == [1]
    assert is_blank(reader)
    assert reader.load("ahead", data, ROOM).facts.width_px == 600
    assert reader.pid == pid


@pytest.mark.parametrize("veil_first", [False, True], ids=["ahead", "waited for"])
def test_that_nothing_more_is_read_once_all_is_calmed(
    own_decoder: Decoder, *, veil_first: bool
) -> None:
    source = Halves(PICTURE, own_decoder.calm)
    with pytest.raises(NotLoadedError) as told:
        own_decoder.load("item", source, ROOM, veil_first=veil_first)
    assert not isinstance(told.value, PutOffError)
    assert source.pieces == [1]
    assert own_decoder.facts(PICTURE).width_px == 600


def test_that_the_end_of_a_decoder_waits_for_one_piece_and_not_for_the_file(
    own_decoder: Decoder,
) -> None:
    calmed = own_decoder._calmed
    closing = threading.Thread(target=own_decoder.close)

    def end() -> None:
        closing.start()
        wait_for(lambda: own_decoder._calmed != calmed)

    source = Halves(PICTURE, end)
    with pytest.raises(NotLoadedError):
        own_decoder.load("item", source, ROOM)
    closing.join(PATIENCE_S)
    assert source.pieces == [1]
    assert not own_decoder._keeper._thread.is_alive()


def test_that_a_file_is_read_once_more_where_its_process_was_lost_meanwhile(
    own_decoder: Decoder,
) -> None:
    own_decoder.protections()
    first = child_of(own_decoder)

    def kill() -> None:
        if not first.has_ended:
            os.kill(first.pid, signal.SIGKILL)
            wait_for(lambda: first.has_ended)

    source = Halves(PICTURE, kill)
    assert own_decoder.load("item", source, ROOM).facts.width_px == 600
    assert source.pieces == [1, 1, 2]  # no further for a process that is gone
    assert child_of(own_decoder) is not first


@pytest.mark.parametrize("error", [OSError(errno.EIO, "disk"), ValueError("closed")])
def test_that_what_a_file_raises_is_told_as_it_is_and_costs_no_process(
    reader: Decoder, error: Exception
) -> None:
    reader.protections()
    pid = reader.pid

    def fail() -> None:
        raise error

    source = Halves(PICTURE, fail)
    with pytest.raises(type(error)) as told:
        reader.load("item", source, ROOM)
    assert told.value is error
    assert source.pieces == [1]
    assert reader.pid == pid
    assert is_blank(reader)


@SIZES
def test_that_the_machine_has_given_the_memory_before_a_file_is_written_there(
    own_decoder: Decoder, data: bytes
) -> None:
    """Who writes by a map where there is no memory is ended by a signal."""
    taken: list[int] = []

    def note() -> None:
        memory = lent(own_decoder) if len(data) > SHARED_PAYLOAD_BYTES else shared(own_decoder)
        taken.append(os.fstat(memory.handle).st_blocks * 512)

    own_decoder.load("item", Halves(data, note), ROOM)
    assert taken[0] >= len(data)


@SIZES
@pytest.mark.parametrize("way", [bytes, Halves])
def test_that_a_want_of_memory_is_told_of_the_item_and_costs_no_process(
    reader: Decoder,
    monkeypatch: pytest.MonkeyPatch,
    data: bytes,
    way: Callable[[bytes], bytes | Halves],
) -> None:
    reader.protections()
    pid = reader.pid

    def refuse(*_: int) -> None:
        raise OSError(errno.ENOSPC, "none left")

    with monkeypatch.context() as patched:
        patched.setattr(os, "posix_fallocate", refuse)
        patched.setattr(shared(reader), "_had_bytes", 0)  # of the tests before
        with pytest.raises(UnreadableError, match="memory"):
            reader.load("item", way(data), ROOM)
    assert is_blank(reader)
    assert reader.load("item", way(data), ROOM).facts.width_px == 600
    assert reader.pid == pid


@pytest.mark.parametrize("way", [bytes, Halves])
def test_that_nothing_of_a_file_is_left_in_shared_memory_once_it_was_answered(
    reader: Decoder, monkeypatch: pytest.MonkeyPatch, way: Callable[[bytes], bytes | Halves]
) -> None:
    reader.load("ahead", way(PICTURE), ROOM)
    assert is_blank(reader)
    reader.load("item", way(PICTURE), ROOM, veil_first=True)
    assert is_blank(reader)
    assert reader.view("item", Look(level=6, fit_px=ROOM)).width_px > 0
    assert is_blank(reader)
    with pytest.raises(UnreadableError):
        reader.load("broken", way(b"no picture" * 9000), ROOM)
    assert is_blank(reader)

    def put_off_late(child: Child, request: Request, payload: bytes) -> None:
        reader.put_off("late")
        send(child, request, payload)

    monkeypatch.setattr("blur.decoder.send", put_off_late)
    with pytest.raises(PutOffError):
        reader.load("late", way(PICTURE), ROOM)
    assert is_blank(reader)
