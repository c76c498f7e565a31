"""The system's keyring, through backends chosen here and never by environment.

A configuration file or ``PYTHON_KEYRING_BACKEND`` could name a backend that keeps secrets in
plain text, so ``keyring.get_keyring`` is not asked: the trusted classes are tried by name.
"""

import importlib

from keyring.backend import KeyringBackend
from keyring.errors import KeyringError as BackendError

from storage.errors import KeyringError

SERVICE = "assay"

TRUSTED = (
    ("keyring.backends.macOS", "Keyring"),
    ("keyring.backends.Windows", "WinVaultKeyring"),
    ("keyring.backends.SecretService", "Keyring"),
    ("keyring.backends.libsecret", "Keyring"),
    ("keyring.backends.kwallet", "DBusKeyring"),
)


def trusted_keyring() -> KeyringBackend | None:
    """Return the first trusted backend that works on this machine, or None."""
    for module, name in TRUSTED:
        backend_class = getattr(importlib.import_module(module), name)
        if not backend_class.viable:
            continue
        backend: KeyringBackend = backend_class()
        if hasattr(backend, "persist"):
            backend.persist = "local machine"  # Windows: never roam with the profile
        return backend
    return None


def keep_in_keyring(home_id: str, text: str) -> None:
    """Put the keys of a home in the keyring and read them back.

    Raises:
        KeyringError: it did not take them.

    """
    backend = _required()
    try:
        backend.set_password(SERVICE, home_id, text)
        kept = backend.get_password(SERVICE, home_id) == text
    except Exception:  # a backend raises what its bus or service raises; all mean: no keyring
        kept = False
    if not kept:
        # no cause is named: a backend's exception may hold what it was given
        raise KeyringError("The keyring did not keep the keys of this home.") from None


def read_from_keyring(home_id: str) -> str:
    """Fetch the keys of a home.

    Raises:
        KeyringError: the keyring is locked, gone, or has none for this home.

    """
    try:
        text = _required().get_password(SERVICE, home_id)
    except Exception:  # as in `keep_in_keyring`
        raise KeyringError("The keyring did not give the keys of this home.") from None
    if text is None:
        raise KeyringError(
            "The keyring has no keys for this home.",
            advice="Sign in as the person who made the home, or restore the keyring from a copy.",
        )
    return text


def forget_in_keyring(home_id: str) -> None:
    """Take the keys of a home out of the keyring; nothing happens if there are none."""
    backend = trusted_keyring()
    if backend is None:
        return
    try:
        backend.delete_password(SERVICE, home_id)
    except BackendError:
        return


def _required() -> KeyringBackend:
    backend = trusted_keyring()
    if backend is None:
        raise KeyringError("This machine has no keyring that can be trusted.")
    return backend
