"""What the workstations do that a story kills: each for ever, in a process of its own."""

import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from app.sync import sync
from tests.forking import started
from tests.unit.storage.homes import BATCH, digest, opened_home, passed_on

OPEN = "open"


@dataclass(frozen=True, slots=True)
class Post:
    """A home, and the number of the first thing that is done in it."""

    home: Path
    first: int = 0


def keeps_and_syncs(post: Post, pipe: Connection) -> None:
    """Keep records and sync for ever; say what was kept, and only after it was."""
    home = opened_home(post.home)
    pipe.send_bytes(OPEN.encode())
    number = post.first
    while True:
        drafts = [passed_on(f"{number} {part}") for part in range(1 + number % 3)]
        for kept in home.local.keep(drafts):
            pipe.send_bytes(kept.record_id.encode())
        if number % 4 == 3:
            sync(home)
        number += 1


def takes_in(post: Post, pipe: Connection) -> None:
    """Take evidence in for ever, in groups; say what the vault and the index have."""
    home = opened_home(post.home)
    pipe.send_bytes(OPEN.encode())
    number = post.first
    while True:
        items = [digest(f"{number} {part}") for part in range(5)]
        with home.vault.group(BATCH) as group:
            for item in items:
                group.put(item.encode() * 3000, item)
        for item in items:
            pipe.send_bytes(item.encode())
        number += 1


def killed_at_work(work: Callable[[Post, Connection], None], words: int, post: Post) -> list[str]:
    """Let a process work, kill it after so many words, and return every whole word it said."""
    process, pipe = started(work, post)
    try:
        said = [pipe.recv_bytes() for _ in range(words)]
        process.kill()
        try:
            while True:
                said.append(pipe.recv_bytes())
        except (EOFError, OSError):  # OSError: it ended within a word
            process.join()
        assert process.exitcode == -signal.SIGKILL
    finally:
        process.kill()
        process.join()
        pipe.close()
        process.close()
    first, *others = (word.decode() for word in said)
    assert first == OPEN
    return others
