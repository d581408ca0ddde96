"""Calls of tools with arguments drawn at random from what a world holds, wrong ones among them."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from skillweave.tasks.tools import Tool
from skillweave.tasks.world import World

TABLE_OF = {
    "request_id": "leave_requests",
    "booking_id": "trip_bookings",
    "follow_up_id": "follow_ups",
    "opportunity_id": "opportunities",
    "category_id": "categories",
    "currency_id": "currencies",
}
PEOPLE = ("approver", "assignee", "attendee", "author", "handler", "lead", "manager", "member", "organizer", "owner",
          "person", "recipient", "sender", "substitute")  # fmt: skip
WORDS = ("Decision round", "spring-fair", "Not a channel", " ", "Harbour Portal", "Ines Falkner", "meridian")


class Guess:
    """Draws arguments; the same seed draws the same."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.rng = np.random.default_rng(seed)

    def pick(self, options: Any) -> Any:
        return options[int(self.rng.integers(len(options)))]

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def arguments(self, tool: Tool) -> dict[str, Any]:
        """Return arguments for a tool: all that it needs, and now and then what it may be given."""
        needed = tool.parameters["required"]
        return {
            name: self._value(name, field)
            for name, field in tool.parameters["properties"].items()
            if name in needed or self.chance(0.35)
        }

    def _value(self, name: str, field: Mapping[str, Any]) -> Any:
        if "enum" in field:
            return self.pick(field["enum"])
        kind = field.get("type")
        if kind == "boolean":
            return self.chance(0.5)
        if kind in ("integer", "number"):
            return self._number(field, whole=kind == "integer")
        if kind == "array":
            persons = [self._id("person_id") for _ in range(int(self.rng.integers(0, 3)))]
            return persons if name.endswith("_ids") else [self._address(p) for p in persons]
        if name.endswith("_id"):
            return self._id(name)
        return self._text(name, field)

    def _number(self, field: Mapping[str, Any], *, whole: bool) -> float:
        low = field.get("minimum", 1)
        high = field.get("maximum", self.pick((2, 30, 400, 5000)))
        if field.get("multipleOf"):
            return float(low + field["multipleOf"] * self.rng.integers(0, 20))
        value = self.rng.integers(low, high + 1)
        return int(value) if whole else float(value)

    def _id(self, name: str) -> str:
        if self.chance(0.06):
            return "XXX-99999"
        table = TABLE_OF.get(name) or ("people" if name[:-3] in PEOPLE else f"{name[:-3]}s")
        if table == "people" and self.chance(0.3):
            gone = [r["id"] for r in self.world.rows("SELECT id FROM people WHERE active = 0 ORDER BY id")]
            return str(self.pick((self.world.user, *gone)))
        return str(self.pick([r["id"] for r in self.world.rows(f"SELECT id FROM {table} ORDER BY id")]))

    def _address(self, person: str) -> str:
        row = self.world.get("people", person)
        return str(row["email"]) if row else "nobody@elsewhere.example"

    def _text(self, name: str, field: Mapping[str, Any]) -> str:
        if field.get("format") == "date" or "date" in name or name.endswith("_on"):
            if "format" not in field and self.chance(0.15):
                return "soon"
            return self._day().isoformat()
        if "pattern" in field:
            return self._day().isoformat()[:7]
        if name == "time":
            return str(self.pick(("09:30", "13:00", "25:00")))
        if "site" in name:
            return str(self.pick(("Berlin", "Toronto", "Atlantis")))
        if name == "city":
            return str(self.pick(("Munich", "Tokyo", "Atlantis")))
        if name == "department":
            return str(self.pick(("Finance", "Sales", "Alchemy")))
        return str(self.pick(WORDS))

    def _day(self) -> date:
        return self.world.today + timedelta(days=int(self.pick((-5000, -40, -3, 0, 1, 2, 5, 12, 40))))
