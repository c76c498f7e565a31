"""What the central store refuses before anybody can grade: at a first start, and until enrolled."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.policies import default_policy
from app.session.opening import OpeningSession
from app.session.refusal import Refusal, Wanted
from grading.policy import policy_fields
from storage import errors
from storage.central.address import Address
from storage.central.server_faults import _LIMITS, _of_state
from storage.errors import CentralRewrittenError, CentralStoreError
from storage.home import Home, init_home
from storage.keyfile import MINIMUM_COST
from tests.unit.app.deployment import PASSPHRASE

PATIENCE_MS = 60_000
SERVER = "postgresql://ada@localhost/assay"
WORDS = "Central store ada@localhost: it did not do it."


def kinds(kind: type[CentralStoreError] = CentralStoreError) -> Iterator[type[CentralStoreError]]:
    """Every kind of fault of the central store that there is."""
    yield kind
    for one in kind.__subclasses__():
        yield from kinds(one)


EVERY = sorted(kinds(), key=lambda kind: kind.__name__)


def made(place: Path, joins: str | None) -> Home:
    return init_home(
        place,
        person_name="Ada",
        role="supervisor",
        policy_fields=policy_fields(default_policy()),
        keys="file",
        passphrase=lambda: PASSPHRASE,
        cost=MINIMUM_COST,
        joins=joins,
        central_url=SERVER,
    )


@pytest.fixture
def waiting(tmp_path: Path) -> Path:
    """The place of a home that waits to be enrolled, and knows a server."""
    with closing(made(tmp_path / "waiting", "ab" * 32)) as home:
        return home.place


def test_that_no_fault_at_a_first_start_says_to_keep_grading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(EVERY) > 10
    for kind in EVERY:
        with monkeypatch.context() as patch:
            patch.setattr("storage.founding.open_server", raising(kind(WORDS)))
            with pytest.raises(kind, match="it did not do it") as raised:
                made(tmp_path / "home", None)
        assert "grading" not in raised.value.advice or kind is errors.NoCentralError
        assert raised.value.advice
    assert not (tmp_path / "home" / "home.toml").exists()


@pytest.mark.parametrize("state", sorted(_LIMITS))
def test_that_a_server_at_its_limit_is_to_be_given_room_at_a_first_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    fault = _of_state(state, Address.read(SERVER).shown())
    assert fault is not None
    assert fault.advice.startswith("Keep grading; whoever looks after the database")  # at a desk
    monkeypatch.setattr("storage.founding.open_server", raising(fault))
    with pytest.raises(CentralStoreError) as raised:
        made(tmp_path / "home", None)
    assert raised.value.advice.startswith("Nothing was made; whoever looks after the database")


def test_that_advice_of_its_own_stays_at_a_first_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = errors.CentralNotReadyError(WORDS, advice="Join it with `home init --join`.")
    monkeypatch.setattr("storage.founding.open_server", raising(fault))
    with pytest.raises(CentralStoreError) as raised:
        made(tmp_path / "home", None)
    assert raised.value.advice == "Join it with `home init --join`."


def test_that_whoever_waits_to_be_enrolled_is_told_what_helps_against_each_fault(
    qtbot: QtBot, waiting: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening = OpeningSession(waiting)
    said = {}
    for kind in EVERY:
        with monkeypatch.context() as patch:
            patch.setattr("app.sync.sync", raising(kind(WORDS)))
            refusal = refused(qtbot, opening)
        assert refusal.wanted is Wanted.HELP
        assert refusal.sentence.startswith(WORDS)
        if kind is CentralRewrittenError:  # the home is evidence, and a supervisor's to look at
            assert not refusal.may_begin_anew
            assert "Tell a supervisor" in refusal.sentence
        else:
            assert refusal.may_begin_anew
            assert "eep grading" not in refusal.sentence
            said[kind] = refusal.sentence
    opening.close()
    by_file = {kind for kind, sentence in said.items() if "enrolment.json" in sentence}
    assert by_file == {
        errors.CentralUnreachableError,
        errors.CentralLoginError,
        errors.CentralStrangerError,
    }
    assert "another address" not in said[errors.CentralUntrustedError]
    assert "its certificate" in said[errors.CentralUntrustedError]
    assert "password was mistyped" in said[errors.CentralLoginError]
    assert "central provision URL" in said[errors.CentralNotReadyError]


def refused(qtbot: QtBot, opening: OpeningSession) -> Refusal:
    with qtbot.waitSignal(opening.refused, timeout=PATIENCE_MS) as told:
        opening.unlock(PASSPHRASE)
    refusal: Refusal = told.args[0]
    return refusal


def raising(error: Exception) -> object:
    """What raises this, whatever it is given."""

    def fail(*_given: object, **_named: object) -> None:
        raise error

    return fail
