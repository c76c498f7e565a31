"""What is painted by hand, in a language that is read from the right: in its place, and whole."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QListWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from app.session.sitting import Sitting
from tests.widgets.conftest import PATIENCE_MS, WINDOW_PX
from tests.widgets.mirrored import read_leftward
from widgets.administration import Administration
from widgets.buttons import Choice, KeyButton
from widgets.exposure_chart import Bar as Time
from widgets.exposure_chart import Bars
from widgets.fittings import Fittings
from widgets.keycaps import Keycaps
from widgets.palette import KEY_ROLE, Palette
from widgets.progress_panel import Bar
from widgets.setting_row import Stepper
from widgets.words import Words

LONG = "What is read in several lines begins where the language begins to be read, at one edge."
WIDE_PX = 300
EDGE_PX = 4  # of a box, which is drawn all around

Picture = NDArray[np.uint8]


@pytest.fixture
def leftward() -> Iterator[None]:
    """Everything is laid out for a language that is read from the right."""
    with read_leftward():
        yield


def painted(qtbot: QtBot, widget: QWidget) -> Picture:
    """A widget as it is drawn: rows of pixels, each of three colours."""
    qtbot.addWidget(widget)
    widget.resize(WIDE_PX, max(widget.heightForWidth(WIDE_PX), widget.sizeHint().height()))
    return pixels(widget)


def pixels(widget: QWidget) -> Picture:
    picture = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(picture.constBits(), np.uint8)
    rows = rows.reshape(picture.height(), picture.bytesPerLine())[:, : picture.width() * 3]
    return rows.reshape(picture.height(), picture.width(), 3).copy()


def inked(picture: Picture) -> NDArray[np.int_]:
    """How many pixels of each column are not of the ground, which is that of the middle."""
    ground = picture[0, picture.shape[1] // 2]
    return np.asarray((picture != ground).any(axis=2).sum(axis=0))


def ends_of(picture: Picture) -> tuple[int, int]:
    """How far from the left and from the right something begins to be drawn."""
    columns = np.flatnonzero(inked(picture))
    return int(columns[0]), picture.shape[1] - 1 - int(columns[-1])


@pytest.mark.parametrize(("text", "wrap"), [(LONG, True), ("Short", False)])
def test_that_lines_begin_at_the_edge_where_they_begin_to_be_read(
    qtbot: QtBot, fit: Fittings, text: str, wrap: bool
) -> None:
    left, right = ends_of(painted(qtbot, Words(fit, text, wrap=wrap)))
    assert left <= EDGE_PX < right
    with read_leftward():
        left, right = ends_of(painted(qtbot, Words(fit, text, wrap=wrap)))
    assert right <= EDGE_PX < left


@pytest.mark.usefixtures("leftward")
def test_that_words_of_the_other_direction_keep_their_mark_at_their_own_end(
    qtbot: QtBot, fit: Fittings
) -> None:
    marked, plain = (painted(qtbot, Words(fit, text, wrap=False)) for text in ("lll?", "lll"))
    first, second = (inked(one)[ends_of(one)[0] :][:2].max() for one in (marked, plain))
    assert abs(first - second) <= 1  # it begins with a tall letter, as without the mark


@pytest.mark.parametrize(
    "make",
    [
        lambda fit: KeyButton(fit, "Back", "F"),
        lambda fit: Choice(fit, "1", "Yes", "more of it"),
        lambda fit: Keycaps(fit, ("F",), "Go on"),
    ],
)
def test_that_a_key_cap_stands_where_its_words_begin(
    qtbot: QtBot, fit: Fittings, make: Callable[[Fittings], QWidget]
) -> None:
    def inside() -> Picture:
        return painted(qtbot, make(fit))[EDGE_PX:-EDGE_PX, EDGE_PX:-EDGE_PX]

    rightward = inside()
    with read_leftward():
        leftward = inside()
    near, far = ends_of(rightward)
    assert ends_of(leftward)[1] == near < far  # with the upright line of the cap
    assert inked(leftward)[::-1][near] == inked(rightward)[near]


def test_that_a_bar_grows_from_where_one_begins_to_read(qtbot: QtBot, fit: Fittings) -> None:
    def quarter() -> Picture:
        bar = Bar(fit.look)
        bar.show_share(0.25)
        return painted(qtbot, bar)

    rightward = quarter()
    with read_leftward():
        assert np.array_equal(quarter(), rightward[:, ::-1])


@pytest.mark.usefixtures("leftward")
def test_that_a_bar_of_time_is_never_drawn_over_its_figures(qtbot: QtBot, fit: Fittings) -> None:
    def of(ms: int) -> Picture:
        bars = Bars(fit)
        bars.show_bars("Days", (Time("Monday", ms, ms, "0:00:04 at the desk"),), 100_000)
        return painted(qtbot, bars)

    changed = np.flatnonzero((of(0) != of(4_000)).any(axis=(0, 2)))
    assert changed.size
    assert changed[0] > WIDE_PX // 2  # beside the name, which stands at the right


def test_that_the_arrow_at_the_left_is_less_in_every_language(qtbot: QtBot, fit: Fittings) -> None:
    def value() -> Picture:
        stepper = Stepper(fit)
        stepper.show_value("100", back=True, on=False)
        return painted(qtbot, stepper)

    rightward = value()
    with read_leftward():
        assert np.array_equal(value(), rightward)


@pytest.mark.usefixtures("leftward")
def test_that_a_key_cap_of_the_palette_leaves_the_name_of_its_action_whole(
    qtbot: QtBot, fit: Fittings
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(*WINDOW_PX)
    palette = Palette(fit, window)
    window.show()
    palette.open()
    palette._list.addItem(QListWidgetItem("Calm screen"))
    QApplication.processEvents()
    bare = pixels(palette._list)
    palette._list.item(0).setData(KEY_ROLE, "Ctrl+Shift+I")
    QApplication.processEvents()
    changed = np.flatnonzero((pixels(palette._list) != bare).any(axis=(0, 2)))
    assert changed.size
    assert changed[-1] < bare.shape[1] // 2


@pytest.mark.usefixtures("leftward")
def test_that_every_page_of_administration_can_be_turned_to(
    qtbot: QtBot, fit: Fittings, sitting: Sitting
) -> None:
    room = Administration(fit, sitting)
    qtbot.addWidget(room)
    room.resize(*WINDOW_PX)
    room.show()
    for page in room.pages:
        room.show_page(page)
        assert room.page == page
    drawing = room.pages["schemes"]._scroll  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: drawing.horizontalScrollBar().maximum() > 0, timeout=PATIENCE_MS)
    assert drawing.horizontalScrollBar().value() == 0
    assert drawing.widget().x() == 0  # its beginning is seen
