"""The skills of the travel app that need no rule."""

from skillweave.tasks.skills import Input, Skill
from skillweave.tasks.suites.office.apps.travel import procedures
from skillweave.tasks.suites.office.apps.travel.tables import DESTINATIONS
from skillweave.tasks.suites.office.common import ANY_VALUE

ANY_TRIP = Input(types=("Trip",))
ANY_PERSON = Input(types=("Person",))
CITY = Input(types=("Text",), values=tuple(city for city, _, _ in DESTINATIONS), literal=True)

READING = (
    Skill(
        id="travel.find_next",
        description="Find the next trip that a person has ahead.",
        inputs={"person": ANY_PERSON},
        output="Trip",
        tools=("list_trips",),
        procedure=procedures.next_trip,
        phrases=(
            "Find the next trip of {person}, that is the first one to start with the status planned or approved.",
            "Among the planned and approved trips of {person}, find the one that starts first.",
            "See which trip of {person}, planned or approved, is the next to start.",
        ),
        nouns=(
            "the next planned or approved trip of {person}",
            "the planned or approved trip of {person} that starts first",
        ),
        reference="next trip",
    ),
    Skill(
        id="travel.find_last_completed",
        description="Find the completed trip to a city that started last.",
        inputs={"city": CITY},
        output="Trip",
        tools=("list_trips",),
        procedure=procedures.last_completed,
        phrases=(
            "Find the trip to {city} with the status completed that started last.",
            "Among the completed trips to {city}, find the one with the latest first day.",
            "See which completed trip to {city} was the most recent one to start.",
        ),
        nouns=("the completed trip to {city} that started last", "the latest of the completed trips to {city}"),
        reference="latest completed trip",
    ),
    Skill(
        id="travel.find_first_planned",
        description="Find the planned trip to a city that starts first.",
        inputs={"city": CITY},
        output="Trip",
        tools=("list_trips",),
        procedure=procedures.first_planned,
        phrases=(
            "Find the trip to {city} with the status planned that starts first.",
            "Among the planned trips to {city}, find the one with the earliest first day.",
            "See which planned trip to {city} is the first to start.",
        ),
        nouns=("the planned trip to {city} that starts first", "the earliest of the planned trips to {city}"),
        reference="earliest planned trip",
    ),
    Skill(
        id="travel.find_traveller",
        description="Find out who goes on a trip.",
        inputs={"trip": ANY_TRIP},
        output="Person",
        tools=("get_trip",),
        procedure=procedures.traveller,
        phrases=("Find out who goes on {trip}.", "Look up the traveller of {trip}.", "Check whose trip {trip} is."),
        nouns=("the traveller of {trip}", "the person who goes on {trip}"),
        reference="traveller",
    ),
    Skill(
        id="travel.find_first_day",
        description="Find out on which day a trip starts.",
        inputs={"trip": ANY_TRIP},
        output="Date",
        tools=("get_trip",),
        procedure=procedures.first_day,
        phrases=(
            "Find out on which day {trip} starts.",
            "Look up the first day of {trip}.",
            "Check when {trip} begins.",
        ),
        nouns=("the first day of {trip}", "the day on which {trip} starts"),
        reference="first day",
    ),
    Skill(
        id="travel.find_return_day",
        description="Find out on which day a trip ends.",
        inputs={"trip": ANY_TRIP},
        output="Date",
        tools=("get_trip",),
        procedure=procedures.return_day,
        phrases=(
            "Find out on which day the traveller returns from {trip}.",
            "Look up the last day of {trip}.",
            "Check when {trip} ends.",
        ),
        nouns=("the day of return from {trip}", "the last day of {trip}"),
        reference="day of return",
    ),
    Skill(
        id="travel.count_days",
        description="Count the days of a trip, the first and the last one included.",
        inputs={"trip": ANY_TRIP},
        output="Days",
        tools=("get_trip",),
        procedure=procedures.days_away,
        phrases=(
            "Count the days of {trip}, the first and the last day included.",
            "Work out how many days {trip} takes, counting the first and the last day.",
            "See on how many days the traveller is away for {trip}, both end days included.",
        ),
        nouns=(
            "the number of days (first and last included) that {trip} takes",
            "the number of days, both end days included, of {trip}",
        ),
        reference="number of travel days",
    ),
    Skill(
        id="travel.total_bookings",
        description="Add up what is booked for a trip and not cancelled.",
        inputs={"trip": ANY_TRIP},
        output="Spending",
        tools=("get_trip",),
        procedure=procedures.booked_total,
        phrases=(
            "Add up the bookings for {trip} that are not cancelled.",
            "Work out what the bookings for {trip} cost together, cancelled ones left out.",
            "Find the total price of the bookings for {trip} that still stand.",
        ),
        nouns=(
            "the total of the bookings for {trip} that are not cancelled",
            "what the bookings for {trip} cost, cancelled ones left out",
        ),
        reference="booking total",
    ),
    Skill(
        id="travel.work_out_budget_left",
        description="Work out how much of a trip's budget its bookings left.",
        inputs={"trip": ANY_TRIP},
        output="Budget",
        tools=("get_trip",),
        procedure=procedures.budget_left,
        phrases=(
            "Work out how much of the budget of {trip} is left after the bookings that are not cancelled.",
            "Take the bookings that still stand off the budget of {trip}.",
            "Determine what remains of the budget of {trip} once its bookings, except cancelled ones, are taken off.",
        ),
        nouns=(
            "what is left of the budget of {trip} after bookings that are not cancelled",
            "the budget that {trip} has left after its standing bookings",
        ),
        reference="travel budget left",
    ),
    Skill(
        id="travel.count_trips",
        description="Count the completed trips to a city that started in a month.",
        inputs={"city": CITY, "month": Input(types=("Month",))},
        output="Count",
        tools=("list_trips",),
        procedure=procedures.trip_count,
        phrases=(
            "Count the completed trips to {city} that started in {month}.",
            "Work out how many trips to {city} with the status completed began in {month}.",
            "See how often somebody went to {city} on a trip that started in {month} and is completed.",
        ),
        nouns=(
            "the number of completed trips to {city} that started in {month}",
            "the number of trips to {city} from {month} that are completed",
        ),
        reference="number of trips",
    ),
)

WRITING = (
    Skill(
        id="travel.plan",
        description="Plan a business trip of a person.",
        inputs={
            "person": ANY_PERSON,
            "city": CITY,
            "day": Input(types=("Date",)),
            "nights": Input(types=("Count",), values=(2, 3, 4, 5, 6), literal=True),
        },
        output="Trip",
        writes=True,
        tools=("get_person", "plan_trip"),
        procedure=procedures.plan,
        phrases=(
            "Plan a trip of {person} to {city} that starts on {day} and takes {nights} nights.",
            "Enter a business trip to {city} for {person}: {nights} nights from {day}.",
            "Set up a trip for {person} to {city}, starting on {day}, with {nights} nights away.",
        ),
        nouns=(
            "the trip of {person} to {city} planned from {day} for {nights} nights",
            "the new {city} trip of {person}, {nights} nights from {day}",
        ),
        reference="new trip",
    ),
    Skill(
        id="travel.approve",
        description="Approve a planned trip.",
        inputs={"trip": ANY_TRIP},
        writes=True,
        tools=("get_trip", "approve_trip"),
        procedure=procedures.approve,
        phrases=("Approve {trip}.", "Give your approval to {trip}.", "Sign off {trip} as approved."),
    ),
    Skill(
        id="travel.cancel",
        description="Cancel a trip that lies ahead.",
        inputs={"trip": ANY_TRIP},
        writes=True,
        tools=("get_trip", "cancel_trip"),
        procedure=procedures.cancel,
        phrases=("Cancel {trip}.", "Call off {trip} by cancelling it.", "Set {trip} to cancelled."),
    ),
    Skill(
        id="travel.move",
        description="Have a trip start on another day.",
        inputs={"trip": ANY_TRIP, "day": Input(types=("Date",))},
        writes=True,
        tools=("get_trip", "update_trip"),
        procedure=procedures.move,
        phrases=(
            "Move {trip} so that it starts on {day} and keeps its number of nights.",
            "Have {trip} start on {day} instead, with as many nights as before.",
            "Change the first day of {trip} to {day}; the number of nights stays.",
        ),
    ),
    Skill(
        id="travel.set_budget",
        description="Set the budget of a trip.",
        inputs={
            "trip": ANY_TRIP,
            "amount": Input(types=("Budget", "Spending"), values=(725.0, 1180.0, 1640.0, 2230.0, 3475.0)),
        },
        writes=True,
        tools=("get_trip", "update_trip"),
        procedure=procedures.set_budget,
        phrases=(
            "Set the budget of {trip} to {amount}.",
            "Give {trip} a budget of {amount}.",
            "Change the travel budget of {trip} to {amount}.",
        ),
    ),
    Skill(
        id="travel.change_traveller",
        description="Have somebody else go on a trip.",
        inputs={"trip": ANY_TRIP, "person": ANY_PERSON},
        writes=True,
        tools=("get_person", "get_trip", "update_trip"),
        procedure=procedures.change_traveller,
        phrases=(
            "Make {person} the traveller of {trip}.",
            "Have {person} go on {trip} in place of the present traveller.",
            "Change the traveller of {trip} to {person}.",
        ),
    ),
    Skill(
        id="travel.book_hotel",
        description="Book a hotel for a trip at a price.",
        inputs={"trip": ANY_TRIP, "amount": Input(types=("Money",), values=(189.0, 264.5, 318.0, 447.6, 592.0))},
        writes=True,
        tools=("get_trip", "add_trip_booking"),
        procedure=procedures.book_hotel,
        phrases=(
            "Book a hotel for {trip} at a price of {amount}.",
            "Enter a hotel booking for {trip}; the price is {amount}.",
            "Add a hotel to the bookings of {trip}, at {amount}.",
        ),
    ),
    Skill(
        id="travel.book_flight",
        description="Book a flight in some class for a trip at a price.",
        inputs={
            "trip": ANY_TRIP,
            "travel_class": Input(types=("TravelClass",)),
            "amount": Input(types=("Money",), values=(148.9, 236.0, 412.3, 688.0, 1254.0)),
        },
        writes=True,
        tools=("get_trip", "list_travel_classes", "add_trip_booking"),
        procedure=procedures.book_flight,
        phrases=(
            "Book a flight in {travel_class} for {trip} at a price of {amount}.",
            "Enter a flight booking for {trip} in {travel_class}; the price is {amount}.",
            "Add a flight in {travel_class} to the bookings of {trip}, at {amount}.",
        ),
    ),
    Skill(
        id="travel.add_note",
        description="Put a note on a trip that states a given value.",
        inputs={"trip": ANY_TRIP, "fact": ANY_VALUE},
        writes=True,
        states=("fact",),
        tools=("get_person", "list_departments", "add_trip_note"),
        procedure=procedures.add_note,
        phrases=(
            "Put a note on {trip} that states {fact}.",
            "Add a note to {trip} stating {fact}.",
            "Write a note that gives {fact} on {trip}.",
        ),
    ),
)

SKILLS = (*READING, *WRITING)
