"""The picture of Quality: a real window on the home of QA, in it what a desk with habits graded.

`tests.pictures` starts it on a virtual screen of its own.
"""

import random
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import Qt

from tests.pictured import CONTROL, hands_at
from tests.stories.simulated_desk import SimulatedDesk
from tests.unit.app.folders import PASSPHRASE

ITEMS, ANALYSTS = 240, 5
DRAWN = 11  # the same desk each time


def shoot(file: Path) -> None:
    """Enter the room, wait for its figures, and take the picture."""
    figures: list[object] = []
    with TemporaryDirectory() as folder:
        place = home_in(Path(folder))
        (place / "settings.toml").write_text('"look.theme" = "light"\n', encoding="utf-8")
        with hands_at(place, "light") as hands:
            hands.sign_in(PASSPHRASE)
            hands.sitting.quality.compared.connect(figures.append)
            hands.press(Qt.Key.Key_5, CONTROL)
            hands.until(lambda: bool(figures))
            hands.take(file)


def home_in(folder: Path) -> Path:
    """Let a desk grade, and return the place of the home of its QA."""
    dice = random.Random(DRAWN)  # noqa: S311 - the picture is the same each time
    desk = SimulatedDesk(folder, dice, items=ITEMS, analysts=ANALYSTS, supervisors=0)
    desk.grade()
    desk.bureau["quinn"].sync()
    place = desk.bureau["quinn"].ws.home.place
    desk.close()
    return place
