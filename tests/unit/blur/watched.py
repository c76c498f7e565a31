"""A decoder that is watched at its work, and items for it."""

import threading
from collections.abc import Callable

from blur.decoder import Decoder
from blur.errors import PutOffError
from blur.facts import Loaded
from blur.frame import Frame
from blur.look import Look
from blur.source import Untrusted
from tests.unit.blur.pictures import COMMAND, noise, saved

ROOM = (320, 240)
WAIT_S = 60.0
ITEMS = [f"item {number}" for number in range(30)]


class Watched(Decoder):
    """A real decoder that notes what it is asked, and can be made to wait."""

    def __init__(self) -> None:
        super().__init__(COMMAND)
        self.loads: list[str] = []
        self.hastened: list[str] = []
        self.drops: list[str] = []
        self.asked: list[str] = []
        self.put_offs: list[str] = []
        self.dropped = threading.Event()
        self.entered = threading.Event()
        self.gate = threading.Event()
        self.gate.set()

    def load(
        self,
        token: str,
        untrusted: Untrusted,
        fit_px: tuple[int, int],
        *,
        veil_first: bool = False,
        is_put_off: Callable[[], bool] | None = None,
        foreseen: Look | None = None,
    ) -> Loaded:
        self.loads.append(token)
        self.asked.append(f"load {token}")
        if veil_first:
            self.hastened.append(token)
        self.entered.set()
        self.gate.wait(WAIT_S)
        if token in self.put_offs and not veil_first:
            self.put_offs.remove(token)
            raise PutOffError  # as the process does in the middle of it
        return super().load(
            token,
            untrusted,
            fit_px,
            veil_first=veil_first,
            is_put_off=is_put_off,
            foreseen=foreseen,
        )

    def view(self, token: str, look: Look) -> Frame:
        self.asked.append(f"view {token}")
        return super().view(token, look)

    def put_off(self, token: str) -> None:
        self.put_offs.append(token)
        self.asked.append(f"put off {token}")
        self.gate.set()

    def drop(self, token: str) -> None:
        self.drops.append(token)
        self.asked.append(f"drop {token}")
        super().drop(token)
        self.dropped.set()


def fetched(item: str) -> bytes:
    if item == "broken":
        return b"\xff\xd8\xff nothing more"
    if item == "missing":
        raise FileNotFoundError(item)
    return saved(noise(64, 48, seed=len(item)))
