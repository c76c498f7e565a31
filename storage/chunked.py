"""Chunked encryption, as https://c2sp.org/chunked-encryption specifies it.

Instantiated with HKDF-Expand over SHA-256 and AES-256-GCM. A message is cut into chunks of
16 KiB, the last always shorter; what is written is salt, commitment, chunks. So any part can be
read alone and is authenticated, and a cut, a swap or the wrong key is always noticed.
"""

import hmac
import os
from collections.abc import Callable, Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

CHUNK_BYTES = 16_384
TAG_BYTES = 16
SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES
SALT_BYTES = 24
COMMITMENT_BYTES = 32
HEADER_BYTES = SALT_BYTES + COMMITMENT_BYTES
KEY_BYTES = 32
NONCE_BYTES = 12
MAX_CHUNKS = 2**38
BUFFER_CHUNKS = 64  # what is sealed before it is handed on: 1 MiB a write
READ_CHUNKS = 64  # what is read at once to be opened where it is wanted: 1 MiB

_INFO = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00"


class ChunkedError(Exception):
    """The bytes are not an intact message under that key and context."""


class _Message:
    """Key, nonces and commitment of one message."""

    __slots__ = ("aead", "base_nonce", "commitment")

    def __init__(self, key: bytes, salt: bytes, context: bytes) -> None:
        length = KEY_BYTES + NONCE_BYTES + COMMITMENT_BYTES
        derived = HKDFExpand(SHA256(), length, _INFO + salt + context).derive(key)
        self.aead = AESGCM(derived[:KEY_BYTES])
        self.base_nonce = int.from_bytes(derived[KEY_BYTES : KEY_BYTES + NONCE_BYTES], "big")
        self.commitment = derived[KEY_BYTES + NONCE_BYTES :]

    def nonce(self, index: int) -> bytes:
        if index >= MAX_CHUNKS:
            raise ChunkedError("it has more chunks than a message may have")
        return (self.base_nonce ^ index).to_bytes(NONCE_BYTES, "big")


def seal_chunks(
    key: bytes, context: bytes, plain: Iterable[bytes], salt: bytes | None = None
) -> Iterator[bytes | memoryview]:
    """Encrypt a message given in pieces of any size.

    Args:
        key: 32 random bytes; may serve many messages.
        context: what the message must be read back with.
        plain: the pieces, in order.
        salt: 24 bytes, random unless a test says otherwise.

    Returns:
        The ciphertext in pieces of up to 1 MiB. Each is good until the next one is asked for.

    """
    salt = os.urandom(SALT_BYTES) if salt is None else salt
    message = _Message(key, salt, context)
    yield salt + message.commitment
    sealed = bytearray(BUFFER_CHUNKS * SEALED_CHUNK_BYTES)
    room = memoryview(sealed)
    index = 0
    rest = b""
    for block, is_last in _blocks(plain):
        used = 0
        chunks = len(block) // CHUNK_BYTES
        for start in range(0, chunks * CHUNK_BYTES, CHUNK_BYTES):
            end = used + SEALED_CHUNK_BYTES
            chunk = block[start : start + CHUNK_BYTES]
            message.aead.encrypt_into(message.nonce(index), chunk, None, room[used:end])
            index += 1
            used = end
        yield room[:used]
        if is_last:
            rest = bytes(block[chunks * CHUNK_BYTES :])
    yield message.aead.encrypt(message.nonce(index), rest, None)


def _blocks(plain: Iterable[bytes]) -> Iterator[tuple[memoryview, bool]]:
    """Regroup pieces into blocks of whole chunks; the last block may end in a short one."""
    block_bytes = BUFFER_CHUNKS * CHUNK_BYTES
    waiting = bytearray()
    for piece in plain:
        view = memoryview(piece)
        while len(waiting) + len(view) > block_bytes:
            take = block_bytes - len(waiting)
            if waiting:
                waiting += view[:take]
                yield memoryview(bytes(waiting)), False
                waiting.clear()
            else:
                yield view[:take], False
            view = view[take:]
        waiting += view
    yield memoryview(bytes(waiting)), True


def plain_length(sealed_bytes: int) -> int:
    """Return the length of the message inside a ciphertext of that length, in bytes.

    Raises:
        ChunkedError: no message has a ciphertext of that length; it was cut.

    """
    chunks, last = divmod(sealed_bytes - HEADER_BYTES, SEALED_CHUNK_BYTES)
    if sealed_bytes < HEADER_BYTES + TAG_BYTES or last < TAG_BYTES:
        raise ChunkedError("it was cut short")
    return chunks * CHUNK_BYTES + last - TAG_BYTES


class Opener:
    """Reads a message, whole or in part, from anything that can read at an offset."""

    def __init__(
        self, key: bytes, context: bytes, read_at: Callable[[int, int], bytes], sealed_bytes: int
    ) -> None:
        """Check the header.

        Args:
            key: the key it was sealed with.
            context: the context it was sealed with.
            read_at: gives up to ``length`` bytes from ``offset``.
            sealed_bytes: length of the ciphertext.

        Raises:
            ChunkedError: cut, or sealed with another key or context.

        """
        self.size_bytes = plain_length(sealed_bytes)
        self._last = self.size_bytes // CHUNK_BYTES
        self._read_at = read_at
        header = read_at(0, HEADER_BYTES)
        self._message = _Message(key, header[:SALT_BYTES], context)
        if not hmac.compare_digest(header[SALT_BYTES:], self._message.commitment):
            raise ChunkedError("it was sealed with another key or for another item")

    def read(self, offset: int, length: int) -> bytes:
        """Return the part of the message asked for, shorter only where the message ends."""
        end = min(offset + length, self.size_bytes)
        if offset >= end:
            self._open_chunks(self._last, self._last)  # the end itself must be genuine
            return b""
        first, last = offset // CHUNK_BYTES, (end - 1) // CHUNK_BYTES
        start = first * CHUNK_BYTES
        return self._open_chunks(first, last)[offset - start : end - start]

    def read_all(self) -> bytes:
        """Return the whole message, its end authenticated."""
        return self._open_chunks(0, self._last)

    def read_all_into(
        self,
        room: memoryview,
        read_into: Callable[[int, memoryview], int],
        heed: Callable[[], None],
    ) -> None:
        """Decrypt the whole message to where it is wanted, its end authenticated.

        Nothing of it is anywhere else in memory. A chunk is authentic once the next one is begun,
        all of it when this returns; on an error what is in ``room`` means nothing.

        Args:
            room: memory of the length of the message.
            read_into: fills memory from an offset and returns how much was there.
            heed: called before each MiB is read; what it raises ends this.

        Raises:
            ChunkedError: its bytes were changed or cut.
            Exception: what ``heed`` raises.
        """
        chunks = self._last + 1
        sealed = memoryview(bytearray(min(READ_CHUNKS, chunks) * SEALED_CHUNK_BYTES))
        for first in range(0, chunks, READ_CHUNKS):
            heed()
            count = min(READ_CHUNKS, chunks - first)
            start = first * CHUNK_BYTES
            end = min(start + count * CHUNK_BYTES, self.size_bytes)
            block = sealed[: end - start + count * TAG_BYTES]
            if read_into(HEADER_BYTES + first * SEALED_CHUNK_BYTES, block) != len(block):
                raise ChunkedError("it was cut short")
            # Let go of even where it fails: an error that is kept must not keep memory open.
            with room[start:end] as plain:
                self._open_block_into(first, block, plain)

    def _open_block_into(self, first: int, block: memoryview, plain: memoryview) -> None:
        decrypt_into, nonce = self._message.aead.decrypt_into, self._message.nonce
        try:
            for index, start in enumerate(range(0, len(block), SEALED_CHUNK_BYTES)):
                to = index * CHUNK_BYTES
                decrypt_into(
                    nonce(first + index),
                    block[start : start + SEALED_CHUNK_BYTES],
                    None,
                    plain[to : to + CHUNK_BYTES],
                )
        except InvalidTag as error:
            raise ChunkedError("its bytes were changed") from error

    def _open_chunks(self, first: int, last: int) -> bytes:
        """Decrypt the chunks from ``first`` to ``last``, both included."""
        plain: list[bytes] = []
        for start in range(first, last + 1, BUFFER_CHUNKS):
            plain += self._open_block(start, min(start + BUFFER_CHUNKS - 1, last))
        # joined from small pieces: three times as fast as decrypting into one large buffer
        # and copying that, since fresh memory costs more than AES
        return b"".join(plain)

    def _open_block(self, first: int, last: int) -> list[bytes]:
        offset = HEADER_BYTES + first * SEALED_CHUNK_BYTES
        sealed = memoryview(self._read_at(offset, (last + 1 - first) * SEALED_CHUNK_BYTES))
        length = min((last + 1) * CHUNK_BYTES, self.size_bytes) - first * CHUNK_BYTES
        if len(sealed) != length + (last + 1 - first) * TAG_BYTES:
            raise ChunkedError("it was cut short")
        decrypt, nonce = self._message.aead.decrypt, self._message.nonce
        try:
            return [
                decrypt(nonce(first + index), sealed[start : start + SEALED_CHUNK_BYTES], None)
                for index, start in enumerate(range(0, len(sealed), SEALED_CHUNK_BYTES))
            ]
        except InvalidTag as error:
            raise ChunkedError("its bytes were changed") from error
