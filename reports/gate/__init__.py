"""The gate: is this release of an agent worse than the one before, where, and can that be told from chance?"""
