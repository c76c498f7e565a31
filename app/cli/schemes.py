"""`schemes list | check FILE | draw ID`: the schemes that verdicts are given under."""

import argparse
from pathlib import Path

from app.cli.output import Output
from app.errors import UsageError
from app.scheme_drawing import mermaid, svg
from app.schemes import SchemeShelf, read_scheme_file
from grading.errors import SchemeError
from grading.scheme import Scheme

_ABOUT = """\
Work with the schemes: which questions are asked, in which order, and what the law makes of the
answers."""

_CHECK = """\
Check a scheme file: every path ends in an outcome, nothing is unreachable, no cycle, no two
choices on one key, all facts and values spelt as declared. Says which line is wrong; exit status
1 then. With --json: {"file", "ok", "line", "why"} or {"file", "ok", "scheme"}."""

_DRAW = """\
Print a scheme as a diagram: a picture in SVG, or in the Mermaid language, which many editors and
wikis draw. With --json: {"scheme", "svg", "mermaid"}."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``schemes`` its options."""
    parser.description = _ABOUT
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|check|draw")
    actions.add_parser("list", help="list the schemes", description="List the schemes installed.")
    check = actions.add_parser("check", help="check a scheme file", description=_CHECK)
    check.add_argument("file", type=Path, metavar="FILE")
    draw = actions.add_parser("draw", help="print a scheme as a diagram", description=_DRAW)
    draw.add_argument("scheme", metavar="ID", help="a scheme, such as uk-ew or uk-ew@2026.1")
    draw.add_argument("--format", choices=("svg", "mermaid"), default="svg", help="(svg)")
    draw.add_argument("--theme", choices=("light", "dark"), default="light", help="(light)")


def run(arguments: argparse.Namespace, out: Output) -> int:
    """List, check or draw."""
    if arguments.action == "list":
        return _list(out)
    if arguments.action == "check":
        return _check(arguments.file, out)
    return _draw(SchemeShelf().find(arguments.scheme), arguments, out)


def _list(out: Output) -> int:
    shelf = SchemeShelf()
    out.document([_described(scheme) for scheme in shelf.all()])
    for scheme in shelf.all():
        out.line(
            f"{scheme.name:<26}{scheme.title}, {len(scheme.questions)} questions,"
            f"{'' if scheme.verified else ' not verified,'} SHA-256 {scheme.sha256}"
        )
    for fault in shelf.faults:
        out.note(f"{fault}.")
    return 1 if shelf.faults else 0


def _check(path: Path, out: Output) -> int:
    if not path.exists():
        raise UsageError(f"{path}: there is no such file.", advice="Look at the spelling.")
    if not path.is_file():
        raise UsageError(f"{path}: this is no file.", advice="Name a scheme file.")
    try:
        scheme, _, _ = read_scheme_file(path)
    except SchemeError as error:
        out.document({"file": str(path), "ok": False, "line": error.line, "why": error.why})
        out.line(f"{path}, line {error.line}: {error.why}.")
        return 1
    out.document({"file": str(path), "ok": True, "scheme": _described(scheme)})
    out.line(
        f"{path}: {scheme.name} is sound: {len(scheme.questions)} questions,"
        f" {len(scheme.leaves)} outcomes."
    )
    return 0


def _draw(scheme: Scheme, arguments: argparse.Namespace, out: Output) -> int:
    picture, chart = svg(scheme, arguments.theme), mermaid(scheme)
    out.document({"scheme": _described(scheme), "svg": picture, "mermaid": chart})
    if not out.as_json:
        out.line(picture if arguments.format == "svg" else chart)
    return 0


def _described(scheme: Scheme) -> dict[str, object]:
    return {
        "id": scheme.id,
        "version": scheme.version,
        "title": scheme.title,
        "sha256": scheme.sha256,
        "derives_from": list(scheme.derives_from),
        "verified": scheme.verified,
        "questions": [question.fact for question in scheme.questions],
    }
