"""Classifiers: what a model card says, what a score means, how well scores hold. Pure."""
