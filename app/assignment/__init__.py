"""Who grades what: assignments, lots for second gradings and golden items, handover and recall."""
