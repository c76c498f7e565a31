"""Project VIC files: cases and hash sets of other programs, read as streams, and written."""
