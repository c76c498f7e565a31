"""Which items of a found batch go to assessment; the others are signed with the reason."""
