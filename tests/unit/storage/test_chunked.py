"""Chunked encryption: as the specification says, and nothing changed goes unnoticed."""

import os
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.chunked import (
    BUFFER_CHUNKS,
    CHUNK_BYTES,
    HEADER_BYTES,
    MAX_CHUNKS,
    READ_CHUNKS,
    SEALED_CHUNK_BYTES,
    ChunkedError,
    Opener,
    _Message,
    plain_length,
    seal_chunks,
)
from tests.unit.storage import chunked_reference

KEY = bytes(range(32))
SALT = bytes(range(100, 124))
BLOCK = BUFFER_CHUNKS * CHUNK_BYTES
SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, BLOCK - 1]
SIZES += [BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + CHUNK_BYTES, 2 * BLOCK + 5]


def message(size: int) -> bytes:
    """Bytes in which every place differs from its neighbours."""
    return (bytes(range(251)) * (size // 251 + 1))[:size]


def sealed(plain: Iterable[bytes], context: bytes = b"item", salt: bytes | None = SALT) -> bytes:
    """The ciphertext in one piece."""
    return b"".join(bytes(piece) for piece in seal_chunks(KEY, context, plain, salt))


def opener(ciphertext: bytes, key: bytes = KEY, context: bytes = b"item") -> Opener:
    """Open bytes in memory."""

    def read_at(offset: int, length: int) -> bytes:
        return ciphertext[offset : offset + length]

    return Opener(key, context, read_at, len(ciphertext))


def opened_into(ciphertext: bytes, heed: Callable[[], None] = lambda: None) -> bytes:
    """The message as it is decrypted to where it is wanted."""

    def read_into(offset: int, room: memoryview) -> int:
        piece = ciphertext[offset : offset + len(room)]
        room[: len(piece)] = piece
        return len(piece)

    room = bytearray(plain_length(len(ciphertext)))
    opener(ciphertext).read_all_into(memoryview(room), read_into, heed)
    return bytes(room)


@pytest.mark.parametrize("size", [*SIZES, READ_CHUNKS * CHUNK_BYTES, READ_CHUNKS * CHUNK_BYTES + 9])
def test_that_a_message_is_decrypted_to_where_it_is_wanted(size: int) -> None:
    assert opened_into(sealed([message(size)])) == message(size)


def test_that_whoever_reads_is_asked_before_each_mib_whether_to_go_on() -> None:
    ciphertext = sealed([message(2 * READ_CHUNKS * CHUNK_BYTES + 9)])
    asked: list[int] = []
    opened_into(ciphertext, lambda: asked.append(1))
    assert len(asked) == 3

    def stop() -> None:
        asked.append(1)
        raise KeyError("enough")

    asked.clear()
    with pytest.raises(KeyError, match="enough"):
        opened_into(ciphertext, stop)
    assert len(asked) == 1


@pytest.mark.parametrize("size", SIZES)
def test_that_two_readings_of_the_specification_agree(size: int) -> None:
    plain = message(size)
    assert sealed([plain]) == chunked_reference.seal(KEY, SALT, b"item", plain)
    assert opener(sealed([plain])).read_all() == plain


@given(st.lists(st.binary(max_size=40_000), max_size=6))
def test_that_pieces_of_any_size_make_the_same_ciphertext(pieces: list[bytes]) -> None:
    assert sealed(pieces) == sealed([b"".join(pieces)])


@pytest.mark.parametrize("size", [1, 1000, CHUNK_BYTES, 3 * BLOCK // 7])
def test_that_large_messages_in_small_pieces_come_out_whole(size: int) -> None:
    plain = message(2 * BLOCK + 77)
    pieces = [plain[start : start + size] for start in range(0, len(plain), size)]
    assert opener(sealed(pieces)).read_all() == plain


def test_that_no_two_ciphertexts_of_one_message_are_alike() -> None:
    assert sealed([b"same"], salt=None) != sealed([b"same"], salt=None)


PLAIN = message(5 * CHUNK_BYTES + 100)
SEALED = sealed([PLAIN])


@given(st.integers(0, len(PLAIN) + 10), st.integers(0, len(PLAIN) + 10))
def test_that_any_part_can_be_read_alone(offset: int, length: int) -> None:
    assert opener(SEALED).read(offset, length) == PLAIN[offset : offset + length]


def test_that_reading_a_part_does_not_touch_the_rest() -> None:
    asked: list[int] = []

    def read_at(offset: int, length: int) -> bytes:
        asked.append(length)
        return SEALED[offset : offset + length]

    Opener(KEY, b"item", read_at, len(SEALED)).read(2 * CHUNK_BYTES + 5, 10)
    assert asked == [HEADER_BYTES, SEALED_CHUNK_BYTES]


@given(st.integers(0, len(SEALED) - 1), st.integers(0, 7))
def test_that_a_flipped_bit_is_noticed_wherever_it_is(place: int, bit: int) -> None:
    changed = bytearray(SEALED)
    changed[place] ^= 1 << bit
    with pytest.raises(ChunkedError):
        opener(bytes(changed)).read_all()
    with pytest.raises(ChunkedError):
        opened_into(bytes(changed))


@given(st.integers(0, len(SEALED) - 1))
def test_that_a_cut_is_noticed_wherever_it_is(length: int) -> None:
    with pytest.raises(ChunkedError):
        opener(SEALED[:length]).read_all()
    with pytest.raises(ChunkedError):
        opened_into(SEALED[:length])


def _swapped(ciphertext: bytes) -> bytes:
    first, second = HEADER_BYTES, HEADER_BYTES + SEALED_CHUNK_BYTES
    third = second + SEALED_CHUNK_BYTES
    return (
        ciphertext[:first]
        + ciphertext[second:third]
        + ciphertext[first:second]
        + ciphertext[third:]
    )


def _without_a_chunk(ciphertext: bytes) -> bytes:
    return ciphertext[:HEADER_BYTES] + ciphertext[HEADER_BYTES + SEALED_CHUNK_BYTES :]


def _of_another(ciphertext: bytes) -> bytes:
    other = sealed([PLAIN], salt=None)
    return ciphertext[:-SEALED_CHUNK_BYTES] + other[-SEALED_CHUNK_BYTES:]


@pytest.mark.parametrize(
    "change",
    [
        _swapped,
        _without_a_chunk,
        _of_another,
        lambda text: text + b"more",
        lambda text: text + text,
    ],
)
def test_that_chunks_cannot_be_moved_dropped_or_added(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(ChunkedError):
        opener(change(SEALED)).read_all()
    with pytest.raises(ChunkedError):
        opened_into(change(SEALED))


def test_that_the_wrong_key_and_the_wrong_context_are_refused_before_any_chunk_is_read() -> None:
    with pytest.raises(ChunkedError, match="another key"):
        opener(SEALED, key=os.urandom(32))
    with pytest.raises(ChunkedError, match="another key"):
        opener(SEALED, context=b"other")


def test_that_reading_past_the_end_still_checks_the_end() -> None:
    changed = SEALED[:-1] + bytes([SEALED[-1] ^ 1])
    with pytest.raises(ChunkedError):
        opener(changed).read(len(PLAIN), 10)


@pytest.mark.parametrize("size", [0, 10, HEADER_BYTES, HEADER_BYTES + 15, HEADER_BYTES + 16400])
def test_that_lengths_no_message_can_have_are_refused(size: int) -> None:
    with pytest.raises(ChunkedError):
        plain_length(size)


def test_that_a_message_has_no_more_chunks_than_its_nonces_allow() -> None:
    counter = _Message(KEY, SALT, b"item")
    assert len(counter.nonce(MAX_CHUNKS - 1)) == 12
    with pytest.raises(ChunkedError):
        counter.nonce(MAX_CHUNKS)
