"""One workstation of `bench_sync`, in a process of its own: open a home, wait for a line, sync."""

import os
import sys
from pathlib import Path

from app.sync import sync
from storage.central.address import Address
from storage.central.postgres import PostgresCentralStore
from storage.home import open_home

PASSPHRASE = "a passphrase of the benchmark"
PASSWORD = "ASSAY_BENCH_PASSWORD"  # the variable that holds it: an argument is shown to everybody
READY = "ready"


def main(place: str, url: str) -> None:
    """Say that the home is open, and sync once a line comes."""
    home = open_home(Path(place), passphrase=lambda: PASSPHRASE)
    store = PostgresCentralStore(Address.read(url), os.environ[PASSWORD])
    store.size()
    print(READY, flush=True)
    sys.stdin.readline()
    print(sync(home, store).pushed, flush=True)
    store.close()
    home.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
