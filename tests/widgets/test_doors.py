"""A person sees the rooms that their roles allow: tabs, palette, legend and keys follow."""

import ast
import inspect
import re
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec

import pytest
from pytestqt.qtbot import QtBot

from app.session.room_sessions import RoomSessions
from tests.widgets.conftest import press_chord
from widgets import doors
from widgets.administration import PAGES
from widgets.doors import DOORS, Door, open_to
from widgets.fittings import Fittings
from widgets.keys import Deeds
from widgets.loading_ahead import SHEETS
from widgets.main_window import MainWindow
from widgets.room import ADMINISTRATION, BATCHES, DESK, QUALITY, REPORTS

ORDER = ("desk", "batches", "reports", "opinions", "quality", "administration", "select")


@pytest.mark.parametrize(
    ("roles", "seen"),
    [
        (("analyst",), {DESK, BATCHES, REPORTS}),
        (("trainee",), {DESK, BATCHES, REPORTS}),
        (("admin",), {BATCHES, REPORTS, ADMINISTRATION}),
        (("analyst", "admin"), {DESK, BATCHES, REPORTS, ADMINISTRATION}),
        (("supervisor",), {DESK, BATCHES, REPORTS, QUALITY, ADMINISTRATION}),
        (("qa",), {DESK, BATCHES, REPORTS, QUALITY}),
    ],
)
def test_that_roles_open_the_doors_of_their_work(roles: tuple[str, ...], seen: set[str]) -> None:
    always = {DESK, BATCHES, REPORTS, QUALITY, ADMINISTRATION}
    assert {door.name for door in open_to(roles)} & always == seen


def test_that_rooms_stand_in_the_order_of_their_keys(fit: Fittings) -> None:
    names = [door.name for door in DOORS]
    assert names == [name for name in ORDER if name in names], "ORDER above names each door"
    for number, name in enumerate(ORDER, 1):
        assert fit.keymap.key(name) == f"Ctrl+{number}", f"keys.toml gives {name} this key"


@pytest.fixture
def no_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports are for somebody else."""
    others = tuple(
        Door(door.name, frozenset({"qa"}), door.build) if door.name == REPORTS else door
        for door in DOORS
    )
    monkeypatch.setattr(doors, "DOORS", others)


@pytest.mark.usefixtures("no_reports")
def test_that_a_room_for_others_has_no_tab_no_name_no_keys_and_no_way_in(
    qtbot: QtBot, window: MainWindow
) -> None:
    header, legend = window.edges.header, window.sheets.legend
    assert [name for name, tab in header._tabs.items() if tab.isVisible()] == [
        name for name in ORDER if name in header._tabs and name not in (REPORTS, QUALITY)
    ]
    assert {offer.action.id for offer in window.deeds.offers(DESK)}.isdisjoint({REPORTS})
    press_chord(qtbot, window, "?")
    left_out = {action.id for action, line in legend._lines if line.isHidden()}
    assert {REPORTS, "choose_batch", "export_html", "export_csv", "export_json"} <= left_out
    assert BATCHES not in left_out
    press_chord(qtbot, window, "?")
    press_chord(qtbot, window, "Ctrl+3")
    assert window.rooms is not None
    assert window.rooms.name == DESK


def test_that_what_a_key_does_is_said_by_the_room_one_is_in(fit: Fittings) -> None:
    done: list[str] = []
    deeds = Deeds(fit.keymap, lambda: None, lambda action: done.append(f"not {action}"))
    for room in (DESK, BATCHES):
        with deeds.of_room(room):
            deeds.on("reveal", lambda room=room: done.append(room), release=lambda: None)
            deeds.on("sign", lambda room=room: done.append(f"sign {room}"))
    deeds.on("sync", lambda: done.append("sync"))
    with deeds.of_room(DESK):
        deeds.on("comment", lambda: done.append("comment"))
    for room in (DESK, BATCHES):
        deeds.enter(room)
        deeds.do("sign")
        deeds.do("sync")
        deeds.do("comment")
    assert done == ["sign desk", "sync", "comment", "sign batches", "sync"]


def test_that_the_session_of_each_page_of_administration_is_loaded_ahead() -> None:
    (door,) = (one for one in DOORS if one.name == ADMINISTRATION)
    for page in PAGES:
        module = import_module(page.build.__module__)
        source = inspect.getsource(module)
        body = ast.parse(source).body
        imported = {node.module for node in body if isinstance(node, ast.ImportFrom)}
        for name in re.findall(r"sitting\.(\w+)", source):
            made = RoomSessions.__dict__.get(name)
            if isinstance(made, cached_property):
                session = re.findall(r"from (app\.session\.\w+)", inspect.getsource(made.func))
                lacking = set(session) - set(door.needs) - imported
                assert not lacking, f"_OF_ADMINISTRATION names what {page.name} needs"


def test_that_what_builds_a_room_is_loaded_ahead_and_nothing_is_named_that_is_not_there() -> None:
    for door in DOORS:
        if door.build is None:
            continue
        tree = ast.parse(inspect.getsource(door.build))
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        loaded = {node.module for node in imports if node.module}
        assert loaded
        lacking = loaded - set(door.needs)
        assert not lacking, f"the door of {door.name} names among its `needs` what it loads"
    for module in (*SHEETS, *(module for door in DOORS for module in door.needs)):
        assert find_spec(module) is not None
