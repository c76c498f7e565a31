"""`sync`: send what waits to the central store, take in what is new there, say what moved."""

import argparse
from dataclasses import asdict

from app.cli.opening import central_at, opened_home, tell_standing
from app.cli.output import Output
from app.sync import SyncSummary, sync

_DESCRIPTION = """\
Send what waits to the central store and take in what is new there. Everything taken in is
verified, and what was sent is read back, before either counts. It can be stopped at any moment
and run again.

With --json: {"pushed", "pulled", "waiting", "size", "root", "alarms"}; `size` and `root` are the
log as this machine has now verified it. Exit status 1 if a record there was not what it must be."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``sync`` its options."""
    parser.description = _DESCRIPTION
    parser.add_argument("--central", metavar="URL", help="another address of the central store")


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Sync once."""
    with opened_home(arguments) as home, central_at(home, arguments.central) as central:
        summary = sync(home, central)
        alarms = home.local.logbook.alarms()[-summary.alarms :] if summary.alarms else []
        tell_standing(home, out)
    out.document(asdict(summary))
    out.line(_said(summary))
    for alarm in alarms:
        out.note(f"{alarm.what}  log index {alarm.log_index}  {alarm.detail}")
    return 1 if summary.alarms else 0


def _said(summary: SyncSummary) -> str:
    return (
        f"Sent {summary.pushed:,}, took in {summary.pulled:,}, {summary.waiting:,} waiting; "
        f"the log has {summary.size:,} records, root {summary.root[:16]}…"
    )
