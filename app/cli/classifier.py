"""`classifier add | list | remove | run | show`: what estimates; it decides nothing."""

import argparse
from dataclasses import asdict
from pathlib import Path

from app.batches import batch_named
from app.classifying.installed import (
    Installed,
    add_classifier,
    damaged,
    damaged_cards,
    installed,
    remove_classifier,
)
from app.classifying.scoring import Scored, score_batches
from app.classifying.shown import classifiers_on
from app.cli.opening import opened
from app.cli.output import Output
from app.cli.watching import watched
from app.names import shown
from app.worklist import Worklist

_ABOUT = """\
Classifiers are files that an organisation brings: none comes with the program. One runs only where
the signed policy names its id (`classifiers.allowed`), in a locked-down process, off the key path.
A score is shown after one's own first answer, with what it was measured to mean; it decides
nothing."""
_ADD = """\
Take an ONNX file in, with its model card (TOML). The model is tried first in a locked-down process;
one that is not the card's, needs other files, brings operations of its own or does not fit its card
is refused. It runs once the policy names the id that is printed.

With --json: {"id", "name", "version", "allowed"}."""
_RUN = """\
Have every classifier that the policy allows score what it has not scored yet. Nothing of it is
printed but how many. Exit status 1: a classifier broke down, or a card was changed.

With --json: [{"id", "name", "scored", "refused", "fault"}]."""
_SHOW = """\
Say what the classifiers said of an item that you have answered: each by itself, with what its score
was measured to mean.

With --json: [{"title", "label", "score", "share", "error", "meaning"}]."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``classifier`` its sub-commands."""
    parser.description = _ABOUT
    commands = parser.add_subparsers(dest="what", required=True, metavar="COMMAND")
    add = commands.add_parser("add", help="take one in with its card", description=_ADD)
    add.add_argument("model", type=Path, metavar="MODEL", help="an ONNX file")
    add.add_argument("--card", type=Path, required=True, metavar="FILE", help="its model card")
    commands.add_parser(
        "list", help="those taken in, which may run, and those whose card was changed"
    )
    remove = commands.add_parser("remove", help="take one away, with all it said")
    remove.add_argument("classifier", metavar="ID", help="its id, the beginning of it, or its name")
    run_ = commands.add_parser("run", help="score what is not scored yet", description=_RUN)
    run_.add_argument("--batch", metavar="ID", help="this batch alone")
    show = commands.add_parser("show", help="what they said of an item", description=_SHOW)
    show.add_argument("item", metavar="SHA256", help="an item that you have answered")


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Do what the sub-command says."""
    doing = {"add": _add, "list": _list, "remove": _remove, "run": _run, "show": _show}
    return doing[arguments.what](arguments, out)


def _add(arguments: argparse.Namespace, out: Output) -> int:
    with opened(arguments) as ws:
        one = add_classifier(ws, arguments.model, arguments.card)
    out.document(_document(one))
    out.line(f"{shown(one.card.title)} is taken in. Its id is")
    out.line(f"  {one.card.id}")
    if not one.allowed:
        out.line("It runs once the policy names this id under classifiers.allowed.")
    return 0


def _list(arguments: argparse.Namespace, out: Output) -> int:
    with opened(arguments) as ws:
        found, broken = installed(ws), damaged(ws)
    models = {one.id for one in broken if one.title is not None}
    described = ({**_described(one), "damaged": one.card.id in models} for one in found)
    cards = tuple(one.id for one in broken if one.title is None)
    out.document([*described, *({"id": one, "damaged": True} for one in cards)])
    _note_damaged(cards, out)
    if not found and not broken:
        out.line("No classifier is taken in. `classifier add MODEL --card FILE` takes one in.")
    for one in found:
        card = one.card
        runs = "runs" if one.allowed else "does not run: the policy does not allow it"
        if card.id in models:
            runs = "does not run: its model is gone or was changed; remove it, and add it again"
        out.line(f"{shown(card.title)} ({card.kind}, {shown(card.licence)}): {runs}")
        out.line(f"  estimates: {shown(card.estimate.words)}")
        out.line(f"  {_calibration(one)}")
        out.line(f"  id {card.id}")
    return 0


def _remove(arguments: argparse.Namespace, out: Output) -> int:
    with opened(arguments) as ws:
        gone = remove_classifier(ws, arguments.classifier)
    card = gone.card
    document: dict[str, object] = {"id": gone.id, "name": None, "version": None}
    if card is not None:
        document |= {"name": card.name, "version": card.version}
    out.document(document)
    called = f"The classifier {gone.id[:12]}" if card is None else shown(card.title)
    out.line(f"{called} is removed, with everything it said.")
    return 0


def _run(arguments: argparse.Namespace, out: Output) -> int:
    with opened(arguments) as ws:
        worklist = Worklist(ws)
        if arguments.batch is None:
            batches = [one.id for one in worklist.batches()]
        else:
            batches = [batch_named(worklist, arguments.batch).id]
        done = score_batches(ws, batches, watched(out, "scores"))
        cards = damaged_cards(ws)
    out.document([_told(one) for one in done])
    if not done:
        out.line("No classifier may run here.")
    for one in done:
        out.line(
            f"{shown(one.card.title)}: {one.scored:,} scored, {one.refused:,} without a score."
        )
        if one.fault:
            out.note(f"{shown(one.card.title)}: {one.fault}")
    _note_damaged(cards, out)
    return 1 if cards or any(one.fault for one in done) else 0


def _show(arguments: argparse.Namespace, out: Output) -> int:
    with opened(arguments) as ws:
        found = classifiers_on(ws, arguments.item.lower())
    out.document([asdict(one) for one in found])
    if not found:
        out.line("No classifier said anything of this item.")
    for one in found:
        score = "no score" if one.score is None else f"{one.score:.2f}"
        out.line(f"{shown(one.title)}, {shown(one.label)}: {score}")
        out.line(f"  {shown(one.meaning)}")
    return 0


def _note_damaged(cards: tuple[str, ...], out: Output) -> None:
    for card in cards:
        out.note(
            f"The card of classifier {card[:12]} was changed on the disk: it does not run."
            f" Take it away with `classifier remove {card[:12]}`, and add it again."
        )


def _document(one: Installed) -> dict[str, object]:
    return {
        "id": one.card.id,
        "name": one.card.name,
        "version": one.card.version,
        "allowed": one.allowed,
    }


def _described(one: Installed) -> dict[str, object]:
    card = one.card
    return {
        **_document(one),
        "kind": card.kind,
        "licence": card.licence,
        "model": card.model,
        "labels": list(card.labels),
        "estimates": asdict(card.estimate),
        "calibration": asdict(card.calibration),
    }


def _calibration(one: Installed) -> str:
    found = one.card.calibration
    if not found.is_known:
        return "not calibrated: nobody measured what its score means"
    return (
        f"calibrated ({found.method}) on {shown(found.data)}, {found.pictures:,} pictures;"
        f" calibration error {found.error:.3f}"
    )


def _told(one: Scored) -> dict[str, object]:
    return {
        "id": one.card.id,
        "name": one.card.name,
        "scored": one.scored,
        "refused": one.refused,
        "fault": one.fault,
    }
