"""`batch known | carry-over ID`: what lists say of answered items; what was resolved before."""

import argparse
from typing import Any

from app.batches import batch_named
from app.cli.opening import opened, tell_clock
from app.cli.output import Output
from app.cli.watching import heard, watched
from app.errors import UsageError
from app.known.carrying import CarryOver
from app.known.returned import KnownItem, known_in
from app.names import shown
from app.worklist import Worklist
from storage.known.assertion import Assertion

KNOWN = """\
Say of each item of a batch that you have answered what lists of known material assert of it: who,
what, when, and how near. What contradicts your answer comes first, before all else an item that a
list knows as a photograph of a real, identified victim and that is said to be AI-generated. A near
fingerprint is only a hint. Of items that you have not answered nothing is said.

With --json: [{"sha256", "names", "contradictions": [{"known_real", "against", "source"}],
"assertions": [{"source", "dated", "added_at", "kind", "exact", "distance_bits", ...what it
says}]}]."""

CARRY_OVER = """\
List the items of a batch that were resolved before, and with --sign carry them over: each is a
signed record that names what resolved it and says that nothing was viewed; it is never a vote. It
takes the mode "confirm known" of the policy. What was dealt to you by name is not offered.

With --json: {"batch", "resolved": [sha256], "signed"}."""


def declare_known(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Give ``batch`` these two sub-commands."""
    known = commands.add_parser("known", help="what lists say of it", description=KNOWN)
    carry = commands.add_parser(
        "carry-over", help="take over what was resolved before", description=CARRY_OVER
    )
    for parser in (known, carry):
        parser.add_argument("batch", metavar="ID", help="id, the beginning of an id, or title")
    carry.add_argument("--sign", action="store_true", help="sign it")
    carry.add_argument("--item", metavar="SHA256", help="this one alone")


def known(arguments: argparse.Namespace, out: Output) -> int:
    """Say what lists assert of the answered items."""
    with opened(arguments) as ws:
        batch = batch_named(Worklist(ws), arguments.batch)
        found = list(known_in(ws, batch.id, watched(out, "items")))
    out.document([_document(one) for one in found])
    if not found:
        out.line("No list says anything of the items of this batch that you have answered.")
    for one in found:
        out.line(f"{one.row.item[:12]}  {', '.join(map(shown, one.row.names))}")
        for against in one.contradictions:
            what = "a photograph of a real, identified victim" if against.known_real else "AI-made"
            source = shown(against.assertion.about.source)
            out.line(f"  contradicts your answer: {source} knows it as {what} ({against.against})")
        for said in one.assertions:
            out.line(f"  {_words(said)}")
    return 0


def carry_over(arguments: argparse.Namespace, out: Output) -> int:
    """List what can be carried over, and sign it if asked to."""
    with opened(arguments) as ws:
        tell_clock(ws, out)
        batch = batch_named(Worklist(ws), arguments.batch)
        carrying = CarryOver(ws, heard(ws.home, out))
        found = carrying.offered_in(batch.id)
        if arguments.item is not None:
            found = tuple(one for one in found if one.item == arguments.item.lower())
            if not found:
                raise UsageError("That item is not offered as already resolved.")
        signed = len(carrying.keep(found, batch.id)) if arguments.sign and found else 0
        is_on = carrying.is_on
    resolved = [one.item for one in found]
    out.document({"batch": batch.id, "resolved": resolved, "signed": signed})
    if not is_on:
        out.line('The policy does not have the mode "confirm known": nothing is carried over.')
        return 0
    out.line(f"{len(found):,} items were resolved before; {signed:,} carried over, unseen.")
    for item in resolved:
        out.line(f"  {item}")
    return 0


def _document(one: KnownItem) -> dict[str, object]:
    return {
        "sha256": one.row.item,
        "names": list(one.row.names),
        "contradictions": [
            {
                "known_real": against.known_real,
                "against": against.against,
                "source": against.assertion.about.source,
            }
            for against in one.contradictions
        ],
        "assertions": [
            {
                "source": said.about.source,
                "dated": said.stated.dated or said.about.dated,
                "added_at": said.about.added_at,
                "kind": said.kind,
                "exact": said.is_exact,
                "distance_bits": said.distance_bits,
                **_said(said),
            }
            for said in one.assertions
        ],
    }


def _said(assertion: Assertion) -> dict[str, object]:
    stated = assertion.stated
    return {
        "category": stated.category,
        "real_child": stated.real_child,
        "generated": stated.generated,
        "harmless": stated.harmless,
        "series": stated.series,
        "label": stated.label,
    }


def _words(assertion: Assertion) -> str:
    stated, about = assertion.stated, assertion.about
    said = [f"category {shown(stated.category)}"] if stated.category else []
    for flag, words in (
        (stated.real_child, "a real, identified victim"),
        (stated.generated, "AI-generated"),
        (stated.harmless, "harmless"),
    ):
        said += [] if flag is None else [words if flag else f"not {words}"]
    said += [f"series {shown(stated.series)}"] if stated.series else []
    said += [shown(stated.label)] if stated.label else []
    near = f"the same {assertion.kind.upper()}"
    if not assertion.is_exact:
        near = f"a hint: {assertion.distance_bits} of 256 bits of its PDQ differ"
    when = stated.dated or about.dated or f"taken in {about.added_at[:10]}"
    return f"{shown(about.source)}, {when}: {', '.join(said) or 'known'} ({near})"
