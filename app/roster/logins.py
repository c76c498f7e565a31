"""Use case: the central store lets in whom the roster names, and shows them what their role reads.

Signatures say what counts; the server decides only who may connect and who is blind. A login that
is new is let in, blind, when an administrator signs a roster, so that whoever is enrolled can fetch
that very roster. What a role reads, and who is let in no more, waits for the roster to have force:
one administrator alone makes nobody read all.
"""

from grading.late_methods import dataclass
from storage.home import Home
from storage.roster import READS_ALL, Roster


@dataclass(frozen=True, slots=True)
class _Right:
    person: str
    reads_all: bool
    administers: bool


def let_in(home: Home, proposed: Roster, *, in_force: bool) -> None:
    """Tell the central store whom a roster names, as far as the roster counts already.

    Nothing happens in a home whose central store is not on a server.

    Args:
        home: an administrator's.
        proposed: the roster that is about to be signed or approved.
        in_force: whether that signature gives it force.

    Raises:
        CentralStoreError: it could not be asked, or refused; the roster is then not signed.

    """
    if not home.identity.has_server:
        return
    before, after = _rights(home.roster), _rights(proposed)
    for login, right in after.items():
        if login not in before and not in_force:
            home.server().enrol(login, right.person)
        elif before.get(login) != right and in_force:
            home.server().enrol(
                login, right.person, reads_all=right.reads_all, administers=right.administers
            )
    if in_force:
        for login in before.keys() - after.keys():
            home.server().dismiss(login)


def _rights(roster: Roster) -> dict[str, _Right]:
    roles: dict[tuple[str, str], set[str]] = {}
    for key in roster.keys:
        if key.login is not None and roster.revocation_of(key.keyid) is None:
            roles.setdefault((key.login, key.person), set()).update(key.roles)
    return {
        login: _Right(person, not READS_ALL.isdisjoint(held), "admin" in held)
        for (login, person), held in roles.items()
    }
