"""The version of the scheme that tests grade under: the first, whichever is the newest.

A test of something else goes on as it is when a question comes in. What the newest version asks is
the matter of `tests/unit/grading/test_uk_ew.py`, and of tests that start the whole program.
"""

import pytest

from app.schemes import SchemeShelf
from grading.scheme import Scheme

FIRST = {"uk-ew": "2026.1"}
_newest = SchemeShelf.newest


def grade_under_the_first() -> None:
    """Have every shelf of this process that holds the first version call it the newest."""
    pytest.MonkeyPatch().setattr(SchemeShelf, "newest", _first)


def newest_shipped(scheme_id: str) -> Scheme:
    """Return the version that the program grades under."""
    return _newest(SchemeShelf(), scheme_id)


def _first(shelf: SchemeShelf, scheme_id: str) -> Scheme:
    name = (scheme_id, FIRST.get(scheme_id, ""))
    first = next((one for one in shelf.all() if (one.id, one.version) == name), None)
    return _newest(shelf, scheme_id) if first is None else first
