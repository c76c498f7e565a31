"""A session bus of a test's own, which keeps every byte that a program says to it.

It answers so much of the D-Bus specification that a program takes it for the real one: who is
there, and nothing to whatever else is asked.
"""

import socket
import struct
import threading
from pathlib import Path
from typing import Self

_CALL, _RETURN = 1, 2
_NO_REPLY = 1
_HEAD = struct.Struct("<cBBBIII")
_NAME = ":1.1"


class SessionBus:
    """Listens at a socket for as long as the `with` lasts."""

    def __init__(self, place: Path) -> None:
        self.address = f"unix:path={place}"
        self.heard = b""
        self._knocked = socket.socket(socket.AF_UNIX)
        self._knocked.bind(str(place))
        self._knocked.listen()
        self._thread = threading.Thread(target=self._accept, name="session bus")
        self._talks: list[threading.Thread] = []
        self._lines: list[socket.socket] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._knocked.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._knocked.close()
        for line in self._lines:
            line.close()
        for talk in self._talks:
            talk.join()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._knocked.accept()
            except OSError:  # the test is over
                return
            talk = threading.Thread(target=self._listen, args=(line,), name="session bus line")
            self._lines.append(line)
            self._talks.append(talk)
            talk.start()

    def _listen(self, line: socket.socket) -> None:
        with line, line.makefile("rwb", buffering=0) as file:
            try:
                self._greet(file)
                while head := file.read(_HEAD.size):
                    self._take(file, head)
            except (OSError, ValueError, struct.error):
                return  # it hung up

    def _greet(self, file: socket.SocketIO) -> None:
        """Let whoever comes in: who it says it is does not matter here."""
        while (said := file.readline()).strip(b"\0\r\n") != b"BEGIN":
            if not said:
                raise OSError
            is_login = said.strip(b"\0").startswith(b"AUTH")
            file.write(b"OK 0123456789abcdef0123456789abcdef\r\n" if is_login else b"ERROR\r\n")

    def _take(self, file: socket.SocketIO, head: bytes) -> None:
        _, kind, flags, _, body_bytes, serial, fields_bytes = _HEAD.unpack(head)
        left = -(-fields_bytes // 8) * 8 + body_bytes
        rest = b""
        while len(rest) < left:
            piece = file.read(left - len(rest))
            if not piece:
                raise OSError
            rest += piece
        self.heard += head + rest
        if kind == _CALL and not flags & _NO_REPLY:
            file.write(_answer(serial, _NAME if b"Hello" in rest else ""))


def _answer(serial: int, word: str) -> bytes:
    """Return the answer to a call: one word, or nothing."""
    fields = struct.pack("<BBssI", 5, 1, b"u", b"\0", serial)
    for code, name in ((6, _NAME), (7, "org.freedesktop.DBus")):
        fields += _padding(fields) + struct.pack("<BBss", code, 1, b"s", b"\0") + _said(name)
    body = b""
    if word:
        fields += _padding(fields) + struct.pack("<BBssBss", 8, 1, b"g", b"\0", 1, b"s", b"\0")
        body = _said(word)
    head = _HEAD.pack(b"l", _RETURN, _NO_REPLY, 1, len(body), serial, len(fields))
    return head + fields + _padding(fields) + body


def _said(value: str) -> bytes:
    return struct.pack("<I", len(value)) + value.encode() + b"\0"


def _padding(data: bytes) -> bytes:
    return bytes(-len(data) % 8)
