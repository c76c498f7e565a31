"""The assistant of the first start with a real server: every mistake is said and has a way back."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.keymap import read_keymap
from app.session.new_home import SERVER, Step
from app.session.opening import OpeningSession
from app.texts import read_texts
from storage.central.provisioning import provision
from storage.keyfile import MINIMUM_COST
from tests.integration.desks import template_of
from tests.integration.servers import KEEPER, Server
from widgets.fittings import Fittings
from widgets.look import Look
from widgets.sign_in import SignIn

PATIENCE_MS = 60_000
WORDS = "pears and apples"
K = Qt.Key


@pytest.fixture
def page(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SignIn]:
    """The pages before the rooms, shown, on a place without a home."""
    monkeypatch.setattr("storage.keyfile.calibrated_cost", lambda: MINIMUM_COST)
    look = Look()
    look.load_fonts()
    look.apply("dark", 100)
    opening = OpeningSession(tmp_path / "home")
    page = SignIn(Fittings(look, read_texts(), read_keymap()), opening)
    qtbot.addWidget(page)
    page.resize(1366, 768)
    page.show()
    opening.start()
    qtbot.waitUntil(page._new.isVisible, timeout=PATIENCE_MS)
    yield page
    opening.close()


@pytest.fixture
def central(server_18: Server) -> Iterator[str]:
    """A database that is a central store, and nobody is enrolled."""
    name = server_18.database(f"first_{os.urandom(4).hex()}", template_of(server_18))
    yield name
    server_18.drop(name)


@pytest.fixture
def login(server_18: Server, central: str) -> Iterator[tuple[str, str]]:
    """A login that administers it, and its password."""
    name = f"first_{os.urandom(4).hex()}"
    password = server_18.login(name)
    provision(server_18.address(KEEPER, central), server_18.password, admin=name)
    yield name, password
    with server_18.keeper() as keeper:
        keeper.execute(f"DROP OWNED BY {name}")
        keeper.execute(f"DROP ROLE {name}")


def test_that_every_mistake_with_a_server_is_mended_where_it_was_made(
    qtbot: QtBot, page: SignIn, server_18: Server, central: str, login: tuple[str, str]
) -> None:
    form, (name, password) = page._new, login
    place = form._opening.place
    url = server_18.address(name, central).text()
    answer_to_the_store(qtbot, page)
    for address, secret, said in (
        ("postgresql://host/db", password, "must name a login, a host and a database"),
        (url, "not the password", "the password is wrong"),
        (server_18.address(name, "nowhere").text(), password, "no such database"),
    ):
        refused(qtbot, page, address, secret, said)
        assert form.step is Step.STORE
        assert form.address.hasFocus()
        assert not (place / "home.toml").exists()
    form.fingerprint.setText("ab")  # too short, and said before anybody is asked
    qtbot.keyClick(form.address, K.Key_Return)
    assert "64 hexadecimal digits" in form._fault.text()
    form.fingerprint.setText("ab" * 32)  # whole, and of no roster there
    form.address.setText(url)
    form.password.setText(password)
    qtbot.keyClick(form.address, K.Key_Return)
    qtbot.waitUntil(page._help.isVisible, timeout=PATIENCE_MS)
    assert "waits to be enrolled" in page._help._words.text()

    qtbot.keyClick(page._help, K.Key_Left, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(form.isVisible, timeout=PATIENCE_MS)
    aside = [one for one in place.parent.iterdir() if "set-aside" in one.name]
    assert [(one / "home.toml").exists() for one in aside] == [True]  # whole, and not deleted
    assert not (place / "home.toml").exists()
    assert form.name.text() == "Ada"
    answer_to_the_store(qtbot, page)
    form.fingerprint.clear()  # a server without a log: one founds
    form.address.setText(url)
    form.password.setText(password)
    qtbot.keyClick(form.address, K.Key_Return)
    assert form.step is Step.LIMITS
    with qtbot.waitSignal(form._opening.opened, timeout=PATIENCE_MS) as opened:
        qtbot.keyClick(form, K.Key_Return)
    ws = opened.args[0]
    assert ws.home.identity.has_server
    ws.close()


def test_that_a_machine_without_a_keyring_says_so_and_offers_the_key_file(
    qtbot: QtBot, page: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    form = page._new
    form.name.setText("Ada")
    qtbot.keyClick(form, K.Key_Return)
    form.places["keyring"].click()
    for step in (Step.STORE, Step.LIMITS):
        qtbot.keyClick(form, K.Key_Return)
        assert form.step is step
    with qtbot.waitSignal(form._opening.refused, timeout=PATIENCE_MS):
        qtbot.keyClick(form, K.Key_Return)
    assert "no keyring that can be trusted" in form._fault.text()
    assert form.step is Step.KEYS
    assert form.places["file"].hasFocus()
    form.places["file"].click()
    form.first.setText(WORDS)
    form.again.setText(WORDS)
    for _ in range(2):
        qtbot.keyClick(form, K.Key_Return)
    with qtbot.waitSignal(form._opening.opened, timeout=PATIENCE_MS) as opened:
        qtbot.keyClick(form, K.Key_Return)
    opened.args[0].close()


def answer_to_the_store(qtbot: QtBot, page: SignIn) -> None:
    """Give name and passphrase, and choose a server."""
    form = page._new
    form.name.setText("Ada")
    qtbot.keyClick(form, K.Key_Return)
    form.first.setText(WORDS)
    form.again.setText(WORDS)
    qtbot.keyClick(form, K.Key_Return)
    assert form.step is Step.STORE
    form.stores[SERVER].click()


def refused(qtbot: QtBot, page: SignIn, address: str, password: str, said: str) -> None:
    """Go to the end with this address, and read what is said."""
    form = page._new
    form.address.setText(address)
    form.password.setText(password)
    qtbot.keyClick(form.address, K.Key_Return)
    assert form.step is Step.LIMITS
    with qtbot.waitSignal(form._opening.refused, timeout=PATIENCE_MS):
        qtbot.keyClick(form, K.Key_Return)
    assert said in form._fault.text()
