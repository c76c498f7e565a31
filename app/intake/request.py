"""What a person asks for when a folder is to become a batch, checked before any work."""

import unicodedata
from dataclasses import replace
from pathlib import Path

from app.errors import UsageError
from app.names import shown
from grading.late_methods import dataclass

LONGEST_TITLE = 200  # characters; it stands in lists and reports
LONGEST_ADDRESS = 2_000  # characters


@dataclass(frozen=True, slots=True)
class IntakeRequest:
    """A folder to add: its title, and what is declared of all its files."""

    folder: Path
    title: str
    source_url: str | None = None
    country: str | None = None
    declared_ai: bool = False
    manifest: Path | None = None  # a table that says whence each file came


def checked(request: IntakeRequest) -> IntakeRequest:
    """Return the request as it is kept; raises UsageError for words no record can hold."""
    return replace(
        request,
        title=_title(request.title),
        source_url=_address(request.source_url),
        country=_country(request.country),
    )


def _title(title: str) -> str:
    kept = unicodedata.normalize("NFC", title.strip())
    if not kept:
        raise UsageError("The title is empty.", advice="Give the batch a title.")
    if len(kept) > LONGEST_TITLE:
        raise UsageError(f"The title is longer than {LONGEST_TITLE} characters.")
    _refuse_controls(kept, "title")
    return kept


def _address(address: str | None) -> str | None:
    if address is None or not address.strip():
        return None
    if len(address) > LONGEST_ADDRESS:
        raise UsageError(f"The source address is longer than {LONGEST_ADDRESS} characters.")
    _refuse_controls(address.strip(), "source address")
    return address.strip()


def _country(code: str | None) -> str | None:
    if code is None or not code.strip():
        return None
    kept = code.strip().upper()
    if len(kept) == 2 and kept.isascii() and kept.isalpha():
        return kept
    raise UsageError(
        f"'{shown(code)}' is not a country code.", advice="Give two letters, such as GB."
    )


def _refuse_controls(text: str, what: str) -> None:
    if any(unicodedata.category(c) in {"Cc", "Cs"} for c in text):
        raise UsageError(f"The {what} holds a control character or a broken one.")
