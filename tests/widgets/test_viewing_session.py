"""The veil over the item at hand, without a window: what goes back under, and when."""

import threading
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.jobs import Jobs
from app.session.types import AtHand
from app.session.veil import VeilRules
from app.session.viewing import ViewingSession
from blur.errors import DecoderStartError, NotLoadedError, UnreadableError
from blur.facts import Loaded, PictureFacts
from blur.frame import Frame
from blur.look import Look
from tests.widgets.conftest import PATIENCE_MS

GREY_FRAME = Frame(4, 4, 1, bytes(16), 4)
CLEAR_FRAME = Frame(4, 4, 4, bytes(64), 16)
FACTS = PictureFacts("image/png", 4, 4, 1, None)
AT = AtHand("a" * 64, "b" * 64, 1, 2, ("a" * 64,))
OTHER = AtHand("c" * 64, "b" * 64, 2, 2, ("c" * 64,))


MOVING = PictureFacts("image/gif", 4, 4, 3, 300)


class SlowShows:
    """Fetches frames like `app.viewing.Viewing`, and can be held up or fail."""

    def __init__(self) -> None:
        self.looks: list[tuple[str, Look]] = []
        self.calmed = 0
        self.may_view = threading.Event()
        self.may_view.set()
        self.error: Exception | None = None
        self.facts = FACTS
        self.given_up = 0  # so often the item is let go of before it is there

    def want(
        self,
        items: tuple[str, ...],
        batch: str,
        fit_px: tuple[int, int],
        gone: Callable[[], object] | None = None,
    ) -> None:
        """Everything is here already."""

    def foresee(self, look: Look) -> None:
        """Nothing is made ready here."""

    def ready(self, item: str, batch: str, fit_px: tuple[int, int]) -> Loaded | None:
        if self.given_up:
            raise NotLoadedError
        if self.error is not None and not isinstance(self.error, NotLoadedError):
            raise self.error
        return Loaded(self.facts, GREY_FRAME)

    def veiled(self, item: str) -> Loaded:
        if self.given_up:
            self.given_up -= 1
            raise NotLoadedError
        return Loaded(self.facts, GREY_FRAME)

    def view(self, item: str, look: Look) -> Frame:
        self.looks.append((item, look))
        assert self.may_view.wait(PATIENCE_MS / 1000)
        if self.error is not None:
            raise self.error
        return CLEAR_FRAME

    def calm(self) -> None:
        self.calmed += 1


class Desk:
    """A viewing session over slow frames, with a list of what it said."""

    def __init__(self, rules: VeilRules) -> None:
        self.shows = SlowShows()
        self.jobs, self.calming = Jobs("viewing"), Jobs("calm")
        self.session = ViewingSession(self.jobs, self.calming, lambda: self.shows, rules)
        self.clear = 0
        self.counted: list[tuple[str, int, int]] = []
        self.session.revealed.connect(self._reveal)
        self.session.concealed.connect(self._conceal)
        self.session.counted.connect(lambda *what: self.counted.append(what))

    def _reveal(self, _: Frame) -> None:
        self.clear += 1

    def _conceal(self) -> None:
        self.clear = 0

    def close(self) -> None:
        self.shows.may_view.set()
        self.jobs.close()
        self.calming.close()


@pytest.fixture
def desk(request: pytest.FixtureRequest, qapp: object) -> Iterator[Desk]:
    desk = Desk(getattr(request, "param", VeilRules()))
    desk.session.show_item(AT)
    yield desk
    desk.close()


def test_that_a_frame_that_comes_after_the_release_is_dropped(qtbot: QtBot, desk: Desk) -> None:
    desk.shows.may_view.clear()
    desk.session.reveal()
    qtbot.waitUntil(lambda: bool(desk.shows.looks), timeout=PATIENCE_MS)
    desk.session.release()
    desk.shows.may_view.set()
    qtbot.waitUntil(lambda: desk.jobs.waiting == 0, timeout=PATIENCE_MS)
    assert desk.clear == 0


def test_that_a_late_frame_of_one_item_never_shows_over_the_next(qtbot: QtBot, desk: Desk) -> None:
    desk.shows.may_view.clear()
    desk.session.reveal()
    qtbot.waitUntil(lambda: bool(desk.shows.looks), timeout=PATIENCE_MS)
    desk.session.show_item(OTHER)
    desk.session.reveal()
    desk.shows.may_view.set()
    qtbot.waitUntil(lambda: desk.clear == 1 and desk.jobs.waiting == 0, timeout=PATIENCE_MS)
    assert [item for item, _ in desk.shows.looks] == [AT.item, OTHER.item]


def test_that_a_heavier_veil_is_never_preceded_by_a_late_lighter_frame(
    qtbot: QtBot, desk: Desk
) -> None:
    desk.shows.may_view.clear()
    desk.session.reveal()
    qtbot.waitUntil(lambda: bool(desk.shows.looks), timeout=PATIENCE_MS)
    desk.session.sight.change_level(-1)
    desk.shows.may_view.set()
    qtbot.waitUntil(lambda: desk.clear == 1 and desk.jobs.waiting == 0, timeout=PATIENCE_MS)
    assert [look.level for _, look in desk.shows.looks] == [4, 3]


def test_that_revealed_time_is_counted_by_level(qtbot: QtBot, desk: Desk) -> None:
    desk.session.reveal()
    qtbot.waitUntil(lambda: desk.clear == 1, timeout=PATIENCE_MS)
    with qtbot.waitSignal(desk.session.counted, timeout=PATIENCE_MS):
        qtbot.wait(5)  # the passing of time is what is counted
        desk.session.release()
    item, level, shown_ms = desk.counted[0]
    assert (item, level) == (AT.item, 4)
    assert shown_ms > 0


@pytest.mark.parametrize("desk", [VeilRules(idle_s=0)], indirect=True)
def test_that_nobody_at_the_keys_ends_a_reveal(qtbot: QtBot, desk: Desk) -> None:
    with qtbot.waitSignal(desk.session.concealed, timeout=PATIENCE_MS):
        desk.session.reveal()


@pytest.mark.parametrize("desk", [VeilRules(latch_s=1)], indirect=True)
def test_that_a_latched_reveal_counts_down_and_ends_by_itself(qtbot: QtBot, desk: Desk) -> None:
    desk.session.reveal()
    desk.session.release()
    assert desk.session.state.revealed
    assert desk.session.state.latch_left_s == 2
    with qtbot.waitSignal(desk.session.concealed, timeout=PATIENCE_MS):
        pass


@pytest.mark.parametrize("desk", [VeilRules(lightest=3, grey_only=True)], indirect=True)
def test_that_the_policy_holds_the_level_and_the_colour(desk: Desk) -> None:
    desk.session.sight.change_level(5)
    desk.session.sight.toggle("grey")
    assert desk.session.state.level == 3
    assert desk.session.state.grey


LOOKS: dict[str, Callable[[ViewingSession], object]] = {
    "whole": lambda session: session.reveal(),
    "lens": lambda session: session.reveal((0.5, 0.5)),
    "edges": lambda session: (session.sight.toggle("edges"), session.reveal()),
    "pixel for pixel": lambda session: (session.sight.zoom(None), session.reveal()),
    "play": lambda session: session.play(),
}


@pytest.mark.parametrize("desk", [VeilRules(lightest=3, grey_only=True)], indirect=True)
@pytest.mark.parametrize("name", LOOKS)
def test_that_the_policy_holds_every_way_of_looking(qtbot: QtBot, desk: Desk, name: str) -> None:
    desk.shows.facts = MOVING
    desk.session.show_item(OTHER)
    desk.session.sight.change_level(5)
    desk.session.sight.toggle("grey")
    LOOKS[name](desk.session)
    qtbot.waitUntil(lambda: desk.clear > 0, timeout=PATIENCE_MS)
    assert desk.session.state.revealed
    assert {(look.level, look.grey) for _, look in desk.shows.looks} == {(3, True)}


def test_that_an_error_in_a_reveal_ends_it(qtbot: QtBot, desk: Desk) -> None:
    desk.shows.error = NotLoadedError()
    with qtbot.waitSignal(desk.session.concealed, timeout=PATIENCE_MS):
        desk.session.reveal()
    assert desk.clear == 0


def test_that_an_item_that_cannot_be_shown_says_why(qtbot: QtBot, desk: Desk) -> None:
    desk.shows.error = UnreadableError("it is cut off")
    with qtbot.waitSignal(desk.session.unreadable, timeout=PATIENCE_MS) as said:
        desk.session.show_item(OTHER)
    assert said.args is not None
    assert "cut off" in said.args[1]


def test_that_a_later_frame_that_ends_its_decoder_each_time_leaves_the_item_readable(
    qtbot: QtBot, desk: Desk
) -> None:
    desk.shows.facts = MOVING
    desk.session.show_item(OTHER)
    desk.session.stills.step(1)
    desk.shows.error = NotLoadedError()
    with qtbot.assertNotEmitted(desk.session.unreadable):
        for _ in range(2):
            with qtbot.waitSignal(desk.session.concealed, timeout=PATIENCE_MS):
                desk.session.reveal()
            qtbot.waitUntil(lambda: desk.jobs.waiting == 0, timeout=PATIENCE_MS)
    assert desk.session.stills.state.at == 1
    assert desk.session.stills.state.why_not == "the decoder stopped working on it"
    desk.shows.error = None
    desk.session.stills.step(1)
    assert not desk.session.stills.state.why_not
    desk.session.reveal()
    qtbot.waitUntil(lambda: desk.clear == 1, timeout=PATIENCE_MS)


def test_that_a_decoder_that_fails_marks_no_item_as_unreadable(qtbot: QtBot, desk: Desk) -> None:
    desk.shows.error = DecoderStartError("")
    with (
        qtbot.assertNotEmitted(desk.session.unreadable),
        qtbot.waitSignal(desk.session.failed, timeout=PATIENCE_MS),
    ):
        desk.session.show_item(OTHER)


def test_that_an_item_that_was_let_go_of_meanwhile_is_asked_for_again(
    qtbot: QtBot, desk: Desk
) -> None:
    """Whoever goes on and comes back sees it; it is neither unreadable nor failed."""
    desk.shows.given_up = 2
    with (
        qtbot.assertNotEmitted(desk.session.unreadable),
        qtbot.assertNotEmitted(desk.session.failed),
        qtbot.waitSignal(desk.session.veiled, timeout=PATIENCE_MS),
    ):
        desk.session.show_item(OTHER)
    assert desk.session._loaded


def test_that_coming_back_waits_until_calm_has_let_go_of_every_pixel(
    qtbot: QtBot, desk: Desk
) -> None:
    desk.session.calm()
    with qtbot.waitSignal(desk.session.veiled, timeout=PATIENCE_MS):
        desk.session.come_back()
        assert not desk.session._loaded
    assert desk.shows.calmed == 1


def test_that_nothing_is_revealed_before_it_is_veiled(desk: Desk) -> None:
    desk.session.show_item(None)
    desk.session.reveal()
    assert not desk.session.state.revealed
