"""How far a command is, in place on the terminal: `sending 1,200 of 20,000, about 12 s left`."""

from typing import TYPE_CHECKING

from app.cli.output import Output
from app.pace import Progress, Watch

if TYPE_CHECKING:
    from app.second_opinion.voices import Voices
    from storage.home import Home

MINUTE_S = 60
MEGABYTES = "MB"  # what is counted in bytes
_MB = 1_000_000
_STAGES = {
    "sending": "sending",
    "taking_in": "taking in",
    "checking": "checking",
    "reading": "reading",
    "judging": "going through",
    "signing": "signing",
    "proving": "proving",
    "scoring": "scoring",
    "writing": "writing",
    "comparing": "comparing",
    "drawing": "drawing",
    "destroying": "destroying",
    "counting": "counting",
    "copying": "copying",
    "upgrading": "upgrading",
}
_ALWAYS_OF = {
    "judging": "items",
    "comparing": "questions",
    "drawing": "resamples",
    "destroying": "files",
    "counting": "parts of the report",
    "copying": "MB of the earlier version",
    "upgrading": "steps",
}


def watched(out: Output, what: str = "records") -> Watch:
    """Return what shows progress on the terminal. Ctrl+C stops a command, so nothing else does."""
    return Watch(tell=lambda now: out.progress(progress_words(now, what)))


def heard(home: "Home", out: Output) -> "Voices":
    """Return what was said about items, which shows on the terminal how far reading it is."""
    from app.second_opinion.voices import Voices  # noqa: PLC0415 - not every command reads it

    return Voices(home, watched(out))


def progress_words(now: Progress, what: str) -> str:
    """Say how many of how many, and how long still."""
    done, of = f"{now.done:,}", f"{now.of:,}"
    if what == MEGABYTES:
        done, of = f"{now.done / _MB:,.1f}", f"{now.of / _MB:,.1f}"
    counted = _ALWAYS_OF.get(now.stage, what)
    return f"{_STAGES[now.stage]} {done} of {of} {counted}{left_words(now.left_s)}"


def left_words(left_s: float | None) -> str:
    """Say how long still, in its largest unit; nothing where it is not known."""
    if left_s is None:
        return ""
    if left_s >= MINUTE_S:
        return f", about {round(left_s / MINUTE_S)} min left"
    return f", about {max(1, round(left_s))} s left"
