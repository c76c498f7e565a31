"""What a superuser of the server can do to the log, and which workstation notices.

A test an attack, with the table of docs/records.md beside it: the chain of the author as somebody
new reads it, the pins, the receipts of the author whose pins are gone; then the cosignatures.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.messages import sentence
from app.resuming import Resumption
from app.sync import resume, sync
from app.verify import HomeAudit
from storage.errors import CentralRewrittenError, OlderCopyError
from storage.home import Home
from storage.log import read_checkpoint
from tests.integration.attacked import (
    Deaf,
    Deployment,
    Scene,
    Superuser,
    alter,
    deployed,
    drop_in_mid_chain,
    erase_one_author,
    fork_after_n,
    reorder_across_authors,
    truncate_the_tail,
)
from tests.integration.servers import Server
from tests.unit.storage.homes import copied_home, opened_home, passed_on
from tests.unit.storage.office import Office

Act = Callable[[Superuser, str, str, int, random.Random], None]


@dataclass(frozen=True)
class Row:
    """A row of the table: what the chain shows; pins past it and receipts notice every attack."""

    act: Act | None  # None: an old copy of the server is put back
    chain: bool
    cosigned: bool = True  # a copy put back has the cosignatures of its time too
    early: bool = False  # whether a pin before most of it notices it too


TABLE = {
    "alter": Row(alter, chain=True),
    "drop in mid-chain": Row(drop_in_mid_chain, chain=True),
    "reorder across authors": Row(reorder_across_authors, chain=False),
    "truncate the tail": Row(truncate_the_tail, chain=False),
    "restore an old copy": Row(None, chain=False, cosigned=False),
    "fork after n": Row(fork_after_n, chain=False),
    "erase one author wholly": Row(erase_one_author, chain=False, early=True),
}


@pytest.fixture(scope="module")
def deployment(server_18: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    yield from deployed(server_18, tmp_path_factory.mktemp("deployment") / "homes")


@pytest.fixture
def scene(deployment: Deployment, tmp_path: Path) -> Iterator[Scene]:
    made = Scene(deployment, tmp_path)
    yield made
    made.close()


def attack(scene: Scene, act: Act | None, dice: random.Random) -> None:
    """Do it, somewhere past what ben has seen."""
    if act is None:
        scene.restore_old()
        return
    keys = scene.deployment.keyids
    with scene.another("ben") as ben:
        pin = ben.local.logbook.pin()
    assert pin is not None
    with scene.superuser() as one:
        act(one, keys["ann"], keys["cat"], pin.size, dice)


def without_pins(home: Home) -> Home:
    """The same home with nothing left of the log but what it was told of its own records."""
    place = home.outside_pin()
    assert place is not None
    place.path.unlink()
    with home.local.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM checkpoints")
        connection.exec_driver_sql("DELETE FROM leaves")
    return home


def refused(home: Home, scene: Scene, name: str, *, deaf: bool = True) -> str:
    """Sync, which must be refused; return the sentence that the person is told."""
    store = scene.store(name)
    with pytest.raises(CentralRewrittenError) as caught:
        sync(home, Deaf(store) if deaf else store)
    said = sentence(caught.value)
    assert str(caught.value).count(". ") == 0
    assert "\n" not in said
    assert "Keep grading" in said
    return said


def keeps_both_heads_and_goes_on(home: Home) -> None:
    """Both heads are evidence; grading goes on."""
    alarm = home.local.logbook.alarms()[-1]
    theirs, ours = alarm.evidence.decode().split("\n\n")
    pin = home.local.logbook.pin()
    assert alarm.what == "rewritten"
    assert pin is not None
    known, head = read_checkpoint(ours), read_checkpoint(f"{theirs}\n")
    assert (known.size, known.root.hex()) == (pin.size, pin.root)
    assert (head.size, head.root) != (known.size, known.root)
    waiting = home.local.outbox.count()
    home.local.keep([passed_on("graded while sync stands still")])
    assert home.local.outbox.count() == waiting + 1


def agreed(home: Home, scene: Scene, name: str) -> Resumption:
    _, agreement = resume(home, "the server was restored", scene.store(name))
    assert agreement is not None
    return agreement


@pytest.mark.parametrize("name", TABLE)
def test_that_who_must_notice_an_attack_does_and_two_persons_go_on(
    scene: Scene, name: str, dice: random.Random
) -> None:
    row = TABLE[name]
    before = scene.logged()
    attack(scene, row.act, dice)
    homes = {one: scene.home(one) for one in ("chief", "sol", "ann", "cat", "ben")}

    # whoever asks is told, and nothing is moved by asking
    audit = HomeAudit(homes["chief"], Office().find_scheme, scene.store("chief"))
    assert list(audit.faults()) != []
    # somebody who has seen nothing reads the chains alone
    with scene.another("sol") as new:
        assert (sync(new, Deaf(scene.store("sol"))).alarms > 0) == row.chain
    # a pin past it
    refused(homes["chief"], scene, "chief")
    keeps_both_heads_and_goes_on(homes["chief"])
    # a pin before it, and nothing of one's own: only what others cosigned tells
    if row.cosigned:
        said = refused(homes["ben"], scene, "ben", deaf=False)
        assert row.early or any(one in said for one in ("Chief at", "Ann at", "Cat at"))
    with scene.another("ben") as alone:
        if row.early:
            refused(alone, scene, "ben")
        else:
            assert sync(alone, Deaf(scene.store("ben"))).alarms == 0
    # whoever sent what is gone or moved knows it without any pin
    with scene.another("ann") as ann:
        refused(without_pins(ann), scene, "ann")

    two_persons_go_on(scene, homes, before)
    for home in homes.values():
        home.close()


def two_persons_go_on(
    scene: Scene, homes: dict[str, Home], before: list[tuple[str, str, int]]
) -> None:
    """One agrees, which is not enough; with the second all go on, and the log has all again."""
    first = agreed(homes["chief"], scene, "chief")
    assert (len(first.persons), first.in_force) == (1, False)
    again = agreed(homes["chief"], scene, "chief")
    assert (again.record_id, len(again.persons)) == (first.record_id, 1)
    refused(homes["cat"], scene, "cat", deaf=False)
    second = agreed(homes["sol"], scene, "sol")
    assert (second.record_id, second.in_force) == (first.record_id, True)
    for _ in range(2):
        for name, home in homes.items():
            assert sync(home, scene.store(name)).waiting == 0
    after = scene.logged()
    assert {record for _, record, _ in before} <= {record for _, record, _ in after}
    assert len({record for _, record, _ in after}) == len(after)
    for keyid in scene.deployment.keyids.values():
        signed = [seq for key, record, seq in after if key == keyid and (keyid, record, seq)]
        assert sorted(set(signed)) == list(range(1, len(set(signed)) + 1))


def test_that_an_agreement_is_for_one_interruption_alone(scene: Scene, dice: random.Random) -> None:
    with closing(scene.home("chief")) as chief, closing(scene.home("sol")) as sol:
        attack(scene, truncate_the_tail, dice)
        agreed(chief, scene, "chief")
        assert agreed(sol, scene, "sol").in_force
        sync(chief, scene.store("chief"))
        chief.local.keep([passed_on("later")])
        sync(chief, scene.store("chief"))
        with scene.superuser() as one:  # the agreement stays in the log
            one.arrange(range(len(one.records()) - 1))
        refused(chief, scene, "chief", deaf=False)
        refused(sol, scene, "sol", deaf=False)


def test_that_an_analyst_agrees_to_nothing_and_a_reason_is_asked(
    scene: Scene, dice: random.Random
) -> None:
    attack(scene, truncate_the_tail, dice)
    with closing(scene.home("ann")) as ann, closing(scene.home("chief")) as chief:
        with pytest.raises(Exception, match="may not let sync go on"):
            resume(ann, "why not", scene.store("ann"))
        with pytest.raises(Exception, match="takes a reason"):
            resume(chief, " ", scene.store("chief"))


def test_that_an_old_local_store_signs_nothing_before_it_has_caught_up(scene: Scene) -> None:
    with closing(scene.home("ann")) as newest:
        newest.local.keep([passed_on("since the copy")])
        head = sync(newest, scene.store("ann")).size
    with closing(scene.home("ann")) as old:  # as it was before that
        with pytest.raises(OlderCopyError):
            old.local.keep([passed_on("a number that is taken")])
        caught_up = sync(old, scene.store("ann"))
        assert (caught_up.alarms, caught_up.size) == (0, head)
        old.local.keep([passed_on("after")])
        assert sync(old, scene.store("ann")).alarms == 0


def test_that_one_key_on_two_workstations_is_told_to_both_and_to_who_reads_all(
    scene: Scene, tmp_path: Path
) -> None:
    one = scene.home("ann")
    one.close()
    here, there = opened_home(one.place), opened_home(copied_home(one.place, tmp_path / "there"))
    with closing(here), closing(there), closing(scene.home("chief")) as chief:
        here.local.keep([passed_on("here")])
        there.local.keep([passed_on("there")])
        assert sync(here, scene.store("ann")).alarms == 0
        here.outside_pin().path.unlink()  # type: ignore[union-attr]  # another machine has its own
        assert sync(there, scene.store("ann")).alarms == 1
        there.outside_pin().path.unlink()  # type: ignore[union-attr]
        assert sync(here, scene.store("ann")).alarms == 1
        assert sync(chief, scene.store("chief")).alarms == 1
        for home in (here, there, chief):
            (alarm,) = home.local.logbook.alarms()
            assert alarm.what == "fork"
        here.local.keep([passed_on("grading goes on")])
