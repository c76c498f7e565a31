"""One person at the window: what the Desk, the batches, the reports and the sync show of them.

Calls come in from the window, signals go out to it, frozen values cross. Qt is here only as its
core: signals, timers, threads.
"""
