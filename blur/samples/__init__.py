"""Draws the demo batch: landscapes, still lifes, fractals, plans, plants and patterns.

Every picture is made here from numbers; none is taken from anywhere, and none shows a person.
It runs in a process of its own (``main.py --samples FOLDER``), so that the window never loads
what it draws with.
"""
