"""What a file is by its content: a picture or a video, or neither."""

NOT_A_PICTURE = "not a kind of picture or video that Assay reads"


def is_picture(media_type: str | None, unreadable: str | None) -> bool:
    """Tell whether a file is a picture or a video by its content, readable or not."""
    if media_type is None:  # an empty file, or one taken in before other types were told
        return unreadable != NOT_A_PICTURE
    return media_type.startswith(("image/", "video/"))
