"""Bundles: records with their proofs as one file, written, read and audited without a home."""
