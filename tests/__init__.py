"""The tests of the workstation."""
