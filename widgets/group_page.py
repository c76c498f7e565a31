"""The sheet of a group with what is said above it: how many are answered, differ, were viewed."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.session.group_types import GroupState
from widgets.buttons import KeyButton
from widgets.fittings import Fittings
from widgets.flow import flow_of
from widgets.group_sheet import GroupSheet
from widgets.head import Head
from widgets.layouts import column, row
from widgets.ways import WAYS
from widgets.words import Words

ACTIONS = {"exclude": "leave_out", "together": "one_by_one"}  # and what their buttons say


class GroupPage(QWidget):
    """Comes where the item was."""

    pressed = Signal(str)  # the id of an action

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        look = fit.look
        self.setObjectName("group")
        self.sheet = GroupSheet(fit)
        self._line = Words(fit, kind="body", tone="text2")
        self.buttons: list[KeyButton] = []
        buttons, flow = flow_of(look.px("s2"))
        for action, words in ACTIONS.items():
            button = KeyButton(fit, fit.texts(f"group.{words}"), fit.keymap.key(action))
            button.clicked.connect(partial(self.pressed.emit, action))
            self.buttons.append(button)
            flow.addWidget(button)
        around = row()
        around.setContentsMargins(look.px("s4"), look.px("s3"), look.px("s4"), look.px("s1"))
        around.addWidget(Head(fit, self._line, buttons))
        box = column(self)
        box.addLayout(around)
        box.addWidget(self.sheet, 1)

    def show_group(self, state: GroupState) -> None:
        """Take what lies on the sheet."""
        self.sheet.show_group(state)
        self._line.say(self._summary(state) if state.is_open else "")

    def reached(self, at: int, way: str) -> int:
        """Return the place that an arrow leads to."""
        columns = {"group_up": -self.sheet.columns, "group_down": self.sheet.columns}
        return at + columns.get(way, WAYS[way])

    def _summary(self, state: GroupState) -> str:
        texts = self._fit.texts
        taken = len(state.items) - len(state.excluded)
        parts = [texts("group.answered", n=taken)]
        if state.compared < len(state.items):
            parts.append(texts("group.compared", n=state.compared, of=len(state.items)))
        parts.append(texts("group.differing", n=len(state.differing)))
        if state.excluded:
            parts.append(texts("group.excluded", n=len(state.excluded)))
        parts.append(texts("group.viewed", n=len(state.alone), of=len(state.items)))
        return texts("group.gap").join(parts)
