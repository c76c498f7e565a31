"""Ask pip-audit about lock files, and say in a line each what is known of the packages in them.

pip-audit alone ends with 0 when its service knew none of the packages: nothing was checked then,
and that is no clean bill.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Audit:
    """What the service said: how many packages it knows, which it does not, what is wrong."""

    known: int
    unknown: tuple[str, ...]
    faults: tuple[str, ...]


def main(locks: list[str]) -> int:
    """Audit every lock file. Return the exit status: 0 clean, 1 faults, 3 not all were asked."""
    audits = []
    for lock in locks:
        audit = read(asked(lock))
        if audit is None:
            print(f"{lock}: the service of known vulnerabilities could not be reached.")
            return 3
        audits.append(audit)
        for fault in audit.faults:
            print(f"{lock}: {fault}")
        print(f"{lock}: {said(audit)}")
    if any(audit.faults for audit in audits):
        return 1
    return 3 if any(audit.unknown for audit in audits) else 0


def asked(lock: str) -> str:
    """Return what pip-audit says of a lock file, as JSON; empty if it could not ask at all."""
    options = ["--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json"]
    program = str(Path(sys.executable).parent / "pip-audit")
    done = subprocess.run(
        [program, "-r", lock, *options], capture_output=True, text=True, check=False
    )
    return done.stdout


def read(text: str) -> Audit | None:
    """Return what an answer of pip-audit says; None if it is no answer."""
    try:
        entries = json.loads(text)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return None
    unknown = tuple(entry["name"] for entry in entries if "skip_reason" in entry)
    faults = tuple(
        f"{entry['name']} {entry['version']}: {fault['id']}, mended in {mended(fault)}"
        for entry in entries
        for fault in entry.get("vulns", ())
    )
    return Audit(len(entries) - len(unknown), unknown, faults)


def mended(fault: dict[str, list[str]]) -> str:
    """Return the versions without a fault."""
    return ", ".join(fault.get("fix_versions", ())) or "no version yet"


def said(audit: Audit) -> str:
    """Return the sum of it for a person."""
    every = audit.known + len(audit.unknown)
    if not audit.known:
        return (
            f"none of {every} packages could be looked up. The index in use here gives no known "
            "vulnerabilities; run make audit where pypi.org can be reached."
        )
    left = f"; not looked up: {', '.join(audit.unknown)}" if audit.unknown else ""
    return f"{audit.known} of {every} packages looked up, {len(audit.faults)} faults known{left}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
