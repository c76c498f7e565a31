"""`queue list | show | take | release | send | answer | resolve`: second opinions by command."""

import argparse
from collections.abc import Callable
from typing import Final

from app.cli.facts import facts_from_json
from app.cli.opening import opened, tell_clock
from app.cli.output import Output
from app.cli.watching import watched
from app.names import shown
from app.record import Extras
from app.second_opinion.queue import Waiting
from app.second_opinion.resolving import Comparison, SecondOpinions, Told
from grading.late_methods import dataclass
from grading.scheme import Scheme
from grading.tree import settle

_ABOUT = """\
What waits for a second opinion. A row says why it waits and since when, and nothing of what
anybody answered. Taking and resolving need the central store: its log says who was first."""

_SHOW = """\
Show one item of the queue and, for a supervisor, the answers side by side down the questions.
Where the policy wants a blind answer first, the answers open after your own."""

_RESOLVE = """\
Decide one item, with a reason that those who answered will read. FACTS is an object of texts as
`decide` takes it. Where the policy wants a blind answer first and you gave none, these facts are
signed as your own answer before the resolution."""


DEFAULT_SCHEME = "uk-ew"


@dataclass(frozen=True, slots=True)
class _Work:
    """What a sub-command works with."""

    opinions: SecondOpinions
    scheme: Scheme
    arguments: argparse.Namespace
    out: Output


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``queue`` its sub-commands."""
    parser.description = _ABOUT
    commands = parser.add_subparsers(dest="what", required=True, metavar="COMMAND")
    commands.add_parser("list", help="what waits, the longest wait first", description=_ABOUT)
    show = _about_item(commands, "show", "one item and, after your own, the answers", _SHOW)
    _with_scheme(show)
    _about_item(commands, "take", "take an item: for a while nobody else can")
    _about_item(commands, "release", "give back an item that you took")
    send = _about_item(commands, "send", "keep an item for one person's opinion")
    send.add_argument("--to", required=True, metavar="PERSON", help="a name or id of the roster")
    send.add_argument("--why", metavar="TEXT", help="a line for them")
    answer = _about_item(commands, "answer", "sign your own blind answer; never a vote")
    _with_facts(answer)
    resolve = _about_item(commands, "resolve", "decide an item, with a reason", _RESOLVE)
    _with_facts(resolve)
    resolve.add_argument("--reason", required=True, metavar="TEXT", help="why, in words")


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Do what the sub-command says."""
    with opened(arguments) as ws:
        if arguments.what not in ("list", "show"):
            tell_clock(ws, out)
        opinions = SecondOpinions(ws, watch=watched(out))
        named = getattr(arguments, "scheme", DEFAULT_SCHEME)
        work = _Work(opinions, ws.schemes.find(named), arguments, out)
        _COMMANDS[arguments.what](work)
    return 0


def _about_item(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    summary: str,
    about: str | None = None,
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=about or f"{summary[0].upper()}{summary[1:]}."
    )
    parser.add_argument("item", metavar="SHA256", help="the item, or the beginning of its digest")
    return parser


def _with_scheme(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--scheme",
        default=DEFAULT_SCHEME,
        metavar="ID",
        help="a scheme, such as uk-ew@2026.1 (uk-ew)",
    )


def _with_facts(parser: argparse.ArgumentParser) -> None:
    _with_scheme(parser)
    parser.add_argument("--facts", required=True, metavar="JSON", help="an object of facts")
    parser.add_argument("--comment", metavar="TEXT", help="words beside the answers")


def _list(work: _Work) -> None:
    rows = work.opinions.queue.waiting()
    work.out.document([waiting_document(row) for row in rows])
    if not rows:
        work.out.line("Nothing waits for you.")
    for row in rows:
        work.out.line(_said(row))


def _show(work: _Work) -> None:
    row = work.opinions.queue.find(work.arguments.item)
    comparison = work.opinions.compare(row.item, work.scheme)
    work.out.document({**waiting_document(row), **comparison_document(comparison)})
    work.out.line(_said(row))
    for told in comparison.answers:
        work.out.line(_told(told))
    for line in comparison.lines:
        mark = "  <- they part here" if line.first else ""
        values = " | ".join(value or "not asked" for value in line.values)
        work.out.line(f"  {line.fact}: {values}{mark}")


def _take(work: _Work) -> None:
    row = work.opinions.take(work.arguments.item)
    work.out.document(waiting_document(row))
    work.out.line(f"{row.item[:12]} is yours until {row.taken_until}.")


def _release(work: _Work) -> None:
    work.opinions.release(work.arguments.item)
    work.out.document({"released": work.arguments.item})
    work.out.line("Given back.")


def _send(work: _Work) -> None:
    work.opinions.send(work.arguments.item, work.arguments.to, work.arguments.why)
    work.out.document({"sent": work.arguments.item, "to": work.arguments.to})
    work.out.line(f"Kept for {shown(work.arguments.to)}.")


def _answer(work: _Work) -> None:
    decided = settle(work.scheme, facts_from_json(work.arguments.facts))
    extras = Extras(comment=work.arguments.comment, viewed="not")
    record = work.opinions.answer(work.arguments.item, work.scheme, decided, extras=extras)
    work.out.document({"record": record})
    work.out.line("Signed as your own answer.")


def _resolve(work: _Work) -> None:
    decided = settle(work.scheme, facts_from_json(work.arguments.facts))
    extras = Extras(comment=work.arguments.comment, viewed="not")
    record = work.opinions.resolve(
        work.arguments.item, work.scheme, decided, reasons=work.arguments.reason, extras=extras
    )
    work.out.document({"record": record, "outcome": decided.outcome.as_json()})
    work.out.line(f"Resolved: {decided.outcome.outcome}.")


def waiting_document(row: Waiting) -> dict[str, object]:
    """Return one row of `queue list --json`."""
    return {
        "item": row.item,
        "batch": row.batch,
        "why": list(row.why),
        "since": row.since,
        "waits_s": row.waits_s,
        "sent_to": row.sent_to,
        "taken_by": row.taken_by,
        "taken_until": row.taken_until,
        "may_take": row.refused is None,
        "refused": row.refused,
    }


def comparison_document(comparison: Comparison) -> dict[str, object]:
    """Return what `queue show --json` adds to the row."""
    return {
        "answers": [
            {
                "record": told.record,
                "kind": told.kind,
                "person": told.name,
                "decided_at": told.decided_at,
                "outcome": told.outcome.as_json(),
                "comment": told.comment,
                "asked": told.asked,
                "line": told.line,
            }
            for told in comparison.answers
        ],
        "lines": [
            {"fact": one.fact, "values": list(one.values), "parts": one.parts, "first": one.first}
            for one in comparison.lines
        ],
    }


def _said(row: Waiting) -> str:
    parts = [f"{row.item[:12]}  {', '.join(row.why)}, waits {_lasting(row.waits_s)}"]
    if row.sent_to is not None:
        parts.append(f"kept for {shown(row.sent_to)}")
    if row.refused is not None:
        parts.append(shown(row.refused))
    elif row.taken_by_me:
        parts.append(f"yours until {row.taken_until}")
    return "; ".join(parts)


def _told(told: Told) -> str:
    words = f"  {shown(told.name)} ({told.kind}, {told.decided_at}): {told.outcome.outcome}"
    if told.asked is not None:
        words += f"; asks about {told.asked}: {shown(told.line or '')}"
    return words if told.comment is None else f"{words}; {shown(told.comment)}"


def _lasting(seconds: int) -> str:
    for unit, unit_s in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= unit_s:
            return f"{seconds // unit_s} {unit}"
    return f"{seconds} s"


_COMMANDS: Final[dict[str, Callable[[_Work], None]]] = {
    "list": _list,
    "show": _show,
    "take": _take,
    "release": _release,
    "send": _send,
    "answer": _answer,
    "resolve": _resolve,
}
