"""Why a picture is refused: one number on the wire, one plain sentence for the person."""

from enum import IntEnum


class Reason(IntEnum):
    """What stood against decoding a picture. The decoder process can only name one of these."""

    UNKNOWN_TYPE = 1
    ENDS_EARLY = 2
    DAMAGED = 3
    TOO_MANY_PIXELS = 4
    NEEDS_MEMORY = 5
    TOO_MANY_FRAMES = 6
    NO_SUCH_FRAME = 7
    NO_SIZE = 8
    NOT_READ_YET = 9
    TOO_MANY_PARTS = 10
    NO_MOVING_PICTURES = 11
    OUT_OF_REACH = 12
    NO_SOUND = 13
    MODEL_DAMAGED = 14
    MODEL_ELSEWHERE = 15
    MODEL_OPERATIONS = 16
    MODEL_SHAPE = 17
    MODEL_SCORE = 18
    STILLS_ALONE = 19
    # The following are found by the parent and never come over the wire.
    EMPTY = 101
    TOO_MANY_BYTES = 102
    TOOK_TOO_LONG = 103
    CRASHED = 104
    BROKEN_ANSWER = 105
    NOT_IN_TIME = 106


SENTENCES = {
    Reason.UNKNOWN_TYPE: "its content is not of a kind that can be read here",
    Reason.ENDS_EARLY: "the file ends before the picture does",
    Reason.DAMAGED: "the picture's data is damaged",
    Reason.TOO_MANY_PIXELS: "it claims to be larger than the limit for pictures allows",
    Reason.NEEDS_MEMORY: "decoding it needs more memory than is allowed",
    Reason.TOO_MANY_FRAMES: "it has more frames than the limit allows",
    Reason.NO_SUCH_FRAME: "it has no such frame",
    Reason.NO_SIZE: "it claims to have no width or no height",
    Reason.NOT_READ_YET: "files of its kind cannot be read here yet",
    Reason.TOO_MANY_PARTS: "it is cut into more parts than the limit allows",
    Reason.NO_MOVING_PICTURES: "there are no moving pictures in it",
    Reason.OUT_OF_REACH: "this moment is too far from any frame that can be decoded by itself",
    Reason.NO_SOUND: "there is no sound in it that can be played here",
    Reason.MODEL_DAMAGED: "it is no ONNX model that can be read here",
    Reason.MODEL_ELSEWHERE: "it keeps a part of itself in another file, and only one is taken",
    Reason.MODEL_OPERATIONS: "it needs operations that are not in the ONNX standard",
    Reason.MODEL_SHAPE: "what it takes or gives is not what its card says",
    Reason.MODEL_SCORE: "what the model gave for it is no probability",
    Reason.STILLS_ALONE: "only still pictures are scored",
    Reason.EMPTY: "the file is empty",
    Reason.TOO_MANY_BYTES: "the file is larger than the limit for files allows",
    Reason.TOOK_TOO_LONG: "decoding it took longer than the time limit allows",
    Reason.CRASHED: "the decoder stopped working on it",
    Reason.BROKEN_ANSWER: "the decoder gave an answer that cannot be right",
    Reason.NOT_IN_TIME: "it was not decoded in time",
}
LAST_ON_THE_WIRE = Reason.STILLS_ALONE
# The same of a model, where it is said otherwise than of a picture.
MODEL_SENTENCES = {
    Reason.NEEDS_MEMORY: "it needs more memory than is allowed",
    Reason.MODEL_SCORE: "what it gives is no probability",
    Reason.EMPTY: "its file is empty",
    Reason.TOO_MANY_BYTES: "its file is larger than the limit for models allows",
    Reason.TOOK_TOO_LONG: "it took longer than the time limit allows",
    Reason.CRASHED: "the process that was to run it stopped working on it",
    Reason.BROKEN_ANSWER: "the process that was to run it gave an answer that cannot be right",
}
