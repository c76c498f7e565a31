"""The rules of the house, held by tests. An exception stands in the test, with its reason."""
