"""Large files: where their bytes lie for the decoder process, and for how long."""

import os
import sys

import pytest

from blur.decoder import Decoder, Look, NotLoadedError, UnreadableError
from blur.lending import SHARED_PAYLOAD_BYTES
from blur.protocol import token_bytes
from blur.shared import LentMemory
from tests.unit.blur.films import Film, made
from tests.unit.blur.pictures import COMMAND, noise, saved

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="written for Linux so far")

CLEAR = Look(level=6, grey=False, fit_px=(320, 240))
REST = Look(fit_px=(320, 240))


@pytest.fixture(scope="module")
def large() -> bytes:
    """A film with a box of nothing after it, too large for the shared memory."""
    filler = (SHARED_PAYLOAD_BYTES + 8).to_bytes(4, "big") + b"free" + bytes(SHARED_PAYLOAD_BYTES)
    return made(Film(scenes=(5, 5))) + filler


@pytest.fixture(scope="module")
def bitmap() -> bytes:
    data = saved(noise(2600, 2200), "BMP")
    assert len(data) > SHARED_PAYLOAD_BYTES
    return data


def lent(decoder: Decoder) -> LentMemory:
    """The memory for large files of the process that runs."""
    child = decoder._keeper.child(5)
    assert child is not None
    assert child.lent is not None
    return child.lent


def taken_bytes(memory: LentMemory) -> int:
    """What it takes of the machine's memory."""
    return os.fstat(memory.handle).st_blocks * 512


def test_that_a_large_video_lies_in_its_memory_until_it_is_dropped(
    own_decoder: Decoder, large: bytes
) -> None:
    facts = own_decoder.load("film", large, (320, 240), veil_first=True).facts
    assert facts.is_video
    memory = lent(own_decoder)
    assert memory.holder == token_bytes("film")
    assert taken_bytes(memory) >= len(large)
    while not own_decoder.sheet("film").is_complete:
        pass
    assert own_decoder.view("film", CLEAR).width_px == 320
    own_decoder.drop("film")
    assert memory.holder is None
    assert taken_bytes(memory) == 0


def test_that_the_video_that_lies_there_gives_way_to_one_that_is_waited_for(
    own_decoder: Decoder, large: bytes
) -> None:
    own_decoder.load("held", large, (320, 240))
    own_decoder.load("ahead", large, (320, 240))  # by the pipe: nobody waits for it
    assert lent(own_decoder).holder == token_bytes("held")
    assert [own_decoder.view(item, CLEAR).width_px for item in ("held", "ahead")] == [320, 320]
    own_decoder.load("waited for", large, (320, 240), veil_first=True)
    assert lent(own_decoder).holder == token_bytes("waited for")
    with pytest.raises(NotLoadedError):
        own_decoder.view("held", REST)
    assert [own_decoder.view(item, CLEAR).width_px for item in ("waited for", "ahead")] == [320] * 2


def test_that_nothing_is_left_of_what_is_not_held(
    own_decoder: Decoder, large: bytes, bitmap: bytes
) -> None:
    assert own_decoder.facts(large).is_video
    assert taken_bytes(lent(own_decoder)) == 0
    own_decoder.load("picture", bitmap, (320, 240), veil_first=True)
    assert taken_bytes(lent(own_decoder)) == 0
    assert own_decoder.view("picture", CLEAR).width_px > 0
    with pytest.raises(UnreadableError):
        own_decoder.load("film", large[:3000] + bytes(len(large)), (320, 240), veil_first=True)
    assert taken_bytes(lent(own_decoder)) == 0


def test_that_memory_of_a_process_that_ended_takes_no_more_bytes(
    own_decoder: Decoder, large: bytes
) -> None:
    own_decoder.load("film", large, (320, 240))
    memory = lent(own_decoder)
    own_decoder.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        memory.put(b"of another item")


def test_that_a_large_file_goes_by_the_pipe_where_no_memory_can_be_lent(
    monkeypatch: pytest.MonkeyPatch, large: bytes, bitmap: bytes
) -> None:
    monkeypatch.setattr(LentMemory, "made", lambda size_bytes: None)
    own = Decoder(COMMAND)
    try:
        assert own.facts(bitmap).width_px == 2600
        own.load("film", large, (320, 240), veil_first=True)
        assert own.view("film", CLEAR).width_px == 320
    finally:
        own.close()
