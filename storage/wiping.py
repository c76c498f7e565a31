"""Overwrites secrets in memory, as far as the interpreter lets a program do that.

Python has no word for it: bytes and strings cannot be changed, and what is let go keeps its
content until something else is put there. In CPython the content of such an object lies at a known
distance from its address, and is overwritten there. Give only what was made as a secret and is
used by nobody else. Copies that a library made for itself are that library's to clear: OpenSSL and
SQLCipher do when a key or a database is let go.
"""

import ctypes
import sys

_BYTES_HEAD = bytes.__basicsize__ - 1  # before the content of a bytes object
_STR_HEAD = sys.getsizeof("") - 1  # before that of a str of ASCII signs alone


def wipe(*secrets: bytes | bytearray | str) -> None:
    """Fill each with zeros. Does nothing in another interpreter than CPython."""
    if sys.implementation.name != "cpython":
        return
    for secret in secrets:
        # Empty and single ones are shared by the whole interpreter.
        if len(secret) < 2:
            continue
        if isinstance(secret, bytearray):
            secret[:] = bytes(len(secret))
        elif isinstance(secret, bytes):
            ctypes.memset(id(secret) + _BYTES_HEAD, 0, len(secret))
        elif secret.isascii():
            ctypes.memset(id(secret) + _STR_HEAD, 0, len(secret))
