"""What lies in the evidence drawer of an item: what its file declares, what lists say of it.

`gate` says when it opens, `gathering` fetches, `sections` puts in order what was found, `more` is
where a further section comes from.
"""
