"""Use case: names are shown where pseudonyms stood. A deliberate act, signed with its reason."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from app.clock import as_rfc3339, utc_now
from app.errors import UsageError
from app.rights import require_right
from grading.verdict import TEXT_MAX_CHARS
from storage.canonical import content_digest
from storage.statement import Draft

if TYPE_CHECKING:
    from storage.home import Home


def unmask(home: "Home", why: str, *, now: Callable[[], datetime] = utc_now) -> str:
    """Sign that this person looks at figures by name, and why; return the record id.

    Raises:
        UsageError: No reason is given, or it is too long.
        RightError: The person is neither qa nor supervisor.
    """
    reason = why.strip()
    if not reason:
        raise UsageError("Names are shown for a reason.", advice="Say it in a line.")
    if len(reason) > TEXT_MAX_CHARS:
        raise UsageError(f"The reason is longer than {TEXT_MAX_CHARS:,} characters.")
    require_right(home, "unmasking")
    fields = {"why": reason}
    draft = Draft(
        kind="unmasking",
        subject=content_digest(fields),
        fields=fields,
        decided_at=as_rfc3339(now()),
    )
    (kept,) = home.local.keep([draft])
    return kept.record_id
