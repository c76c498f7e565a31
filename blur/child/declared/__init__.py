"""What a file declares about its own making, gathered without decoding it.

`blocks` finds the metadata of every kind of file; `exif`, `xmp` and `texts` read them; `manifest`
asks the C2PA library; `hidden` looks into the low bits of an alpha channel; `gathering` puts all of
it together. The text of a prompt never leaves this process: only whose manner it is written in.
"""
