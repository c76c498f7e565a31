"""Known material: digests that others assert something of, in a store of its own."""
