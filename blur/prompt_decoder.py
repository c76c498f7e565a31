"""A decoder that also tells, when asked for them, the texts that generators left in a file."""

from blur.decoder import Decoder
from blur.outcome import unreadable
from blur.protocol import BrokenAnswerError, Op
from blur.provenance import Prompt, opened_prompts
from blur.reasons import Reason


class PromptDecoder(Decoder):
    """As its parent; its command must end in ``PROVENANCE_WORD``."""

    def prompts(self, untrusted: bytes) -> tuple[Prompt, ...]:
        """Return the texts that generators left in a file, to be shown and kept nowhere.

        Raises:
            UnreadableError: it could not be looked through; the reason says why.
        """
        outcome = self._ask(Op.PROMPTS, untrusted=untrusted)
        try:
            return opened_prompts(outcome.untrusted_notes)
        except BrokenAnswerError as error:
            raise unreadable(Reason.BROKEN_ANSWER) from error
