"""Known material: lists taken in, what they say of items, and what follows from it."""
