"""The pictures of Select and of a group: a real window on a home with near-copies.

`tests.pictures` starts it on a virtual screen of its own.
"""

import random
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import Qt

from app.session.types import Stage
from tests.pictured import CONTROL, Hands, hands_at
from tests.unit.blur.pdq_pictures import picture
from tests.unit.blur.pictures import saved
from tests.unit.blur.test_differences import with_another_thing
from tests.unit.blur.test_pdq import scene
from tests.widgets.conftest import PASSPHRASE, make_home
from widgets.select import SelectRoom

COPIES, ODD, OTHERS = 12, 5, 9
K = Qt.Key


def shoot(folder: Path) -> None:
    """Select some items by keyboard, then lay the near-copies out on the Desk."""
    with TemporaryDirectory() as place:
        made = make_home(Path(place), found_in(Path(place) / "found"), COPIES + OTHERS)
        with hands_at(made.place) as hands:
            hands.sign_in(PASSPHRASE)
            wait_for_the_desk(hands)
            select(hands)
            hands.take(folder / "select-dark.png")
            lay_out(hands)
            hands.take(folder / "group-dark.png")


def found_in(folder: Path) -> Path:
    """Write near-copies, one of them with another thing in it, and pictures by themselves."""
    folder.mkdir()
    dice = random.Random(4)  # noqa: S311 - what is drawn is no secret
    base = scene(dice, (640, 480))
    planted, _ = with_another_thing(base, dice)
    for number in range(COPIES):
        data = saved(planted if number == ODD else base, "JPEG", quality=95 - 4 * number)
        (folder / f"copy {number:02d}.jpg").write_bytes(data)
    for number in range(OTHERS):
        (folder / f"other {number}.png").write_bytes(saved(picture(11 + 4 * number, 500, 400)))
    return folder


def wait_for_the_desk(hands: Hands) -> None:
    """Wait until the Desk takes keys."""
    hands.until(lambda: hands.window.rooms is not None and hands.window.rooms.desk.takes_keys)


def select(hands: Hands) -> None:
    """Go to Select, and answer five items."""
    hands.press(K.Key_7, CONTROL)
    room = hands.room("select")
    if not isinstance(room, SelectRoom):
        raise TypeError(room)
    session = room._session

    def can_answer() -> bool:
        return session.stage is Stage.ASKING and room.canvas.shows_item and room._gate.is_open

    hands.until(can_answer)
    hands.until(lambda: bool(session._groups))
    for _ in range(5):
        hands.press(K.Key_1)
        hands.until(can_answer)


def lay_out(hands: Hands) -> None:
    """Go to the Desk, lay the largest group out, and leave the one that differs out."""
    hands.press(K.Key_1, CONTROL)
    wait_for_the_desk(hands)
    group = hands.sitting.group
    hands.press(K.Key_J, Qt.KeyboardModifier.ShiftModifier)
    hands.until(lambda: len(group.state.items) == COPIES == group.state.compared)
    while group.state.chosen not in group.state.differing:
        hands.press(K.Key_Right)
    hands.press(K.Key_D)
    hands.press(K.Key_Left)
