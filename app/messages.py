"""What a person is told when something fails: one plain sentence, and what to do.

The world's faults (a full disk, a wrong passphrase, a damaged file) are errors of our rooms, each
with an ``advice``, or the system's own OSError. Anything else is our fault: the person gets one
sentence, and a crash log takes class names and lines of code, never a value, a name or a path.
"""

import errno
import os
import re
import traceback
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from app.names import shown
from app.sentences import said

LOG = "log"  # the folder of a home in which faults are noted
_PASSWORD_IN_URL = re.compile(r"(://[^\s:/?#]*:)[^\s/]*@")
_OS_SENTENCES = {
    errno.ENOSPC: ("there is no space left on the disk", "Free some space and run it again"),
    errno.EDQUOT: ("your share of the disk is used up", "Free some space and run it again"),
    errno.EACCES: ("you may not read or write this", "Look at its permissions"),
    errno.EPERM: ("the system does not permit this", "Look at its permissions"),
    errno.EROFS: ("this disk is read-only", "Name a place that can be written"),
    errno.EIO: ("the disk failed", "Try another disk, and tell the person who looks after this"),
    errno.ENOENT: ("there is no such file or folder", "Look at the spelling of the path"),
    errno.ENOTDIR: ("a part of this path is a file, not a folder", "Look at the path"),
    errno.EISDIR: ("this is a folder, not a file", "Name a file"),
    errno.EEXIST: ("this is there already", "Name another place"),
    errno.ENAMETOOLONG: ("this name is too long for the disk", "Name a shorter one"),
    errno.EMFILE: ("too many files are open", "Close other programs and run it again"),
    errno.ENFILE: ("too many files are open", "Close other programs and run it again"),
    errno.ENOMEM: ("there is not enough memory", "Close other programs and run it again"),
    errno.EFBIG: ("this file is too large for the disk", "Name another place"),
}


def is_ours(error: BaseException) -> bool:
    """Return whether the error is a fault of the program and not of the world."""
    return not (hasattr(error, "advice") or isinstance(error, OSError | MemoryError))


def sentence(error: BaseException) -> str:
    """Return what happened, where, and what to do, in the language that is spoken here."""
    return _joined(*map(said, _what_and_advice(error)))


def in_english(error: BaseException) -> str:
    """Return the same in English, for what keeps it: ``said`` says it where it is shown."""
    return _joined(*_what_and_advice(error))


def _what_and_advice(error: BaseException) -> tuple[str, str]:
    advice = getattr(error, "advice", None)
    if advice is not None:
        return str(error), str(advice)
    if isinstance(error, OSError):
        return _of_system(error)
    if isinstance(error, MemoryError):
        return "There is not enough memory for this", "Close other programs"
    where = _last_line(error)
    return (
        f"This is a fault of the program ({type(error).__name__} at {where}); what was kept stays",
        "Run it again, and if it comes back, pass this line on",
    )


def redacted(text: str) -> str:
    """Return a text without the passwords of the URLs in it."""
    return _PASSWORD_IN_URL.sub(r"\1***@", text)


def exit_status(error: BaseException) -> int:
    """Return 2 for a wrong usage, else 3: the world, or we, said no."""
    status = getattr(error, "exit_status", None)
    if isinstance(status, int):
        return status
    return 2 if type(error).__name__ in _WRONG_USAGE else 3


# Errors of the rooms below, which know nothing of exit statuses.
_WRONG_USAGE = frozenset(
    {
        "RefusedFactsError",
        "InvalidReferralError",
        "UnknownChoiceError",
        "UnknownSchemeError",
        "HomeExistsError",
        "CentralAddressError",
    }
)


def log_of_the_person() -> Path:
    """Return where a fault is noted that has no home to be noted in: the platform's place."""
    import platformdirs  # noqa: PLC0415 - `decide` starts without it, and nothing fails as a rule

    return platformdirs.user_log_path("assay", appauthor=False)


def log_folders(home: Path) -> list[Path]:
    """Return where a fault may be noted, the best place first: the home's log, the person's."""
    return [*([home / LOG] if home.is_dir() else []), log_of_the_person()]


def told_in_log(error: BaseException, home: Path) -> Path | None:
    """Write a fault into a log and return the file; None where no place can be written.

    It goes into the home's log; before there is a home, or where that cannot be written, into the
    person's own. Holds the time, class names and lines of code. A message of an error may quote a
    name or an answer, so messages stay out.
    """
    for folder in log_folders(home):
        with suppress(OSError):  # a full disk must not hide the first fault behind a second
            return note(folder, datetime.now(UTC), _lines(error))
    return None


def note(folder: Path, at: datetime, lines: Iterable[str]) -> Path:
    """Write one fault into a log and return the file; OSError where it cannot be written."""
    # To the microsecond: two faults of one second are two files.
    target = folder / f"crash-{at:%Y%m%dT%H%M%S}-{at.microsecond:06}-{os.getpid()}.txt"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{at:%Y-%m-%dT%H:%M:%SZ}\n")
        file.writelines(line + "\n" for line in lines)
    return target


def _lines(error: BaseException) -> list[str]:
    lines = []
    fault: BaseException | None = error
    while fault is not None:
        lines.append(type(fault).__qualname__)
        lines += [f"  {short_place(f.filename)}:{f.lineno} {f.name}" for f in _frames(fault)]
        fault = fault.__cause__ or fault.__context__
    return lines


def _frames(error: BaseException) -> traceback.StackSummary:
    # Without source lines: looking them up reads files, and a line of code may hold a literal.
    return traceback.StackSummary.extract(
        traceback.walk_tb(error.__traceback__), lookup_lines=False
    )


def _last_line(error: BaseException) -> str:
    frames = _frames(error)
    if not frames:
        return "an unknown place"
    return f"{short_place(frames[-1].filename)}:{frames[-1].lineno}"


def short_place(filename: str) -> str:
    """Return a file of code by its last folder and its name."""
    return "/".join(Path(filename).parts[-2:])


def _of_system(error: OSError) -> tuple[str, str]:
    where = shown(os.fsdecode(error.filename)) if error.filename else ""
    what, advice = _OS_SENTENCES.get(
        error.errno or 0,
        (
            f"the system refused this ({errno.errorcode.get(error.errno or 0, 'unknown')})",
            "Try again, and if it comes back, tell the person who looks after this workstation",
        ),
    )
    return f"{where}: {what}" if where else what[0].upper() + what[1:], advice


def _joined(what: str, advice: str) -> str:
    sentences = [part.rstrip(". ") + "." for part in (what, advice) if part]
    return " ".join(sentences)
