"""Second opinions: what waits for one and why, who takes it, and how it is resolved.

Everything is computed from signed records. What a row of the queue says is what somebody who has
not answered yet may know.
"""
