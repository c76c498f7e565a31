"""File names of evidence as text that can be signed, shown and found again.

A file system's name is bytes: it may not be UTF-8, may turn the direction of writing, may hold
control characters. In records and JSON a name is valid Unicode, and distinct names stay distinct.
"""

import os
import re
import unicodedata

_ESCAPE = re.compile(r"\\(?=x[0-9a-f]{2})")
_UNDECODABLE = re.compile("[\udc80-\udcff]")
# Cc control, Cf format (among them all that turn the direction), Cs surrogates, Co private,
# Cn unassigned, Zl and Zp separators: none of them may act on a terminal or a label.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def as_text(path: str) -> str:
    r"""Return the relative path as text that is valid UTF-8, with ``/`` between its parts.

    A byte that is not UTF-8 becomes ``\xff``; a backslash that stands where it could be taken
    for such a mark becomes ``\x5c``, so that no two names become one.
    """
    text = path.replace(os.sep, "/") if os.sep != "/" else path
    text = _ESCAPE.sub(r"\\x5c", text)
    return _UNDECODABLE.sub(lambda found: f"\\x{ord(found[0]) - 0xDC00:02x}", text)


def shown(text: str) -> str:
    r"""Return the text with every character that could act on a terminal or a label spelt out.

    A byte that is not UTF-8, as the system hands it on, is spelt ``\xff``.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_spelt(c) if unicodedata.category(c) in _HIDDEN else c for c in text)


def _spelt(character: str) -> str:
    code = ord(character)
    if _UNDECODABLE.match(character):
        code -= 0xDC00
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
