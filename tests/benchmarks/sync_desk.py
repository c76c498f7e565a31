"""One workstation of `bench_sync`, in a process of its own: open a home, and do as lines ask."""

import os
import sys
from pathlib import Path

from app.sync import sync
from app.upload import Upload
from storage.central.address import Address
from storage.central.postgres import PostgresCentralStore
from storage.home import open_home

PASSPHRASE = "a passphrase of the benchmark"
PASSWORD = "ASSAY_BENCH_PASSWORD"  # the variable that holds it: an argument is shown to everybody
READY = "ready"
UPLOAD, SYNC = "upload", "sync"  # lines that are understood


def main(place: str, url: str) -> None:
    """Say that the home is open; at each line upload or sync, and say how many records went."""
    home = open_home(Path(place), passphrase=lambda: PASSPHRASE)
    store = PostgresCentralStore(Address.read(url), os.environ[PASSWORD])
    store.size()
    print(READY, flush=True)
    for line in sys.stdin:
        sent = Upload(home, store).run() if line.strip() == UPLOAD else sync(home, store).pushed
        print(sent, flush=True)
    store.close()
    home.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
