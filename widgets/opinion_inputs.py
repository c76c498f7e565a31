"""The small panels of an item of second opinions: words beside the answer, and sending it on."""

from app.session.types import Typed
from widgets.desk_inputs import DeskInputs
from widgets.inputs import InputPanel, SendInput

SEND = "send_item"


class OpinionInputs(DeskInputs):
    """As at the Desk; an item can also be sent to a colleague, opened or not."""

    needs_no_item = (SEND,)

    _persons: tuple[str, ...] = ()

    def offer_persons(self, persons: tuple[str, ...]) -> None:
        """Take to whom the item can be sent."""
        self._persons = persons

    def _panel(self, kind: str) -> InputPanel:
        if kind != SEND:
            return super()._panel(kind)
        panel = SendInput(self._fit)
        panel.offer([(name, name) for name in self._persons], next(iter(self._persons), ""))
        panel.fill(Typed(SEND, ""))
        return panel
