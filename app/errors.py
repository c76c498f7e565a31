"""Errors of the app room.

AppError
├── UsageError                  a command, a table or an option that cannot be understood; exit 2
├── FolderError                 the folder of a batch is not there, is empty, or is no folder
├── UnknownBatchError           no batch is called that
├── RightError                  this person's role does not allow it
├── QueueError                  the queue of second opinions does not allow it now
│   ├── BlindFirstError         one's own answer comes before those of others
│   └── ChangedUnderneathError  something was said on the item since it was opened
├── AssignmentError             work that cannot be dealt out, handed over or recalled so
├── CalibrationError            a calibration set or a casebook entry that cannot be
│   └── UnknownCalibrationError no set is called that, or more than one is
├── ClassifierError             a classifier that cannot be taken in or found
├── ReferralError               an item that cannot be referred, or a referral that is not there
├── PolicyChangeError           a policy that changes nothing or can never be met
├── SettingError                a setting of that name or value does not exist
├── SecretError                 the passphrase cannot be had
├── UnknownRecordNameError      no record is called that, or more than one is
├── RosterChangeError           the roster cannot be changed so
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


class QueueError(AppError):
    """The queue does not allow what was asked, or not now; nothing was signed."""


class BlindFirstError(QueueError):
    """The answers of others open after one's own."""

    advice = "Give your own answer first: `queue answer SHA256 --facts JSON`."


class ChangedUnderneathError(QueueError):
    """Something was said on the item since the person opened it."""

    advice = "Open the item again, read what is new, and decide then."


class UnknownRecordNameError(AppError):
    """No record that can be approved here begins so, or more than one does."""

    advice = "`roster show` lists what waits; `sync` may bring it."
    exit_status = 2


class RosterChangeError(AppError):
    """The roster would contradict itself, or what it has been."""

    advice = "`roster show` prints the roster."


class ClassifierError(AppError):
    """A classifier cannot be taken in, or none is called that."""

    advice = "`classifier list` shows those that are taken in."
    exit_status = 2


class ReferralError(AppError):
    """An item cannot be referred so, or no referral is called that; nothing was signed."""


class PolicyChangeError(AppError):
    """A proposed policy changes nothing, or asks for what the roster cannot give."""

    advice = "Change the policy or enrol more people; nothing was signed."


class AssignmentError(AppError):
    """Work cannot be dealt out, handed over or recalled so; nothing was signed."""


class CalibrationError(AppError):
    """A calibration set cannot be made, or an entry cannot be written."""

    advice = "Nothing was signed; put it right and try again."


class UnknownCalibrationError(CalibrationError):
    """No set is called that, or more than one is."""

    advice = "`calibration list` shows the sets; nothing was signed."


class SettingError(AppError):
    """A setting was named or given a value that it does not have."""

    exit_status = 2


class SecretError(AppError):
    """The passphrase of the home cannot be had."""

    advice = "Name a file that holds it in ASSAY_PASSPHRASE_FILE, or start from a terminal."


class TableError(AppError):
    """A table of verdicts cannot be read at all; nothing of it was signed."""

    exit_status = 2
