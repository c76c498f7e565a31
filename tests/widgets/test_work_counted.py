"""What one key costs, counted, not timed: waits for the disk, statements, decodes, drawings."""

import gc
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from types import CellType, FunctionType
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import event

from app.bootstrap import ROOT, Workstation
from app.record import Extras
from app.session import first_item, grouping
from app.session import sitting as sitting_module
from app.session.sitting import Sitting
from app.session.store import DeskStore
from app.session.types import Asking, Decided, Stage
from app.worklist import Worklist
from blur.decoder import Decoder, Loaded
from blur.source import Untrusted
from grading import datafile, toml_lines
from grading.errors import SchemeError
from grading.tree import advance, start
from tests.widgets.conftest import ITEMS, PATIENCE_MS, sign_in
from widgets import loading_ahead
from widgets.exposure_sheet import ExposureSheet
from widgets.main_window import MainWindow
from widgets.room import BATCHES, DESK

STATEMENTS_A_VERDICT = 10  # with what is looked up by the driver
WARM = 4  # items after which everything has been done once
STRETCHES = 3
STRETCH = (ITEMS - WARM - 2) // STRETCHES
KEPT = {"storage.marks.Mark"}  # what a worklist remembers of a verdict
NOT_AT_START = {
    *("numpy", "cv2", "PIL", "av", "pi_heif", "imagehash", "scipy"),  # a decoder's
    *("alembic", "keyring", "jinja2", "psycopg"),  # of an older home, a keyring, a report, a centre
    *("app.sync", "app.verify", "app.cli", "app.grade", "app.report.page", "storage.exchange"),
    *("widgets.batches", "widgets.reports", "widgets.administration", "widgets.exposure_sheet"),
    *("app.intake.files", "app.intake.manifest", "app.table_reading", "app.inspect"),
    *("app.intake.folder", "app.demo", "app.shredding", "storage.recovery"),
    "cryptography.hazmat.primitives.serialization.ssh",
    *("app.session.reports", "app.session.protection", "app.session.roster", "app.report"),
    *("app.session.policy", "app.policy_change", "app.duty_notice", "app.session.news"),
    *("app.session.selecting", "app.session.learning", "app.roster.changes", "app.diagnosis"),
    *("widgets.help_sheet", "widgets.select", "widgets.opinions", "widgets.quality", "miniaudio"),
    *(
        "widgets.legend",
        "widgets.palette",
        "widgets.law",
        "widgets.first_run",
        "widgets.group_page",
    ),
    *("app.drawer.gathering", "app.drawer.more", "app.drawer.sections", "app.trust_lists"),
    *("app.known.carrying", "app.known.matching", "app.known.returned", "app.selection"),
    *("app.second_opinion", "storage.scores", "storage.trust_shelf", "cryptography.x509"),
}
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)", re.IGNORECASE)


class Work:
    """What was asked of the local store."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.waits = 0  # commits of something written; each waits for the disk
        self._wrote = False

    def note_statement(self, statement: str) -> None:
        self.statements.append(statement)
        self._wrote = self._wrote or bool(_WRITES.match(statement))

    def note_end(self) -> None:
        self.waits += self._wrote
        self._wrote = False


@contextmanager
def counted(ws: Workstation) -> Iterator[Work]:
    """Count what is asked of the local store inside the block."""
    work, engine = Work(), ws.home._database._engine

    def statement(*happened: object) -> None:
        work.note_statement(str(happened[2]))

    def commit(_: object) -> None:
        work.note_end()

    database = ws.home._database
    look_up = database.look_up

    def look_up_and_note(query: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
        work.note_statement(query)
        return look_up(query, values)

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    database.look_up = look_up_and_note  # type: ignore[method-assign]
    try:
        yield work
    finally:
        del database.look_up
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", commit)


def decided_off_remit(ws: Workstation) -> Decided:
    state: Asking | Decided = start(ws.schemes.newest("uk-ew"))
    for value in ("off-remit", "no-sign-seen"):
        assert isinstance(state, Asking)
        state = advance(state, value, 1)
    assert isinstance(state, Decided)
    return state


def test_that_even_the_first_verdict_waits_for_the_disk_once(workstation: Workstation) -> None:
    desk = DeskStore(workstation, workstation.schemes.newest("uk-ew"))
    opened = desk.open_batch(None)
    assert opened is not None
    desk.prepare()
    decided, batch = decided_off_remit(workstation), opened.batch.id
    first, second, third = opened.order[:3]
    for graded, (item, following) in enumerate(((first, second), (second, third)), start=1):
        with counted(workstation) as work:
            kept = desk.sign(decided, item, batch, extras=Extras(), following=following)
        assert work.waits == 1
        assert len(work.statements) <= STATEMENTS_A_VERDICT, work.statements
        assert kept.following is not None
        assert kept.following.item == following
        assert desk.counts().graded == graded
        assert Worklist(workstation).latest_own_verdict(item) is not None


def test_that_the_session_prepares_the_first_verdict_by_itself(
    qtbot: QtBot, workstation: Workstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared: list[DeskStore] = []
    prepare = DeskStore.prepare

    def note(desk: DeskStore) -> None:
        prepare(desk)
        prepared.append(desk)

    monkeypatch.setattr(DeskStore, "prepare", note)
    sitting = Sitting(workstation)
    with closing(sitting):
        sitting.start()
        qtbot.waitUntil(lambda: bool(prepared), timeout=PATIENCE_MS)
        assert sitting.grading.stage in (Stage.TURNING, Stage.ASKING)


def test_that_an_item_is_painted_before_its_verdict_is_counted(
    qtbot: QtBot, sitting: Sitting
) -> None:
    order: list[str] = []
    sitting.grading.turned.connect(lambda _: order.append("turned"))
    sitting.grading.saved.connect(lambda _: order.append("saved"))
    sitting.grading.progressed.connect(lambda _: order.append("counted"))
    for value in ("off-remit", "no-sign-seen"):
        sitting.grading.answer(value)
    with qtbot.waitSignal(sitting.grading.progressed, timeout=PATIENCE_MS):
        sitting.grading.sign()
    assert order == ["turned", "saved", "counted"]


def test_that_the_end_of_a_batch_is_told_with_its_last_item_counted(
    qtbot: QtBot, sitting: Sitting
) -> None:
    order: list[object] = []
    grading = sitting.grading
    grading.progressed.connect(lambda progress: order.append(progress.set_aside))
    grading.staged.connect(order.append)
    for number in range(1, ITEMS + 1):
        qtbot.waitUntil(lambda: grading.stage is Stage.ASKING, timeout=PATIENCE_MS)
        grading.set_aside(None)
        qtbot.waitUntil(lambda n=number: n in order, timeout=PATIENCE_MS)  # type: ignore[misc]
    qtbot.waitUntil(lambda: grading.stage is Stage.FINISHED, timeout=PATIENCE_MS)
    assert order[-2:] == [ITEMS, Stage.FINISHED]


def test_that_time_on_an_item_is_counted_only_after_it_is_drawn(
    qtbot: QtBot, sitting: Sitting
) -> None:
    order: list[str] = []
    sitting.grading.turned.connect(lambda _: order.append("drawn"))
    sitting.grading.begun.connect(lambda _: order.append("counted"))
    for value in ("off-remit", "no-sign-seen"):
        sitting.grading.answer(value)
    with qtbot.waitSignal(sitting.grading.saved, timeout=PATIENCE_MS):
        sitting.grading.sign()
    assert order == ["drawn", "counted"]


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each item was loaded by a decoder, from here on."""
    loads: Counter[str] = Counter()
    load = Decoder.load

    def counted_load(
        decoder: Decoder, token: str, untrusted: Untrusted, fit_px: tuple[int, int], **how: Any
    ) -> Loaded:
        loaded = load(decoder, token, untrusted, fit_px, **how)
        loads[token] += 1  # one that was put off for the item at hand is loaded later
        return loaded

    monkeypatch.setattr(Decoder, "load", counted_load)
    return loads


def grade(qtbot: QtBot, sitting: Sitting) -> None:
    """Sign the item at hand."""
    qtbot.waitUntil(lambda: sitting.grading.stage is Stage.ASKING, timeout=PATIENCE_MS)
    with qtbot.waitSignal(sitting.grading.saved, timeout=PATIENCE_MS):
        for value in ("off-remit", "no-sign-seen"):
            sitting.grading.answer(value)
        sitting.grading.sign()


def held() -> Counter[str]:
    """How many objects of each type there are, but for what only holds others: those count."""
    gc.collect()
    holders = (tuple, CellType)
    return Counter(
        f"{type(one).__module__}.{type(one).__qualname__}"
        for one in gc.get_objects()
        if type(one) not in holders and not is_written_late(one)
    )


def is_written_late(one: object) -> bool:
    """Whether it is a method of a dataclass, which is written once, whenever that may be."""
    return isinstance(one, FunctionType) and one.__name__.startswith("__")


def is_idle(sitting: Sitting) -> bool:
    """Whether all is done that a sitting begins with, and all that was asked for since."""
    return sitting.has_news and not sitting.sync._runs and not sitting.at_work


def grown_by_an_item(qtbot: QtBot, sitting: Sitting) -> set[str]:
    """The types of which there is at least one object more for each item of a stretch."""
    before = held()
    for _ in range(STRETCH):
        grade(qtbot, sitting)
    qtbot.waitUntil(lambda: is_idle(sitting), timeout=PATIENCE_MS)
    return {kind for kind, count in (held() - before).items() if count >= STRETCH}


def test_that_of_an_item_that_was_graded_only_its_mark_is_kept(
    qtbot: QtBot, open_window: Callable[[], MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A room that is loaded in a quiet moment is hundreds of functions; here no moment is quiet.
    monkeypatch.setattr(loading_ahead, "QUIET_MS", 60 * PATIENCE_MS)
    window = open_window()
    sign_in(qtbot, window)
    sitting = window.sitting
    assert sitting is not None
    for _ in range(WARM):
        grade(qtbot, sitting)
    qtbot.waitUntil(lambda: is_idle(sitting), timeout=PATIENCE_MS)
    # What is kept grows in every stretch; a cache that fills once grows in one of them.
    grown = set.intersection(*(grown_by_an_item(qtbot, sitting) for _ in range(STRETCHES)))
    assert grown <= KEPT, grown


def test_that_an_item_is_decoded_once_however_often_it_is_asked_for(
    loads: Counter[str], qtbot: QtBot, sitting: Sitting
) -> None:
    sitting.grading.turned.connect(sitting.viewing.show_item)
    for _ in range(4):
        grade(qtbot, sitting)
        with qtbot.waitSignal(sitting.viewing.veiled, timeout=PATIENCE_MS):
            sitting.grading.step()
    assert max(loads.values()) == 1, loads


def test_that_what_is_fetched_before_the_window_has_its_size_is_not_fetched_again(
    loads: Counter[str], qtbot: QtBot, open_window: Callable[[], MainWindow]
) -> None:
    window = open_window()
    sign_in(qtbot, window)
    assert window.sitting is not None
    for _ in range(3):
        grade(qtbot, window.sitting)
    assert max(loads.values()) == 1, loads


def test_that_the_first_item_waits_for_nothing_that_is_begun_beside_it(
    qtbot: QtBot, workstation: Workstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_item, "LONGEST_MS", 2 * PATIENCE_MS)  # however slow a decoder is
    order: list[str] = []
    for module, name in ((sitting_module, "synced"), (grouping, "near_groups")):
        work = getattr(module, name)

        def noted(*asked: object, name: str = name, work: Callable[..., object] = work) -> object:
            order.append(name)
            return work(*asked)

        monkeypatch.setattr(module, name, noted)
    sitting = Sitting(workstation)
    with closing(sitting):
        sitting.first.after(lambda: order.append("policy"), needs="app.session.policy")
        sitting.grading.turned.connect(sitting.viewing.show_item)
        sitting.viewing.veiled.connect(lambda frame: frame and order.append("seen"))
        sitting.start()
        qtbot.waitUntil(lambda: len({*order}) == 4, timeout=PATIENCE_MS)
    assert order[0] == "seen"


def test_that_what_waits_for_the_first_item_begins_in_the_end_though_none_comes(
    qtbot: QtBot, workstation: Workstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_item, "LONGEST_MS", 1)
    sitting = Sitting(workstation)
    begun: list[str] = []
    with closing(sitting):
        sitting.first.after(lambda: begun.append("begun"))
        sitting.first.start()
        assert not begun
        qtbot.waitUntil(lambda: bool(begun), timeout=PATIENCE_MS)


def test_that_what_returned_is_read_after_a_sync_and_not_after_every_verdict(
    qtbot: QtBot, window: MainWindow
) -> None:
    sitting = window.sitting
    assert sitting is not None

    qtbot.waitUntil(lambda: is_idle(sitting), timeout=PATIENCE_MS)
    looks: list[int] = []
    sitting.news.told.connect(lambda _: looks.append(1))
    for _ in range(3):
        grade(qtbot, sitting)
    sitting.sync.run()
    qtbot.waitUntil(lambda: bool(looks) and is_idle(sitting), timeout=PATIENCE_MS)
    assert len(looks) == 1


def test_that_the_first_item_waits_for_no_room_but_the_desk(window: MainWindow) -> None:
    assert window.rooms is not None
    assert window.rooms.built == (DESK,)
    assert not window.findChildren(ExposureSheet)
    window.go(BATCHES)
    assert window.rooms.built == (DESK, BATCHES)
    assert window.rooms.name == BATCHES


def test_that_the_window_starts_without_what_a_decoder_or_a_command_needs() -> None:
    asked = "import sys, widgets.launch, widgets.window; print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {*ran.stdout.split()}
    assert not NOT_AT_START & loaded


def test_that_what_is_imported_is_not_read_for_the_sake_of_qt() -> None:
    asked = (
        "import linecache; from widgets.plain_imports import leave_imports_alone;"
        "leave_imports_alone(); import colorsys; print(colorsys.__file__ in linecache.cache)"
    )
    command = [sys.executable, "-c", asked]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


def test_that_the_lines_of_a_data_file_are_found_only_where_something_is_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found: list[str] = []

    def lines(text: str) -> dict[toml_lines.Path, int]:
        found.append(text)
        return toml_lines.lines_of(text)

    monkeypatch.setattr(datafile, "lines_of", lines)
    root = datafile.read_toml(b"a = 1\nb = 2\n", "x.toml", SchemeError)
    assert root.number("a", 0, 1) == 1
    assert found == []
    with pytest.raises(SchemeError, match="2"):
        root.number("b", 0, 1)
    assert len(found) == 1
