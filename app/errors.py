"""Errors of the app room.

AppError
├── UsageError                  a command, a table or an option that cannot be understood; exit 2
├── FolderError                 the folder of a batch is not there, is empty, or is no folder
├── UnknownBatchError           no batch is called that
├── RightError                  this person's role does not allow it
├── DisplayError                there is no display to open a window on
├── SettingError                a setting of that name or value does not exist
├── SecretError                 the passphrase cannot be had
└── TableError                  a table of verdicts that cannot be read as one

All of these are shown to a person: the message says what and where, `advice` what to do.
"""


class AppError(Exception):
    """Base of what a use case refuses; ``advice`` says what a person can do."""

    advice = ""
    exit_status = 3

    def __init__(self, message: str, *, advice: str | None = None) -> None:
        super().__init__(message)
        if advice is not None:
            self.advice = advice


class UsageError(AppError):
    """A command or an option was used in a way that it does not have."""

    exit_status = 2


class FolderError(AppError):
    """The folder that was to become a batch cannot be one."""

    exit_status = 2


class UnknownBatchError(AppError):
    """No batch of this home is called that, or more than one is."""

    advice = "`batch list` shows the batches of this home."
    exit_status = 2


class RightError(AppError):
    """The role of this person does not allow what was asked."""


class DisplayError(AppError):
    """There is no display to open a window on."""

    advice = "Start it in a desktop session, or use a command that needs no window."


class SettingError(AppError):
    """A setting was named or given a value that it does not have."""

    exit_status = 2


class SecretError(AppError):
    """The passphrase of the home cannot be had."""

    advice = "Name a file that holds it in ASSAY_PASSPHRASE_FILE, or start from a terminal."


class TableError(AppError):
    """A table of verdicts cannot be read at all; nothing of it was signed."""

    exit_status = 2
