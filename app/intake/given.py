"""Evidence of a batch that others signed, taken in by somebody who signs no batches: a trainee."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.assignment.duties import Duties
from app.elsewhere import entries_signed
from app.errors import RightError
from app.names import shown
from app.rights import require_right
from storage.envelope import open_envelope
from storage.kinds import kinds

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from storage.home import Home


def given_batch(ws: "Workstation", title: str) -> tuple[str, frozenset[str]] | None:
    """Return id and items of the signed batch that a folder is of; None for who signs batches.

    Of several that are called so it is the one that was assigned to this person, else the first.

    Raises:
        RightError: This person neither signs batches nor grades, or no batch is called so.
    """
    home = ws.home
    if kinds()["batch"].may_be_signed_in(home.person.roles):
        require_right(home, "batch")
        return None
    require_right(home, "verdict")
    called = list(_called(home, title))
    duties = Duties(home)
    duties.refresh()
    me = home.person.id
    mine = [one for one in called if any(me in act.to for act in duties.assignments(one))]
    for batch in (*mine, *called):
        items = {str(one["sha256"]) for one in entries_signed(home.local, batch)}
        return batch, frozenset(items)
    raise RightError(
        f"{home.person.name} may not add batches here, and no batch that others signed is called"
        f" '{shown(title)}'.",
        advice="Sync, and give the folder the title of the batch that you were assigned.",
    )


def _called(home: "Home", title: str) -> Iterator[str]:
    for row in home.local.records(kind="batch"):
        if open_envelope(row.envelope).predicate["title"] == title:
            yield row.subject
