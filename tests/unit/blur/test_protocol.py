"""Headers between parent and process: what is said is heard, what is nonsense is refused."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blur.facts import PictureFacts
from blur.fingerprints import Prints, opened_notes, packed_notes
from blur.limits import Limits
from blur.protocol import (
    ANSWER_BYTES,
    NOTES_LIMIT_BYTES,
    BrokenAnswerError,
    Op,
    Request,
    checked_answer,
    opened_request,
    packed_answer,
    packed_request,
    token_bytes,
)
from blur.reasons import LAST_ON_THE_WIRE, SENTENCES, Reason
from tests.unit.blur.answers import GOOD

REQUEST = Request(op=Op.LOAD, number=7, fit_px=(640, 480))
LIMITS = Limits()
FACTS = PictureFacts("image/png", 1, 1, 1, None)
PRINTS = Prints("0" * 16, "f" * 16, "a" * 64, 100)


def test_that_a_request_arrives_as_it_was_made() -> None:
    request = Request(
        op=Op.VIEW,
        number=4_000_000_000,
        token=token_bytes("item"),
        level=3,
        grey=True,
        edges=True,
        one_to_one=True,
        frame=12,
        fit_px=(1920, 1200),
        crop=(0.1, 0.2, 0.3, 0.4),
        payload_bytes=2**33,
        shared=True,
    )
    assert opened_request(packed_request(request)) == request


def test_that_an_answer_arrives_as_it_was_made() -> None:
    assert checked_answer(packed_answer(GOOD), REQUEST, Limits()) == GOOD


@given(st.binary(min_size=ANSWER_BYTES, max_size=ANSWER_BYTES))
def test_that_any_bytes_are_an_answer_within_the_limits_or_none(data: bytes) -> None:
    try:
        answer = checked_answer(data, REQUEST, Limits())
    except BrokenAnswerError:
        return
    assert answer.pixel_bytes <= Limits().frame_bytes


@given(st.integers(0, ANSWER_BYTES - 1), st.integers(0, 255))
def test_that_a_changed_byte_never_breaks_a_limit(place: int, value: int) -> None:
    data = bytearray(packed_answer(GOOD))
    data[place] = value
    try:
        answer = checked_answer(bytes(data), REQUEST, Limits())
    except BrokenAnswerError:
        return
    assert answer.width_px * answer.height_px <= Limits().pixels
    assert answer.frame_width_px <= 640
    assert answer.frame_height_px <= 480
    assert answer.notes_bytes <= NOTES_LIMIT_BYTES


@pytest.mark.parametrize("count", [0, 1, ANSWER_BYTES - 1, ANSWER_BYTES + 1])
def test_that_an_answer_of_another_length_is_none(count: int) -> None:
    with pytest.raises(BrokenAnswerError):
        checked_answer(bytes(count), REQUEST, Limits())


def test_that_a_frame_larger_than_the_room_on_the_screen_is_refused() -> None:
    wide = replace(GOOD, frame_width_px=641, pixel_bytes=641 * 384 * 4)
    with pytest.raises(BrokenAnswerError):
        checked_answer(packed_answer(wide), REQUEST, Limits())


OVER: list[tuple[dict[str, int], str]] = [
    ({"width_px": LIMITS.side_px + 1}, "too wide"),
    ({"height_px": LIMITS.side_px + 1}, "too high"),
    ({"frames": LIMITS.frames + 1}, "too many frames"),
    ({"notes_bytes": NOTES_LIMIT_BYTES + 1}, "too many notes"),
    ({"frame_width_px": 641, "pixel_bytes": 641 * 384 * 4}, "frame too wide"),
    ({"frame_height_px": 481, "pixel_bytes": 640 * 481 * 4}, "frame too high"),
]


@pytest.mark.parametrize(("numbers", "why"), OVER, ids=[why for _, why in OVER])
def test_that_each_number_over_its_own_limit_is_refused_for_that(
    numbers: dict[str, int], why: str
) -> None:
    with pytest.raises(BrokenAnswerError, match=why):
        checked_answer(packed_answer(replace(GOOD, **numbers)), REQUEST, LIMITS)


def test_that_sides_within_the_limit_are_refused_where_they_make_too_many_pixels() -> None:
    high = LIMITS.pixels // LIMITS.side_px
    most = replace(GOOD, width_px=LIMITS.side_px, height_px=high)
    assert checked_answer(packed_answer(most), REQUEST, LIMITS) == most
    over = replace(most, height_px=high + 1)
    assert over.height_px <= LIMITS.side_px
    with pytest.raises(BrokenAnswerError, match="too many pixels"):
        checked_answer(packed_answer(over), REQUEST, LIMITS)


def test_that_every_reason_on_the_wire_has_a_sentence_without_a_full_stop() -> None:
    assert set(SENTENCES) == set(Reason)
    assert all(not sentence.endswith(".") for sentence in SENTENCES.values())
    on_the_wire = [reason for reason in Reason if reason <= LAST_ON_THE_WIRE]
    assert on_the_wire == [Reason(number) for number in range(1, LAST_ON_THE_WIRE + 1)]


def test_that_notes_arrive_as_they_were_made() -> None:
    assert opened_notes(FACTS, packed_notes(PRINTS)).prints == PRINTS


@given(st.binary(max_size=200))
def test_that_any_bytes_are_notes_or_none(data: bytes) -> None:
    try:
        studied = opened_notes(FACTS, data)
    except BrokenAnswerError:
        return
    assert len(studied.prints.pdq) == 64
