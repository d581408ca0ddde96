"""What the treasury desk keeps: currencies, monthly exchange rates, cash orders and who watches a currency."""

from skillweave.tasks.apps import Filling
from skillweave.tasks.suites.office.apps.draws import draws
from skillweave.tasks.suites.office.common import month_before
from skillweave.tasks.values import ValueType
from skillweave.tasks.world import Column, Table

CURRENCY_TYPE = ValueType(
    name="Currency", kind="entity", noun="currency", table="currencies", label="name", aliases=("code",)
)
FOREIGN_AMOUNT = ValueType(name="ForeignAmount", kind="money", noun="amount in foreign currency")
DISTANCE = ValueType(name="Distance", kind="number", noun="distance", unit="km")

KILOMETRES = {"miles": 1.609344, "nautical miles": 1.852, "leagues": 4.828032}

TABLES = (
    Table(
        name="currencies",
        prefix="CUR",
        columns=(
            Column(name="code", sql="TEXT NOT NULL UNIQUE", kind="exact"),
            Column(name="name", kind="exact"),
            Column(name="country", kind="exact"),
        ),
    ),
    Table(
        name="exchange_rates",
        prefix="EXR",
        columns=(
            Column(name="currency_id", references="currencies", kind="exact"),
            Column(name="month", kind="exact"),
            Column(name="rate", sql="REAL NOT NULL", kind="typed"),
        ),
        constraints=("UNIQUE (currency_id, month)",),
    ),
    Table(
        name="cash_orders",
        prefix="CSH",
        columns=(
            Column(name="person_id", references="people", kind="exact"),
            Column(name="currency_id", references="currencies", kind="exact"),
            Column(name="euro_amount", sql="REAL NOT NULL", kind="typed"),
            Column(name="ordered_on", kind="volatile"),
        ),
    ),
    Table(
        name="currency_watches",
        prefix="CWT",
        columns=(
            Column(name="currency_id", references="currencies", kind="exact"),
            Column(name="person_id", references="people", kind="exact"),
        ),
        constraints=("UNIQUE (currency_id, person_id)",),
    ),
)

_CURRENCIES = (
    ("USD", "US dollars", "the United States", 1.08),
    ("CHF", "Swiss francs", "Switzerland", 0.95),
    ("GBP", "British pounds", "the United Kingdom", 0.85),
    ("NOK", "Norwegian kroner", "Norway", 11.6),
    ("SEK", "Swedish kronor", "Sweden", 11.2),
    ("DKK", "Danish kroner", "Denmark", 7.46),
    ("CZK", "Czech korunas", "the Czech Republic", 25.1),
    ("PLN", "Polish zloty", "Poland", 4.3),
    ("CAD", "Canadian dollars", "Canada", 1.48),
    ("AUD", "Australian dollars", "Australia", 1.65),
    ("HUF", "Hungarian forints", "Hungary", 395.0),
    ("INR", "Indian rupees", "India", 91.0),
)
MONTHS_KEPT = 18


def fill(into: Filling) -> None:
    """List twelve currencies with 18 months of rates, some cash orders and watches."""
    draw = draws(into)
    people = [p["id"] for p in into.rows.rows("people") if p["active"]]
    for code, name, country, rate in _CURRENCIES:
        currency = into.rows.add("currencies", code=code, name=name, country=country)
        for back in reversed(range(MONTHS_KEPT)):
            rate *= 1 + draw(-250, 250) / 10000
            month = month_before(into.today, back)
            into.rows.add("exchange_rates", currency_id=currency, month=month, rate=round(rate, 4))
        for person in sorted({people[draw(0, len(people) - 1)] for _ in range(4)}):
            into.rows.add("currency_watches", currency_id=currency, person_id=person)
        for _ in range(3):
            into.rows.add(
                "cash_orders",
                person_id=people[draw(0, len(people) - 1)],
                currency_id=currency,
                euro_amount=float(draw(5, 60) * 10),
                ordered_on=into.today.isoformat(),
            )
