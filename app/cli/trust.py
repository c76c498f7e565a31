"""`trust add | list | remove`: whom the organisation trusts as signers of C2PA manifests."""

import argparse
from dataclasses import asdict
from pathlib import Path

from app.cli.opening import opened
from app.cli.output import Output
from app.trust_lists import TrustList, add_trust_list, remove_trust_list, trust_lists

_ABOUT = """\
A trust list is a PEM file of certificates. The evidence drawer calls a signer trusted only by a
list that the signed policy names (`evidence.trust_lists`) and that lies in this home. Who is on no
such list may still have signed what is intact."""
_ADD = """\
Take a list in. It counts once the policy names the id that is printed, its SHA-256.

With --json: {"id", "certificates", "counts", "fault"}."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``trust`` its sub-commands."""
    parser.description = _ABOUT
    commands = parser.add_subparsers(dest="what", required=True, metavar="COMMAND")
    add = commands.add_parser("add", help="take a list of certificates in", description=_ADD)
    add.add_argument("file", type=Path, metavar="PEM", help="a file of certificates")
    commands.add_parser("list", help="those here, and those that the policy names")
    remove = commands.add_parser("remove", help="take one away")
    remove.add_argument("trust_list", metavar="ID", help="its id, or the beginning of it")


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Do what the sub-command says; 1 if a list that counts cannot be used."""
    with opened(arguments) as ws:
        if arguments.what == "list":
            return _list(trust_lists(ws), out)
        if arguments.what == "add":
            one = add_trust_list(ws, arguments.file)
        else:
            one = remove_trust_list(ws, arguments.trust_list)
    out.document(asdict(one))
    if arguments.what == "remove":
        out.line(f"The trust list {one.id[:12]} is removed.")
        return 0
    out.line(f"{one.certificates:,} certificates are taken in. The id of the list is")
    out.line(f"  {one.id}")
    if not one.counts:
        out.line("It counts once the policy names this id under evidence.trust_lists.")
    return 0


def _list(found: tuple[TrustList, ...], out: Output) -> int:
    out.document([asdict(one) for one in found])
    if not found:
        out.line("There is no trust list here. `trust add PEM` takes one in.")
    for one in found:
        counts = "counts" if one.counts else "does not count: the policy does not name it"
        out.line(f"{one.id}  {one.certificates:,} certificates, {counts}")
        if one.fault:
            out.note(one.fault)
    return 1 if any(one.fault and one.counts for one in found) else 0
