"""Types of columns."""

from sqlalchemy import Dialect, LargeBinary


class Bytes(LargeBinary):
    """Bytes as the driver gives and takes them.

    SQLAlchemy's own type calls a function for every value, which is a fifth of the time of
    reading an index of 200,000 items; SQLCipher's driver speaks ``bytes`` both ways.
    """

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> None:
        """Hand values over as they are."""

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        """Take values as they are."""
