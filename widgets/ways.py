"""The ways to go from tile to tile, by the actions of their keys."""

WAYS = {"group_left": -1, "group_right": 1, "group_up": 0, "group_down": 0}  # 0: by a whole row
