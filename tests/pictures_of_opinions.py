"""The picture of Second opinions: a real window on a supervisor's home, what analysts said in it.

`tests.pictures` starts it on a virtual screen of its own.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import Qt

from app.record import Extras
from app.session.opinions import OpinionStage
from tests.pictured import CONTROL, Hands, hands_at
from tests.widgets.office import DRAWING, PASSPHRASE, REMIT, Office, asking
from widgets.opinions import OpinionsRoom

REASON = "No person is shown: the shapes are a generated pattern."
K = Qt.Key


def shoot(file: Path) -> None:
    """Resolve an item by keyboard as far as its signature, and take the picture."""
    with TemporaryDirectory() as folder, hands_at(office_in(Path(folder))) as hands:
        hands.sign_in(PASSPHRASE)
        hands.until(lambda: hands.window.rooms is not None and hands.window.rooms.desk.takes_keys)
        resolve(hands)
        hands.take(file)


def office_in(folder: Path) -> Path:
    """Make a supervisor's home in which one item is disputed and others wait; return its place."""
    office = Office.make(folder / "office")
    comment = "Light and edges look rendered; the lettering behind does not hold together."
    office.grade("ann", 0, DRAWING, Extras(comment=comment, active_ms=31_000))
    office.grade("ben", 0, REMIT, Extras(active_ms=72_000))
    office.grade("ann", 1, DRAWING, asking("is it a person at all?"))
    office.grade("ann", 2, DRAWING, asking("drawn or printed?"))
    office.grade("ben", 2, REMIT)
    office.grade("chief", 3, REMIT, asking("mine"))
    office.bureau.sync()
    place = office.place
    office.close()
    return place


def resolve(hands: Hands) -> None:
    """Open the disputed item, answer it blind, take an answer, write why."""
    hands.press(K.Key_4, CONTROL)
    room = hands.room("opinions")
    if not isinstance(room, OpinionsRoom):
        raise TypeError(room)

    def until_keys(stage: OpinionStage) -> None:
        hands.until(lambda: room._session.stage is stage and room.view._gate.is_open)

    hands.until(lambda: room.queue.has_rows)
    hands.press(K.Key_Return)
    until_keys(OpinionStage.ASKING)
    hands.type("423")
    until_keys(OpinionStage.DECIDED)
    hands.press(K.Key_Return)
    until_keys(OpinionStage.COMPARING)
    hands.type("2")
    hands.type(REASON)
