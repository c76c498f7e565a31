"""`verify [--bundle FILE [--roster HASH]]`: every signature, chain and log proof."""

import argparse
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from app.bootstrap import home_place
from app.cli.opening import central_at, passphrase_source
from app.cli.output import Output
from app.cli.watching import watched
from app.errors import UsageError
from app.schemes import SchemeShelf
from app.verify import HomeAudit, opening_fault
from storage.audit import Fault
from storage.errors import BundleError, StorageError
from storage.exchange.bundle_audit import BundleAudit
from storage.exchange.bundle_reading import read_bundle
from storage.home import Home, open_home

_ABOUT = """\
Check everything that this home holds, or a bundle: signatures, roles, revocations, outcomes,
chains, and the log against what this machine confirmed. Prints one line for each fault, with the
number of the step that failed:

  1 strict JSON and base64, id = SHA-256      5 the key is valid at the record's log index
  2 payload type                              6 statement and predicate are well-formed
  3 signature by a key of the roster          7 the facts give the stated outcome
  4 the key's role may sign this kind         8 number and predecessor continue the chain; the log

With --json: {"checked": n, "pending": n, "unseen": n, "faults": [{"step", "record", "where",
"why"}]}. A bundle needs no home. Exit status 1 if there is a fault."""

_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SHOWN_DIGITS = 16


class _Audit(Protocol):
    checked: int
    pending: int
    unseen: int

    @property
    def expected(self) -> int: ...

    def faults(self, tick: Callable[[int], None]) -> Iterator[Fault]: ...


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``verify`` its options."""
    parser.description = _ABOUT
    parser.add_argument("--central", metavar="URL", help="another address of the central store")
    parser.add_argument("--bundle", metavar="FILE", type=Path, help="check this bundle instead")
    parser.add_argument(
        "--roster",
        metavar="HASH",
        type=str.lower,
        help="first roster of the bundle's organisation, as it told you in another way",
    )


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Check, tell each fault as it is found, and sum up."""
    if arguments.central is not None and arguments.bundle is not None:
        raise UsageError("--central goes with a home, not with --bundle.")
    if arguments.roster is not None and arguments.bundle is None:
        raise UsageError("--roster goes with --bundle; a home has its first roster pinned.")
    if arguments.roster is not None and not _HASH.fullmatch(arguments.roster):
        raise UsageError("--roster takes the 64 hexadecimal digits of a SHA-256.")
    if arguments.bundle is not None:
        return _verify_bundle(arguments.bundle, arguments.roster, out)
    return _verify_home(arguments, out)


def _verify_home(arguments: argparse.Namespace, out: Output) -> int:
    # Without the policy and the settings of a whole workstation: they may be what is damaged.
    with _opened(home_place(arguments.home)) as home:
        if isinstance(home, Fault):
            return _told(_Nothing(home), out)
        with central_at(home, arguments.central) as central:
            return _told(HomeAudit(home, SchemeShelf().exact, central), out)


@contextmanager
def _opened(place: Path) -> Iterator[Home | Fault]:
    try:
        home = open_home(place, passphrase=passphrase_source())
    except StorageError as error:
        fault = opening_fault(error)
        if fault is None:
            raise
        yield fault
        return
    try:
        yield home
    finally:
        home.close()


def _verify_bundle(path: Path, roster: str | None, out: Output) -> int:
    if path.is_dir():
        raise UsageError(f"{path}: this is a folder.", advice="Name a bundle's file.")
    if not path.exists():
        raise UsageError(f"{path}: there is no such file.", advice="Name a bundle's file.")
    try:
        bundle = read_bundle(path)
    except BundleError as error:
        return _told(_Nothing(Fault(1, None, "bundle", str(error).rstrip("."))), out)
    status = _told(BundleAudit(bundle, roster), out)
    if status:
        return status
    if withheld := bundle.counts()["withheld"]:
        out.line(f"{withheld} withheld: they belong to other work.")
    if roster is None:
        out.note(
            "It agrees with itself; who made it is not shown. Its first roster is "
            f"{bundle.first_roster}: compare it with what the organisation tells you, or run this "
            "again with --roster."
        )
    return status


class _Nothing:
    """The audit of what could not even be opened: one fault."""

    checked = pending = unseen = expected = 0

    def __init__(self, fault: Fault) -> None:
        self._fault = fault

    def faults(self, tick: Callable[[int], None]) -> Iterator[Fault]:
        """Yield why it could not be opened."""
        yield self._fault


def _told(audit: _Audit, out: Output) -> int:
    found = []
    for fault in audit.faults(watched(out).ticks("checking", lambda: audit.expected)):
        out.line(_line(fault))
        found.append(fault)
    out.document(
        {
            "checked": audit.checked,
            "pending": audit.pending,
            "unseen": audit.unseen,
            "faults": [
                {"step": one.step, "record": one.record_id, "where": one.where, "why": one.why}
                for one in found
            ],
        }
    )
    out.line(_summary(audit, len(found)))
    return 1 if found else 0


def _line(fault: Fault) -> str:
    record = f"{fault.record_id[:_SHOWN_DIGITS]}…" if fault.record_id else "-"
    return f"step {fault.step}  record {record}  {fault.where}: {fault.why}."


def _summary(audit: _Audit, faults: int) -> str:
    found = "1 fault" if faults == 1 else f"{faults:,} faults" if faults else "no fault"
    parts = [f"{audit.checked:,} records checked", found]
    if audit.pending:
        parts.append(f"{audit.pending:,} not in the log yet")
    if audit.unseen:
        parts.append(f"{audit.unseen:,} follow a record that is not here")
    return ", ".join(parts) + "."
