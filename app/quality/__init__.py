"""Quality: how far graders agree, where they part, and whether that drifts.

Computed from the votes of the records here: a person's independent first verdict on an item.
"""
