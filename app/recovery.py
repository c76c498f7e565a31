"""Use case: a recovery key on paper."""

from collections.abc import Callable

from app.shredding import RECOVERY_NOTE
from storage.home import Home
from storage.key_change import KeyChange
from storage.recovery import new_recovery_key


def print_recovery_key(home: Home, passphrase: Callable[[], str]) -> str:
    """Make a recovery key for a home and return what is to be printed; an older one ends.

    Raises:
        WrongPassphraseError, KeyringError: nothing was changed.

    """
    change = KeyChange(home.place, home.identity, passphrase)
    printed, public = new_recovery_key()
    home.local.note_put(RECOVERY_NOTE, public.hex())
    change.seal_recovery(public)
    return printed
