"""`home init`: make a home with identity, keys, encrypted stores and the first policy."""

import argparse
import re
from collections.abc import Callable
from typing import Final

from app.bootstrap import home_place
from app.cli.opening import (
    central_password,
    opened_home,
    passphrase_source,
    recovery_source,
)
from app.cli.output import Output
from app.errors import UsageError
from app.names import shown
from app.policies import default_policy
from app.recovery import print_recovery_key
from grading.policy import policy_fields
from storage.enrolment import ENROLMENT_NAME, fingerprint, read_enrolment
from storage.founding import refuse_taken
from storage.home import Home, init_home
from storage.keys import choose_place
from storage.recovering import recover_home
from storage.roster import ROLES

NAME_LIMIT = 200  # characters

_INIT: Final = """\
Make a home for one person on this machine. Who makes it is also its administrator; the policy
that the program ships is signed as the first one. The keys go into the system's keyring; where
there is none, or with --keys file, into a file under a passphrase, which is read from the file
that ASSAY_PASSPHRASE_FILE names, else asked for.

With --join the home joins a deployment that exists: FINGERPRINT is the id of its first roster,
which `roster show` prints on an administrator's workstation; have it told to you, and compare it,
in another way than the files come. The new home holds `enrolment.json`: give it to an
administrator, who enrols it, and then run `sync`, or `import bundle` with the file they give back.

With --central the log is in a database that `central provision` has prepared, with your login
named by its --admin, or enrolled by an administrator if you join. The URL holds no password: that
is read from the file that ASSAY_CENTRAL_PASSWORD_FILE names, else from libpq's password file, else
asked for.

With --json: {"home", "deployment", "person", "keyid", "roster", "keys", "enrolment"}. `roster` is
the id of the first roster, pinned in this home; `keys` says where the keys are: "keyring" or
"file"; `enrolment` names the file to hand over, or is null."""

_RECOVERY = """\
Make a recovery key for this home and print it, once. On paper in a safe it opens the vault and the
stores when passphrase or keyring are lost. It never holds the signing key: who lost that is
enrolled anew. A new one takes the place of the one before.

With --json: {"recovery_key"}."""
_RECOVER = """\
Open a home whose passphrase or keyring is lost with its recovery key, read from the file that
ASSAY_RECOVERY_FILE names, else asked for. The keys are kept anew, under a new passphrase; the
signing key is a new one, to be enrolled with the `enrolment.json` that is written.

With --json: {"home", "keyid", "enrolment"}."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``home`` its sub-commands."""
    commands = parser.add_subparsers(dest="what", required=True, metavar="COMMAND")
    init = commands.add_parser("init", help="make a home", description=_INIT)
    init.add_argument("--name", required=True, metavar="N", help="the person's name")
    init.add_argument("--role", required=True, choices=ROLES, help="what they do")
    init.add_argument("--keys", choices=("keyring", "file"), help="where the keys go")
    init.add_argument("--central", metavar="URL", help="found a deployment with this central store")
    commands.add_parser("recovery", help="print a recovery key", description=_RECOVERY)
    commands.add_parser("recover", help="open by the recovery key", description=_RECOVER)
    init.add_argument(
        "--join", metavar="FINGERPRINT", help="id of the first roster of the deployment to join"
    )


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Do what the sub-command says."""
    return _COMMANDS[arguments.what](arguments, out)


def _recovery(arguments: argparse.Namespace, out: Output) -> int:
    with opened_home(arguments) as home:
        printed = print_recovery_key(home, passphrase_source())
    out.document({"recovery_key": printed})
    if not out.as_json:
        out.line(printed)
    out.note("Print it, put the page into a safe, and clear this screen: it is shown this once.")
    return 0


def _recover(arguments: argparse.Namespace, out: Output) -> int:
    place = home_place(arguments.home)
    printed = recovery_source()
    identity = recover_home(place, printed, passphrase=passphrase_source(twice=True))
    file = place / ENROLMENT_NAME
    asks = read_enrolment(file)
    out.document({"home": str(place), "keyid": identity.keyid, "enrolment": str(file)})
    out.line(f"Vault and stores of {shown(str(place))} open again. The signing key is new:")
    out.line(f"  key         {identity.keyid}")
    out.line(f"  fingerprint {fingerprint(identity.keyid)}")
    out.line(f"Give {shown(str(file))} to an administrator, who enrols it with --person")
    out.line(f"{asks.person}; run `sync`, so that what waited is logged; only then they revoke")
    out.line("the key that was lost.")
    return 0


def _init(arguments: argparse.Namespace, out: Output) -> int:
    """Make the home and say what it is."""
    joins = None if arguments.join is None else _joined(arguments.join)
    place = home_place(arguments.home)
    refuse_taken(place)  # before anybody is asked for a passphrase
    keys, why = choose_place(arguments.keys)
    if why is not None:
        out.note(why)
    home = init_home(
        place,
        person_name=_name(arguments.name),
        role=arguments.role,
        policy_fields=policy_fields(default_policy()),
        keys=keys,
        passphrase=passphrase_source(twice=True),
        joins=joins,
        central_url=arguments.central,
        central_password=central_password() if arguments.central is not None else None,
    )
    try:
        _tell(home, out)
    finally:
        home.close()
    return 0


def _name(name: str) -> str:
    stripped = name.strip()
    if not stripped or len(stripped) > NAME_LIMIT or not stripped.isprintable():
        raise UsageError(
            f"--name must be a name of up to {NAME_LIMIT} characters.",
            advice="Give the name by which colleagues know the person.",
        )
    return stripped


def _joined(fingerprint: str) -> str:
    """Return the id of a roster however its digits were grouped."""
    digits = re.sub(r"[\s:-]", "", fingerprint).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digits):
        raise UsageError(
            "--join takes the 64 hexadecimal digits of the deployment's first roster.",
            advice="`roster show` prints them on an administrator's workstation.",
        )
    return digits


def _tell_joined(home: Home, out: Output) -> None:
    keyid, file = home.signer.keyid, home.place / ENROLMENT_NAME
    out.document(
        {
            "home": str(home.place),
            "deployment": None,
            "person": home.identity.person,
            "keyid": keyid,
            "roster": home.identity.roster,
            "keys": home.identity.keys,
            "enrolment": str(file),
        }
    )
    out.line(f"Home made: {shown(str(home.place))}")
    out.line(f"  key         {keyid}")
    out.line(f"  fingerprint {fingerprint(keyid)}")
    out.line(f"  joins       {home.identity.roster}, pinned here")
    out.line(f"Give {shown(str(file))} to an administrator and compare the fingerprint by voice.")


def _tell(home: Home, out: Output) -> None:
    if not home.knows_roster:
        _tell_joined(home, out)
        return
    keyid = home.signer.keyid
    out.document(
        {
            "home": str(home.place),
            "deployment": home.deployment,
            "person": home.person.id,
            "keyid": keyid,
            "roster": home.identity.roster,
            "keys": home.identity.keys,
            "enrolment": None,
        }
    )
    where = "in a file under the passphrase" if home.identity.keys == "file" else "in the keyring"
    out.line(f"Home made: {shown(str(home.place))}")
    out.line(f"  person      {home.person.name} ({', '.join(home.person.roles)})")
    out.line(f"  deployment  {home.deployment}")
    out.line(f"  key         {keyid}, {where}")
    out.line(f"  roster      {home.identity.roster}, version 1, pinned here")
    if home.identity.has_server:
        out.line(f"The central store is at {home.identity.central}; run `sync` to send this there.")
    else:
        told = "The central store is in the home too: one seat, so blindness there is a courtesy."
        out.line(told)


_COMMANDS: Final[dict[str, Callable[[argparse.Namespace, Output], int]]] = {
    "init": _init,
    "recovery": _recovery,
    "recover": _recover,
}
