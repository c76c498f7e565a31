"""Items handed to victim identification: signed, listed, and given out without imagery."""
