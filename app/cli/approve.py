"""`approve RECORD`: stand behind a roster, a policy or a shred that another person signed."""

import argparse

from app.cli.opening import opened, tell_clock
from app.cli.output import Output
from app.roster.force import Force, approve

_ABOUT = """\
Stand behind what another person signed: a roster, a policy, or the shredding of a batch. A record
that needs approvals has no force before enough distinct persons stand behind it. `roster show`
lists what waits, and what it says; approving it again changes nothing.

With --json: {"record", "kind", "persons", "needed", "in_force"}."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``approve`` its options."""
    parser.description = _ABOUT
    parser.add_argument("record", metavar="RECORD", help="its id, or the beginning of it")


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Approve the record and say how far it has come."""
    with opened(arguments) as ws:
        tell_clock(ws, out)
        force = approve(ws.home, arguments.record, policy=ws.policy)
    out.document({"record": force.record.record_id, **force_document(force)})
    out.line(f"{force.record.kind} {force.record.record_id[:12]}: {force_words(force)}")
    if force.record.kind == "shred" and force.is_given:
        batch = force.record.batch or ""
        out.line(f"Each workstation that holds it now runs `batch shred {batch[:12]}`.")
    return 0


def force_document(force: Force) -> dict[str, object]:
    """Return how far an act has come, as JSON."""
    return {
        "kind": force.record.kind,
        "persons": len(force.persons),
        "needed": force.needed,
        "in_force": force.is_given,
    }


def force_words(force: Force) -> str:
    """Return how far an act has come, for a person."""
    if force.is_given:
        return "in force."
    more = "1 more person" if force.lacking == 1 else f"{force.lacking} more persons"
    return f"no force yet; {more} must approve it: `approve {force.record.record_id[:12]}`."
