"""What a file that is no picture or video is, by its first bytes; nothing of it is ever opened."""

import re

_HEADS = (
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"%PDF-", "application/pdf"),
    (b"{\\rtf", "application/rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"GGUF", "application/x-gguf"),
    (b"\x80\x02", "application/x-python-pickle"),
    (b"\x80\x04", "application/x-python-pickle"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-elf"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
)
_TAR_MARK, _TAR_AT = b"ustar", 257
_SAFETENSORS_MOST = 100 * 1024 * 1024  # its header; the format's own limit
_SAYS_SVG = re.compile(rb"<svg[\s>]", re.IGNORECASE)
_SAYS_HTML = re.compile(rb"<(!doctype html|html)[\s>]", re.IGNORECASE)
UNKNOWN = "application/octet-stream"
HEAD_BYTES = _TAR_AT + len(_TAR_MARK)  # how much of a file `other_type` needs


def other_type(head: bytes) -> str:
    """Return the media type of a file that is no picture or video, as its first bytes show it.

    Args:
        head: At least the first ``HEAD_BYTES`` bytes, or the whole file if it is shorter.
    """
    for mark, name in _HEADS:
        if head.startswith(mark):
            return name
    if head[_TAR_AT : _TAR_AT + len(_TAR_MARK)] == _TAR_MARK:
        return "application/x-tar"
    if head[8:9] == b"{" and 0 < int.from_bytes(head[:8], "little") <= _SAFETENSORS_MOST:
        return "application/x-safetensors"
    return _text_type(head) if _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    try:
        head[:-3].decode() if len(head) >= HEAD_BYTES else head.decode()
    except UnicodeDecodeError as error:
        # A character may be cut at the end of what was read.
        if error.start < len(head) - 6:
            return False
    return bool(head) and not any(byte < 9 or 13 < byte < 32 for byte in head)


def _text_type(head: bytes) -> str:
    if _SAYS_SVG.search(head):
        return "image/svg+xml"
    if _SAYS_HTML.search(head):
        return "text/html"
    return "application/json" if head.lstrip()[:1] in (b"{", b"[") else "text/plain"
