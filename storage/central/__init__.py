"""The central store: embedded in a home, or PostgreSQL behind a line, by one interface."""
