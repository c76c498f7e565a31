"""`sync`: send what waits to the central store, take in what is new there, say what moved."""

import argparse

from app.cli.opening import central_at, opened_home, tell_standing
from app.cli.output import Output
from app.cli.watching import watched
from app.resuming import Resumption
from app.sync import SyncSummary, resume, sync

_DESCRIPTION = """\
Send what waits to the central store and take in what is new there. Everything taken in is
verified, and what was sent is read back, before either counts. A terminal shows how many of how
many; it can be stopped at any moment, also with Ctrl+C, and run again, which goes on from there.

With --json: {"pushed", "pulled", "waiting", "size", "root", "alarms"}; `size` and `root` are the
log as this machine has now verified it. Exit status 1 if a record there was not what it must be.

A central log that shrank, changed or lost what it had confirmed stops the sync, and grading goes
on. Two supervisors or administrators who know the cause each run `sync --resume --why TEXT`: what
they sign goes into the log, every workstation that had stopped then goes on by itself, and what the
log has lost is sent again. As long as more persons must agree, the answer with --json is
{"resumption", "persons", "needed", "in_force"}."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``sync`` its options."""
    parser.description = _DESCRIPTION
    parser.add_argument("--central", metavar="URL", help="another address of the central store")
    parser.add_argument(
        "--resume",
        action="store_true",
        help="agree to go on with a central log that is not the one this machine knows",
    )
    parser.add_argument("--why", metavar="TEXT", help="what happened to the central store")


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Sync once."""
    with opened_home(arguments) as home, central_at(home, arguments.central) as central:
        summary, agreement = (
            resume(home, arguments.why, central, watch=watched(out))
            if arguments.resume
            else (sync(home, central, watch=watched(out)), None)
        )
        if summary is None:
            return _waits(agreement, out)
        alarms = home.local.logbook.alarms()[-summary.alarms :] if summary.alarms else []
        tell_standing(home, out)
    out.document(summary.document())
    out.line(_said(summary))
    for alarm in alarms:
        out.note(f"{alarm.what}  log index {alarm.log_index}  {alarm.detail}")
    return 1 if summary.alarms else 0


def _waits(agreement: Resumption | None, out: Output) -> int:
    """Tell how many more persons must agree."""
    if agreement is None:
        return 0
    persons, needed = len(agreement.persons), agreement.needed
    out.document(
        {
            "resumption": agreement.record_id,
            "persons": persons,
            "needed": needed,
            "in_force": agreement.in_force,
        }
    )
    out.line(
        f"Signed and sent: {persons} of {needed} persons agree to go on with the central log of "
        f"{agreement.accepted.size:,} records. One more runs `sync --resume` at their own desk."
    )
    return 0


def _said(summary: SyncSummary) -> str:
    return (
        f"Sent {summary.pushed:,}, took in {summary.pulled:,}, {summary.waiting:,} waiting; "
        f"the log has {summary.size:,} records, root {summary.root[:16]}…"
    )
