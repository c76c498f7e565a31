"""Items ahead of time: there before they are wanted, never at the cost of the one at hand."""

import os
import signal
import threading
from collections.abc import Iterator
from functools import partial

import pytest

from blur.decoder import Decoder, Look, NotLoadedError, UnreadableError
from blur.frame import Frame
from blur.keeper import Child
from blur.lending import send
from blur.prefetch import Ahead
from blur.protocol import Request, token_bytes
from blur.source import Source
from tests.unit.blur.test_reading import Halves
from tests.unit.blur.watched import ITEMS, ROOM, WAIT_S, Watched, fetched


@pytest.fixture
def decoders() -> list[Watched]:
    return [Watched(), Watched()]


@pytest.fixture
def ahead(decoders: list[Watched]) -> Iterator[Ahead]:
    made = Ahead(decoders, fetched)
    yield made
    for decoder in decoders:
        decoder.gate.set()
    made.close()


def test_that_the_next_ten_are_there_without_being_asked_for(ahead: Ahead) -> None:
    ahead.want(ITEMS, ROOM)
    for item in ITEMS[:11]:
        assert ahead.veiled(item, WAIT_S).facts.width_px == 64
    assert ahead.ready(ITEMS[10]) is not None
    assert ahead.ready(ITEMS[11]) is None


def test_that_the_decoder_of_the_item_at_hand_never_works_ahead(
    ahead: Ahead, decoders: list[Watched]
) -> None:
    ahead.want(ITEMS, ROOM)
    for item in ITEMS[:11]:
        ahead.veiled(item, WAIT_S)
    holder = next(decoder for decoder in decoders if ITEMS[0] in decoder.loads)
    other = next(decoder for decoder in decoders if decoder is not holder)
    assert holder.loads == [ITEMS[0]]
    assert other.loads == ITEMS[1:11]
    ahead.want(ITEMS[1:], ROOM)
    ahead.veiled(ITEMS[11], WAIT_S)
    assert holder.loads == [ITEMS[0], ITEMS[11]]


def test_that_the_item_at_hand_is_loaded_though_the_other_decoder_is_busy(
    ahead: Ahead, decoders: list[Watched]
) -> None:
    ahead.want(ITEMS[:1], ROOM)
    ahead.veiled(ITEMS[0], WAIT_S)
    holder = next(decoder for decoder in decoders if decoder.loads)
    other = next(decoder for decoder in decoders if decoder is not holder)
    other.gate.clear()
    ahead.want(ITEMS, ROOM)
    assert other.entered.wait(WAIT_S)
    ahead.want(ITEMS[20:], ROOM)
    assert ahead.veiled(ITEMS[20], WAIT_S)
    assert ITEMS[20] in holder.loads


def test_that_an_item_at_hand_does_not_wait_until_the_last_one_is_let_go_of(
    ahead: Ahead, decoders: list[Watched]
) -> None:
    ahead.want(ITEMS[:1], ROOM)
    ahead.veiled(ITEMS[0], WAIT_S)
    holder = next(decoder for decoder in decoders if decoder.loads)
    other = next(decoder for decoder in decoders if decoder is not holder)
    other.gate.clear()
    ahead.want(ITEMS, ROOM)
    assert other.entered.wait(WAIT_S)
    ahead.want(ITEMS[20:], ROOM)
    assert holder.dropped.wait(WAIT_S)
    assert holder.asked[1:] == [f"load {ITEMS[20]}", f"drop {ITEMS[0]}"]


def test_that_a_reveal_of_the_item_at_hand_waits_for_no_other(
    ahead: Ahead, decoders: list[Watched]
) -> None:
    ahead.want(ITEMS[:1], ROOM)
    ahead.veiled(ITEMS[0], WAIT_S)
    for decoder in decoders:
        decoder.gate.clear()
    ahead.want(ITEMS, ROOM)
    frame = ahead.view(ITEMS[0], Look(level=6, fit_px=ROOM))
    assert isinstance(frame, Frame)


def test_that_a_reveal_comes_before_what_its_decoder_loads_ahead(
    ahead: Ahead, decoders: list[Watched]
) -> None:
    ahead.want(ITEMS, ROOM)
    for item in ITEMS[:11]:
        ahead.veiled(item, WAIT_S)
    other = next(decoder for decoder in decoders if ITEMS[1] in decoder.loads)
    holder = next(decoder for decoder in decoders if decoder is not other)
    # Item 0 is at hand again, then item 1: the other decoder is at work on what comes last.
    other.gate.clear()
    other.entered.clear()
    late = "late item"
    ahead.want([*ITEMS[:6], late], ROOM)
    assert other.entered.wait(WAIT_S)
    ahead.want([*ITEMS[1:6], late], ROOM)
    ahead.view(ITEMS[1], Look(level=6, fit_px=ROOM))
    assert ahead.veiled(late, WAIT_S)
    asked = [what for what in other.asked if not what.startswith("drop")]
    assert asked[-3:] == [f"load {late}", f"put off {late}", f"view {ITEMS[1]}"]
    assert holder.loads == [ITEMS[0], late]


def test_that_an_item_at_hand_that_nobody_has_comes_before_what_is_loaded_ahead(
    ahead: Ahead, decoders: list[Watched]
) -> None:
    for decoder in decoders:
        decoder.gate.clear()
    ahead.want(ITEMS[:2], ROOM)
    for decoder in decoders:
        assert decoder.entered.wait(WAIT_S)
    ahead.want([ITEMS[20], *ITEMS[:2]], ROOM)
    behind = next(decoder for decoder in decoders if ITEMS[1] in decoder.loads)
    assert ahead.veiled(ITEMS[20], WAIT_S)
    assert behind.asked[:3] == [f"load {ITEMS[1]}", f"put off {ITEMS[1]}", f"load {ITEMS[20]}"]


def test_that_what_is_no_longer_wanted_is_dropped_in_the_decoder_too(
    ahead: Ahead, decoders: list[Watched]
) -> None:
    ahead.want(ITEMS[:3], ROOM)
    for item in ITEMS[:3]:
        ahead.veiled(item, WAIT_S)
    ahead.want(ITEMS[5:7], ROOM)
    for item in ITEMS[5:7]:
        ahead.veiled(item, WAIT_S)
    with pytest.raises(NotLoadedError):
        ahead.view(ITEMS[0], Look())
    ahead.want(ITEMS[7:9], ROOM)
    for item in ITEMS[7:9]:
        ahead.veiled(item, WAIT_S)
    dropped = {item for decoder in decoders for item in decoder.drops}
    assert dropped >= set(ITEMS[:3])


def test_that_an_item_that_cannot_be_read_says_why_and_the_others_are_there(ahead: Ahead) -> None:
    ahead.want(["broken", *ITEMS[:3]], ROOM)
    with pytest.raises(UnreadableError):
        ahead.veiled("broken", WAIT_S)
    with pytest.raises(UnreadableError):
        ahead.ready("broken")
    assert ahead.veiled(ITEMS[2], WAIT_S)


def test_that_what_fetching_raises_reaches_who_waits(ahead: Ahead) -> None:
    ahead.want(["missing"], ROOM)
    with pytest.raises(FileNotFoundError):
        ahead.veiled("missing", WAIT_S)


def test_that_what_was_given_up_is_begun_anew_when_it_is_wanted_again(
    decoders: list[Watched],
) -> None:
    given_up = [True]

    def fetch(item: str) -> bytes:
        if given_up[0]:
            raise NotLoadedError
        return fetched(item)

    ahead = Ahead(decoders, fetch)
    try:
        ahead.want(ITEMS[:1], ROOM)
        with pytest.raises(NotLoadedError):
            ahead.veiled(ITEMS[0], WAIT_S)
        given_up[0] = False
        ahead.want(ITEMS[:1], ROOM)
        assert ahead.veiled(ITEMS[0], WAIT_S)
    finally:
        ahead.close()


def test_that_waiting_ends_in_time(ahead: Ahead, decoders: list[Watched]) -> None:
    for decoder in decoders:
        decoder.gate.clear()
    ahead.want(ITEMS, ROOM)
    with pytest.raises(UnreadableError, match="in time"):
        ahead.veiled(ITEMS[0], 0.01)


def test_that_an_item_nobody_wanted_yet_is_put_first(ahead: Ahead) -> None:
    ahead.want(ITEMS[:2], ROOM)
    assert ahead.veiled(ITEMS[25], WAIT_S)


def test_that_a_view_survives_the_death_of_its_decoder(
    ahead: Ahead, decoders: list[Watched]
) -> None:
    ahead.want(ITEMS[:2], ROOM)
    ahead.veiled(ITEMS[0], WAIT_S)
    for decoder in decoders:
        if decoder.pid is not None:
            os.kill(decoder.pid, signal.SIGKILL)
    assert ahead.view(ITEMS[0], Look(level=6, fit_px=ROOM)).width_px == 64


def test_that_calm_drops_every_frame_and_ends_the_processes(
    ahead: Ahead, decoders: list[Watched]
) -> None:
    ahead.want(ITEMS, ROOM)
    ahead.veiled(ITEMS[0], WAIT_S)
    before = {decoder.pid for decoder in decoders}
    ahead.calm()
    assert ahead.ready(ITEMS[0]) is None
    with pytest.raises(NotLoadedError):
        ahead.view(ITEMS[0], Look())
    ahead.want(ITEMS[:1], ROOM)
    assert ahead.veiled(ITEMS[0], WAIT_S)
    assert before.isdisjoint({decoder.pid for decoder in decoders if decoder.loads[-1:]} - {None})


def test_that_who_waits_is_told_when_all_is_dropped(ahead: Ahead, decoders: list[Watched]) -> None:
    for decoder in decoders:
        decoder.gate.clear()
    ahead.want(ITEMS, ROOM)
    told: list[BaseException] = []

    def wait() -> None:
        try:
            ahead.veiled(ITEMS[0], WAIT_S)
        except NotLoadedError as error:
            told.append(error)

    waiting = threading.Thread(target=wait)
    assert all(decoder.entered.wait(WAIT_S) for decoder in decoders)
    waiting.start()
    while not ahead._changed._waiters:  # type: ignore[attr-defined]
        pass
    ahead.calm()
    waiting.join(WAIT_S)
    assert len(told) == 1


@pytest.mark.parametrize(
    ("room", "loads"),
    [((ROOM[0] + 1, ROOM[1]), 2), ((ROOM[0], ROOM[1] + 1), 2), ((ROOM[0] // 2, ROOM[1]), 1)],
    ids=["wider", "higher", "narrower"],
)
def test_that_only_a_larger_window_loads_anew(
    ahead: Ahead, decoders: list[Watched], room: tuple[int, int], loads: int
) -> None:
    ahead.want(ITEMS[:1], ROOM)
    ahead.veiled(ITEMS[0], WAIT_S)
    ahead.want(ITEMS[:1], room)
    ahead.veiled(ITEMS[0], WAIT_S)
    assert sum(decoder.loads.count(ITEMS[0]) for decoder in decoders) == loads


def test_that_what_was_loaded_for_less_room_is_not_ready_for_more(ahead: Ahead) -> None:
    ahead.want(ITEMS[:1], ROOM)
    ahead.veiled(ITEMS[0], WAIT_S)
    assert ahead.ready(ITEMS[0], ROOM) is not None
    assert ahead.ready(ITEMS[0], (ROOM[0] + 1, ROOM[1])) is None


def test_that_closing_ends_threads_and_processes(decoders: list[Watched]) -> None:
    made = Ahead(decoders, fetched)
    made.want(ITEMS, ROOM)
    made.close()
    assert all(decoder.pid is None for decoder in decoders)


def test_that_only_the_item_at_hand_is_asked_for_in_haste(
    ahead: Ahead, decoders: list[Watched]
) -> None:
    ahead.want(ITEMS, ROOM)
    for item in ITEMS[:11]:
        ahead.veiled(item, WAIT_S)
    assert [item for decoder in decoders for item in decoder.hastened] == [ITEMS[0]]


def test_that_nothing_else_is_begun_while_the_item_at_hand_is_loaded(
    ahead: Ahead, decoders: list[Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blur.prefetch._AWAITED_S", WAIT_S)
    order: list[str] = []
    ahead._fetch = lambda item: order.append(item) or fetched(item)  # type: ignore[func-returns-value]
    decoders[0].gate.clear()
    decoders[1].gate.clear()
    ahead.want(ITEMS, ROOM)
    while not any(decoder.entered.wait(0.01) for decoder in decoders):
        pass
    with ahead._changed:
        behind = [which for which in (0, 1) if ahead._is_behind(which)]
    assert len(behind) == 1
    assert order == [ITEMS[0]]
    for decoder in decoders:
        decoder.gate.set()
    ahead.veiled(ITEMS[1], WAIT_S)
    assert order[:2] == ITEMS[:2]


def test_that_the_first_item_goes_to_the_decoder_that_was_started_first(
    ahead: Ahead, decoders: list[Watched]
) -> None:
    """The second one may not stand yet; whichever thread comes first must not decide."""
    with ahead._changed:
        ahead.want(ITEMS[:3], ROOM)
        assert [ahead._next_for(which) for which in (1, 0)] == [None, ITEMS[0]]
    ahead.veiled(ITEMS[1], WAIT_S)
    assert decoders[0].loads == ITEMS[:1]
    with ahead._changed:
        ahead.want(ITEMS[20:], ROOM)
        assert [ahead._next_for(which) for which in (1, 0)] == [ITEMS[20]] * 2


def test_that_what_is_put_off_while_it_is_read_never_comes_to_its_decoder(
    decoders: list[Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading a large file takes as long as decoding a small one."""
    reads, may_go_on = threading.Event(), threading.Event()
    sent: list[bytes] = []

    def pause() -> None:
        reads.set()
        may_go_on.wait(WAIT_S)

    slow = Halves(fetched(ITEMS[1]), pause)
    files: dict[str, Source] = {ITEMS[1]: slow}

    def note(child: Child, request: Request, payload: bytes | bytearray) -> None:
        sent.append(request.token)
        send(child, request, payload)

    monkeypatch.setattr("blur.decoder.send", note)
    for decoder in decoders:  # which the first one stays busy in
        decoder.put_off = partial(Decoder.put_off, decoder)  # type: ignore[method-assign]
    other = decoders[1]
    ahead = Ahead(decoders, lambda item: files.get(item) or fetched(item))
    try:
        decoders[0].gate.clear()
        ahead.want(ITEMS[:2], ROOM)
        assert reads.wait(WAIT_S)
        ahead.want([ITEMS[20], *ITEMS[:2]], ROOM)
        may_go_on.set()
        assert ahead.veiled(ITEMS[20], WAIT_S)
        assert other.loads[:2] == [ITEMS[1], ITEMS[20]]
        assert sent[0] == token_bytes(ITEMS[20])
        assert slow.pieces[:1] == [1]
        assert slow.pieces[1:2] != [2]  # it was begun anew, if it was gone on with
    finally:
        decoders[0].gate.set()
        may_go_on.set()
        ahead.close()


def test_that_a_look_at_an_item_beside_the_one_at_hand_comes_before_what_is_loaded_ahead(
    ahead: Ahead, decoders: list[Watched]
) -> None:
    ahead.want(ITEMS[:3], ROOM)
    for item in ITEMS[:3]:
        ahead.veiled(item, WAIT_S)
    other = decoders[1]
    assert other.loads == ITEMS[1:3]
    other.gate.clear()
    other.entered.clear()
    begun: list[str | None] = []

    def view(token: str, look: Look) -> Frame:
        other.gate.set()
        with ahead._changed:
            ahead._changed.wait_for(lambda: ahead._loading[1] is None, WAIT_S)
            begun.append(ahead._next_for(1))
        return Watched.view(other, token, look)

    other.view = view  # type: ignore[method-assign]
    late = "late item"
    ahead.want([*ITEMS[:3], late], ROOM)
    assert other.entered.wait(WAIT_S)
    ahead.view(ITEMS[1], Look(level=6, fit_px=ROOM))
    assert ahead.veiled(late, WAIT_S)
    assert begun == [None]
    asked = [what for what in other.asked if not what.startswith("drop")]
    assert asked[-4:] == [
        f"load {late}",
        f"put off {late}",
        f"view {ITEMS[1]}",
        f"load {late}",
    ]
