"""Kills writers of the storage room, one after another: a process that forks them.

Each child checks the newest of what was ever shown as kept, each twentieth all of it, says so,
keeps records and says each after it was kept; the parent kills it at some moment. Run as
`python -m tests.faults.killing FOLDER KILLS SEED`; prints one line: how many were killed and how
many records were kept.
"""

import gc
import os
import random
import signal
import sys
import time
from pathlib import Path

from tests.faults.storage_room import keep, lost, store_in

CHECKED = b"checked\n"
LINE = 65  # an id in hex and the end of its line
NEWEST = 50  # more than a child ever keeps
ALL_OF_IT = 20  # children


def write_on(folder: Path, pipe: int, kept: list[str], newest: int | None) -> None:
    """Check the store, then keep records for ever."""
    with store_in(folder) as store:
        why = lost(store, kept, newest=newest)
        if why:
            os.write(pipe, why.encode())
            return
        os.write(pipe, CHECKED)
        number = store.count()
        while True:
            for record in keep(store, number):
                os.write(pipe, f"{record}\n".encode())
            number += 1


def killed(folder: Path, kept: list[str], chance: random.Random, newest: int | None) -> list[str]:
    """Let one child write, kill it; return what it had said was kept."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reads)
            write_on(folder, writes, kept, newest)
        finally:
            os._exit(status)
    os.close(writes)
    with open(reads, "rb", buffering=0) as said:  # a pipe
        first = said.read(len(CHECKED))
        if first != CHECKED:
            sys.exit(f"after {len(kept)} records: {first.decode()}{said.read().decode()}")
        more = b""
        for _ in range(chance.randrange(5)):
            more += said.read(LINE)
        until = time.perf_counter() + chance.random() * 0.004
        while time.perf_counter() < until:
            pass
        os.kill(child, signal.SIGKILL)
        more += said.read() or b""
        while piece := said.read():
            more += piece
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL, status
    return [line.decode() for line in more.splitlines() if len(line) == LINE - 1]


def main(folder: Path, kills: int, seed: int) -> None:
    """Kill so many writers."""
    chance = random.Random(seed)  # noqa: S311  # when to kill
    with store_in(folder, create=True) as store:
        # Each kind of step once: what the library prepares for it, every child then finds prepared.
        kept = [record for number in range(3) for record in keep(store, number)]
        if why := lost(store, kept, newest=NEWEST):
            sys.exit(why)
    gc.collect()
    gc.freeze()  # a child that looked through all this would copy it
    for kill in range(kills):
        kept += killed(folder, kept, chance, NEWEST if kill % ALL_OF_IT else None)
    with store_in(folder) as store:
        if why := lost(store, kept):
            sys.exit(f"after {len(kept)} records: {why}")
    print(kills, len(kept))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
