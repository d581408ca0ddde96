"""The skills of the chat that need no rule."""

from skillweave.tasks.skills import Input, Skill
from skillweave.tasks.suites.office.apps.chat import procedures
from skillweave.tasks.suites.office.common import ANY_FACT

ANY_CHANNEL = Input(types=("Channel",))
ANY_PERSON = Input(types=("Person",))
ANY_DEPARTMENT = Input(types=("Department",))
TOPIC = Input(
    types=("Text",),
    values=("Moving desks", "Quarter-end rush", "New starters", "Sports day", "Waste sorting"),
    literal=True,
)

READING = (
    Skill(
        id="chat.find_owner",
        description="Find out who owns a channel.",
        inputs={"channel": ANY_CHANNEL},
        output="Person",
        tools=("get_channel",),
        procedure=procedures.owner,
        phrases=(
            "Find out who owns {channel}.",
            "Look up the owner of {channel}.",
            "Check in the chat to whom {channel} belongs.",
        ),
        nouns=("the owner of {channel}", "the person who owns {channel}"),
        reference="channel owner",
    ),
    Skill(
        id="chat.find_department",
        description="Find out which department a channel serves.",
        inputs={"channel": ANY_CHANNEL},
        output="Department",
        tools=("get_channel",),
        procedure=procedures.department,
        phrases=(
            "Find out which department {channel} serves.",
            "Look up the department for which {channel} is meant.",
            "Check in the chat which department {channel} is assigned to.",
        ),
        nouns=("the department that {channel} serves", "the department to which {channel} is assigned"),
        reference="department of the channel",
    ),
    Skill(
        id="chat.count_members",
        description="Count the members of a channel.",
        inputs={"channel": ANY_CHANNEL},
        output="Headcount",
        tools=("get_channel",),
        procedure=procedures.member_count,
        phrases=(
            "Count the present members of {channel}.",
            "See how many members {channel} has now.",
            "Work out how many people are in {channel} at present.",
        ),
        nouns=("the present number of members of {channel}", "the number of people now in {channel}"),
        reference="number of members",
    ),
    Skill(
        id="chat.count_messages",
        description="Count the messages of a channel in a month.",
        inputs={"channel": ANY_CHANNEL, "month": Input(types=("Month",))},
        output="Count",
        tools=("list_messages",),
        procedure=procedures.message_count,
        phrases=(
            "Count the messages posted in {channel} in {month}.",
            "See how many messages {channel} has from {month}.",
            "Work out how often somebody posted in {channel} in {month}.",
        ),
        nouns=(
            "the number of messages posted in {channel} in {month}",
            "the number of messages that {channel} has from {month}",
        ),
        reference="number of messages",
    ),
    Skill(
        id="chat.find_last_author",
        description="Find out who wrote the newest message of a channel from before today.",
        inputs={"channel": ANY_CHANNEL},
        output="Person",
        tools=("list_messages",),
        procedure=procedures.last_author,
        phrases=(
            "Find out who wrote the newest message in {channel} from before today.",
            "Look up who was the last to post in {channel} before today.",
            "See from whom the last message in {channel} is, not counting today's.",
        ),
        nouns=(
            "the author of the newest message in {channel} from before today",
            "the last person who posted in {channel} before today",
        ),
        reference="last author",
    ),
    Skill(
        id="chat.find_last_day",
        description="Find out on which day before today somebody last posted in a channel.",
        inputs={"channel": ANY_CHANNEL},
        output="PastDate",
        tools=("list_messages",),
        procedure=procedures.last_day,
        phrases=(
            "Find out on which day before today the last message was posted in {channel}.",
            "Look up the day of the newest message in {channel} from before today.",
            "See when, before today, somebody last posted in {channel}.",
        ),
        nouns=(
            "the day of the newest message in {channel} from before today",
            "the last day before today on which somebody posted in {channel}",
        ),
        reference="day of the last message",
    ),
    Skill(
        id="chat.find_top_author",
        description="Find out who wrote most of the messages of a channel.",
        inputs={"channel": ANY_CHANNEL},
        output="Person",
        tools=("list_messages",),
        procedure=procedures.top_author,
        phrases=(
            "Find out who has posted most often in {channel}, going by all messages from before today.",
            "Look up who wrote the most messages in {channel} before today.",
            "Among those who posted in {channel} before today, find the one with the most messages.",
        ),
        nouns=(
            "the person who posted most often in {channel} before today",
            "the author of most messages in {channel} from before today",
        ),
        reference="top author",
    ),
    Skill(
        id="chat.find_largest",
        description="Find the open channel of a department with the most members.",
        inputs={"department": ANY_DEPARTMENT},
        output="Channel",
        tools=("search_channels",),
        procedure=procedures.largest,
        phrases=(
            "Among the channels for {department} that are not archived now, find the one with the most members.",
            "Find the largest channel by members that serves {department} and is not archived now.",
            "Look for the channel with the most members that is open at present and serves {department}.",
        ),
        nouns=(
            "the channel for {department}, of those not archived now, that has the most members",
            "the largest channel by members that serves {department} and is open at present",
        ),
        reference="largest channel",
    ),
)

WRITING = (
    Skill(
        id="chat.post_value",
        description="Post a value into a channel.",
        inputs={"channel": ANY_CHANNEL, "value": ANY_FACT},
        writes=True,
        states=("value",),
        tools=("get_channel", "get_person", "list_departments", "post_message"),
        procedure=procedures.post_value,
        phrases=(
            "Post a message in {channel} that states {value}.",
            "Let {channel} know {value} in a message.",
            "Write {value} in a chat message to {channel}.",
        ),
    ),
    Skill(
        id="chat.create_channel",
        description="Open a channel for a department.",
        inputs={
            "name": Input(
                types=("Text",),
                values=("spring-fair", "shift-swaps", "office-plants", "year-end-close", "city-run"),
                literal=True,
            ),
            "topic": TOPIC,
            "department": ANY_DEPARTMENT,
        },
        output="Channel",
        writes=True,
        tools=("search_channels", "create_channel"),
        procedure=procedures.create,
        phrases=(
            'Open a chat channel "{name}" with the topic "{topic}" for {department}.',
            'Create the channel "{name}" (topic: "{topic}") in the chat, serving {department}.',
            'Set up a new channel for {department}: name "{name}", topic "{topic}".',
        ),
        nouns=('the new channel "{name}" with the topic "{topic}" for {department}',),
        reference="new channel",
    ),
    Skill(
        id="chat.add_member",
        description="Make a person a member of a channel.",
        inputs={"channel": ANY_CHANNEL, "person": ANY_PERSON},
        writes=True,
        tools=("get_channel", "get_person", "add_channel_member"),
        procedure=procedures.add_member,
        phrases=(
            "Add {person} to {channel}.",
            "Make {person} a member of {channel}.",
            "Let {person} join {channel}.",
        ),
    ),
    Skill(
        id="chat.change_owner",
        description="Give a channel to another owner.",
        inputs={"channel": ANY_CHANNEL, "person": ANY_PERSON},
        writes=True,
        tools=("get_channel", "get_person", "update_channel"),
        procedure=procedures.change_owner,
        phrases=(
            "Make {person} the owner of {channel}.",
            "Hand {channel} over to {person} as its new owner; the members stay the same.",
            "Change the owner of {channel} to {person}.",
        ),
    ),
    Skill(
        id="chat.set_topic",
        description="Give a channel another topic.",
        inputs={"channel": ANY_CHANNEL, "topic": TOPIC},
        writes=True,
        tools=("get_channel", "update_channel"),
        procedure=procedures.set_topic,
        phrases=(
            'Set the topic of {channel} to "{topic}".',
            'Change the topic of {channel} to "{topic}".',
            'Give {channel} the topic "{topic}".',
        ),
    ),
    Skill(
        id="chat.archive",
        description="Archive a channel.",
        inputs={"channel": ANY_CHANNEL},
        writes=True,
        tools=("get_channel", "archive_channel"),
        procedure=procedures.archive,
        phrases=("Archive {channel}.", "Move {channel} to the chat archive.", "Close {channel} by archiving it."),
    ),
)

SKILLS = (*READING, *WRITING)
