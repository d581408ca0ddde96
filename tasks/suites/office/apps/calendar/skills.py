"""The skills of the calendar that need no rule."""

from skillweave.tasks.skills import Input, Skill
from skillweave.tasks.suites.office.apps.calendar import procedures
from skillweave.tasks.suites.office.common import ANY_VALUE

ANY_EVENT = Input(types=("Event",))
ANY_ROOM = Input(types=("Room",))
ANY_PERSON = Input(types=("Person",))
ANY_MONTH = Input(types=("Month",))
ANY_DATE = Input(types=("Date",))
TITLE = Input(
    types=("Text",),
    values=(
        "Handover talk",
        "Decision round",
        "Cost walkthrough",
        "Lessons learned",
        "Open questions",
        "Steering hour",
    ),
    literal=True,
)
TIME = Input(types=("ClockTime",), values=("08:30", "09:15", "10:00", "11:30", "13:45", "15:00", "16:15"))
LENGTH = Input(types=("Count",), values=(20, 30, 45, 60, 90), literal=True)

READING = (
    Skill(
        id="calendar.find_organizer",
        description="Find out who organises a meeting.",
        inputs={"event": ANY_EVENT},
        output="Person",
        tools=("get_event",),
        procedure=procedures.organizer,
        phrases=(
            "Find out who organises {event}.",
            "Look up the organiser of {event}.",
            "Check in the calendar who is the organiser of {event}.",
        ),
        nouns=("the organiser of {event}", "the person who organises {event}"),
        reference="organiser",
    ),
    Skill(
        id="calendar.find_date",
        description="Find out on which day a meeting takes place.",
        inputs={"event": ANY_EVENT},
        output="Date",
        tools=("get_event",),
        procedure=procedures.event_date,
        phrases=(
            "Find out on which day {event} takes place.",
            "Look up the date of {event}.",
            "Check for which date {event} is in the calendar.",
        ),
        nouns=("the date of {event}", "the day of {event}"),
        reference="date of the meeting",
    ),
    Skill(
        id="calendar.count_guests",
        description="Count the people on the guest list of a meeting.",
        inputs={"event": ANY_EVENT},
        output="Headcount",
        tools=("get_event",),
        procedure=procedures.guest_count,
        phrases=(
            "Count the people on the guest list of {event}.",
            "See how many people the guest list of {event} has.",
            "Work out the length of the guest list of {event}.",
        ),
        nouns=("the number of people on the guest list of {event}", "the length of the guest list of {event}"),
        reference="number of guests",
    ),
    Skill(
        id="calendar.count_acceptances",
        description="Count the people on a guest list who have accepted.",
        inputs={"event": ANY_EVENT},
        output="Headcount",
        tools=("get_event",),
        procedure=procedures.acceptance_count,
        phrases=(
            "Count the people on the guest list of {event} who have accepted.",
            "See how many acceptances {event} has.",
            "Work out how many of those on the guest list have accepted {event}.",
        ),
        nouns=("the number of people who have accepted {event}", "the number of acceptances of {event}"),
        reference="number of acceptances",
    ),
    Skill(
        id="calendar.count_meetings",
        description="Count the meetings of a month to which a person is invited.",
        inputs={"person": ANY_PERSON, "month": ANY_MONTH},
        output="Count",
        tools=("search_events",),
        procedure=procedures.meeting_count,
        phrases=(
            "Count the meetings in {month} that have {person} on the guest list, without the cancelled ones.",
            "See to how many meetings {person} is invited in {month}, leaving out cancelled ones.",
            "Work out how many meetings not cancelled {person} is invited to in {month}.",
        ),
        nouns=(
            "the number of meetings (without cancelled ones) to which {person} is invited in {month}",
            "the number of meetings not cancelled in {month} with {person} on the guest list",
        ),
        reference="number of meetings",
    ),
    Skill(
        id="calendar.find_longest_meeting",
        description="Find the longest meeting of a month to which a person is invited.",
        inputs={"person": ANY_PERSON, "month": Input(types=("ComingMonth",))},
        output="Event",
        tools=("search_events",),
        procedure=procedures.longest_meeting,
        phrases=(
            "Find the longest meeting not cancelled to which {person} is invited in {month}.",
            "Among the meetings in {month} with {person} on the guest list, find the longest that is not cancelled.",
            "Look for the meeting of {month} with {person} invited that lasts longest; cancelled ones do not count.",
        ),
        nouns=(
            "the longest meeting (without cancelled ones) to which {person} is invited in {month}",
            "the longest meeting not cancelled in {month} with {person} on the guest list",
        ),
        reference="longest meeting",
    ),
    Skill(
        id="calendar.find_next_meeting",
        description="Find the next meeting, from today on, to which a person is invited.",
        inputs={"person": ANY_PERSON},
        output="Event",
        tools=("search_events",),
        procedure=procedures.next_meeting,
        phrases=(
            "Find the first meeting not cancelled, from today on, to which {person} is invited.",
            "Look up the next meeting with {person} on the guest list: today or later, and not cancelled.",
            "See which meeting comes next for {person}, today or later, leaving out cancelled ones.",
        ),
        nouns=(
            "the first meeting not cancelled, from today on, to which {person} is invited",
            "the next meeting (today or later, not cancelled) with {person} on the guest list",
        ),
        reference="next meeting",
    ),
    Skill(
        id="calendar.find_room",
        description="Find out in which room a meeting takes place.",
        inputs={"event": ANY_EVENT},
        output="Room",
        tools=("get_event",),
        procedure=procedures.room,
        phrases=(
            "Find out for which room {event} is booked.",
            "Look up the room of {event}.",
            "Check in the calendar in which room {event} takes place.",
        ),
        nouns=("the room of {event}", "the room for which {event} is booked"),
        reference="room",
    ),
    Skill(
        id="calendar.find_seats",
        description="Find out how many seats a meeting room has.",
        inputs={"room": ANY_ROOM},
        output="Headcount",
        tools=("list_rooms",),
        procedure=procedures.seats,
        phrases=(
            "Find out how many seats {room} has.",
            "Look up the number of seats in {room}.",
            "Check how many people {room} can seat.",
        ),
        nouns=("the number of seats in {room}", "the capacity of {room}"),
        reference="number of seats",
    ),
    Skill(
        id="calendar.count_room_meetings",
        description="Count the meetings that a room has in a month.",
        inputs={"room": ANY_ROOM, "month": ANY_MONTH},
        output="Count",
        tools=("search_events",),
        procedure=procedures.room_meeting_count,
        phrases=(
            "Count the meetings in {room} in {month}, without the cancelled ones.",
            "See how many meetings {room} has in {month}, leaving out cancelled ones.",
            "Work out for how many meetings not cancelled {room} is booked in {month}.",
        ),
        nouns=(
            "the number of meetings (without cancelled ones) in {room} in {month}",
            "the number of meetings not cancelled for which {room} is booked in {month}",
        ),
        reference="number of meetings in the room",
    ),
    Skill(
        id="calendar.count_working_days",
        description="Count the working days from one day to another.",
        inputs={"start": Input(types=("PastDate", "Date")), "end": ANY_DATE},
        output="Days",
        tools=("list_company_holidays",),
        procedure=procedures.working_days,
        phrases=(
            "Count the working days from {start} to {end}, both included (Monday to Friday without company holidays).",
            "Work out how many working days (Monday to Friday, no company holiday) there are from {start} up to and"
            " including {end}.",
            "Determine the number of days from {start} to {end}, counting both and leaving out weekends and company"
            " holidays.",
        ),
        nouns=(
            "the number of working days (Monday to Friday without company holidays) from {start} to {end}, both"
            " included",
            "the number of days from {start} to {end}, both counted, without weekends and company holidays",
        ),
        reference="number of working days",
    ),
    Skill(
        id="calendar.add_working_days",
        description="Find the working day that comes a number of working days after a day.",
        inputs={
            "date_from": ANY_DATE,
            "days": Input(types=("Days",), values=(3, 5, 8, 10, 15)),
        },
        output="Date",
        tools=("list_company_holidays",),
        procedure=procedures.add_working_days,
        phrases=(
            "Find the day that many working days after {date_from}: {days}, counting Monday to Friday without company"
            " holidays, from the day after.",
            "Starting the day after {date_from}, count off working days (Monday to Friday, no company holiday), as many"
            " as {days}, and note the last of them.",
            "Take {date_from} and go forward by this many working days, weekends and company holidays skipped: {days}.",
        ),
        nouns=(
            "the day reached by going forward from {date_from} by as many working days (Monday to Friday without"
            " company holidays) as {days}",
            "the last working day when as many as {days} are counted off from the day after {date_from}, without"
            " weekends and company holidays",
        ),
        reference="working day",
    ),
)

WRITING = (
    Skill(
        id="calendar.schedule_meeting",
        description="Set up a meeting with a person.",
        inputs={"title": TITLE, "person": ANY_PERSON, "day": ANY_DATE, "time": TIME, "minutes": LENGTH},
        output="Event",
        writes=True,
        tools=("get_person", "create_event"),
        procedure=procedures.schedule,
        phrases=(
            'Set up a meeting "{title}" on {day} at {time} for {minutes} minutes, inviting only {person} and booking no'
            " room.",
            'Put a meeting "{title}" of {minutes} minutes into the calendar for {day} at {time}; the only guest'
            " is {person}, and it needs no room.",
            'Invite {person}, and nobody else, to a new meeting "{title}" on {day} at {time} that lasts {minutes}'
            " minutes and has no room.",
        ),
        nouns=('the new meeting "{title}" with {person} on {day} at {time} for {minutes} minutes',),
        reference="new meeting",
    ),
    Skill(
        id="calendar.schedule_follow_up",
        description="Set up a follow-up with the guests, time and length of an earlier meeting.",
        inputs={"event": ANY_EVENT, "title": TITLE, "day": ANY_DATE},
        output="Event",
        writes=True,
        tools=("get_event", "create_event"),
        procedure=procedures.follow_up,
        phrases=(
            'Set up a follow-up to {event} titled "{title}" on {day}: same guests, same time of day, same length, no'
            " room.",
            'Put "{title}" into the calendar for {day}, at the time of day, with the length and the guest list of'
            " {event}, but without a room.",
            'Create a new meeting "{title}" on {day} that copies guests, starting time and length, but not the room,'
            " from {event}.",
        ),
        nouns=('the follow-up "{title}" to {event} on {day}',),
        reference="follow-up",
    ),
    Skill(
        id="calendar.invite",
        description="Invite one more person to a meeting.",
        inputs={"event": ANY_EVENT, "person": ANY_PERSON},
        writes=True,
        tools=("get_event", "get_person", "list_rooms", "add_attendee"),
        procedure=procedures.invite,
        phrases=(
            "Invite {person} to {event}.",
            "Add {person} to the guest list of {event}.",
            "Put {person} on the list of people invited to {event}.",
        ),
    ),
    Skill(
        id="calendar.reschedule",
        description="Move a meeting to another day.",
        inputs={"event": ANY_EVENT, "day": ANY_DATE},
        writes=True,
        tools=("get_event", "list_room_bookings", "update_event"),
        procedure=procedures.reschedule,
        phrases=(
            "Move {event} to {day}, at the same time of day.",
            "Reschedule {event} for {day}; the time of day stays.",
            "Change the date of {event} to {day} and leave the rest as it is.",
        ),
    ),
    Skill(
        id="calendar.move_to_room",
        description="Hold a meeting in another room.",
        inputs={"event": ANY_EVENT, "room": ANY_ROOM},
        writes=True,
        tools=("get_event", "list_rooms", "list_room_bookings", "update_event"),
        procedure=procedures.move_to_room,
        phrases=(
            "Move {event} to {room}.",
            "Book {room} for {event}.",
            "Change the room of {event} to {room}.",
        ),
    ),
    Skill(
        id="calendar.rename",
        description="Give a meeting another title.",
        inputs={"event": ANY_EVENT, "title": TITLE},
        writes=True,
        tools=("get_event", "update_event"),
        procedure=procedures.rename,
        phrases=(
            'Rename {event} to "{title}".',
            'Change the title of {event} to "{title}".',
            'Let {event} have the title "{title}" from now on.',
        ),
    ),
    Skill(
        id="calendar.hand_over",
        description="Let another person organise a meeting.",
        inputs={"event": ANY_EVENT, "person": ANY_PERSON},
        writes=True,
        tools=("get_event", "get_person", "update_event"),
        procedure=procedures.hand_over,
        phrases=(
            "Make {person} the organiser of {event}.",
            "Hand {event} over to {person} as its new organiser, leaving the guest list as it is.",
            "Change the organiser of {event} to {person}.",
        ),
    ),
    Skill(
        id="calendar.cancel",
        description="Cancel a meeting.",
        inputs={"event": ANY_EVENT},
        writes=True,
        tools=("get_event", "cancel_event"),
        procedure=procedures.cancel,
        phrases=("Cancel {event}.", "Call off {event} in the calendar.", "Mark {event} as cancelled in the calendar."),
    ),
    Skill(
        id="calendar.add_note",
        description="Leave a note with a value on a meeting.",
        inputs={"event": ANY_EVENT, "value": ANY_VALUE},
        writes=True,
        states=("value",),
        tools=("get_person", "list_departments", "add_event_note"),
        procedure=procedures.add_note,
        phrases=(
            "Add a note to {event} that states {value}.",
            "Leave a note on {event} giving {value}.",
            "Record {value} in a note on {event}.",
        ),
    ),
)

SKILLS = (*READING, *WRITING)
