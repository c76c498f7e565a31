"""Records that travel by file: what a bundle for a desk holds, and how one is taken in."""
