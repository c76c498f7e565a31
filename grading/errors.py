"""Errors of the grading rules.

GradingError
├── UnknownFactError          the scheme asks no such question
├── UnknownChoiceError        the question shown has no such choice
├── UnknownSchemeError        no scheme of that id, version and digest is at hand
├── RefusedFactsError         the facts stated do not fit the scheme
├── InvalidVerdictError       a verdict breaks one of its own rules
├── InvalidReferralError      a referral lacks what it needs
├── RatingsError              ratings do not fit their scale, or a plan that cannot be met
└── DataFileError             a data file is wrong, and on which line
    ├── SchemeError
    ├── PolicyError
    └── CardError

All of them are pure: they name what was wrong with the values handed in.
"""


class GradingError(Exception):
    """Base of everything the grading rules can refuse. ``advice`` is shown to the person."""

    advice = "Check what was entered and try again."


class UnknownFactError(GradingError):
    """The scheme asks no question that sets this fact."""


class UnknownChoiceError(GradingError):
    """The question shown has no such choice."""

    advice = "Answer with one of the keys shown beside the choices."


class UnknownSchemeError(GradingError):
    """No scheme of that id, version and digest is at hand."""

    advice = "See `schemes list` for the schemes that are installed."


class RefusedFactsError(GradingError):
    """The facts stated do not fit the scheme. ``why`` is one plain sentence."""

    advice = "Correct the facts and try again."

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class InvalidVerdictError(GradingError):
    """A verdict breaks one of its own rules. ``why`` is one plain sentence."""

    advice = "The verdict was not kept; correct it and sign again."

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class InvalidReferralError(GradingError):
    """A referral lacks what it needs. ``why`` is one plain clause, ``field`` what it is about."""

    advice = "Nothing was signed; say it and try again."

    def __init__(self, why: str, field: str) -> None:
        super().__init__(why[:1].upper() + why[1:] + ".")
        self.why = why
        self.field = field


class RatingsError(GradingError):
    """Ratings do not fit their scale. ``why`` is one plain clause, ``row`` counts from 0."""

    advice = "Correct the table, or declare its categories."

    def __init__(self, why: str, *, row: int | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.row = row


class DataFileError(GradingError):
    """A data file is wrong. ``where`` names the file, ``line`` counts from 1."""

    def __init__(self, where: str, line: int, why: str) -> None:
        super().__init__(f"{where}, line {line}: {why}")
        self.where = where
        self.line = line
        self.why = why


class SchemeError(DataFileError):
    """A scheme file is wrong and cannot be graded with."""

    advice = "Correct that line, or install the scheme file again."


class PolicyError(DataFileError):
    """A policy file or a policy record is wrong."""

    advice = "Correct that line, or install the policy file again."


class CardError(DataFileError):
    """A model card is wrong, and its classifier is not taken in."""

    advice = "Correct that line; nothing was taken in."
