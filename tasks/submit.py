"""The tool by which every agent hands in its answer; no suite has it among its own."""

from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.suite import ToolSchema, ToolSuite

SUBMIT = "submit_answer"
RECORDED = "The answer was recorded."
"""what the tool replies"""

SUBMIT_SCHEMA = ToolSchema(
    name=SUBMIT,
    description="Submit the final answer. This ends the work; only the first submission counts.",
    parameters={
        "type": "object",
        "properties": {
            "answer": {
                "type": "string",
                "description": "just the value that was asked for, or 'done' where no question was asked",
            }
        },
        "required": ["answer"],
        "additionalProperties": False,
    },
)

REPLY_SCHEMA = ToolSchema(
    name=SUBMIT,
    description="Reply to the user. This ends your turn; only the first reply in a turn counts.",
    parameters={
        "type": "object",
        "properties": {"answer": {"type": "string", "description": "all that you want to say to the user"}},
        "required": ["answer"],
        "additionalProperties": False,
    },
)


def submit_schema(suite: ToolSuite, task: TaskSpec) -> ToolSchema:
    """Return how the tool is described to an agent: as a reply where the user may go on, or where others set the rules.

    Otherwise there is one answer, by our own rules, and the work is over with it.
    """
    return SUBMIT_SCHEMA if suite.rules is None and suite.turns(task) == 1 else REPLY_SCHEMA
