"""`referral add | list | export | withdraw`: items handed to victim identification."""

import argparse
from pathlib import Path

from app.cli.language import declare_language, texts_asked
from app.cli.opening import opened, tell_clock
from app.cli.output import Output
from app.cli.watching import heard
from app.errors import UsageError
from app.names import shown
from app.referral.giving_out import given_out, referral_json, write_referral
from app.referral.making import refer, referral_named, referrals, take_back
from grading.referral import KINDS, Identifying, Referral

_ABOUT = """\
Refer an item for victim identification: a signed record, without imagery. It takes at least one
identifying fact (a name, a school, a place or similar). Of an item tagged AI it also takes a stated
reason to believe that a real child is shown: hours spent on pictures of nobody are taken from
somebody."""
_EXPORT = """\
Write a referral as PDF or JSON, as the ending of FILE says. Neither holds any imagery, nor a name
of the file: it is named by its digests, with what the batch says of where it came from."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``referral`` its sub-commands."""
    parser.description = _ABOUT
    commands = parser.add_subparsers(dest="what", required=True, metavar="COMMAND")
    add = commands.add_parser("add", help="refer an item, signed", description=_ABOUT)
    add.add_argument("item", metavar="SHA256", help="an item that was graded")
    add.add_argument("--to", required=True, metavar="NAME", help="whom it is for")
    add.add_argument(
        "--fact",
        action="append",
        default=[],
        metavar="KIND=WORDS",
        help=f"what identifies; KIND is {', '.join(KINDS)}; again for another",
    )
    add.add_argument(
        "--real-child", metavar="WHY", help="of an item tagged AI: why a real child is shown"
    )
    add.add_argument("--note", metavar="TEXT", help="anything else that they should know")
    commands.add_parser("list", help="every referral, the newest first")
    export = commands.add_parser("export", help="write one as PDF or JSON", description=_EXPORT)
    export.add_argument("record", metavar="RECORD", help="its record id, or the beginning of it")
    export.add_argument("--out", required=True, type=Path, metavar="FILE", help="FILE.pdf or .json")
    declare_language(export)
    back = commands.add_parser("withdraw", help="take your own back; it stays readable")
    back.add_argument("record", metavar="RECORD", help="its record id, or the beginning of it")
    back.add_argument("--why", metavar="TEXT", help="why")


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Do what the sub-command says."""
    doing = {"add": _add, "list": _list, "export": _export, "withdraw": _withdraw}
    return doing[arguments.what](arguments, out)


def _add(arguments: argparse.Namespace, out: Output) -> int:
    referral = Referral(
        to=arguments.to,
        identifying=tuple(map(_fact, arguments.fact)),
        real_child=arguments.real_child,
        note=arguments.note,
    )
    with opened(arguments) as ws:
        tell_clock(ws, out)
        signed = refer(ws, arguments.item.lower(), referral, voices=heard(ws.home, out))
        out.document(referral_json(given_out(ws, signed)))
    out.line(f"Referred to {shown(signed.referral.to)}: record {signed.record}.")
    return 0


def _list(arguments: argparse.Namespace, out: Output) -> int:
    with opened(arguments) as ws:
        found = [(one, referral_json(given_out(ws, one))) for one in referrals(ws)]
    out.document([document for _, document in found])
    if not found:
        out.line("Nothing was referred, or nothing that you may read.")
    for one, _ in found:
        withdrawn = ", withdrawn" if one.withdrawn else ""
        out.line(
            f"{one.record[:12]}  {one.at[:10]}  {one.item[:12]}  to {shown(one.referral.to)},"
            f" by {shown(one.by)}{withdrawn}"
        )
    return 0


def _export(arguments: argparse.Namespace, out: Output) -> int:
    place: Path = arguments.out
    if place.suffix.lower() not in {".pdf", ".json"}:
        raise UsageError(f"{place}: a referral is a PDF or JSON.", advice="End it in one of them.")
    with opened(arguments) as ws:
        signed = referral_named(ws, arguments.record)
        write_referral(ws, signed, place, texts_asked(arguments, ws))
    out.document({"out": str(place), "record": signed.record})
    out.line(f"{place}: the referral to {shown(signed.referral.to)}, without imagery.")
    return 0


def _withdraw(arguments: argparse.Namespace, out: Output) -> int:
    with opened(arguments) as ws:
        record = take_back(ws, arguments.record, arguments.why)
    out.document({"record": record})
    out.line("Withdrawn. The referral stays readable, marked so; tell whoever has it.")
    return 0


def _fact(said: str) -> Identifying:
    kind, sign, words = said.partition("=")
    if not sign:
        raise UsageError(
            f"'{shown(said[:60])}' is no fact.", advice="Write it as KIND=WORDS, such as school=..."
        )
    return Identifying(kind.strip(), words)
