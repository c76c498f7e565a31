"""From a table of facts to signed verdicts, one a row; bad rows are named, the rest kept."""
