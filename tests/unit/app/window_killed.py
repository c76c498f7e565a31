"""A person at an item, in a process of its own, until it is killed.

Started with a home and an item: counts one piece of desk time, begins the next, says so, and waits.
"""

import sys
import threading
import time
from pathlib import Path

from app.exposure import Ledger
from tests.unit.app.folders import opened_workstation
from tests.unit.app.study_home import item_id

if __name__ == "__main__":
    place, counted_ms = Path(sys.argv[1]), int(sys.argv[2])
    ws = opened_workstation(place)
    ledger = Ledger(ws)
    ledger.begin()
    ledger.attend(item_id("a"))
    time.sleep(counted_ms / 1000)
    ledger.add(item_id("a"), level=1, active_ms=counted_ms, desk_ms=counted_ms)
    print("viewing", flush=True)
    threading.Event().wait()
