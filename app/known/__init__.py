"""Known material: lists of digests taken in, what they say of an item, resolved verdicts again."""
