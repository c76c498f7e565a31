"""A workstation against a model: whatever happens in whatever order, nothing is lost or doubled."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.sync import sync
from storage.errors import CentralUnreachableError, DiskFullError, StoreError
from storage.log import leaf_hash, root_of
from tests.unit.app.faulty import Faulty
from tests.unit.storage.homes import digest, made_home, opened_home, passed_on


class Workstation(RuleBasedStateMachine):
    """Keeps, fails to keep, syncs, is cut off, is closed and opened again."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.home = made_home(self.folder / "home")
        self.kept = [record.record_id for record in self.home.local.records()]
        self.number = 0

    @rule(count=st.integers(1, 4))
    def keep(self, count: int) -> None:
        """Records are kept."""
        drafts = [passed_on(f"{self.number} {part}") for part in range(count)]
        self.number += 1
        self.kept += [record.record_id for record in self.home.local.keep(drafts)]

    @rule(count=st.integers(1, 4))
    def fail_to_keep(self, count: int) -> None:
        """The disk is full at the end of a transaction."""
        drafts = [passed_on(f"lost {part}") for part in range(count)]

        def fail(_: object) -> None:
            raise DiskFullError("The disk is full.")

        with pytest.raises(StoreError):
            self.home.local.keep(drafts, also=fail)

    @rule()
    def sync(self) -> None:
        """A sync that is not disturbed sends everything."""
        summary = sync(self.home)
        assert (summary.waiting, summary.alarms, summary.pulled) == (0, 0, 0)
        assert summary.root == root_of([leaf_hash(one) for one in self.kept]).hex()

    @rule(step=st.integers(1, 30))
    def cut_sync(self, step: int) -> None:
        """A sync whose line is cut at some step; short syncs end before it."""
        try:
            sync(self.home, Faulty(self.home.central(), step))
        except CentralUnreachableError:
            return

    @rule()
    def reopen(self) -> None:
        """The window is closed and opened."""
        self.home.close()
        self.home = opened_home(self.folder / "home")

    @precondition(lambda self: self.number % 2)
    @rule()
    def leave_a_draft(self) -> None:
        """Half an answer is kept beside the records."""
        self.home.local.draft_put(digest("item"), {"number": self.number})

    @invariant()
    def everything_kept_is_there_once_and_in_order(self) -> None:
        """The promises P1, P3 and P4."""
        records = list(self.home.local.records())
        assert [record.record_id for record in records] == self.kept
        assert [record.seq for record in records] == list(range(1, len(records) + 1))
        in_log = [record.record_id for record in self.home.central().records(-1, 100_000)]
        assert in_log == self.kept[: len(in_log)]
        waiting = [record.record_id for record in self.home.local.outbox.waiting(100_000)]
        assert len(self.kept) - len(waiting) <= len(in_log)
        assert waiting == self.kept[len(self.kept) - len(waiting) :]
        pin = self.home.local.logbook.pin()
        assert pin is None or pin.size <= len(in_log)

    def teardown(self) -> None:
        """Nothing of it stays."""
        self.home.close()
        shutil.rmtree(self.folder)


TestWorkstation = Workstation.TestCase
TestWorkstation.settings = settings(max_examples=5, stateful_step_count=20, deadline=None)
