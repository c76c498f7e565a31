"""Benchmarks: `make bench` runs them and writes docs/measures.md. None of them is a timed test."""
