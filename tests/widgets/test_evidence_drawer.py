"""The evidence drawer: shut until the photograph question is answered, plain, and never early."""

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap import Workstation, open_workstation
from app.drawer import filling, gathering
from app.drawer.gate import HINDRANCES
from app.drawer.gathering import Gathered
from app.drawer.section import Fact, Section
from app.known.importing import import_hashes
from app.known.profiles import profile_named
from app.session import evidence
from app.session.evidence import DrawerState
from app.trust_lists import add_trust_list
from tests.widgets.conftest import (
    PASSPHRASE,
    PATIENCE_MS,
    MadeHome,
    at_hand,
    make_home,
    press,
    press_chord,
    wait_for_item,
)
from widgets.desk import Desk
from widgets.fact_row import FactRow
from widgets.main_window import MainWindow

K = Qt.Key
VECTORS = Path(__file__).parents[1] / "vectors" / "provenance"
SAMPLES = ("a1111.png", "c2pa_gen_png.png", "camera_exif.jpg", "contradiction.jpg", "plain.jpg")
CHILD, PHOTOGRAPH, OFF_REMIT = K.Key_1, K.Key_1, K.Key_5
TO_AI = (K.Key_3, K.Key_2)  # a suspected adult, no photograph: the AI tag is asked next


@pytest.fixture(scope="module")
def drawn_home(tmp_path_factory: pytest.TempPathFactory) -> MadeHome:
    """Five files that declare different things; lists say something of two of them."""
    root = tmp_path_factory.mktemp("declared")
    folder = root / "found"
    folder.mkdir()
    for name in SAMPLES:
        shutil.copy(VECTORS / name, folder / name)
    made = make_home(root, folder, len(SAMPLES))
    ws = open_workstation(made.place, lambda: PASSPHRASE)
    rows = [f"{digest_of(ws, made.batch, 'a1111.png')},yes,,S1", ""]
    rows[1] = f"{digest_of(ws, made.batch, 'camera_exif.jpg')},,yes,"
    listed = root / "list.csv"
    listed.write_text("\n".join(["sha256,real_child,generated,series", *rows]), "utf-8")
    import_hashes(ws.home, listed, profile_named("digests"), source="A <b>bureau</b>")
    ws.close()
    return made


def digest_of(ws: Workstation, batch: str, name: str) -> str:
    rows = ws.home.local.items(batch)
    return next(row.item for row in rows if name in row.names)


def go_to(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Lay the item of that file on the Desk."""
    assert window.sitting is not None
    grading, at = window.sitting.grading, at_hand(window)
    item = digest_of(window.sitting._ws, at.batch, name)
    if at.item != item:
        with qtbot.waitSignal(grading.turned, timeout=PATIENCE_MS):
            grading.go_to(item)
    wait_for_item(qtbot, window)
    assert at_hand(window).item == item


def facts_of(desk: Desk) -> list[str]:
    """What is read out of every line that is shown, in the order on the screen."""
    rows = [row for row in desk.drawer.findChildren(FactRow) if row.isVisible()]
    rows.sort(key=lambda row: row.mapTo(desk.drawer, row.rect().topLeft()).y())
    return [row.accessibleName() for row in rows]


def open_drawer(qtbot: QtBot, window: MainWindow, desk: Desk) -> list[str]:
    """Open it by its key, wait until everything is there, and return its lines."""
    assert window.sitting is not None
    session = window.sitting.evidence
    press(qtbot, window, K.Key_I)
    qtbot.waitUntil(lambda: not session.state.is_reading, timeout=PATIENCE_MS)
    assert session.state.is_open
    qtbot.waitUntil(lambda: bool(facts_of(desk)), timeout=PATIENCE_MS)
    return facts_of(desk)


def why_shut(desk: Desk) -> str:
    return desk.drawer._why.text()


def test_that_the_drawer_refuses_until_the_photograph_question_is_answered(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    assert window.sitting is not None
    session = window.sitting.evidence
    for keys, reason in (((), "photograph question"), ((CHILD,), "this question")):
        press(qtbot, window, *keys)
        assert reason in why_shut(desk)
        press(qtbot, window, K.Key_I)
        assert not session.state.is_open
        assert session._reader._decoder is None  # nothing was even looked at
        assert "evidence opens when" in window.edges.status._told.text()
    press(qtbot, window, PHOTOGRAPH)
    assert open_drawer(qtbot, window, desk)
    press(qtbot, window, K.Key_Backspace)
    assert not session.state.is_open
    assert facts_of(desk) == []
    press(qtbot, window, K.Key_Backspace, OFF_REMIT)
    press(qtbot, window, K.Key_I)
    assert not session.state.is_open
    assert "signed" in why_shut(desk)


def test_that_what_the_file_declares_is_told_with_its_place_and_weight(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    go_to(qtbot, window, "c2pa_gen_png.png")
    press(qtbot, window, CHILD, PHOTOGRAPH)
    lines = "\n".join(open_drawer(qtbot, window, desk))
    assert "trainedAlgorithmicMedia" in lines
    assert "points to AI" in lines
    assert "C2PA active" in lines
    assert "signed: it is worth what its signer is" in lines
    assert "signingCredential.untrusted" in lines
    assert at_hand(window).item in lines  # its SHA-256
    assert "Marks prove nothing" in why_shut(desk)
    assert not any(name in lines for name in SAMPLES)


def test_that_contradictions_come_first_and_follow_the_answers(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    go_to(qtbot, window, "contradiction.jpg")
    press(qtbot, window, *TO_AI)
    assert "generator, others for a camera" in open_drawer(qtbot, window, desk)[0]
    go_to(qtbot, window, "a1111.png")
    assert window.sitting is not None
    assert not window.sitting.evidence.state.is_open  # shut with each item
    press(qtbot, window, *TO_AI)
    assert "generator" not in open_drawer(qtbot, window, desk)[0].lower()
    press(qtbot, window, K.Key_1)  # no sign of AI seen
    qtbot.waitUntil(lambda: "no sign of AI is seen" in facts_of(desk)[0], timeout=PATIENCE_MS)


def test_that_known_records_are_told_after_the_own_answer_is_signed(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    assert window.sitting is not None
    grading = window.sitting.grading
    go_to(qtbot, window, "a1111.png")
    press(qtbot, window, *TO_AI)
    before = open_drawer(qtbot, window, desk)
    assert any("after your own verdict" in line for line in before)
    assert not any("Real, identified" in line or "bureau" in line for line in before)
    press(qtbot, window, K.Key_1)
    with qtbot.waitSignal(grading.saved, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    wait_for_item(qtbot, window)
    press(qtbot, window, K.Key_U)
    wait_for_item(qtbot, window)
    lines = open_drawer(qtbot, window, desk)
    assert "real, identified victim" in lines[0]
    assert "claims to be AI" in lines[0]
    assert any("A <b>bureau</b>" in line and "these very bytes" in line for line in lines)


def test_that_nothing_in_the_drawer_is_markup(qtbot: QtBot, window: MainWindow, desk: Desk) -> None:
    press(qtbot, window, CHILD, PHOTOGRAPH)
    open_drawer(qtbot, window, desk)
    hostile = "\u05d0\u05d1 <img src='x'> " + "long" * 120
    section = Section(
        "declared", (Fact("drawer.issuer", quoted=hostile, place="<b>XMP</b>"),) * 100
    )
    state = evidence.DrawerState(is_open=True, sections=(section,))
    desk.drawer.show_state(state)

    def are_there() -> bool:
        return sum("long" in line for line in facts_of(desk)) == len(section.facts)

    qtbot.waitUntil(are_there, timeout=PATIENCE_MS)
    assert all(row.toolTip() == "" for row in desk.drawer.findChildren(QWidget))
    desk.drawer.grab()
    assert desk.canvas.height() >= desk.canvas.minimumHeight()


def test_that_a_further_section_comes_when_it_is_there_and_a_broken_one_takes_nothing(
    qtbot: QtBot, window: MainWindow, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(_: Workstation, gathered: Gathered) -> Section:
        return Section("c2pa", (Fact("drawer.code", quoted=f"further {gathered.is_answered}"),))

    def broken(_: Workstation, gathered: Gathered) -> Section:
        raise OSError("it broke")

    monkeypatch.setattr(filling.Filling, "sources", (broken, told))
    press(qtbot, window, CHILD, PHOTOGRAPH)
    shown = open_drawer(qtbot, window, desk)
    (place,) = (n for n, words in enumerate(shown) if "further False" in words)
    assert "SHA-256" in shown[place + 1]  # it stands before the digests
    assert desk.drawer._fault.text()


def test_that_calm_shuts_the_drawer_and_ends_its_process(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    assert window.sitting is not None
    session = window.sitting.evidence
    press(qtbot, window, CHILD, PHOTOGRAPH)
    open_drawer(qtbot, window, desk)
    press(qtbot, window, K.Key_Escape)
    assert not session.state.is_open
    qtbot.waitUntil(lambda: session._reader._decoder is None, timeout=PATIENCE_MS)
    press(qtbot, window, K.Key_Return)
    wait_for_item(qtbot, window)
    assert open_drawer(qtbot, window, desk)


def test_that_what_still_waits_when_a_sitting_ends_starts_no_process(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    assert window.sitting is not None
    sitting = window.sitting
    session, at = sitting.evidence, at_hand(window)
    press(qtbot, window, CHILD, PHOTOGRAPH)
    open_drawer(qtbot, window, desk)
    ended, told = threading.Event(), []
    sitting._jobs["evidence"].run(ended.wait, told.append, told.append)  # it is busy
    press(qtbot, window, K.Key_I, K.Key_I)  # the drawer opens again, and its item waits
    assert session.state.is_reading
    session.end()()
    ended.set()
    sitting._jobs["evidence"].close()  # what was accepted runs
    assert session._reader._decoder is None
    assert "no longer loaded" in session._reader.gather(at.item, at.batch).unread


def test_that_a_reader_that_comes_after_the_end_starts_no_process_either(
    window: MainWindow, desk: Desk
) -> None:
    assert window.sitting is not None
    session, at = window.sitting.evidence, at_hand(window)
    assert session._reads is None  # no drawer was opened yet
    session.end()()
    assert "no longer loaded" in session._reader.gather(at.item, at.batch).unread


def test_that_a_prompt_is_shown_by_its_key_alone_and_where_the_policy_allows_it(
    qtbot: QtBot,
    window: MainWindow,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert window.sitting is not None
    ws, session = window.sitting._ws, window.sitting.evidence
    go_to(qtbot, window, "a1111.png")
    press(qtbot, window, *TO_AI)
    lines = "\n".join(open_drawer(qtbot, window, desk))
    assert "characters, not shown" in lines
    assert "Steps:" not in lines
    press_chord(qtbot, window, "Shift+I")
    assert "no prompt that may be shown" in window.edges.status._told.text()
    assert session._reader.prompts(at_hand(window).item, at_hand(window).batch) == ()
    allowed = replace(ws.policy, evidence=replace(ws.policy.evidence, prompt_text=True))
    monkeypatch.setattr(ws, "policy", allowed)
    press(qtbot, window, K.Key_I)
    assert not any("Steps:" in line for line in open_drawer(qtbot, window, desk))
    press_chord(qtbot, window, "Shift+I")
    qtbot.waitUntil(lambda: any("Steps:" in one for one in facts_of(desk)), timeout=PATIENCE_MS)
    press(qtbot, window, K.Key_I, K.Key_I)
    qtbot.waitUntil(lambda: bool(facts_of(desk)), timeout=PATIENCE_MS)
    assert not any("Steps:" in line for line in facts_of(desk))
    assert "Steps:" not in caplog.text


def test_that_a_known_item_is_told_before_the_answer_only_in_confirm_known(
    qtbot: QtBot, window: MainWindow, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert window.sitting is not None
    ws = window.sitting._ws
    monkeypatch.setattr(
        ws, "policy", replace(ws.policy, known=replace(ws.policy.known, confirm=True))
    )
    go_to(qtbot, window, "a1111.png")
    press(qtbot, window, *TO_AI)
    assert "real, identified victim" in open_drawer(qtbot, window, desk)[0]
    monkeypatch.setattr(gathering, "dealt_by_name", lambda _: {at_hand(window).item})
    press(qtbot, window, K.Key_I)
    lines = open_drawer(qtbot, window, desk)
    assert not any("identified victim" in line for line in lines)
    assert any("after your own verdict" in line for line in lines)


def test_that_a_signer_is_trusted_by_a_list_that_the_policy_names_and_no_other(
    qtbot: QtBot, window: MainWindow, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tells(words: str) -> None:
        open_drawer(qtbot, window, desk)
        qtbot.waitUntil(lambda: any(words in line for line in facts_of(desk)), timeout=PATIENCE_MS)

    assert window.sitting is not None
    ws = window.sitting._ws
    one = add_trust_list(ws, VECTORS / "test_root.pem")
    go_to(qtbot, window, "c2pa_gen_png.png")
    press(qtbot, window, *TO_AI)
    tells("on no list of those who are trusted")  # it is here, and nobody signed for it
    press(qtbot, window, K.Key_I)
    named = replace(ws.policy.evidence, trust_lists=(one.id,))
    monkeypatch.setattr(ws, "policy", replace(ws.policy, evidence=named))
    tells("on the organisation's trust list")
    press(qtbot, window, K.Key_I)
    (file,) = (ws.home.place / "trust").iterdir()
    file.write_bytes(file.read_bytes() + b"\n")
    tells("was changed on the disk")
    assert any("on no list of those who are trusted" in line for line in facts_of(desk))


@pytest.mark.parametrize("wide_px", [900, 1366])
def test_that_the_item_stays_where_it_is_whatever_the_drawer_says(
    qtbot: QtBot, window: MainWindow, desk: Desk, wide_px: int
) -> None:
    window.resize(wide_px, 768)
    qtbot.waitUntil(lambda: window.width() == wide_px, timeout=PATIENCE_MS)
    assert desk.canvas.isVisible()
    said, sizes = set(), []
    for why in (*HINDRANCES, "", *HINDRANCES):
        desk.drawer.show_state(DrawerState(hindrance=why))
        QApplication.processEvents()
        said.add(desk.drawer._why.text())
        sizes.append(desk.canvas.size().toTuple())
    assert len(said) == len(HINDRANCES) + 1
    assert len(set(sizes[len(HINDRANCES) :])) == 1  # once the window has its size
