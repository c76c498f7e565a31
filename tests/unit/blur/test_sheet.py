"""A contact sheet's times on their way from the decoder process."""

import pytest

from blur.protocol import BrokenAnswerError
from blur.sheet import FIRST_ONLY, NOT_BEGUN, Sheet, opened_sheet, packed_sheet


@pytest.mark.parametrize(
    "sheet", [NOT_BEGUN, FIRST_ONLY, Sheet((0, 40, 1000), True, True), Sheet((), True, True)]
)
def test_that_a_sheet_comes_out_as_it_went_in(sheet: Sheet) -> None:
    assert opened_sheet(packed_sheet(sheet)) == sheet


@pytest.mark.parametrize(
    "untrusted",
    [
        b"",
        b"\1",
        packed_sheet(Sheet((0, 1), True))[:-1],
        packed_sheet(Sheet((0, 1), True)) + b"\0",
        packed_sheet(Sheet((5, 5), True)),
        packed_sheet(Sheet((7, 3), True)),
        packed_sheet(Sheet((-4,), True)),
        packed_sheet(Sheet((0, 2**62), True)),
        packed_sheet(Sheet(tuple(range(25)), True)),
        packed_sheet(Sheet((0,), False)),
        b"\xff\x00",
    ],
)
def test_that_what_cannot_be_a_sheet_is_not_believed(untrusted: bytes) -> None:
    with pytest.raises(BrokenAnswerError):
        opened_sheet(untrusted)
