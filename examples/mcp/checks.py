"""What the task tick-off asks for, however the lines are spaced."""


def ladder_is_gone(record):
    """Return True where only the line on the ladder is gone, else what is wrong."""
    lines = [line.strip() for line in (record.files.get("todo.md") or "").splitlines() if line.strip()]
    if set(record.changed) != {"todo.md"}:
        return f"changed is {sorted(record.changed)}, not todo.md alone"
    return True if lines == ["# To do", "- Call Ann Lee before 2026-05-03"] else f"todo.md holds {lines}"
