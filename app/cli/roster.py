"""`roster show | enrol | revoke | rotate`: who may sign, with which key, in which roles."""

import argparse
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Final

from app.cli.approve import force_document, force_words
from app.cli.opening import opened, tell_clock
from app.cli.output import Output
from app.clock import utc_now
from app.errors import UsageError
from app.names import shown
from app.roster.changes import RosterChange, RosterOffice
from app.roster.listing import ActLine, KeyLine, RosterView, roster_view
from storage.enrolment import fingerprint, read_enrolment
from storage.roster import ROLES

_SHOW = """\
Show who may sign: each key with its person, workstation, roles and fingerprint, since which record
of the log it counts, and what waits for approval. Compare fingerprints by voice.

With --json: {"deployment", "first", "version", "expiry", "persons", "keys", "waiting"}."""
_ENROL = """\
Let the key in FILE, the `enrolment.json` of a home that was made to join, into the roster. Before
anything is signed the file is checked: it must be whole, for this deployment, and signed by the key
that it names. Compare the fingerprint that is printed with the one on that workstation, by voice.

Where somebody changes workstation or has lost a key, name their id with --person, then revoke the
key they lost. Changing the roster takes the role admin."""
_REVOKE = """\
Take a key's force away from a record of the log on: from the newest unless --from says an earlier
one, where it was in wrong hands before. What the key signed and was logged earlier stays valid."""
_ROTATE = """\
Sign the next version of the roster, with what is to be otherwise in it: a new day on which it ends,
how many persons a change takes, the roles of a key. Without options it changes nothing but the
version."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``roster`` its sub-commands."""
    commands = parser.add_subparsers(dest="what", required=True, metavar="COMMAND")
    commands.add_parser("show", help="who may sign, and what waits", description=_SHOW)
    enrol = commands.add_parser("enrol", help="let a key in", description=_ENROL)
    enrol.add_argument("file", type=Path, metavar="FILE", help="the enrolment.json of its home")
    enrol.add_argument("--login", metavar="NAME", help="the person's login at the central store")
    enrol.add_argument("--roles", metavar="R[,R]", help="what they may do (else what FILE asks)")
    enrol.add_argument("--person", metavar="ID", help="another key of a person known already")
    revoke = commands.add_parser("revoke", help="end a key's force", description=_REVOKE)
    revoke.add_argument("key", metavar="KEYID", help="its id, or the beginning of it")
    revoke.add_argument("--reason", required=True, metavar="TEXT", help="why; everyone reads it")
    revoke.add_argument("--from", dest="index", type=int, metavar="INDEX", help="log index")
    rotate = commands.add_parser("rotate", help="the next version", description=_ROTATE)
    rotate.add_argument("--expires", metavar="DAY", help="the day on which it ends, YYYY-MM-DD")
    rotate.add_argument("--persons", type=int, metavar="N", help="how many a change takes")
    rotate.add_argument(
        "--roles",
        nargs=2,
        action="append",
        default=[],
        metavar=("KEYID", "R[,R]"),
        help="what the person of a key may do from now on",
    )


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Do what the sub-command says."""
    return _COMMANDS[arguments.what](arguments, out)


def _show(arguments: argparse.Namespace, out: Output) -> int:
    with opened(arguments) as ws:
        view = roster_view(ws.home, now=utc_now(), policy=ws.policy)
    out.document(asdict(view))
    _tell(view, out)
    return 0


def _enrol(arguments: argparse.Namespace, out: Output) -> int:
    if not arguments.file.is_file():
        raise UsageError(f"{arguments.file}: there is no such file.", advice="Name its file.")
    with opened(arguments) as ws:
        tell_clock(ws, out)
        office = RosterOffice(ws.home)
        asks = read_enrolment(arguments.file)
        change = office.enrol(
            asks,
            login=arguments.login,
            roles=_roles(arguments.roles) if arguments.roles else (),
            person=arguments.person,
        )
    out.line(f"{shown(asks.person_name)} at {shown(asks.workstation)}")
    out.line(f"  key         {asks.keyid}")
    out.line(f"  fingerprint {fingerprint(asks.keyid)}: compare it by voice with that workstation")
    _tell_change(change, out, {"keyid": asks.keyid})
    return 0


def _revoke(arguments: argparse.Namespace, out: Output) -> int:
    with opened(arguments) as ws:
        tell_clock(ws, out)
        office = RosterOffice(ws.home)
        key = office.key_named(arguments.key)
        change = office.revoke(key.keyid, reason=arguments.reason, from_index=arguments.index)
    out.line(f"The key of {shown(key.person_name)} at {shown(key.workstation)} is to be revoked.")
    _tell_change(change, out, {"keyid": key.keyid})
    return 0


def _rotate(arguments: argparse.Namespace, out: Output) -> int:
    with opened(arguments) as ws:
        office = RosterOffice(ws.home)
        change = office.renew(
            expiry=arguments.expires,
            persons=arguments.persons,
            roles={key: _roles(roles) for key, roles in arguments.roles},
        )
    _tell_change(change, out, {})
    return 0


def _roles(text: str) -> tuple[str, ...]:
    roles = tuple(part.strip() for part in text.split(",") if part.strip())
    stray = [role for role in roles if role not in ROLES]
    if stray or not roles:
        raise UsageError(f"{text!r}: no such role.", advice=f"The roles are {', '.join(ROLES)}.")
    return roles


def _tell_change(change: RosterChange, out: Output, more: dict[str, object]) -> None:
    document = {"record": change.record_id, "version": change.version, **more}
    out.document({**document, **force_document(change.force)})
    out.line(f"Roster {change.version}, {change.record_id[:12]}: {force_words(change.force)}")


def _tell(view: RosterView, out: Output) -> None:
    ends = f", until {view.expiry[:10]}" if view.expiry else ""
    out.line(f"Roster {view.version}{ends}; a change takes {view.persons} of its administrators.")
    out.line(f"First roster, to join with: {view.first}")
    for key in view.keys:
        _tell_key(key, out)
    for act in view.waiting:
        _tell_act(act, out)
    if view.warning:
        out.note(view.warning)


def _tell_key(key: KeyLine, out: Output) -> None:
    here = ", this home" if key.own else ""
    login = f", login {shown(key.login)}" if key.login else ""
    out.line("")
    out.line(f"{shown(key.person_name)} ({', '.join(key.roles)}) at {shown(key.workstation)}{here}")
    out.line(f"  key         {key.keyid}")
    out.line(f"  fingerprint {key.fingerprint}")
    out.line(f"  person      {key.person}{login}")
    if key.revoked_from is None:
        out.line(f"  counts      from record {key.valid_from} of the log on")
    else:
        span = f"from record {key.valid_from} to {key.revoked_from} of the log"
        out.line(f"  revoked     {shown(key.reason)}; counted {span}")


def _tell_act(act: ActLine, out: Output) -> None:
    out.line("")
    out.line(f"Waits: {act.kind} {act.record_id[:12]} by {shown(act.by)}: {shown(act.words)}")
    out.line(f"  {act.persons} of {act.needed} persons stand behind it")


_COMMANDS: Final[dict[str, Callable[[argparse.Namespace, Output], int]]] = {
    "show": _show,
    "enrol": _enrol,
    "revoke": _revoke,
    "rotate": _rotate,
}
