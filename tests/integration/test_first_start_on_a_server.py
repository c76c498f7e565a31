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
from widgets.buttons import RING_PROPERTY
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
        (url.replace(f":{server_18.port}/", ":1/"), password, "it did not answer"),
        (server_18.address(name, "nowhere").text(), password, "no such database"),
    ):
        refused(qtbot, page, address, secret, said)
        assert form.step is Step.STORE
        assert "Keep grading" not in form._fault.text()  # there is no home yet
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


def test_that_a_server_that_can_only_be_read_is_to_be_mended_before_there_is_a_home(
    qtbot: QtBot, page: SignIn, server_18: Server, central: str, login: tuple[str, str]
) -> None:
    name, password = login
    with server_18.keeper() as keeper:
        keeper.execute(f"ALTER ROLE {name} SET default_transaction_read_only = on")
    answer_to_the_store(qtbot, page)
    url = server_18.address(name, central).text()
    refused(qtbot, page, url, password, "it can only be read now")
    said = page._new._fault.text()
    assert "Nothing was made; whoever looks after the database" in said
    assert "Keep grading" not in said


def test_that_whoever_joined_at_an_address_that_does_not_answer_can_begin_anew(
    qtbot: QtBot, page: SignIn, server_18: Server, central: str, login: tuple[str, str]
) -> None:
    form, place = page._new, page._new._opening.place
    answer_to_the_store(qtbot, page)
    away = server_18.address(login[0], central).text().replace(f":{server_18.port}/", ":1/")
    form.address.setText(away)
    form.password.setText(login[1])
    form.fingerprint.setText("ab" * 32)
    qtbot.keyClick(form.address, K.Key_Return)
    qtbot.waitUntil(page._help.isVisible, timeout=PATIENCE_MS)
    qtbot.keyClick(page._help, K.Key_Return)  # tries again, and asks for the passphrase
    qtbot.waitUntil(page._locked.isVisible, timeout=PATIENCE_MS)
    page._passphrase.setText(WORDS)
    qtbot.keyClick(page._passphrase, K.Key_Return)
    qtbot.waitUntil(page._help.isVisible, timeout=PATIENCE_MS)
    assert "it did not answer" in page._help._words.text()
    assert "begin anew with another address" in page._help._words.text()
    assert "give enrolment.json to an administrator" in page._help._words.text()
    qtbot.keyClick(page._help, K.Key_Left, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(form.isVisible, timeout=PATIENCE_MS)
    assert not (place / "home.toml").exists()
    assert form.address.text() == away  # to be mended, not typed again


def test_that_a_place_that_is_taken_is_said_where_the_place_stands(
    qtbot: QtBot, page: SignIn
) -> None:
    form, place = page._new, page._new._opening.place
    past_who(qtbot, page)
    form.first.setText(WORDS)
    form.again.setText(WORDS)
    for step in (Step.STORE, Step.LIMITS):
        qtbot.keyClick(form, K.Key_Return)
        assert form.step is step
    place.mkdir()
    (place / "other").touch()  # meanwhile: it was free when it was looked at
    with qtbot.waitSignal(form._opening.refused, timeout=PATIENCE_MS):
        qtbot.keyClick(form, K.Key_Return)
    assert "this folder is not empty" in form._fault.text()
    assert form.step is Step.WHO
    assert form._fault.y() > form.site.parentWidget().y()  # below where the home is
    assert form.site.line.hasFocus()


def test_that_a_machine_without_a_keyring_says_so_and_offers_the_key_file(
    qtbot: QtBot, page: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    form = page._new
    past_who(qtbot, page)
    assert form._no_keyring.isVisible()  # before anything is chosen
    form.places["keyring"].click()
    assert form.places["file"].isChecked()
    form.places["keyring"].setEnabled(True)  # as where there was one, and it went
    form.places["keyring"].click()
    for step in (Step.STORE, Step.LIMITS):
        qtbot.keyClick(form, K.Key_Return)
        assert form.step is step
    with qtbot.waitSignal(form._opening.refused, timeout=PATIENCE_MS):
        qtbot.keyClick(form, K.Key_Return)
    assert "no keyring that can be trusted" in form._fault.text()
    assert form.step is Step.KEYS
    chosen = form.places["keyring"]
    assert chosen.hasFocus()
    assert chosen.property(RING_PROPERTY)
    assert not form.first.isVisible()
    qtbot.keyClick(chosen, K.Key_Left)
    assert form.first.isVisible()
    assert not form._fault.isVisible()  # it was said of the other choice
    form.first.setText(WORDS)
    form.again.setText(WORDS)
    for _ in range(2):
        qtbot.keyClick(form, K.Key_Return)
    with qtbot.waitSignal(form._opening.opened, timeout=PATIENCE_MS) as opened:
        qtbot.keyClick(form, K.Key_Return)
    opened.args[0].close()


def past_who(qtbot: QtBot, page: SignIn) -> None:
    """Give a name, and leave the home where it would be."""
    form = page._new
    form.name.setText("Ada")
    qtbot.keyClick(form, K.Key_Return)
    qtbot.waitUntil(lambda: form.step is Step.KEYS, timeout=PATIENCE_MS)


def answer_to_the_store(qtbot: QtBot, page: SignIn) -> None:
    """Give name and passphrase, and choose a server."""
    form = page._new
    past_who(qtbot, page)
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
