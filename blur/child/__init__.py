"""The decoder process: it gets bytes, never a path, and answers with numbers and raw pixels.

Nothing outside this package imports it. Only here are Pillow, OpenCV and numpy used on what
came in a batch, after :mod:`blur.child.confine` has taken away what the process does not need.
"""
