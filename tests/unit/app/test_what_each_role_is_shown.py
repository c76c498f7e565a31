"""Nothing that a blind person's screens and commands show tells what another answered.

Two offices differ in nothing but what Ann answered; everybody else looks at everything they may
look at before they have answered themselves. Each home holds what the central store would show it.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.assignment.dealing import assign
from app.calibration import begin_calibration
from app.cli import COMMANDS, run
from app.exchange.reader import Reader
from app.intake.folder import IntakeRequest, add_folder
from app.passphrase import PASSPHRASE_FILE
from app.policies import default_policy
from app.record import Extras, Recorder
from app.worklist import Worklist
from grading.policy import Policy
from grading.verdict import SecondOpinion
from storage.central.interface import CentralStore, LoggedRecord
from storage.envelope import open_envelope
from storage.home import Home
from tests.unit.app.desks import DRAWING, REMIT, Bureau, settled
from tests.unit.app.folders import PASSPHRASE, write_bitmaps

ROLES = {"ann": "analyst", "ben": "analyst", "tom": "trainee", "sue": "supervisor"}
BLIND = ("ben", "tom", "sue")
ASKS = Extras(second_opinion=SecondOpinion("person", "In doubt."))
OUT = "OUT"  # stands for a file, which is read too
# Command -> what of it shows anything.
LOOKS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "batch": (("batch", "list"), ("batch", "show", "Batch")),
    "queue": (("queue", "list"),),
    "calibration": (("calibration", "list"), ("calibration", "show", "Edges")),
    "casebook": (("casebook",),),
    "feedback": (("feedback",),),
    "report": (("report", "--batch", "Batch", "--format", "json"),),
    "export": (
        ("export", "csv", "--batch", "Batch", "--out", OUT),
        ("export", "vics", "--batch", "Batch", "--profile", "us", "--out", OUT),
    ),
    "agreement": (("agreement", "--batch", "Batch"),),
    "roster": (("roster", "show"),),
    "policy": (("policy", "show"),),
    "classifier": (("classifier", "list"), ("classifier", "run")),
    "referral": (("referral", "list"),),
}
FOR_WHO_READS_ALL = {"agreement"}  # figures of everybody's answers: not for the blind


class Shown:
    """The central store as one person's login reads it."""

    def __init__(self, inner: CentralStore, office: Home, seat: Home) -> None:
        self._inner, self._office, self._seat = inner, office, seat

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def shows_all(self) -> bool:
        """Whether this login reads everything."""
        return self._reader().reads_all

    def records(self, after: int, limit: int, below: int | None = None) -> list[LoggedRecord]:
        """What may be read, in order."""
        reader = self._reader()
        found = self._inner.records(after, 100_000, below)
        return [one for one in found if reader.may_read(one.envelope)][:limit]

    def revealed(self, items: list[str], below: int) -> list[LoggedRecord]:
        """What an own verdict opened."""
        found = [one for one in self.records(-1, 100_000) if one.index < below]
        return [one for one in found if open_envelope(one.envelope).subject in items]

    def _reader(self) -> Reader:
        return Reader(self._office, self._seat.person.id)


def without_chance() -> Policy:
    """A policy under which both offices are dealt the same, whatever the lots of each are."""
    calm = default_policy()
    shares = replace(
        calm.sampling,
        second_per_thousand=0,
        new_grader_per_thousand=0,
        rare_per_thousand=0,
        low_agreement_per_thousand=0,
        golden_per_thousand=0,
    )
    votes = replace(calm.votes, graded=2)
    opinions = replace(calm.second_opinion, random_per_thousand=1000)
    return replace(calm, votes=votes, sampling=shares, second_opinion=opinions)


def office(folder: Path, said: Mapping[str, str]) -> Bureau:
    """One office: Ann has graded and asked; a batch is dealt out, a set is made, one is held."""
    made = Bureau(folder / "homes", without_chance(), **ROLES)
    write_bitmaps(folder / "found", 4)
    for seat in made.seats.values():
        if seat is not made["chief"]:
            seat.central = Shown(made.central, made["chief"].ws.home, seat.ws.home)  # type: ignore[assignment]
    for name in ("ann", "ben", "sue"):
        add_folder(made[name].ws, IntakeRequest(folder / "found", "Batch"))
    made.sync()
    ann, chief = made["ann"].ws, made["chief"]
    batch = ann.home.local.batches()[0].batch_id
    items = sorted(Worklist(ann).order(batch))
    for item in items[:2]:
        Recorder(ann).keep(settled(said), item, batch, extras=ASKS)
    made.sync()
    begin_calibration(chief.ws, "Edges", batch, items[:2], ["Ann", "Ben"])
    assign(chief.ws, batch, ["Ann", "Ben"])
    chief.opinions.send(items[0], "Ben", "You know these.")
    made.sync()
    made.sync()
    return made


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Where the homes of two offices are."""
    places = []
    for number, said in enumerate((DRAWING, REMIT)):
        folder = tmp_path_factory.mktemp(f"office{number}")
        office(folder, said).close()
        (folder / "passphrase").write_text(PASSPHRASE + "\n", encoding="utf-8")
        places.append(folder)
    return places[0], places[1]


Captured = pytest.CaptureFixture[str]


@pytest.fixture
def shown(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> Callable[[Path, str, tuple[str, ...]], str]:
    """What a command prints at somebody's home, without what differs by itself."""

    def look(folder: Path, name: str, words: tuple[str, ...]) -> str:
        monkeypatch.setenv(PASSPHRASE_FILE, str(folder / "passphrase"))
        monkeypatch.setenv("ASSAY_HOME", str(folder / "homes" / name))
        file = folder / "given out"
        status = run([str(file) if word == OUT else word for word in words] + ["--json"])
        out, err = capsys.readouterr()
        written = file.read_text(encoding="utf-8") if file.exists() else ""
        file.unlink(missing_ok=True)
        return masked(f"{status}\n{out}\n{err}\n{written}", folder)

    return look


def masked(text: str, folder: Path) -> str:
    """Digests by the order in which they come, times and the folder left out."""
    text = text.replace(str(folder), "FOLDER")
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", text)
    text = re.sub(r'("waits_s": |"fingerprint": |"first_fingerprint": )("[^"]*"|\d+)', r"\1_", text)
    text = re.sub(r"waits \d+ \w+", "waits", text)
    text = re.sub(r"(\d{5} ){5}\d{5}", "FINGERPRINT", text)
    names: dict[str, str] = {}
    return re.sub(
        r"\b[0-9a-f]{12,64}\b", lambda m: names.setdefault(m[0][:12], f"#{len(names)}"), text
    )


def test_that_every_command_was_asked_whether_it_shows_anything() -> None:
    silent = {
        "demo": "a home of its own",
        "diagnose": "this machine; nothing of a record",
        "home": "makes one",
        "grade": "signs own verdicts",
        "decide": "pure: facts to outcome",
        "schemes": "schemes alone",
        "approve": "acts of office",
        "sync": "counts of records, whatever they say",
        "central": "makes a server's store",
        "verify": "faults alone",
        "import": "takes in",
        "inspect": "files",
        "trust": "certificates alone",
        "assign": "signs; for supervisors, who read everything",
        "handover": "own work",
        "select": "own selection",
    }
    assert set(COMMANDS) - set(silent) - set(LOOKS) == set()


@pytest.mark.parametrize("name", BLIND)
def test_that_no_command_tells_a_blind_person_what_another_answered(
    name: str, offices: tuple[Path, Path], shown: Callable[[Path, str, tuple[str, ...]], str]
) -> None:
    reads_all = ROLES[name] == "supervisor"
    for command, looks in LOOKS.items():
        if reads_all and command in FOR_WHO_READS_ALL:
            continue
        for words in looks:
            one, other = (shown(folder, name, words) for folder in offices)
            assert one == other, (name, words)


def test_that_a_case_has_null_for_what_waits_for_an_own_answer(
    offices: tuple[Path, Path], shown: Callable[[Path, str, tuple[str, ...]], str]
) -> None:
    case = shown(offices[0], "sue", LOOKS["export"][1])
    assert '"kept_back": 2' in case
    assert '"graded": 0' in case


def test_that_the_same_looks_tell_the_two_offices_apart_where_everything_is_open(
    offices: tuple[Path, Path], shown: Callable[[Path, str, tuple[str, ...]], str]
) -> None:
    one, other = (
        shown(folder, "ann", ("report", "--batch", "Batch", "--format", "json"))
        for folder in offices
    )
    assert one != other


def test_that_a_row_of_the_queue_holds_nothing_but_why_and_how_long(
    offices: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv(PASSPHRASE_FILE, str(offices[0] / "passphrase"))
    for name in ("chief", "sue", "ben"):
        monkeypatch.setenv("ASSAY_HOME", str(offices[0] / "homes" / name))
        assert run(["queue", "list", "--json"]) == 0
        for row in json.loads(capsys.readouterr().out):
            assert set(row) == {
                *("item", "batch", "why", "since", "waits_s", "sent_to"),
                *("taken_by", "taken_until", "may_take", "refused"),
            }
            assert set(row["why"]) <= {"asked", "disputed", "policy", "sampled", "held"}
