"""The agents that know nothing: names only, so that whoever lists them need not load what plays them."""

TRIVIAL = ("nop", "refuse_all", "dump_everything", "random_calls", "gold_text")
"""they need no model and must never pass; `skillweave.tasks.trivial` has them"""
