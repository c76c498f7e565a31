"""`home init`: make a home with identity, keys, encrypted stores and the first policy."""

import argparse
from typing import Final

from app.bootstrap import home_place
from app.cli.opening import passphrase_source
from app.cli.output import Output
from app.errors import UsageError
from app.names import shown
from app.policies import default_policy
from grading.policy import policy_fields
from storage.founding import refuse_taken
from storage.home import Home, init_home
from storage.keys import choose_place
from storage.roster import ROLES

NAME_LIMIT = 200  # characters

_INIT: Final = """\
Make a home for one person on this machine. Who makes it is also its administrator; the policy
that the program ships is signed as the first one. The keys go into the system's keyring; where
there is none, or with --keys file, into a file under a passphrase, which is read from the file
that ASSAY_PASSPHRASE_FILE names, else asked for.

With --json: {"home", "deployment", "person", "keyid", "roster", "keys"}. `roster` is the id of the
first roster, pinned in this home; `keys` says where the keys are: "keyring" or "file"."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``home`` its sub-commands."""
    commands = parser.add_subparsers(dest="what", required=True, metavar="COMMAND")
    init = commands.add_parser("init", help="make a home", description=_INIT)
    init.add_argument("--name", required=True, metavar="N", help="the person's name")
    init.add_argument("--role", required=True, choices=ROLES, help="what they do")
    init.add_argument("--keys", choices=("keyring", "file"), help="where the keys go")
    init.add_argument(
        "--central", metavar="URL", help="an organisation's central store (not in this version)"
    )
    init.add_argument(
        "--join", metavar="FINGERPRINT", help="join a deployment (not in this version)"
    )


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Make the home and say what it is."""
    if arguments.join is not None:
        raise UsageError("--join is not in this version.", advice="Make a home of its own.")
    if arguments.central is not None:
        raise UsageError(
            "--central is not in this version: the home keeps its central store itself.",
            advice="Make the home without it.",
        )
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


def _tell(home: Home, out: Output) -> None:
    keyid = home.signer.keyid
    out.document(
        {
            "home": str(home.place),
            "deployment": home.deployment,
            "person": home.person.id,
            "keyid": keyid,
            "roster": home.identity.roster,
            "keys": home.identity.keys,
        }
    )
    where = "in a file under the passphrase" if home.identity.keys == "file" else "in the keyring"
    out.line(f"Home made: {shown(str(home.place))}")
    out.line(f"  person      {home.person.name} ({', '.join(home.person.roles)})")
    out.line(f"  deployment  {home.deployment}")
    out.line(f"  key         {keyid}, {where}")
    out.line(f"  roster      {home.identity.roster}, version 1, pinned here")
    out.line("The central store is in the home too: one seat, so blindness there is a courtesy.")
