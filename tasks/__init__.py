"""Worlds, tools, skills, and the tasks that are synthesised from them."""
