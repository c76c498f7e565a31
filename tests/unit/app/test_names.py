"""File names as text: valid, distinct, and harmless on a terminal."""

import json
import os
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.names import as_text, shown

raw_names = st.binary(min_size=1, max_size=12).map(os.fsdecode)


def from_text(text: str) -> bytes:
    """The way back, to show that nothing was lost."""
    out, at = bytearray(), 0
    while at < len(text):
        mark = text[at + 2 : at + 4]
        if text[at : at + 2] == "\\x" and len(mark) == 2 and set(mark) <= set("0123456789abcdef"):
            out.append(int(mark, 16))
            at += 4
        else:
            out += text[at].encode()
            at += 1
    return bytes(out)


@given(raw_names)
def test_that_a_name_is_valid_text_and_leads_back_to_its_bytes(name: str) -> None:
    text = as_text(name)
    assert json.loads(json.dumps(text, ensure_ascii=False).encode()) == text
    assert from_text(text) == os.fsencode(name)


@given(raw_names, raw_names)
def test_that_two_names_never_become_one(first: str, second: str) -> None:
    assert (as_text(first) == as_text(second)) == (first == second)


@pytest.mark.parametrize("name", ["a b.jpg", "été/画像.png", "back\\slash", "100% \\xyz"])
def test_that_an_ordinary_name_stays_as_it_is(name: str) -> None:
    assert as_text(name) == name


@given(st.text(max_size=12))
def test_that_what_is_shown_cannot_act_on_a_terminal(text: str) -> None:
    categories = {unicodedata.category(character) for character in shown(text)}
    assert not categories & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def test_that_a_turned_direction_and_a_line_end_are_spelt_out() -> None:
    assert shown("gpj.\u202eexe\n") == "gpj.\\u202eexe\\x0a"


def test_that_a_byte_that_is_no_text_is_spelt_out_once() -> None:
    assert shown(os.fsdecode(b"caf\xe9 1")) == "caf\\xe9 1"
