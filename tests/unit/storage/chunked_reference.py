"""Chunked encryption a second time, from the text of the specification alone and without haste.

https://c2sp.org/chunked-encryption has no published vectors; two readings that agree byte for byte
are what there is instead.
"""

import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM


def hkdf_expand_sha256(prk: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869, section 2.3."""
    output, block, counter = b"", b"", 1
    while len(output) < length:
        block = hmac.new(prk, block + info + bytes([counter]), hashlib.sha256).digest()
        output += block
        counter += 1
    return output[:length]


def seal(input_key: bytes, salt: bytes, context: bytes, message: bytes) -> bytes:
    """The whole ciphertext of a message."""
    info = b"c2sp.org/chunked-encryption@v1+" + b"AEAD_AES_256_GCM" + b"\x00" + salt + context
    derived = hkdf_expand_sha256(input_key, info, 32 + 12 + 32)
    key, base_nonce, commitment = derived[:32], derived[32:44], derived[44:]
    # the final chunk is shorter than 16 KiB, and may be empty
    chunks = [message[start : start + 16384] for start in range(0, len(message) + 1, 16384)]
    return (
        salt
        + commitment
        + b"".join(
            _aes_gcm(key, _nonce(base_nonce, number), chunk) for number, chunk in enumerate(chunks)
        )
    )


def _nonce(base: bytes, number: int) -> bytes:
    counter = number.to_bytes(12, "big")
    return bytes(left ^ right for left, right in zip(base, counter, strict=True))


def _aes_gcm(key: bytes, nonce: bytes, plain: bytes) -> bytes:
    encryptor = Cipher(AES(key), GCM(nonce)).encryptor()
    return encryptor.update(plain) + encryptor.finalize() + encryptor.tag
