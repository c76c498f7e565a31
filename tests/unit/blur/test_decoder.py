"""The decoder process in good days and bad ones."""

import os
import signal
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from blur.child.opening import opened
from blur.child.refusal import RefusedError
from blur.decoder import Decoder, Look, NotLoadedError, UnreadableError
from blur.errors import DecoderStartError, PutOffError
from blur.keeper import Child
from blur.lending import send
from blur.limits import Limits
from blur.protocol import Request
from blur.reasons import Reason
from tests.unit.blur.films import Film, made
from tests.unit.blur.pictures import COMMAND, blocks, noise, pixels_of, saved

GOOD = saved(blocks())
PATIENCE_S = 60.0


def test_that_a_picture_is_told_with_type_and_size(decoder: Decoder) -> None:
    facts = decoder.facts(saved(blocks(240, 160), "JPEG"))
    assert (facts.media_type, facts.width_px, facts.height_px) == ("image/jpeg", 240, 160)
    assert (facts.frames, facts.duration_ms) == (1, None)


def test_that_loading_answers_the_picture_veiled_and_grey(decoder: Decoder) -> None:
    loaded = decoder.load("item", saved(noise(900, 600)), (800, 800))
    assert loaded.veiled.channels == 1
    assert pixels_of(loaded.veiled).std() < 8  # noise under the heaviest veil is nearly flat
    assert loaded.facts.width_px == 900


def test_that_a_frame_has_exactly_the_bytes_it_says(decoder: Decoder) -> None:
    loaded = decoder.load("odd", saved(blocks(243, 161)), (200, 200))
    frames = [loaded.veiled]
    frames += [
        decoder.view("odd", Look(level=level, grey=grey, fit_px=(101, 77)))
        for level in range(7)
        for grey in (True, False)
    ]
    for frame in frames:
        assert len(frame.pixels) == frame.stride_bytes * frame.height_px
        assert frame.stride_bytes % 4 == 0
        assert 0 <= frame.stride_bytes - frame.width_px * frame.channels < 4
    assert all(frame.width_px <= 101 and frame.height_px <= 77 for frame in frames[1:])


def test_that_a_clear_look_shows_the_colours_of_the_file(decoder: Decoder) -> None:
    decoder.load("clear", GOOD, (400, 400))
    seen = pixels_of(decoder.view("clear", Look(level=6, grey=False, fit_px=(400, 400))))
    assert np.array_equal(seen, blocks())


def test_that_a_solid_look_shows_nothing(decoder: Decoder) -> None:
    decoder.load("solid", GOOD, (400, 400))
    seen = pixels_of(decoder.view("solid", Look(level=0, grey=False, fit_px=(400, 400))))
    assert len(np.unique(seen)) == 1


def test_that_what_was_dropped_is_no_longer_held(decoder: Decoder) -> None:
    decoder.load("gone", GOOD, (100, 100))
    decoder.drop("gone")
    decoder.drop("never there")
    with pytest.raises(NotLoadedError):
        decoder.view("gone", Look())


def test_that_an_empty_file_is_refused_without_asking_anybody(decoder: Decoder) -> None:
    with pytest.raises(UnreadableError, match="the file is empty"):
        decoder.facts(b"")


def test_that_a_file_over_the_limit_is_refused() -> None:
    small = Decoder(COMMAND, Limits(file_bytes=100))
    try:
        with pytest.raises(UnreadableError, match="larger than the limit"):
            small.facts(GOOD)
    finally:
        small.close()


def test_that_a_lowered_limit_on_pixels_reaches_the_process() -> None:
    strict = Decoder(COMMAND, Limits(pixels=1000))
    try:
        with pytest.raises(UnreadableError, match="claims to be larger"):
            strict.facts(GOOD)
    finally:
        strict.close()


def test_that_a_process_killed_between_two_requests_is_replaced_unnoticed(
    own_decoder: Decoder,
) -> None:
    own_decoder.facts(GOOD)
    first = own_decoder.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert own_decoder.facts(GOOD).width_px == 240
    assert own_decoder.pid != first


def test_that_pixels_of_a_process_that_died_are_loaded_anew_by_who_wants_them(
    own_decoder: Decoder,
) -> None:
    own_decoder.load("item", GOOD, (100, 100))
    assert own_decoder.pid is not None
    os.kill(own_decoder.pid, signal.SIGKILL)
    with pytest.raises(NotLoadedError):
        own_decoder.view("item", Look())
    own_decoder.load("item", GOOD, (100, 100))
    assert own_decoder.view("item", Look(fit_px=(100, 100))).width_px > 0


@contextmanager
def hung(decoder: Decoder) -> Iterator[int]:
    """Its process answers nothing any more; who does not end it in time is told so."""
    decoder.protections()
    pid = decoder.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    too_late = threading.Event()

    def end() -> None:
        too_late.set()
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    clock = threading.Timer(PATIENCE_S, end)
    clock.start()
    try:
        yield pid
    finally:
        clock.cancel()
        clock.join()
        assert not too_late.is_set(), "the parent waits without end for a process that hangs"


def test_that_a_process_that_hangs_is_ended_and_replaced() -> None:
    hasty = Decoder(COMMAND, Limits(item_s=0.5))
    try:
        with hung(hasty) as pid, pytest.raises(UnreadableError, match="longer than the time limit"):
            hasty.facts(GOOD)
        hasty.protections()  # waits for the next process, however slow its start is here
        assert hasty.facts(GOOD).width_px == 240
        assert hasty.pid != pid
    finally:
        hasty.close()


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF", "AVIF"])
def test_that_a_file_of_more_frames_than_the_limit_is_refused_by_the_process(
    kind: str,
) -> None:
    first, *more = (Image.fromarray(noise(40, 30, seed)) for seed in range(4))
    data = saved(first, kind, save_all=True, append_images=more)
    assert opened(data, Limits(frames=4)).facts.frames == 4
    with pytest.raises(RefusedError) as refused:
        opened(data, Limits(frames=3))
    assert refused.value.reason is Reason.TOO_MANY_FRAMES


def test_that_a_person_is_told_of_too_many_frames_and_the_process_lives_on() -> None:
    strict = Decoder(COMMAND, Limits(frames=3))
    try:
        first, *more = (Image.fromarray(noise(40, 30, seed)) for seed in range(4))
        strict.protections()
        pid = strict.pid
        with pytest.raises(UnreadableError, match="more frames than the limit"):
            strict.facts(saved(first, "GIF", save_all=True, append_images=more))
        assert strict.pid == pid
    finally:
        strict.close()


def test_that_calming_ends_the_process_and_all_it_held(own_decoder: Decoder) -> None:
    own_decoder.load("item", GOOD, (100, 100))
    before = own_decoder.pid
    own_decoder.calm()
    with pytest.raises(NotLoadedError):
        own_decoder.view("item", Look())
    assert own_decoder.pid != before


def test_that_calming_ends_a_request_that_runs(own_decoder: Decoder) -> None:
    own_decoder.protections()
    assert own_decoder.pid is not None
    os.kill(own_decoder.pid, signal.SIGSTOP)
    ended: list[BaseException] = []

    def ask() -> None:
        try:
            own_decoder.load("item", GOOD, (100, 100))
        except NotLoadedError as error:
            ended.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    while not own_decoder._turn.locked():
        pass
    own_decoder.calm()
    asking.join(30)
    assert len(ended) == 1


def test_that_a_program_that_is_no_decoder_is_told_as_such() -> None:
    wrong = Decoder([sys.executable, "-c", "raise SystemExit('no codec here')"])
    try:
        with pytest.raises(DecoderStartError) as told:
            wrong.facts(GOOD)
        assert "no codec here" in told.value.last_words
    finally:
        wrong.close()


def test_that_a_program_that_does_not_exist_is_told_as_such() -> None:
    wrong = Decoder(["no-such-program-here"])
    try:
        with pytest.raises(DecoderStartError):
            wrong.facts(GOOD)
    finally:
        wrong.close()


def impostor(folder: Path, body: str) -> Decoder:
    """A decoder whose process is a script of a test's: it says it is ready, then lies."""
    script = folder / "impostor.py"
    script.write_text(
        textwrap.dedent(
            """
            import os, sys
            sys.path.insert(0, {root!r})
            from blur.protocol import *
            from blur.limits import Limits
            def say(**fields):
                os.write(1, packed_answer(Answer(**fields)))
            say(kind=Kind.READY, number=0)
            header = b""
            while len(header) < REQUEST_BYTES:
                header += os.read(0, REQUEST_BYTES - len(header)) or exit()
            request = opened_request(header)
            """
        ).format(root=str(Path(COMMAND[1]).parent))
        + textwrap.dedent(body)
        + "\nos.read(0, 1)\n"
    )
    return Decoder([sys.executable, str(script)], Limits(item_s=20))


@pytest.mark.parametrize(
    "body",
    [
        "os.write(1, b'x' * ANSWER_BYTES)",
        "say(kind=Kind.DONE, number=request.number + 1, media_type='image/png', width_px=1, "
        "height_px=1, frames=1)",
        "say(kind=Kind.DONE, number=request.number, media_type='image/png', width_px=2**31, "
        "height_px=1, frames=1)",
        "say(kind=Kind.DONE, number=request.number, media_type='image/png', width_px=9, "
        "height_px=9, frames=2**31)",
        "say(kind=Kind.DONE, number=request.number)",
        "say(kind=Kind.DONE, number=request.number, media_type='image/png', width_px=9, "
        "height_px=9, frames=1, channels=4, frame_width_px=9, frame_height_px=9, "
        "pixel_bytes=2**40)",
        "say(kind=Kind.DONE, number=request.number, media_type='image/png', width_px=9, "
        "height_px=9, frames=1, channels=3, frame_width_px=9, frame_height_px=9, "
        "pixel_bytes=9*9*3)",
        "say(kind=Kind.DONE, number=request.number, media_type='image/png', width_px=9, "
        "height_px=9, frames=1, channels=4, frame_width_px=9, frame_height_px=9, "
        "pixel_bytes=9*9*4 - 1)",
        "say(kind=Kind.DONE, number=request.number, media_type='image/png', width_px=9, "
        "height_px=9, frames=1, notes_bytes=2**31)",
        "say(kind=Kind.REFUSED, number=request.number, reason=None)",
    ],
)
def test_that_an_answer_that_cannot_be_right_is_not_believed(tmp_path: Path, body: str) -> None:
    lying = impostor(tmp_path, body)
    try:
        with pytest.raises(UnreadableError, match="cannot be right"):
            lying.load("item", GOOD, (64, 64))
    finally:
        lying.close()


def test_that_a_process_that_ends_in_the_middle_of_an_answer_is_a_crash(tmp_path: Path) -> None:
    body = "os.write(1, packed_answer(Answer(kind=Kind.DONE, number=1))[:10]); exit()"
    lying = impostor(tmp_path, body)
    try:
        with pytest.raises(UnreadableError):
            lying.facts(GOOD)
    finally:
        lying.close()


def test_that_a_process_that_ends_on_a_file_makes_the_file_unreadable(tmp_path: Path) -> None:
    crashing = impostor(tmp_path, "exit()")
    try:
        with pytest.raises(UnreadableError, match="stopped working"):
            crashing.facts(GOOD)
    finally:
        crashing.close()


def test_that_a_flood_of_complaints_stops_nothing(tmp_path: Path) -> None:
    loud = impostor(
        tmp_path,
        """
        for _ in range(500):
            os.write(2, b'complaint ' * 1000)
        say(kind=Kind.DONE, number=request.number, media_type='image/png', width_px=9,
            height_px=9, frames=1)
        """,
    )
    try:
        assert loud.facts(GOOD).width_px == 9
    finally:
        loud.close()


def test_that_pixels_leave_the_shared_memory_when_they_are_taken(own_decoder: Decoder) -> None:
    own_decoder.load("item", saved(noise(300, 200)), (300, 300))
    own_decoder.view("item", Look(level=6, grey=False, fit_px=(300, 300)))
    child = own_decoder._keeper.child(5)
    assert child is not None
    assert child.shared is not None
    assert not any(child.shared._view[: 300 * 200 * 4])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "video"])
def test_that_what_is_loaded_ahead_can_be_given_up_in_the_middle(
    own_decoder: Decoder, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    data = made(Film(scenes=(10,))) if kind == "video" else saved(noise(1600, 1200), kind)
    with monkeypatch.context() as patched:
        patched.setattr("blur.decoder.send", sent_and_put_off(own_decoder))
        with pytest.raises(PutOffError):
            own_decoder.load("ahead", data, (800, 800))
        own_decoder.load("waited for", data, (800, 800), veil_first=True)  # is not given up
    pid = own_decoder.pid
    with pytest.raises(NotLoadedError):
        own_decoder.view("ahead", Look(fit_px=(800, 800)))
    own_decoder.load("ahead", data, (800, 800))
    assert own_decoder.pid == pid


def sent_and_put_off(decoder: Decoder) -> Callable[[Child, Request, bytes], None]:
    """Sends a request once nobody waits for it any more: the process finds that at its start."""

    def send_late(child: Child, request: Request, payload: bytes) -> None:
        for token in ("ahead", "waited for"):
            decoder.put_off(token)
        send(child, request, payload)

    return send_late


def test_that_a_process_that_gives_up_by_itself_is_not_believed(
    own_decoder: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def given_up(child: Child, request: Request, payload: bytes) -> None:
        assert child.shared is not None
        child.shared.stop(request.number)
        send(child, request, payload)

    monkeypatch.setattr("blur.decoder.send", given_up)
    with pytest.raises(UnreadableError, match="cannot be right"):
        own_decoder.load("item", GOOD, (800, 800))


def test_that_a_picture_waited_for_is_veiled_and_seen_like_any_other(decoder: Decoder) -> None:
    data = saved(noise(1600, 1200), "JPEG")
    plain = decoder.load("plain", data, (800, 800))
    clear = Look(level=6, grey=False, fit_px=(800, 800))
    seen = pixels_of(decoder.view("plain", clear))
    first = decoder.load("first", data, (800, 800), veil_first=True)
    assert first.facts == plain.facts
    difference = pixels_of(first.veiled).astype(int) - pixels_of(plain.veiled)
    assert np.abs(difference).max() <= 2
    assert np.array_equal(pixels_of(decoder.view("first", clear)), seen)
