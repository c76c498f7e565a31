"""The log at a million leaves: root, growth, proofs, and the first sync of a new workstation."""

import hashlib
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from app.bootstrap import ROOT
from app.policies import default_policy
from app.sync import sync
from grading.policy import policy_fields
from storage.home import Home, init_home
from storage.keyfile import MINIMUM_COST
from storage.log import CompactRange, LogTree, root_of, verify_consistency, verify_inclusion
from tests.benchmarks.measure import Measure, in_turns, timed_s
from tests.benchmarks.sync_desk import PASSPHRASE, PASSWORD, READY
from tests.integration.desks import Centre
from tests.integration.servers import Server, wheel_programs

LEAVES = 1_000_000
MORE = 1_000
PROOFS = 1_000
COMMAND = "python -m tests.benchmarks --only log"
_FILL = """
    INSERT INTO assay.leaf SELECT g, sha256(convert_to(g::text, 'UTF8'))
    FROM generate_series((SELECT size FROM assay.head), %s - 1) g
"""


def measure(rounds: int) -> list[Measure]:
    """Take every figure of a log of a million leaves."""
    leaves = [hashlib.sha256(b"%d" % number).digest() for number in range(LEAVES + MORE)]
    return [*_growing(leaves, rounds), *_proving(leaves[:LEAVES], rounds), *_first_sync(rounds)]


def _hashed(times: int) -> None:
    """Hash so many inner nodes, and nothing else."""
    node = bytes(65)
    for _ in range(times):
        hashlib.sha256(node).digest()


def _growing(leaves: list[bytes], rounds: int) -> list[Measure]:
    million = CompactRange()
    million.extend(leaves[:LEAVES])

    def extend() -> bytes:
        tree = million.copy()
        tree.extend(leaves[LEAVES:])
        return tree.root()

    whole = in_turns(lambda: root_of(leaves[:LEAVES]), lambda: _hashed(LEAVES), rounds)
    grown = in_turns(extend, lambda: _hashed(MORE), rounds)
    same = "SHA-256 of as many inner nodes"
    return [
        Measure(
            f"log, first root over {LEAVES:,} leaves",
            whole.work_median_s,
            "s",
            whole.floor_median_s,
            same,
            COMMAND,
        ),
        Measure(
            f"log, {MORE:,} more leaves on {LEAVES:,}, and the root",
            grown.work_median_s * 1_000,
            "ms",
            grown.floor_median_s * 1_000,
            same,
            COMMAND,
            f"what is kept between two syncs has {len(million.to_bytes())} bytes",
        ),
    ]


def _proving(leaves: list[bytes], rounds: int) -> list[Measure]:
    tree, root = LogTree(leaves), root_of(leaves)
    built_s = timed_s(lambda: LogTree(leaves))
    places = range(0, LEAVES, LEAVES // PROOFS)
    old = {size: root_of(leaves[:size]) for size in (1, LEAVES // 3, LEAVES - 1)}

    def included() -> None:
        for index in places:
            proof = tree.proof(index)
            verify_inclusion(index=index, size=LEAVES, leaf=leaves[index], proof=proof, root=root)

    def consistent() -> None:
        for size, old_root in old.items():
            proof = tree.consistency(size)
            verify_consistency(
                old_size=size, old_root=old_root, size=LEAVES, root=root, proof=proof
            )

    made = in_turns(included, lambda: _hashed(20 * PROOFS), rounds)
    shown = in_turns(consistent, lambda: _hashed(20 * len(old)), rounds)
    floor = "SHA-256 of the nodes on the path"
    return [
        Measure(
            f"log, an inclusion proof among {LEAVES:,}, made and verified",
            made.work_median_s * 1_000 / PROOFS,
            "ms",
            made.floor_median_s * 1_000 / PROOFS,
            floor,
            COMMAND,
            f"the tree over all leaves, which all proofs of a bundle share: {built_s:.1f} s once",
        ),
        Measure(
            f"log, a consistency proof to {LEAVES:,}, made and verified",
            shown.work_median_s * 1_000 / len(old),
            "ms",
            shown.floor_median_s * 1_000 / len(old),
            floor,
            COMMAND,
        ),
    ]


def _first_sync(rounds: int) -> list[Measure]:
    """Let a workstation that has just joined sync with a log of a million that it may not read."""
    with ExitStack() as holds:
        folder = Path(holds.enter_context(TemporaryDirectory(prefix="assay-bench-")))
        server = Server(wheel_programs(18), {"fsync": "on", "full_page_writes": "on"})
        holds.callback(server.remove)
        server.start()
        centre = Centre(server)
        holds.callback(centre.remove)
        founder = _home(folder / "founder")
        first = centre.desk(founder.identity.person)
        sync(founder, first.store)
        deployment = founder.identity.roster
        founder.close()
        with server.keeper(centre.database) as keeper:
            keeper.execute(_FILL, [LEAVES])
            keeper.execute("UPDATE assay.head SET size = %s", [LEAVES])
            keeper.execute("ANALYZE assay.leaf")
        took_s, read_s, peaks = [], [], []
        for number in range(min(rounds, 3)):
            joined = _home(folder / f"joined-{number}", joins=deployment)
            desk = centre.desk(joined.identity.person)
            joined.close()
            seconds, peak_mb = _synced(
                folder / f"joined-{number}",
                desk.password,
                server.address(desk.login, centre.database).text(),
            )
            took_s.append(seconds)
            peaks.append(peak_mb)
            read_s.append(timed_s(lambda: desk.store.root(LEAVES)))  # noqa: B023
    took_s.sort()
    read_s.sort()
    return [
        Measure(
            f"log, first sync of a new workstation with {LEAVES:,} leaves",
            took_s[len(took_s) // 2],
            "s",
            read_s[len(read_s) // 2],
            "read all leaf hashes from the server and compute the root, keeping nothing",
            COMMAND,
            f"memory of the process at most {max(peaks):.0f} MB; every page is kept before the "
            "next is asked for, so that a cut sync goes on",
        )
    ]


def _synced(place: Path, password: str, address: str) -> tuple[float, float]:
    """Sync a home in a process of its own; return its seconds and its greatest memory in MB."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.sync_desk", str(place), address],
        cwd=ROOT,
        env={**os.environ, PASSWORD: password},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stdout.readline().strip() == READY
        stdin, stdout = running.stdin, running.stdout

        def go() -> None:
            stdin.write("go\n")
            stdin.flush()
            assert stdout.readline().strip() == "0"

        seconds = timed_s(go)
        status = Path(f"/proc/{running.pid}/status").read_text()
        peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return seconds, int(peak.split()[1]) / 1024


def _home(place: Path, joins: str | None = None) -> Home:
    return init_home(
        place,
        person_name="Bench",
        role="analyst",
        policy_fields=policy_fields(default_policy()),
        keys="file",
        passphrase=lambda: PASSPHRASE,
        cost=MINIMUM_COST,
        joins=joins,
    )
