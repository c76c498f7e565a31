"""On which line each value of a TOML text stands."""

import tomllib
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from grading.toml_lines import Path, lines_of
from tests.unit.grading.uk_ew import SCHEME_FILE

TEXT = '''\
# a comment = [ "with", 'marks' ]
top = 1
"quoted key" . 'and.another' = "x"   # comment
date = 1979-05-27 07:32:00
[a.b]
list = [
  "one", # [
  'two]',
  """th"ree
  = 3""",
  [4, { five = 5 }],
]
long = \'\'\'
[no table]
k = 'v\'\'\'\'
[[rows]]
name = "first"
[[rows.cells]]
x = 1
[[rows.cells]]
x = 2
[[rows]]
name = "second"
[[rows.cells]]
inline = { a = { b = "}" }, c = [ "]" ] }
'''


def paths_in(value: object, path: Path = ()) -> Iterator[Path]:
    """Every path of a value as tomllib read it."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from paths_in(entry, (*path, key))
    elif isinstance(value, list):
        for position, entry in enumerate(value):
            yield from paths_in(entry, (*path, position))


def test_that_every_value_has_the_line_it_stands_on() -> None:
    lines = lines_of(TEXT)
    assert lines[("top",)] == 2
    assert lines[("quoted key", "and.another")] == 3
    assert lines[("a", "b")] == 5
    assert lines[("a", "b", "list")] == 6
    assert [lines[("a", "b", "list", n)] for n in range(4)] == [7, 8, 9, 11]
    assert lines[("a", "b", "list", 3, 1, "five")] == 11
    assert lines[("a", "b", "long")] == 13
    assert lines[("rows", 0)] == 16
    assert lines[("rows", 0, "cells", 1, "x")] == 21
    assert lines[("rows", 1, "name")] == 23
    assert lines[("rows", 1, "cells", 0, "inline", "a", "b")] == 25


def test_that_no_value_is_left_without_a_line() -> None:
    for text in (TEXT, SCHEME_FILE.read_text("utf-8")):
        assert set(paths_in(tomllib.loads(text))) == set(lines_of(text))


TOKENS = (
    "a", "b", '"k"', "'k'", ".", "=", " ", "\n", "\n", "\t", "#c\n", "[", "]", "[[a]]\n", "[b]\n",
    "[a.b]\n", "{", "}", ",", "1", "1.5", "true", "1979-05-27 07:32:00", '"x"', "'y'", '"""', "'''",
    '"', "\\", "\\\\", "é", "a = 1\n", 'b = ["x", "y"]\n', "c = { d = 1, e.f = 2 }\n",
)  # fmt: skip


@given(st.lists(st.sampled_from(TOKENS), max_size=40).map("".join))
def test_that_whatever_is_toml_has_a_line_for_every_value(text: str) -> None:
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    lines = lines_of(text)
    assert set(paths_in(values)) == set(lines)
    assert all(1 <= line <= text.count("\n") + 1 for line in lines.values())
