"""The study report: computed from signed verdicts, written as a page or as data."""
