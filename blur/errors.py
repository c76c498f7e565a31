"""Errors of the room of pixels.

BlurError
├── UnreadableError         the picture cannot be shown; ``reason`` says why
├── ModelError              a classifier's model cannot be used; ``reason`` says why
├── NotLoadedError          the decoder does not hold the item that a view was asked of
│   └── PutOffError         it was given up in the middle, so that something else comes first
└── DecoderStartError       the decoder process does not start on this machine

All of them are the world's fault and are shown to the person. Anything else that escapes this
room is ours.
"""


class BlurError(Exception):
    """Base of every expected failure with pixels. ``advice`` is shown to the person."""

    advice = "Go on with the next item, and tell whoever looks after this workstation."


class UnreadableError(BlurError):
    """The picture cannot be decoded. ``reason`` is one plain sentence without a full stop."""

    advice = "The item stays in the batch, marked unreadable. Go on with the next one."

    def __init__(self, reason: str) -> None:
        super().__init__(f"This picture cannot be read: {reason}.")
        self.reason = reason


class ModelError(BlurError):
    """A classifier's model cannot be used. ``reason`` is one plain clause without a full stop."""

    advice = "Take another model, or ask whoever made this one."

    def __init__(self, reason: str) -> None:
        super().__init__(f"This model cannot be used: {reason}.")
        self.reason = reason


class NotLoadedError(BlurError):
    """The decoder was restarted or made room since the item was loaded; load it again."""

    advice = "Open the item again."

    def __init__(self) -> None:
        super().__init__("The picture is no longer loaded.")


class PutOffError(NotLoadedError):
    """It was given up in the middle, so that something else comes first."""


class DecoderStartError(BlurError):
    """The decoder process ends before it is ready."""

    advice = "Run `make setup` again; if it stays so, tell whoever looks after this workstation."

    def __init__(self, last_words: str) -> None:
        super().__init__("The decoder process does not start.")
        self.last_words = last_words
