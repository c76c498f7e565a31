"""`calibration new | list | show | close`: items graded blind by several, then compared."""

import argparse
from collections.abc import Callable
from typing import Final

from app.batches import logged_batch
from app.calibration import (
    Calibration,
    begin_calibration,
    calibration_named,
    calibrations,
    close_set,
    compare_set,
)
from app.cli.opening import opened, tell_clock
from app.cli.output import Output
from app.cli.watching import heard
from app.errors import UsageError
from app.names import shown

DEFAULT_SCHEME = "uk-ew"
_SHORTEST_PREFIX = 4  # hex digits
_NEW = """\
Sign a set: items of one batch that several people grade, each on their own. They find them among
their items; nobody is shown another's answer before everybody has answered."""
_SHOW = """\
Show the answers to each item side by side down the questions, as far as everybody has answered."""
_CLOSE = """\
Sign what was agreed on as an entry of the casebook: in words, read by everyone, searchable with
`casebook`. It names no item."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``calibration`` its sub-commands."""
    commands = parser.add_subparsers(dest="what", required=True, metavar="COMMAND")
    new = commands.add_parser("new", help="sign a set", description=_NEW)
    new.add_argument("title", metavar="TITLE", help="what it is called")
    new.add_argument("--batch", required=True, metavar="BATCH", help="where the items are")
    new.add_argument("--with", dest="persons", required=True, metavar="P,P", help="who grades it")
    new.add_argument("items", nargs="+", metavar="SHA256", help="items, or their beginnings")
    commands.add_parser("list", help="the sets you are in, or may read")
    show = commands.add_parser("show", help="answers side by side", description=_SHOW)
    close = commands.add_parser("close", help="write the casebook entry", description=_CLOSE)
    for one in (show, close):
        one.add_argument("set", metavar="SET", help="its title, or its record id")
    show.add_argument("--scheme", default=DEFAULT_SCHEME, metavar="ID", help="a scheme (uk-ew)")
    close.add_argument("--title", required=True, metavar="TEXT", help="of the entry")
    close.add_argument("--words", required=True, metavar="TEXT", help="what was agreed on, and why")
    close.add_argument("--question", metavar="FACT", help="the question it is about")


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Do what the sub-command says."""
    _COMMANDS[arguments.what](arguments, out)
    return 0


def _new(arguments: argparse.Namespace, out: Output) -> None:
    with opened(arguments) as ws:
        tell_clock(ws, out)
        batch, known = logged_batch(ws, arguments.batch)
        items = [_item(one, known) for one in arguments.items]
        persons = [part.strip() for part in arguments.persons.split(",") if part.strip()]
        made = begin_calibration(ws, arguments.title, batch, items, persons)
    out.document(_document(made))
    out.line(f"Set {made.record[:12]}: {len(made.items):,} items for {len(made.persons):,} people.")


def _list(arguments: argparse.Namespace, out: Output) -> None:
    with opened(arguments) as ws:
        found = calibrations(ws.home)
    out.document([_document(one) for one in found])
    if not found:
        out.line("There is no calibration set.")
    for one in found:
        out.line(
            f"{one.record[:12]}  {shown(one.title)}: {len(one.items):,} items,"
            f" {len(one.persons):,} people"
        )


def _show(arguments: argparse.Namespace, out: Output) -> None:
    with opened(arguments) as ws:
        one = calibration_named(ws.home, arguments.set)
        compared = compare_set(ws, one, ws.schemes.find(arguments.scheme), heard(ws.home, out))
    out.document(
        {
            **_document(one),
            "answers": [
                {
                    "item": item.item,
                    "lacking": item.lacking,
                    "waits": item.waits,
                    "names": list(item.names),
                    "outcomes": list(item.outcomes),
                    "lines": [
                        {"fact": line.fact, "values": list(line.values), "first": line.first}
                        for line in item.lines
                    ],
                }
                for item in compared
            ],
        }
    )
    for item in compared:
        if item.waits:
            out.line(f"{item.item[:12]}: waits in the queue for your own answer first")
            continue
        if item.lacking:
            out.line(f"{item.item[:12]}: {item.lacking} still to answer")
            continue
        out.line(f"{item.item[:12]}: {', '.join(map(shown, item.names))}")
        for line in item.lines:
            mark = "  <- they part here" if line.first else ""
            values = " | ".join(value or "not asked" for value in line.values)
            out.line(f"  {line.fact}: {values}{mark}")


def _close(arguments: argparse.Namespace, out: Output) -> None:
    with opened(arguments) as ws:
        tell_clock(ws, out)
        one = calibration_named(ws.home, arguments.set)
        record = close_set(ws, one, arguments.title, arguments.words, arguments.question)
    out.document({"record": record})
    out.line("It stands in the casebook.")


def _item(named: str, known: frozenset[str]) -> str:
    lower = named.lower()
    found = [item for item in known if len(lower) >= _SHORTEST_PREFIX and item.startswith(lower)]
    if len(found) != 1:
        many = f"{len(found):,} items of it begin so" if found else "no item of it begins so"
        raise UsageError(f"{named[:64]}: {many}.", advice="`batch show BATCH` lists its items.")
    return found[0]


def _document(one: Calibration) -> dict[str, object]:
    return {
        "record": one.record,
        "title": one.title,
        "batch": one.batch,
        "items": list(one.items),
        "persons": list(one.persons),
    }


_COMMANDS: Final[dict[str, Callable[[argparse.Namespace, Output], None]]] = {
    "new": _new,
    "list": _list,
    "show": _show,
    "close": _close,
}
