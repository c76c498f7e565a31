"""A screen reader's ear: the tree and the events that a program tells on the accessibility bus.

Speaks AT-SPI over D-Bus as a screen reader does. `accessibility_bus` starts a session bus of its
own and has it start the bus for accessibility; nothing of the person's session is touched.
"""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, MatchRule, Message, MessageType, Properties, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
END_WAIT_S = 60.0
BETWEEN_S = 0.2  # two looks at what may have come
CELL = "cell"
_ATSPI = "org.a11y.atspi"
_ROOT = "/org/a11y/atspi/accessible/root"
_REGISTRY = f"{_ATSPI}.Registry"
# Bits of the state set, as at-spi2-core numbers them.
_STATES = {
    1: "active",
    4: "checked",
    7: "editable",
    8: "enabled",
    11: "focusable",
    12: "focused",
    25: "showing",
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """One thing of the tree: what it is, how it is called, what is said of it beside that."""

    role: str
    name: str
    description: str
    states: frozenset[str]
    interfaces: frozenset[str]
    value: float | None  # where it has one that is a number
    depth: int
    letters: int = 0  # of what was typed into it

    @property
    def words(self) -> str:
        """All that is told of it."""
        return f"{self.name} {self.description}"


@contextmanager
def accessibility_bus(folder: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """Start a session bus for `environment`; yield its address; end it after, and what it began."""
    command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"]
    place = f"--address=unix:path={folder / 'session-bus'}"
    daemon = subprocess.Popen(
        [*command, place], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=dict(environment)
    )
    try:
        assert daemon.stdout is not None
        address = daemon.stdout.readline().decode().strip()
        if not address:
            raise RuntimeError("dbus-daemon did not start")
        yield address
    finally:
        daemon.terminate()
        daemon.communicate(timeout=END_WAIT_S)


def launcher() -> str | None:
    """Return the program that starts the accessibility bus; None where it is not installed."""
    return next((place for place in LAUNCHERS if os.access(place, os.X_OK)), None)


class ScreenReader:
    """Listens on the accessibility bus that belongs to a session bus."""

    def __init__(self, session_bus: str) -> None:
        with open_dbus_connection(session_bus) as session:
            asked = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
            said = session.send_and_get_reply(new_method_call(asked, "GetAddress"))
        self._bus: DBusConnection = open_dbus_connection(said.body[0])
        registry = DBusAddress("/org/a11y/atspi/registry", _REGISTRY, _REGISTRY)
        event = ("object:state-changed:focused", [], "")
        self._bus.send_and_get_reply(new_method_call(registry, "RegisterEvent", "sass", event))
        told = MatchRule(type="signal", interface=f"{_ATSPI}.Event.Object", member="StateChanged")
        self._bus.send_and_get_reply(message_bus.AddMatch(told))
        self._heard = self._bus.filter(told, bufsize=400)
        self._queue = self._heard.__enter__()

    def close(self) -> None:
        """Hang up."""
        self._heard.__exit__(None, None, None)
        self._bus.close()

    def tree(self) -> list[Spoken]:
        """Return all that is shown, in its order: each thing before what lies in it."""
        found: list[Spoken] = []
        for name, path in self._ask((_REGISTRY, _ROOT), "Accessible", "GetChildren")[0]:
            self._walk((name, path), 0, found)
        return found

    def focus_heard(self) -> list[Spoken]:
        """Return what told that it has the keyboard since this was asked last, in order."""
        self._ask((_REGISTRY, _ROOT), "Accessible", "GetRoleName")  # all that came before is in
        told: list[Spoken] = []
        while self._queue:
            message: Message = self._queue.popleft()
            sender, path = message.header.fields[7], message.header.fields[1]
            if message.body[0] == "focused" and message.body[1]:
                with suppress(GoneError):  # it had the keyboard for a moment only
                    told.append(self._thing((sender, path), 0))
        return told

    def wait_for_focus(self, patience_s: float) -> list[Spoken]:
        """Return what told that it has the keyboard, waiting for the first to tell."""
        ends_s = time.monotonic() + patience_s
        while not (told := self.focus_heard()):
            if time.monotonic() > ends_s:
                raise TimeoutError("nothing told that it has the keyboard")
            time.sleep(BETWEEN_S)
        return told

    def wait_for(self, role: str, name: str, patience_s: float, state: str = "") -> list[Spoken]:
        """Return the tree once something of a role and a name, in a state, is in it.

        Raises:
            TimeoutError: It did not come.
        """
        ends_s = time.monotonic() + patience_s
        while True:
            tree = self.tree()
            found = [one for one in tree if one.role == role and name in one.name]
            if any(not state or state in one.states for one in found):
                return tree
            if time.monotonic() > ends_s:
                raise TimeoutError(f"no {role} {name!r} {state} in {[one.name for one in tree]}")
            time.sleep(BETWEEN_S)

    def letters(self, name: str) -> int:
        """Return how many letters stand in the field of a name that has the keyboard; -1: none."""
        return max(
            (
                one.letters
                for one in self.tree()
                if one.role == "text" and one.name == name and "focused" in one.states
            ),
            default=-1,
        )

    # -- inside -----------------------------------------------------------------------------------

    def _walk(self, at: tuple[str, str], depth: int, found: list[Spoken]) -> None:
        try:
            if depth and "showing" not in self._states(at):
                return
            thing = self._thing(at, depth)
            children = [] if thing.role == CELL else self._ask(at, "Accessible", "GetChildren")[0]
        except GoneError:
            return  # between two questions
        found.append(thing)
        for child in children:
            self._walk(child, depth + 1, found)

    def _thing(self, at: tuple[str, str], depth: int) -> Spoken:
        role = self._ask(at, "Accessible", "GetRoleName")[0]
        name = self._property(at, "Accessible", "Name")
        if role == CELL:  # there are hundreds
            return Spoken(role, name, "", frozenset(), frozenset(), None, depth)
        interfaces = frozenset(
            one.rpartition(".")[2] for one in self._ask(at, "Accessible", "GetInterfaces")[0]
        )
        letters = self._property(at, "Text", "CharacterCount") if role == "text" else 0
        return Spoken(
            role=role,
            name=name,
            description=self._property(at, "Accessible", "Description"),
            states=self._states(at),
            interfaces=interfaces,
            value=self._property(at, "Value", "CurrentValue") if "Value" in interfaces else None,
            depth=depth,
            letters=letters,
        )

    def _states(self, at: tuple[str, str]) -> frozenset[str]:
        low, high = self._ask(at, "Accessible", "GetState")[0]
        bits = low | high << 32
        return frozenset(name for bit, name in _STATES.items() if bits >> bit & 1)

    def _ask(self, at: tuple[str, str], interface: str, method: str) -> Any:
        asked = DBusAddress(at[1], at[0], f"{_ATSPI}.{interface}")
        return self._answered(new_method_call(asked, method))

    def _property(self, at: tuple[str, str], interface: str, name: str) -> Any:
        asked = DBusAddress(at[1], at[0], f"{_ATSPI}.{interface}")
        return self._answered(Properties(asked).get(name))[0][1]

    def _answered(self, question: Message) -> Any:
        answer = self._bus.send_and_get_reply(question)
        if answer.header.message_type is MessageType.error:
            raise GoneError(answer.body)
        return answer.body


class GoneError(Exception):
    """What was asked about is not there any more."""
