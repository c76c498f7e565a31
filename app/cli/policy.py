"""`policy show | preview | propose | acknowledge`: how this deployment works, and its changes."""

import argparse
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from app.cli.approve import force_document, force_words
from app.cli.opening import opened, tell_clock
from app.cli.output import Output
from app.cli.watching import heard, watched
from app.duty_notice import acknowledge, policy_news
from app.errors import UsageError
from app.names import shown
from app.policies import policy_in_force
from app.policy_change import (
    PolicyVersion,
    Preview,
    force_of_policy,
    policy_versions,
    preview,
    sign_policy,
)
from app.policy_words import changes_in_words, preview_in_words
from app.texts import read_texts
from grading.policy import Policy, policy_fields, read_policy

_SHOW = """\
Show the policy in force as the file that `policy propose` takes, and with --json also every
version that was signed: {"version", "policy", "versions"}."""
_PREVIEW = """\
Say in plain words what the policy in FILE would change: its fields, how many items would stand
otherwise by all that is known here, and what the roster cannot give. Nothing is signed. Exit
status 1 says that it can never be met.

With --json: {"changes", "shifts", "warnings", "refusals", "withheld"}."""
_PROPOSE = """\
Sign the policy in FILE as the next version. FILE is what `policy show` prints, edited; its version
is the one it was made from. It has force once as many persons stand behind it as the roster asks
for (`approve RECORD`), and holds at each desk from its next sign-in on."""
_ACKNOWLEDGE = """\
Say what changed in the policy since you last acknowledged it, and sign that you have read it."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``policy`` its sub-commands."""
    commands = parser.add_subparsers(dest="what", required=True, metavar="COMMAND")
    commands.add_parser("show", help="the policy in force, as a file", description=_SHOW)
    for name, summary, about in (
        ("preview", "what another one would change; nothing is signed", _PREVIEW),
        ("propose", "sign another one as the next version", _PROPOSE),
    ):
        one = commands.add_parser(name, help=summary, description=about)
        one.add_argument("file", type=Path, metavar="FILE", help="a policy, as `show` prints it")
    commands.add_parser(
        "acknowledge", help="read what changed, and sign that you did", description=_ACKNOWLEDGE
    )


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Do what the sub-command says."""
    return _COMMANDS[arguments.what](arguments, out)


def policy_file(policy: Policy) -> str:
    """Return a policy as the text of its file."""
    lines = [f"version = {policy.version}"]
    for section, stated in policy_fields(policy).items():
        if isinstance(stated, Mapping):
            lines += ["", f"[{section}]"]
            lines += [f"{key} = {json.dumps(value)}" for key, value in stated.items()]
    return "\n".join(lines)


def _show(arguments: argparse.Namespace, out: Output) -> int:
    with opened(arguments) as ws:
        policy = policy_in_force(ws.home)
        versions = policy_versions(ws.home)
    out.document(
        {
            "version": policy.version,
            "policy": policy_fields(policy),
            "versions": [version_document(one) for one in versions],
        }
    )
    if not out.as_json:
        out.line(policy_file(policy))
    return 0


def _preview(arguments: argparse.Namespace, out: Output) -> int:
    proposed = _read(arguments.file)
    with opened(arguments) as ws:
        seen = preview(ws, proposed, heard(ws.home, out), watched(out))
    out.document(preview_document(seen))
    for line in preview_in_words(read_texts(), seen):
        out.line(line)
    for sentence in (*seen.warnings, *seen.refusals):
        out.note(sentence)
    return 1 if seen.refusals else 0


def _propose(arguments: argparse.Namespace, out: Output) -> int:
    proposed = _read(arguments.file)
    with opened(arguments) as ws:
        tell_clock(ws, out)
        seen = preview(ws, proposed, heard(ws.home, out), watched(out))
        record = sign_policy(ws, proposed)
        force = force_of_policy(ws, record)
    version = proposed.version + 1
    out.document(
        {"record": record, "version": version, **force_document(force), **preview_document(seen)}
    )
    for line in preview_in_words(read_texts(), seen):
        out.line(line)
    for sentence in seen.warnings:
        out.note(sentence)
    out.line(f"Policy {version}, {record[:12]}: {force_words(force)}")
    return 0


def _acknowledge(arguments: argparse.Namespace, out: Output) -> int:
    with opened(arguments) as ws:
        news = policy_news(ws.home)
        if news is None:
            out.document({"record": None, "changes": []})
            out.line("Nothing of the policy changed since you read it.")
            return 0
        said = changes_in_words(read_texts(), news.before, news.policy)
        record = acknowledge(ws, news.record)
    out.document(
        {
            "record": record,
            "policy": news.record,
            "version": news.version,
            "signed_by": news.by,
            "changes": list(said),
        }
    )
    out.line(f"Policy {news.version}, signed by {shown(news.by)}:")
    for line in said:
        out.line(f"  {line}")
    out.line("You have acknowledged it.")
    return 0


def preview_document(seen: Preview) -> dict[str, object]:
    """Return what a proposal would change, as JSON."""
    return {
        "changes": [
            {"field": one.name, "before": one.before, "after": one.after} for one in seen.changes
        ],
        "shifts": [
            {"before": one.before, "after": one.after, "items": one.items} for one in seen.shifts
        ],
        "warnings": list(seen.warnings),
        "refusals": list(seen.refusals),
        "withheld": seen.withheld,
    }


def version_document(one: PolicyVersion) -> dict[str, object]:
    """Return one signed version, as JSON."""
    return {
        "record": one.record,
        "version": one.version,
        "signed_by": one.by,
        "signed_at": one.at,
        "in_force": one.is_newest,
        "lacking": one.lacking,
    }


def _read(file: Path) -> Policy:
    try:
        data = file.read_bytes()
    except OSError as error:
        why = (error.strerror or "it failed").lower()
        raise UsageError(f"{file}: it cannot be read ({why}).", advice="Name its file.") from error
    return read_policy(data, file.name)


_COMMANDS: Final[dict[str, Callable[[argparse.Namespace, Output], int]]] = {
    "show": _show,
    "preview": _preview,
    "propose": _propose,
    "acknowledge": _acknowledge,
}
